/*
 * Who says it: where one talks with a liaod's operator alone (p2p), his lines
 * come as he typed them, so we put "server:" before them. The server's own
 * words, "-- ...", stay as they are, and so does all that is said in a room.
 */
#ifndef LIAO_PREFIX_H
#define LIAO_PREFIX_H

#include "base/bytes.h"

enum liao_prefix_mode {
    LIAO_PREFIX_UNKNOWN, /* the greeting has not come yet */
    LIAO_PREFIX_NONE,
    LIAO_PREFIX_SERVER,
};

/* All zero: nothing has come yet. */
struct liao_prefix {
    enum liao_prefix_mode mode;
    bool is_inside;   /* of a line whose front was shown */
    struct buf front; /* of a line, too short to tell whose it is */
};

/* Append what is to be shown of `bytes`, which come after those of before. */
void liao_prefix_add(struct liao_prefix *p, struct span bytes, struct buf *out);

/* Nothing more will come; nothing is owned any more. */
void liao_prefix_finish(struct liao_prefix *p, struct buf *out);

#endif
