/*
 * Inside the peers.
 */
#ifndef PEER_PEER_PRIV_H
#define PEER_PEER_PRIV_H

#include "base/slab.h"
#include "peer/peer.h"
#include "wire/frames.h"
#include "wire/lab.h"
#include "wire/telnet.h"
#include "wire/wire.h"

/* Messages that one peer may feed in a turn: enough for a paste, too few to
 * starve its neighbours. */
#define PEER_TURN_MESSAGES 64

/* Bytes that one peer may be sent in a turn, likewise. */
#define PEER_TURN_BYTES ((size_t)1 << 20)

/* Asked for at one read. */
#define PEER_READ_BYTES ((size_t)16 << 10)

/* A peer that is leaving gets so long for its last words, and as long again
 * to close its end. */
#define PEER_CLOSE_MS 2000

/* Of streams that peers have: TCP, datagrams of lines and of wire/arq. */
#define PEER_STREAM_KINDS 3

enum peer_state {
    PEER_SNIFFING,
    PEER_REGISTERING,
    PEER_OPEN,
    PEER_DRAINING,
    PEER_LINGERING,
    PEER_DEAD,
};

/* What peers stand in line for at the end of the turn. */
enum peer_queue_kind {
    PEER_TO_FEED,  /* messages were read and not fed yet */
    PEER_TO_FLUSH, /* there may be something to send */
    PEER_ASIDE,    /* of these: to be flushed one by one, behind the others */
    PEER_TO_MEND,  /* until there is room for the names of its rooms: gap.c */
    PEER_TO_REAP,  /* dead */
    PEER_QUEUES,
};

/* One log that a peer reads, in one dialect. A peer that changes its dialect
 * has, for a while, two legs into one room. */
struct leg {
    struct room_reader reader;
    struct leg *next;
};

/* Replies and private messages: a log with one reader, made when there is
 * something to say and gone when it was read. */
struct private_log {
    struct room_track track;
    struct room_reader reader;
    /* Where the reader was when he was last seen to be behind: the entry after
     * its next one (0: never), and how far inside. */
    uint64_t held_at;
    uint32_t held_inside;
};

/* For peers that read as lab programs do. */
struct pace {
    struct buf block; /* on its way */
    uint64_t due_ms;  /* the next block may go; 0: at once */
    uint64_t wait_ms; /* doubles while nothing is acknowledged */
    uint64_t read_ms; /* by then the slowest reader has read all of it */
    bool is_filled;   /* the last block: nothing can stick to its end */
};

/*
 * What a peer has only while something is under way: while it is told apart,
 * has sent half a line, is owed words of its own, paced, or on its way out. A
 * member who reads and is silent, as most are at any time, has none of it.
 */
struct peer_work {
    struct peer *peer;
    uint32_t number;         /* in peers.works */
    struct loop_timer timer; /* the earliest of what follows, or the pace's */
    uint64_t judge_ms;       /* sniff again; UINT64_MAX: never */
    uint64_t batch_ms;       /* end of a batch's time; UINT64_MAX: none */
    uint64_t close_ms;       /* end of patience; UINT64_MAX: none */
    uint64_t feed_ms;        /* what it sent is held; UINT64_MAX: it is not */
    struct sniff sniff;      /* while peer.is_sniffing */
    struct buf in;           /* read, not fed yet */
    struct buf rest;         /* to be sent before anything else */
    struct peer_gap *gaps;   /* what was missed: see gap.c */
    uint64_t shared_order;   /* several legs have what is sent now; 0: none */
    struct private_log *own; /* NULL: nothing was said to it alone */
    struct pace *pace;       /* of lab programs; else NULL */
};

struct peer {
    struct net_stream stream;
    struct peer_work *work; /* NULL: at rest */
    struct leg first_leg;   /* of most, the only one: see legs.c */
    struct user_id user;    /* nobody: not attached, or left */

    struct net_source *source; /* NULL on loopback */
    struct net_place place;    /* as a trusted proxy tells, if one does */
    uint32_t key;              /* its dialect */
    uint32_t number;           /* in peers.all */
    uint8_t pin;               /* enum sniff_pin */
    uint8_t state : 4;         /* enum peer_state */
    uint8_t silent_looks : 4;  /* since it sent anything: see pulse.c */
    bool is_irc : 1;           /* an IRC client */
    bool is_sniffing : 1;      /* its framing is not settled */
    bool is_ended : 1;         /* it will send no more */
    bool is_waiting : 1;       /* the hub takes nothing now */
    bool is_held : 1;          /* it sends or asks too much: not read now */
    bool was_told_of_flood : 1;
    bool is_blocked : 1;     /* writing: its system takes no more now */
    bool is_too_slow : 1;    /* it lets its replies pile up */
    bool is_owed_more : 1;   /* hub_go_on() when it has read its own log */
    bool is_unknown : 1;     /* counted as such */
    bool has_seat : 1;       /* counts for --max-clients */
    bool is_console : 1;     /* the operator's; counts for nothing */
    bool is_turned_away : 1; /* counted as such */
    struct bucket flood;     /* see flood.c */
    union {                  /* how what it sends is cut */
        struct {
            struct wire_frames frames;
            struct telnet telnet;
        };
        struct wire_irc *irc_session; /* when is_irc: see peer_irc() */
    };
};

struct peer_queue {
    uint64_t *next; /* a bit for each who joined, by number */
    uint64_t *now;  /* who is still to be served in this round */
    uint32_t words; /* of each */
    uint32_t n;     /* in `next` */
};

/* While a request is carried out whose answers bear its token: what its peer
 * is told meanwhile, which becomes one entry of its log. */
struct peer_answers {
    struct peer *to;   /* NULL: no such request */
    struct span token; /* the request's */
    uint64_t order;    /* of the first line; 0: there is none yet */
    struct buf lines;
};

struct peers {
    struct loop *loop;
    struct diag *diag;
    struct peers_limits limits;
    struct net_streams streams[PEER_STREAM_KINDS]; /* the first are in use */
    struct room_pool pool;
    struct hub *hub;
    struct net_sources sources;
    struct slab all; /* of struct peer; the dead, too, until the turn ends */
    struct slab works;
    struct peer_queue queues[PEER_QUEUES];
    uint64_t rest_until_us;  /* rooms are not flushed before */
    struct net_batch *batch; /* NULL: each send is a call of its own */
    struct net_send *sends;  /* batch->most of them; filled while flushing */
    struct room_reader **send_readers; /* whose bytes these are */
    size_t sends_n;
    struct list bans; /* ban.link */
    uint64_t last_ban;
    struct loop_hook turn_end;
    struct loop_timer pulse; /* set while there are IRC clients */
    struct loop_timer burst; /* set when there was one */
    uint64_t flushed_ms;     /* when there was last something to send */
    struct peers_counts counts;
    struct peer_work *spare_work; /* for the next that has something to do */
    struct buf spare;             /* lent to whoever is reading */
    struct buf scratch;           /* mended text */
    struct buf encoded;           /* one reply */
    struct peer_answers answers;
    uint64_t cloak_seed[2];
    bool is_stopping;
};

/* Whose it is: what all streams of a set have in common says so, and no peer
 * has to. */
static inline struct peers *
peer_set(const struct peer *p)
{
    return net_streams_of(&p->stream)->owner;
}

static inline struct peer *
peer_of_stream(struct net_stream *s)
{
    return CONTAINER_OF(s, struct peer, stream);
}

/* queue.c: nobody stands in one twice. */
void peer_queue_join(struct peer *p, enum peer_queue_kind kind);
void peer_queue_leave(struct peer *p, enum peer_queue_kind kind);
bool peer_queue_has(const struct peer *p, enum peer_queue_kind kind);

/* Call `serve` for all who stand there now; who joins meanwhile is first the
 * next time. */
void peer_queue_serve(struct peers *set, enum peer_queue_kind kind,
                      void (*serve)(struct peer *p));

void peer_queue_finish(struct peer_queue *q);

/* work.c: its work, which is there from now on; and an end to it, if nothing
 * is under way any more: only where nobody has a pointer into it. */
struct peer_work *peer_work(struct peer *p);
void peer_end_work(struct peer *p);
void peer_drop_work(struct peer *p);

/* life.c */
void peers_init_streams(struct peers *set);
bool peer_come_from(struct peer *p, const struct net_address *from);
struct net_address peer_address(const struct peer *p);
void peer_where(const struct peer *p, char out[NET_ADDRESS_TEXT]);
void peer_attach(struct peer *p, bool is_listener);
void peer_forget_listener(struct peer *p);
void peer_say_last(struct peer *p, const struct reply *r);
void peer_turn_out(struct peer *p, const char *why);
void peer_turn_away(struct peer *p, const char *why);
void peer_drain(struct peer *p);
void peer_on_drained(struct peer *p);
void peer_lose(struct peer *p, const char *why);
void peer_set_timer(struct peer *p);
void peer_on_due(struct loop_timer *t);
void peer_want(struct peer *p);
void peer_destroy(struct peer *p);
struct hub_env peer_env(const struct peers *set);

/* irc.c; NULL: it is no IRC client. */
static inline struct wire_irc *
peer_irc(const struct peer *p)
{
    return p->is_irc ? p->irc_session : NULL;
}
void peer_irc_start(struct peer *p);
void peer_irc_fill(const struct peer *p, struct hub_arrival *arrival);
size_t peer_irc_feed(struct peer *p, struct span in);
void peer_irc_give_up(struct peer *p);
void peer_irc_mark(const struct peer *p, struct span token, struct span lines,
                   struct buf *out);
void peer_irc_end_batch(struct peer *p);

/* in.c */
void peer_read(struct peer *p);
void peer_feed(struct peer *p);
void peer_judge(struct peer *p);

/* answers.c: what was encoded answers this one, perhaps with others. */
void peer_tell(struct peer *p, uint64_t order);
void peer_end_answers(struct peer *p, uint64_t order);
void peer_on_answers(void *peer, struct span token, uint64_t order);

/* out.c */
static inline bool
peer_has_rest(const struct peer *p)
{
    return p->work != NULL && p->work->rest.n > 0;
}
extern const struct hub_ops peer_hub_ops;
void peer_on_cut(struct room_reader *r, struct span rest);
void peer_want_flush(struct peer *p);
/* What was encoded, to his own log. */
void peer_append_own(struct peer *p, uint64_t order);
void peer_say_privately(struct peer *p, uint64_t order, struct span bytes);
void peer_close_private(struct peer *p);
void peer_forget_own(struct peer *p); /* his own log, if he has read it */
void peer_cut_own(struct peer *p);    /* he reads the entry that he is in */
void peer_reply(struct peer *p, const struct reply *r);
void peer_say_too_slow(struct peer *p);
bool peer_next_run(struct peer *p, struct room_run *run,
                   struct room_reader **reader);
bool peer_run_goes_on(struct peer *p, const struct room_reader *r,
                      struct room_run *run);
void peer_take(struct peer *p, struct room_reader *r, size_t n);

/* flood.c: what is fed is paid for; who has nothing left waits. */
bool peer_flood_holds(struct peer *p);
void peer_flood_take(struct peer *p, uint32_t tokens);
void peer_flood_is_due(struct peer *p);
static inline void
peer_pay(struct peer *p, const struct msg *m)
{
    if (peer_set(p)->limits.flood.token_ns > 0)
        peer_flood_take(p, hub_cost(m));
}

/* burst.c */
void peers_watch_burst(struct peers *set);

/* pulse.c: there is an IRC client to look after. */
void peers_feel_pulse(struct peers *set);

/* behind.c */
bool peer_behind_holds(struct peer *p);
void peer_behind_is_over(struct peer *p);
bool peer_has_read(void *peer); /* of struct hub_ops */
void peer_behind_go_on(struct peer *p);
void peers_behind_keep_limit(struct peers *set);
bool peers_behind_are_many(const struct peers *set);

/* gap.c */
void peer_on_lapped(struct room_reader *r, uint64_t order);
uint64_t peer_gap_order(const struct peer *p, const struct room_reader *r);
void peer_tell_gap(struct peer *p, struct room_reader *r, uint64_t missed);
bool peer_mend_gaps(struct peer *p);
void peers_mend_on(struct peers *set);
void peer_mend_names(void *peer, const struct room_log *log);
void peer_forget_gaps(struct peer_work *w);

/* legs.c: the first one, whose next lead to the others; NULL: none. */
struct leg *peer_legs(struct peer *p);
struct peer *peer_of_reader(struct room_reader *r);
struct room_reader *peers_next_reader(const struct room_track *t,
                                      struct room_reader *r);
void peer_open_leg(struct peer *p, struct room_log *log);
struct room_reader *peer_find_reader(struct peer *p,
                                     const struct room_log *log);
void peer_end_legs(struct peer *p);
void peer_close_leg(struct peer *p, struct leg *leg);
void peer_close_legs(struct peer *p);

/* flush.c */
void peers_flush(struct peers *set);
size_t peer_send_some(struct peer *p, struct span bytes);

/* pace.c */
static inline struct pace *
peer_pace(const struct peer *p)
{
    return p->work != NULL ? p->work->pace : NULL;
}
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
