/*
 * What a peer asks for, decoded: the same struct whatever it spoke.
 */
#ifndef MSG_MSG_H
#define MSG_MSG_H

#include "base/bytes.h"

/*
 * Kind, and the fields it uses:
 *
 *   EMPTY     nothing: an empty line, which is not said
 *   SAY       text; to the room he is talking in
 *   ACTION    text
 *   PRIVATE   nick text
 *   NICK      nick
 *   JOIN      room
 *   PART      room; empty: the one he is talking in
 *   TOPIC     text; empty: asks for it
 *   WHO       room; empty: the one he is talking in
 *   ROOMS
 *   HELP
 *   QUIT      text is the reason
 *   KILL      nick, text is the reason: out of the server (operators)
 *   BAN       nick, text is the reason: and not back (operators)
 *   BANS      (operators)
 *   UNBAN     text is the number that BANS gives (operators)
 *   UNKNOWN   text is the command word
 *   USAGE     text is how the command is used
 *   TOO_LONG  a command beyond LIMIT_TEXT_BYTES
 */
/* clang-format off */
#define MSG_KINDS(X)                                                           \
    X(EMPTY) X(SAY) X(ACTION) X(PRIVATE) X(NICK) X(JOIN) X(PART) X(TOPIC)      \
    X(WHO) X(ROOMS) X(HELP) X(QUIT) X(KILL) X(BAN) X(BANS) X(UNBAN)            \
    X(UNKNOWN) X(USAGE) X(TOO_LONG)
/* clang-format on */

enum msg_kind {
#define X(name) MSG_##name,
    MSG_KINDS(X)
#undef X
        MSG_KIND_COUNT
};

/* Borrows all of its texts. All are UTF-8 without newlines. */
struct msg {
    enum msg_kind kind;
    bool was_mended; /* the bytes were not UTF-8: tell the sender, once */
    struct span nick;
    struct span room;
    struct span text;
};

#endif
