/*
 * What a peer asks for, decoded: the same struct whatever it spoke.
 */
#ifndef MSG_MSG_H
#define MSG_MSG_H

#include "base/bytes.h"
#include "msg/audience.h"

/*
 * Kind, and the fields it uses:
 *
 *   EMPTY     nothing: an empty line, which is not said
 *   SAY       text; room: to that one, empty: to the one he is talking in
 *   ACTION    text; room, or nick: to that person alone
 *   REMARK    as ACTION: words that nobody's program may answer by itself
 *   CTCP CTCP_REPLY   as ACTION: from program to program
 *   TAGS      room, or nick; no text: tags alone, which programs understand
 *   PRIVATE   nick text
 *   NICK      nick
 *   JOIN      room; text is the room's password, if it has one
 *   PART      room; empty: the one he is talking in; text is the reason
 *   PART_ALL
 *   TOPIC     room; empty: as above; text; empty: asks for it
 *   TOPIC_END room; the topic is removed
 *   RENAME    room; nick is what it is called from now on; text is the reason
 *   KICK      nick, text is the reason; room; empty: as above
 *   INVITE    nick; room; empty: as above
 *   INVITES   which rooms he was invited to
 *   MODE      room; empty: as above; text is the change, as in RFC 2811: "+o-m alice"; empty:
 *             asks for them
 *   OWN_MODE  nick, which has to be his own; text likewise
 *   WHO       room; empty: the one he is talking in
 *   ROOMS
 *   NAMES     room; empty: all; text is what the end of the list repeats;
 *             empty: the list goes on with the next of these
 *   LIST      text: which rooms, see hub/lists.c
 *   FIND      room, or nick: a mask; text: what is asked, see hub/lists.c
 *   WHOIS     nick
 *   WHOWAS    nick, text is how many, or empty
 *   AWAY      text; empty: he is back
 *   REAL      text: what he calls himself at length
 *   USERHOST ISON   text: nicks, with blanks between
 *   WATCH     text: nicks, with blanks between: he is told when they come
 *             and go
 *   UNWATCH   text likewise; empty: all that he watches
 *   WATCHES   whom he watches
 *   WATCHED   who of them is here
 *   METADATA  what is noted of nick or room, neither: of himself; text: these
 *             keys, with blanks between; empty: all
 *   METADATA_SET    likewise; text is the key, a blank, the value
 *   METADATA_UNSET  likewise; text is the key
 *   METADATA_CLEAR  likewise: nothing any more
 *   METADATA_SYNC   likewise: what he subscribed to; of a room, of its members
 *             too
 *   SUBSCRIBE UNSUBSCRIBE   text: keys, with blanks between: he is told when
 *             their values change
 *   SUBSCRIPTIONS   to which keys
 *   COUNTS    how many people, rooms, ...
 *   MOTD VERSION INFO TIME LINKS
 *   PING      text comes back
 *   HELP      text: about what
 *   QUIT      text is the reason
 *   KILL      nick, text is the reason: out of the server (operators)
 *   BAN       nick, text is the reason: and not back (operators)
 *   BANS      (operators)
 *   UNBAN     text is the number that BANS gives (operators)
 *   OPER      nick is the operator's name, text the password
 *   WALLOPS   text (operators)
 *   REHASH    (operators)
 *   UNKNOWN   text is the command word
 *   USAGE     text is how the command is used
 *   TOO_LONG  a command beyond LIMIT_TEXT_BYTES
 */
/* clang-format off */
#define MSG_KINDS(X)                                                           \
    X(EMPTY) X(SAY) X(ACTION) X(REMARK) X(CTCP) X(CTCP_REPLY) X(TAGS) X(PRIVATE)       \
    X(NICK) X(JOIN) X(PART) X(PART_ALL) X(TOPIC) X(TOPIC_END) X(RENAME) X(KICK) \
    X(INVITE) X(INVITES) X(MODE) X(OWN_MODE)                                   \
    X(WHO) X(ROOMS) X(NAMES) X(LIST) X(FIND) X(WHOIS) X(WHOWAS) X(AWAY) X(REAL) \
    X(USERHOST) X(ISON) X(WATCH) X(UNWATCH) X(WATCHES) X(WATCHED)               \
    X(METADATA) X(METADATA_SET) X(METADATA_UNSET) X(METADATA_CLEAR)             \
    X(METADATA_SYNC) X(SUBSCRIBE) X(UNSUBSCRIBE) X(SUBSCRIPTIONS)               \
    X(COUNTS) X(MOTD) X(VERSION) X(INFO) X(TIME) X(LINKS)  \
    X(PING) X(HELP) X(QUIT) X(KILL) X(BAN) X(BANS) X(UNBAN) X(OPER)            \
    X(WALLOPS) X(REHASH)                                                       \
    X(UNKNOWN) X(USAGE) X(TOO_LONG)
/* clang-format on */

enum msg_kind {
#define X(name) MSG_##name,
    MSG_KINDS(X)
#undef X
        MSG_KIND_COUNT
};

/* Borrows all of its texts. All are UTF-8 without newlines; but what is said
 * may have several lines. */
struct msg {
    enum msg_kind kind;
    bool was_mended; /* the bytes were not UTF-8: tell the sender, once */
    bool has_lines;  /* the text of a SAY, REMARK or PRIVATE has several lines:
                        msg/lines.h */
    enum msg_audience audience; /* of what is said to a room */
    struct span nick;
    struct span room;
    struct span text;
    struct span tags;  /* of what is said: "+key=value;...", for who reads such;
                         checked, escaped, often empty */
    struct span token; /* comes back with the answers (hub_ops.on_answers) */
};

#endif
