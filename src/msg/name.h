/*
 * Which names a person or a room may have, in every dialect at once.
 *
 * A name can be said in IRC (no blank, comma, '!', '@', ...), cannot look like
 * the server's own words, and is written in one script, so that Cyrillic "а"
 * does not pass for Latin "a" (UTS 39; East Asian scripts and Latin mix as
 * its "highly restrictive" profile allows).
 */
#ifndef MSG_NAME_H
#define MSG_NAME_H

#include "base/bytes.h"

enum name_verdict {
    NAME_OK,
    NAME_EMPTY,
    NAME_TOO_LONG,
    NAME_CHARACTER, /* one that no name may hold */
    NAME_FIRST,     /* one that no name may begin with */
    NAME_MIXED,     /* letters of several scripts */
    NAME_RESERVED,  /* looks like the server's */
};

MUST_USE enum name_verdict msg_name_check_nick(struct span nick);
MUST_USE enum name_verdict msg_name_check_room(struct span room);

/*
 * Append the key under which a name is unique: NFKC, case folded (Unicode's
 * toNFKC_Casefold by utf8proc). False when `name` is not UTF-8.
 */
MUST_USE bool msg_name_key(struct span name, struct buf *key);

#endif
