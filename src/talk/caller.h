/*
 * One who calls, from his first byte to his last:
 *
 *     SNIFFING --> WAITING --> TALKING --> DRAINING --> LINGERING --> DEAD
 *
 *   SNIFFING   what does he speak? (wire/sniff) A machine is refused here
 *   WAITING    a person; what he types is put aside, up to a limit
 *   TALKING    what he types is read
 *   DRAINING   it is over; what is queued for him is sent
 *   LINGERING  our end is closed; his last bytes are read and dropped, since
 *              closing with bytes unread would reset the connection and lose
 *              our last words
 *   DEAD       to be destroyed at the end of the turn
 *
 * A caller changes his state by himself, but for WAITING --> TALKING; the
 * talk looks at all states at the end of the turn.
 */
#ifndef TALK_CALLER_H
#define TALK_CALLER_H

#include "base/diag.h"
#include "msg/reply.h"
#include "net/address.h"
#include "net/source.h"
#include "net/stream.h"
#include "wire/frames.h"
#include "wire/sniff.h"
#include "wire/telnet.h"

/* Who is hung up on gets so long for each further piece of what is queued
 * for him, and as long again to close his end. */
#define TALK_CLOSE_MS 2000

enum talk_caller_state {
    TALK_CALLER_SNIFFING,
    TALK_CALLER_WAITING,
    TALK_CALLER_TALKING,
    TALK_CALLER_DRAINING,
    TALK_CALLER_LINGERING,
    TALK_CALLER_DEAD,
};

/* To a lab program: in blocks that one recv() takes, each only after the one
 * before was acknowledged and its reader had time to come back for more. */
struct talk_pace {
    struct buf block; /* on its way */
    uint64_t due_ms;  /* the next may go; 0: at once */
    uint64_t wait_ms; /* doubles while nothing is acknowledged */
};

struct talk_caller {
    /* Set by the talk, for itself. */
    struct list link;          /* talk.unknown, .waiting or .leaving */
    struct net_source *source; /* NULL on loopback */
    size_t place;              /* in the queue, as he was told; 0: he was not */

    struct loop *loop;
    struct diag *diag;
    struct net_streams streams; /* of this one only */
    struct net_stream stream;
    struct net_address address;
    struct buf label; /* "(ip,port)" */
    enum talk_caller_state state;

    /* One message, without newline, as it came. The text dies at return. */
    void (*on_text)(struct talk_caller *c, struct span text);
    void *owner;

    enum sniff_pin pin;
    struct sniff *sniff; /* NULL once framing is settled */
    uint32_t key;        /* his dialect */
    struct wire_frames frames;
    struct telnet telnet;
    struct loop_timer timer; /* the earliest of what follows, and pace */
    uint64_t judge_ms;       /* sniff again; UINT64_MAX: never */
    uint64_t close_ms;       /* end of patience; UINT64_MAX: none */

    struct buf in;   /* read, not cut into messages yet */
    struct buf held; /* WAITING: messages, each ended by a newline */
    struct buf out;  /* to be sent; lines, each ended by a newline */
    struct talk_pace pace;
    bool is_ended;    /* he will send no more, and all was read */
    bool has_hung_up; /* the same, but not all was read */
    bool has_more;    /* to be fed, before more is read */
    bool is_paused;   /* TALKING: nobody can take his messages now */
    bool is_blocked;  /* writing: his system takes no more now */
    bool was_mended;  /* he was told that he does not send UTF-8 */
};

/* NULL with errno: the loop takes no more. The caller of this sets on_text and
 * owner. */
struct talk_caller *talk_caller_create(struct loop *l, struct diag *d,
                                       const struct net_offer *o,
                                       const struct net_address *from,
                                       enum sniff_pin pin);
void talk_caller_destroy(struct talk_caller *c); /* DEAD */

/* WAITING --> TALKING. */
void talk_caller_begin(struct talk_caller *c);

/* TALKING: read for him, or do not. */
void talk_caller_pause(struct talk_caller *c, bool is_paused);

/* A turn's worth of his messages: up, or put aside. To be called at the end
 * of each turn. */
void talk_caller_feed(struct talk_caller *c);

/* Queue our own words; or a line, not empty, which has no newline. */
void talk_caller_reply(struct talk_caller *c, enum reply_kind kind,
                       uint64_t count);
void talk_caller_say(struct talk_caller *c, struct span line);
bool talk_caller_is_full(const struct talk_caller *c);

/* It is over: send what is queued, then close. May be done already. */
void talk_caller_drain(struct talk_caller *c);
void talk_caller_lose(struct talk_caller *c); /* at once */

/* Send what can be sent now. */
void talk_caller_flush(struct talk_caller *c);

#endif
