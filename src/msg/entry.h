/*
 * What happened: an entry of a room's log, or of one peer's private log.
 */
#ifndef MSG_ENTRY_H
#define MSG_ENTRY_H

#include "base/bytes.h"
#include "msg/audience.h"
#include "msg/ids.h"

/*
 * Kind, and which fields it has beyond author, nick, label and room:
 *
 *   SAY ACTION REMARK   text; of SAY and REMARK, and of those below, it may
 *                have several lines
 *   CTCP CTCP_REPLY     text; for programs: people do not read it
 *   TAGS                tags alone; likewise
 *   PRIVATE PRIVATE_ACTION PRIVATE_REMARK
 *                text; in private logs only: no room, target is the reader
 *   JOIN
 *   PART         text is the reason, often empty
 *   QUIT         text is the reason, often empty; in each of his rooms
 *   NICK         target is the new nick; in each of his rooms
 *   KICK         target is who was kicked; text is the reason
 *   KILL         the author goes; target is who turned him out; text is the
 *                reason; in each of his rooms
 *   TOPIC        text is the topic; empty: removed
 *   RENAMED      target: what the room is called from here on; text is the
 *                reason, often empty
 *   RENAME       likewise; in private logs only, of programs that understand
 *   MODE         text is the change: "+o-m alice"
 *   OWN_MODE     likewise, of target; in his private log only
 *   INVITE       target; in his private log only
 *   INVITED      target: who was asked into this room; its members read it
 *   AWAY         text; empty: he is back; in each of his rooms
 *   REAL         text is what he calls himself at length from now on; in each
 *                of his rooms
 *   WALLOPS      text; in private logs only
 *   NOTICE       text; the server's own words, no author
 */
#define ENTRY_KINDS(X)                                                         \
    X(SAY)                                                                     \
    X(ACTION)                                                                  \
    X(REMARK)                                                                  \
    X(CTCP)                                                                    \
    X(CTCP_REPLY)                                                              \
    X(TAGS)                                                                    \
    X(PRIVATE)                                                                 \
    X(PRIVATE_ACTION)                                                          \
    X(PRIVATE_REMARK)                                                          \
    X(JOIN)                                                                    \
    X(PART)                                                                    \
    X(QUIT)                                                                    \
    X(NICK)                                                                    \
    X(KICK)                                                                    \
    X(KILL)                                                                    \
    X(TOPIC)                                                                   \
    X(MODE)                                                                    \
    X(OWN_MODE)                                                                \
    X(INVITE)                                                                  \
    X(WALLOPS) X(NOTICE) X(INVITED) X(AWAY) X(REAL) X(RENAMED) X(RENAME)

enum entry_kind {
#define X(name) ENTRY_##name,
    ENTRY_KINDS(X)
#undef X
        ENTRY_KIND_COUNT
};

/*
 * Borrows all of its texts; whoever keeps an entry copies them.
 */
struct entry {
    enum entry_kind kind;
    uint64_t order;        /* of this process; one counter for all logs */
    uint64_t id;           /* everyone's; never going back; 0: it is told
                              to one alone, and has none */
    uint64_t wall_ms;      /* when it was asked for, since 1970 */
    struct user_id author; /* nobody: the server */
    struct span nick;      /* the author's, when it happened; else the
                              server's */
    struct span user;      /* the author's, as his program told; often empty */
    struct span real;      /* likewise: what he calls himself at length */
    uint64_t cloak;        /* where he comes from, which tells nothing but
                              that it is the same place */
    bool is_bot;           /* the author is a program, as he says */
    struct span label;     /* "(ip,port)" of authors who came on lab://, whose
                              custom that is; empty for all others, whose
                              address is nobody's business */
    struct span room;
    bool has_lines;             /* text has: msg/lines.h */
    enum msg_audience audience; /* not all: in private logs only */
    struct span target;
    struct span target_label;
    struct span text;
    struct span tags; /* as in struct msg */
};

/* What a reader who lost it wants counted: words, not comings and goings. */
static inline bool
entry_is_message(const struct entry *e)
{
    return e->kind == ENTRY_SAY || e->kind == ENTRY_ACTION ||
           e->kind == ENTRY_REMARK || e->kind == ENTRY_NOTICE;
}

/* What people, or their programs, say: not what they do. */
static inline bool
entry_is_said(const struct entry *e)
{
    switch (e->kind) {
    case ENTRY_SAY:
    case ENTRY_ACTION:
    case ENTRY_REMARK:
    case ENTRY_CTCP:
    case ENTRY_CTCP_REPLY:
    case ENTRY_TAGS:
    case ENTRY_PRIVATE:
    case ENTRY_PRIVATE_ACTION:
    case ENTRY_PRIVATE_REMARK:
        return true;
    default:
        return false;
    }
}

#endif
