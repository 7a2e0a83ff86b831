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

/* What a person is, in a list. */
#define REPLY_IS_AWAY 0x1u
#define REPLY_IS_OPERATOR 0x2u
#define REPLY_IS_ROOM_OPERATOR 0x4u
#define REPLY_IS_VOICED 0x8u
#define REPLY_IS_BOT 0x10u

/* Nobody asked for it: it comes with something else. */
#define REPLY_IS_UNASKED 0x20u

/* An answer in parts: some were told before; and there are more. */
#define REPLY_HAS_BEGUN 0x40u
#define REPLY_IS_UNFINISHED 0x80u

/* A member of a room, in a list of them. */
struct reply_person {
    struct span nick;
    struct span user; /* as in struct entry, like cloak */
    uint64_t cloak;
    uint32_t flags; /* REPLY_IS_... */
};

/* Something that is noted of a person or a room (msg/metadata.h). */
enum reply_note_state { NOTE_IS_SET, NOTE_IS_NOT_SET, NOTE_HAS_BAD_KEY };

struct reply_note {
    enum reply_note_state state;
    struct span nick; /* whose; as in struct reply */
    struct span room;
    struct span key;
    struct span value;
};

/* Borrows all of its texts. */
struct reply {
    enum reply_kind kind;
    uint64_t count; /* people, rooms, messages, or a limit */
    struct span nick;
    struct span room;
    struct span text;
    struct span names; /* joined by ", "; to who keeps lists, by blanks */

    struct span to;   /* the reader's nick; the hub fills these two in */
    struct span from; /* the server's name */

    struct span user; /* as in struct entry */
    struct span real;
    uint64_t cloak;
    uint64_t other;   /* a second number */
    uint64_t time_ms; /* since 1970 */
    uint32_t flags;   /* REPLY_IS_... */

    const struct reply_person *people; /* to who keeps lists */
    size_t people_n;
    const struct reply_note *notes;
    size_t notes_n;
    struct roll *roll; /* instead of these: msg/roll.h; NULL: they are */
};

#endif
