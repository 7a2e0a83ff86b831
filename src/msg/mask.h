/*
 * Masks: which people a pattern of nick!user@host means. `*` stands for any
 * characters, `?` for one; letters match whatever their case.
 */
#ifndef MSG_MASK_H
#define MSG_MASK_H

#include "base/bytes.h"

/* Of those whose program told nothing. */
#define MASK_USER_UNKNOWN "~user"

/* What stands where IRC shows a host: 12 hexadecimal digits of the cloak. */
#define MASK_HOST_ENDING ".cloak"

void msg_mask_add_host(struct buf *out, uint64_t cloak);
void msg_mask_add_user(struct buf *out, struct span user);

/* In front of one: who fits may not speak, but may come in. */
#define MASK_MUTE "m:"

/* "nick!user@host" */
void msg_mask_add_name(struct buf *out, struct span nick, struct span user,
                       uint64_t cloak);

/* What people type, made whole: "bob" is "bob!*@*", "*@host" "*!*@host". */
void msg_mask_complete(struct span typed, struct buf *out);

/* Takes MASK_MUTE away; false: it was not there. */
bool msg_mask_take_mute(struct span *mask);

/* Append `text` as it is compared: letters of any script in one case. It costs
 * more than to compare, so what is compared often is kept folded. */
void msg_mask_fold(struct span text, struct buf *out);

/* Both are folded. Takes time in proportion to the product of both lengths, at
 * most. */
bool msg_mask_matches(struct span mask, struct span text);

#endif
