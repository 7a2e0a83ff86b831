/*
 * Waiting: for descriptors, for time, for the end of the turn.
 *
 * A turn: wait; call what became ready; call the timers that are due; then
 * the end-of-turn hooks, which flush and reap. Nobody frees an object inside
 * a callback of its own: close marks, a hook reaps.
 *
 * How waiting is done is a struct loop_ops and one file each (epoll.c,
 * poll.c); tests bring their own, with a clock that stands still until told.
 */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include "base/list.h"

#include <stdint.h>

#define LOOP_READ 1u
#define LOOP_WRITE 2u
/* The peer will send no more, though what it sent before may be unread: for
 * who does not want to read yet. Not every waiter can tell. */
#define LOOP_HANGUP 4u

/*
 * A descriptor that is waited on; embedded in its owner. A hang-up or an
 * error is reported as whatever was wanted: reading or writing tells more.
 */
struct loop_watch {
    int fd;
    unsigned events; /* wanted; 0: none, not even hang-ups */
    uint32_t slot;   /* the waiter's */
    void (*on_ready)(struct loop_watch *w, unsigned events);
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

struct loop;

struct loop_ops {
    const char *name;
    void *(*open)(void); /* the waiter; NULL with errno when it can't */
    void (*close)(void *waiter);
    /* w->events changes to `events`. */
    void (*set)(void *waiter, struct loop_watch *w, unsigned events);
    /* At most timeout_ms; -1: for ever. */
    void (*wait)(void *waiter, int timeout_ms);
    /* Call loop_ready() for each that became ready. Apart from wait(), so
     * that the clocks can be read in between. */
    void (*dispatch)(void *waiter);
    uint64_t (*now_ms)(void *waiter);  /* monotonic */
    uint64_t (*wall_ms)(void *waiter); /* since 1970 */
    /* A finer wait and clock, for loop_again_in(); NULL: in milliseconds. */
    void (*wait_us)(void *waiter, uint64_t us);
    uint64_t (*now_us)(void *waiter);
};

extern const struct loop_ops loop_epoll_ops;
extern const struct loop_ops loop_poll_ops; /* takes files, too */

/* NULL with errno set. */
struct loop *loop_create(const struct loop_ops *ops);
void loop_destroy(struct loop *l);
void *loop_waiter(struct loop *l);

void loop_watch(struct loop *l, struct loop_watch *w, unsigned events);
void loop_ready(struct loop_watch *w, unsigned events); /* for waiters */

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
