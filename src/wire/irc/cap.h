/*
 * Capabilities (IRCv3, capability-negotiation): what a client has asked us to
 * do beyond RFC 2812. One table has them all (cap.c).
 *
 * A capability is a bit of its client's dialect key (wire/wire.h). Those of
 * answers change what is said to this one client, and nobody shares that.
 * Those of rooms change rooms' bytes: whoever has the same of these shares a
 * track. The bits of rooms are in the order of how many kinds of entries they
 * change, the most at the top: see wire_irc_key_for_entry().
 */
#ifndef WIRE_IRC_CAP_H
#define WIRE_IRC_CAP_H

#include "msg/entry.h"
#include "wire/irc/line.h"

/* Of answers. */
#define IRC_CAP_BATCH 0x00000200u
#define IRC_CAP_CAP_NOTIFY 0x00000400u
#define IRC_CAP_ECHO_MESSAGE 0x00000800u
#define IRC_CAP_LABELED_RESPONSE 0x00001000u
#define IRC_CAP_MULTI_PREFIX 0x00002000u
#define IRC_CAP_NO_IMPLICIT_NAMES 0x00004000u
#define IRC_CAP_STANDARD_REPLIES 0x00008000u
#define IRC_CAP_USERHOST_IN_NAMES 0x00010000u
#define IRC_CAP_EXTENDED_MONITOR 0x00020000u
#define IRC_CAP_METADATA_2 0x00040000u
#define IRC_CAP_METADATA_3 0x00080000u
#define IRC_CAP_CHANNEL_RENAME 0x00100000u
#define IRC_CAPS_OF_METADATA (IRC_CAP_METADATA_2 | IRC_CAP_METADATA_3)

/* Of rooms. */
#define IRC_CAPS_OF_ROOMS 0xff000000u
#define IRC_CAP_AWAY_NOTIFY 0x01000000u
#define IRC_CAP_EXTENDED_JOIN 0x02000000u
#define IRC_CAP_INVITE_NOTIFY 0x04000000u
#define IRC_CAP_SETNAME 0x08000000u
#define IRC_CAP_MULTILINE 0x10000000u
#define IRC_CAP_MESSAGE_TAGS 0x40000000u
#define IRC_CAP_SERVER_TIME 0x80000000u

/* What one client has negotiated. All zero at the beginning. */
struct irc_caps {
    uint32_t on;         /* IRC_CAP_... */
    uint32_t on_next;    /* what it becomes when the answer was taken */
    bool is_302;         /* it knows values, and is told of changes */
    bool is_negotiating; /* between its first CAP and CAP END: not in yet */
};

enum irc_cap_said {
    IRC_CAP_NOTHING,  /* it needs no answer */
    IRC_CAP_ANSWERED, /* `answer` is that */
    IRC_CAP_UNKNOWN,  /* there is no such subcommand */
};

/* A CAP line of a client called `nick`. Asked again before on_next was taken
 * it says the same. */
MUST_USE enum irc_cap_said wire_irc_cap(struct irc_caps *caps,
                                        const struct irc_line *line,
                                        bool is_opening, struct span server,
                                        struct span nick, struct buf *answer);

/* The table, for tests; NULL behind the last. */
const char *wire_irc_cap_name(size_t i);
uint32_t wire_irc_cap_bit(size_t i);

/* What of a client's key changes a room's bytes; and what of that changes the
 * bytes of one entry: nothing else may. */
uint32_t wire_irc_key_of_room(uint32_t key);
uint32_t wire_irc_key_for_entry(uint32_t key, const struct entry *e);

#endif
