/*
 * Waiting: for descriptors, for time, for the end of the turn.
 *
 * A turn: wait; call what became ready; call the timers that are due; then
 * the end-of-turn hooks, which flush and reap. Nobody frees an object inside
 * a callback of its own: close marks, a hook reaps.
 *
 * How waiting is done, the *engine*, is a struct loop_ops and one file each:
 * epoll.c, poll.c, select.c, threads.c, one.c. Tests bring their own, with a
 * clock that stands still until told.
 */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include "base/check.h"
#include "base/list.h"
#include "base/trace.h"

#include <stddef.h>
#include <stdint.h>

#define LOOP_READ 1u
#define LOOP_WRITE 2u
/* The peer will send no more, though what it sent before may be unread: for
 * who does not want to read yet. Not every waiter can tell. */
#define LOOP_HANGUP 4u

/* Whose a descriptor is; only the engine `one` asks. */
enum loop_role {
    LOOP_OURS,  /* signals, the terminal */
    LOOP_DOOR,  /* somebody may come */
    LOOP_GUEST, /* who came */
};

struct loop;
struct loop_watch;

/* Who is called: one for all that is watched for the same reason. */
struct loop_watcher {
    void (*on_ready)(struct loop_watch *w, unsigned events);
};

/*
 * A descriptor that is waited on; embedded in its owner. A hang-up or an
 * error is reported as whatever was wanted: reading or writing tells more.
 */
struct loop_watch {
    const struct loop_watcher *watcher;
    int fd;
    uint32_t events : 4; /* wanted; 0: none, not even hang-ups */
    uint32_t role : 3;   /* enum loop_role */
    uint32_t is_added : 1;
    uint32_t slot : 24; /* the waiter's place for it */
};

/* A timer; embedded in its owner. Zeroed: not set. */
struct loop_timer {
    uint64_t due_ms;
    uint32_t slot; /* in the heap, from 1; 0: not set */
    void (*on_due)(struct loop_timer *t);
};

struct loop_hook {
    struct list link;
    void (*on_turn_end)(struct loop_hook *h);
};

struct loop_ops {
    const char *name;
    const char *call;   /* that waits; for --trace */
    const char *limit;  /* why add() says no, and the cure */
    size_t most_fds;    /* descriptors are below; 0: no limit of its own */
    size_t fds_each;    /* descriptors that watching one costs, beside it */
    bool is_one_by_one; /* who comes next waits until the last one is gone */
    /* The waiter; NULL with errno when it can't. */
    void *(*open)(struct loop *l);
    void (*close)(void *waiter);
    /* Before the first set(). False with errno. NULL: nothing to do. */
    bool (*add)(void *waiter, struct loop_watch *w);
    /* After the last set(): w dies. `closes`: its descriptor, too, which is
     * then not to be closed by the caller. NULL: nothing to do. */
    void (*remove)(void *waiter, struct loop_watch *w, bool closes);
    /* w->events changes to `events`. */
    void (*set)(void *waiter, struct loop_watch *w, unsigned events);
    /* At most timeout_ms; -1: for ever. */
    void (*wait)(void *waiter, int timeout_ms);
    /* Call loop_ready() for each that became ready. Apart from wait(), so
     * that the clocks can be read in between. */
    void (*dispatch)(void *waiter);
    /* End wait() in another thread. NULL: there are no others. */
    void (*nudge)(void *waiter);
    uint64_t (*now_ms)(void *waiter);  /* monotonic */
    uint64_t (*wall_ms)(void *waiter); /* since 1970 */
    /* A finer wait and clock, for loop_again_in(); NULL: in milliseconds. */
    void (*wait_us)(void *waiter, uint64_t us);
    uint64_t (*now_us)(void *waiter);
};

extern const struct loop_ops loop_epoll_ops;
extern const struct loop_ops loop_poll_ops;    /* takes files, too */
extern const struct loop_ops loop_select_ops;  /* files, too; 1,024 at most */
extern const struct loop_ops loop_threads_ops; /* a thread for each */
extern const struct loop_ops loop_one_ops;     /* one guest at a time */

/* All of these, by name. */
#define LOOP_ENGINES 5
extern const struct loop_ops *const loop_engines[LOOP_ENGINES];

/* NULL with errno set. */
struct loop *loop_create(const struct loop_ops *ops);
void loop_destroy(struct loop *l);
void *loop_waiter(struct loop *l);
const struct loop_ops *loop_engine(const struct loop *l);

/* Who wants to see each call; NULL: nobody. It outlives the loop. */
void loop_set_trace(struct loop *l, struct trace *t);
struct trace *loop_trace(const struct loop *l);

/*
 * w, for as long as it lives:
 *
 *     loop_add --> loop_watch, as often as wanted --> loop_close
 *
 * Only loop_add can fail: false with errno. loop_watch adds what was not,
 * and aborts where that fails: for the few descriptors of our own, at start.
 */
MUST_USE bool loop_add(struct loop *l, struct loop_watch *w);
void loop_watch(struct loop *l, struct loop_watch *w, unsigned events);

/* w is forgotten and may be freed; its descriptor is closed, at once or by
 * the thread that waits on it. It may not have been added. */
void loop_close(struct loop *l, struct loop_watch *w);
void loop_remove(struct loop *l, struct loop_watch *w); /* it stays open */

/* For waiters: w became ready. */
void loop_ready(struct loop *l, struct loop_watch *w, unsigned events);
/* For waiters with threads: the same, and the rest of a turn around it. */
void loop_ready_turn(struct loop *l, struct loop_watch *w, unsigned events);

void loop_timer_set(struct loop *l, struct loop_timer *t, uint64_t due_ms);
void loop_timer_clear(struct loop *l, struct loop_timer *t);

void loop_hook_add(struct loop *l, struct loop_hook *h);

/* Of this turn: they do not change inside one. */
uint64_t loop_now_ms(const struct loop *l);
uint64_t loop_wall_ms(const struct loop *l);

/* There is work left: the next turn does not wait; or not longer than `us`
 * microseconds, as far as the waiter is so fine. To be said in each turn. */
void loop_again(struct loop *l);
void loop_again_in(struct loop *l, uint64_t us);

/* The clock as it is, inside a turn: for how long something took. */
uint64_t loop_clock_us(const struct loop *l);

void loop_turn(struct loop *l);
void loop_run(struct loop *l); /* until loop_stop() */
void loop_stop(struct loop *l);

/* For waiters: the real clocks. */
uint64_t loop_real_now_ms(void *waiter);
uint64_t loop_real_wall_ms(void *waiter);
uint64_t loop_real_now_us(void *waiter);

#endif
