/*
 * Inside the peers.
 */
#ifndef PEER_PEER_PRIV_H
#define PEER_PEER_PRIV_H

#include "peer/peer.h"
#include "wire/frames.h"
#include "wire/lab.h"
#include "wire/telnet.h"
#include "wire/wire.h"

/* Messages that one peer may feed in a turn: enough for a paste, too few to
 * starve its neighbours. */
#define PEER_TURN_MESSAGES 16

/* Bytes that one peer may be sent in a turn, likewise. */
#define PEER_TURN_BYTES ((size_t)1 << 20)

/* Asked for at one read. */
#define PEER_READ_BYTES ((size_t)16 << 10)

/* A peer that is leaving gets so long for its last words, and as long again
 * to close its end. */
#define PEER_CLOSE_MS 2000

enum peer_state {
    PEER_SNIFFING,
    PEER_OPEN,
    PEER_DRAINING,
    PEER_LINGERING,
    PEER_DEAD,
};

/* One log that a peer reads, in one dialect. A peer that changes its dialect
 * has, for a while, two legs into one room. */
struct leg {
    struct list link; /* peer.legs */
    struct peer *peer;
    struct room_reader reader;
};

/* Replies and private messages: a log with one reader, made when there is
 * something to say and gone when it was read. */
struct private_log {
    struct room_track track;
    struct room_reader reader;
};

/* For peers that read as lab programs do. */
struct pace {
    struct buf block; /* on its way */
    uint64_t due_ms;  /* the next block may go; 0: at once */
    uint64_t wait_ms; /* doubles while nothing is acknowledged */
    uint64_t read_ms; /* by then the slowest reader has read all of it */
    bool is_filled;   /* the last block: nothing can stick to its end */
};

struct peer {
    struct peers *set;
    struct net_stream *stream;
    struct list all_link;    /* peers.all, or peers.dead */
    struct list flush_link;  /* peers.to_flush */
    struct list again_link;  /* peers.to_feed: has messages left to feed */
    struct loop_timer timer; /* the earliest of what follows */
    uint64_t judge_ms;       /* sniff again; UINT64_MAX: never */
    uint64_t close_ms;       /* end of patience; UINT64_MAX: none */

    struct net_address address; /* as a trusted proxy tells, if one does */
    struct net_source *source;  /* NULL on loopback */
    struct sniff *sniff;        /* NULL once framing is settled */
    struct user_id user;        /* nobody: not attached, or left */
    uint32_t key;               /* its dialect */
    struct wire_frames frames;
    struct telnet telnet;
    enum sniff_pin pin;
    enum peer_state state;
    bool is_ended;       /* it will send no more */
    bool is_waiting;     /* the hub takes nothing now */
    bool is_blocked;     /* writing: its system takes no more now */
    bool is_too_slow;    /* it lets its replies pile up */
    bool is_unknown;     /* counted as such */
    bool has_seat;       /* counts for --max-clients */
    bool is_console;     /* the operator's; counts for nothing */
    bool is_turned_away; /* counted as such */

    struct buf in;    /* read, not fed yet */
    struct buf rest;  /* to be sent before anything else */
    struct list legs; /* leg.link */
    struct private_log *own;
    struct pace *pace; /* of lab programs; else NULL */
};

struct peers {
    struct loop *loop;
    struct diag *diag;
    struct peers_limits limits;
    struct room_pool pool;
    struct hub *hub;
    struct net_sources sources;
    struct list all;      /* peer.all_link */
    struct list dead;     /* peer.all_link */
    struct list to_flush; /* peer.flush_link */
    struct list to_feed;  /* peer.again_link */
    struct list bans;     /* ban.link */
    uint64_t last_ban;
    struct loop_hook turn_end;
    struct peers_counts counts;
    struct buf spare;   /* lent to whoever is reading */
    struct buf scratch; /* mended text */
    struct buf encoded; /* one reply */
    bool is_stopping;
};

/* life.c */
bool peer_come_from(struct peer *p, const struct net_address *from);
void peer_attach(struct peer *p, bool is_listener);
void peer_say_last(struct peer *p, const struct reply *r);
void peer_turn_out(struct peer *p, struct span why);
void peer_turn_away(struct peer *p, struct span why);
void peer_drain(struct peer *p);
void peer_end_legs(struct peer *p);
void peer_on_drained(struct peer *p);
void peer_lose(struct peer *p, struct span why);
void peer_set_timer(struct peer *p);
void peer_want(struct peer *p);
void peer_destroy(struct peer *p);
struct hub_env peer_env(const struct peers *set);

/* in.c */
void peer_read(struct peer *p);
void peer_feed(struct peer *p);
void peer_judge(struct peer *p);

/* out.c */
extern const struct hub_ops peer_hub_ops;
void peer_on_cut(struct room_reader *r, struct span rest);
void peer_want_flush(struct peer *p);
void peer_flush(struct peer *p);
size_t peer_send_some(struct peer *p, struct span bytes);
void peer_close_legs(struct peer *p);
bool peer_next_run(struct peer *p, struct room_run *run,
                   struct room_reader **reader);

/* pace.c */
void peer_pace_start(struct peer *p);
void peer_pace_stop(struct peer *p);
bool peer_pace_flush(struct peer *p);

/* bans.c */
bool peer_bans_have(const struct peers *set, const struct net_address *a);
bool peer_bans_add(struct peer *p, struct span nick, struct buf *where);
size_t peer_bans_list(const struct peers *set, struct buf *out);
bool peer_bans_remove(struct peers *set, uint64_t number);
void peer_bans_finish(struct peers *set);

/* refuse.c */
void peer_refuse(struct peer *p, enum sniff_verdict verdict);

#endif
