/*
 * Who has which message: what was posted, what each member got, and so what
 * is lost, came twice or out of order, and which messages are complete.
 *
 * For each member and sender there is one number, the sequence that is due
 * next. A message is complete when every member that it is for has it or is
 * known not to get it in its turn; a sender may post while no more than
 * `window` of its messages, from the oldest incomplete one on, are out.
 */
#ifndef BENCH_LEDGER_H
#define BENCH_LEDGER_H

#include "base/bytes.h"

/* Holes of which we remember where they are, so that a message which fills
 * one later is known for misordered, not for another copy. */
#define LEDGER_HOLES_MOST 65536

struct ledger_sender;
struct ledger_hole;

/* A member that gets nothing of a sender, or of anybody. */
#define LEDGER_NEVER UINT32_MAX

struct ledger {
    uint32_t members;
    uint32_t senders;
    uint32_t window;  /* messages of a sender that may be out */
    bool echoes;      /* a sender gets its own */
    uint32_t readers; /* members that get messages */
    uint32_t *due;    /* [member * senders + sender]; LEDGER_NEVER: none */
    struct ledger_sender *of;
    uint32_t *left; /* [sender * ring + sequence % ring]: members without it */
    uint32_t ring;  /* a power of two, at least the window */
    struct ledger_hole *holes;
    size_t holes_n;

    uint64_t posted;
    uint64_t lost; /* member and message; what comes late is taken off */
    uint64_t duplicated;
    uint64_t misordered;
    uint64_t completed;
    uint32_t *free; /* senders whose window opened; popped by the load */
    uint32_t free_n;
};

enum ledger_news {
    LEDGER_COUNTED,
    LEDGER_COMPLETE, /* this was the last member without it */
    LEDGER_WRONG,    /* duplicated or misordered */
    LEDGER_UNKNOWN,  /* nobody has posted that */
};

/* The last `stalled` members never get anything. */
void ledger_init(struct ledger *l, uint32_t members, uint32_t senders,
                 uint32_t stalled, uint32_t window, bool echoes);
void ledger_finish(struct ledger *l);

bool ledger_may_post(const struct ledger *l, uint32_t sender);
bool ledger_is_gone(const struct ledger *l, uint32_t sender);
/* Its sequence; it may. */
uint32_t ledger_post(struct ledger *l, uint32_t sender);

/* A sender that may have become free to post; ledger.free_n is not 0. */
uint32_t ledger_pop_free(struct ledger *l);

/* `member` got it. */
enum ledger_news ledger_deliver(struct ledger *l, uint32_t member,
                                uint32_t sender, uint32_t sequence);

/* `member`, a reader until now, gets nothing any more and posts nothing: what
 * it has not got is lost. */
void ledger_leave(struct ledger *l, uint32_t member);

/* Everything that was posted is complete. */
bool ledger_is_quiet(const struct ledger *l);

/* Nothing more will come: what is still due is lost. */
void ledger_close(struct ledger *l);

#endif
