/*
 * What programs note of a person or a room, for other programs: values under
 * keys (display-name, avatar, ...). All that is noted of one is a text, in the
 * order in which it was first noted:
 *
 *     display-name Zhang San\navatar https://example.org/z.png\n
 *
 * Which keys somebody wants to be told of is one, too: words, a blank between.
 * They are few, and bounded by msg/limits.h; who notes nothing has nothing.
 */
#ifndef MSG_METADATA_H
#define MSG_METADATA_H

#include "msg/msg.h"
#include "msg/reply.h"

/* a-z 0-9 _ . / - */
bool msg_metadata_is_key(struct span key);

/* The first of *rest, which then begins at the next one; false: none. */
bool msg_metadata_next(struct span *rest, struct reply_note *note);
bool msg_metadata_is_subscribed(struct span keys, struct span key);

/* Whose it is, and what he is called in answers; neither: whoever asks. */
struct metadata {
    struct span *values; /* owned by him, as the next */
    struct span *keys;   /* that he subscribed to; NULL: it is a room's */
    struct span nick;
    struct span room;
};

/* It is about keys, not values: everybody has only his own. */
bool msg_metadata_is_of_keys(enum msg_kind kind);

typedef void metadata_tell_fn(void *ctx, const struct reply *r);

/* Carry out what `asked` asks for, which is of one of the kinds METADATA* or
 * *SUBSCRI*, but not METADATA_SYNC, and tell the answers. True: something has
 * changed. */
bool msg_metadata_apply(const struct metadata *m, const struct msg *asked,
                        metadata_tell_fn *tell, void *ctx);

/* A list of notes that grows; all zero is an empty one. */
struct notes {
    struct reply_note *at;
    size_t n;
    size_t cap;
};

void msg_notes_add(struct notes *notes, const struct reply_note *note);
void msg_notes_finish(struct notes *notes);

#endif
