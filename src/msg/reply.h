/*
 * The server's word to one person, without any dialect's wording: a kind and
 * the fields that reply.def names for it.
 */
#ifndef MSG_REPLY_H
#define MSG_REPLY_H

#include "base/bytes.h"

enum reply_kind {
#define X(name, fields) REPLY_##name,
#include "msg/reply.def"
#undef X
    REPLY_KIND_COUNT
};

/* Borrows all of its texts. */
struct reply {
    enum reply_kind kind;
    uint64_t count; /* people, rooms, messages, or a limit */
    struct span nick;
    struct span room;
    struct span text;
    struct span names; /* joined by ", " */
};

#endif
