/*
 * A thread for each descriptor, and one lock: the lab's model, with what the
 * lab leaves out.
 *
 *     sentry of fd 5   poll(5) ......... | read, decide, append, flush |
 *     sentry of fd 6   poll(6) .. wait for the lock ...................| read ..
 *     the loop's own   .... waits for the next timer or hook ............
 *
 * A sentry waits without the lock, takes it, and calls what the other engines
 * call: loop_ready(), timers that are due, the hooks of the end of the turn.
 * So nothing above loop/ knows that there are threads, and nothing above needs
 * a lock of its own. The price is one switch between threads for each turn.
 *
 * Who frees. A watch belongs to its owner, who may free it as soon as
 * loop_close() returns; a sentry looks at it with the lock only, and at its
 * own `watch` first. A sentry frees itself when it is told to go. Each joins
 * the one that went before it, and close() the last, so that at most one
 * thread that has ended is unjoined, and none when the loop is destroyed.
 *
 * Who closes. The sentry itself closes its descriptor, when it has come back
 * from poll(2). If another thread did, the number might be given to the next
 * who connects while the sentry still waits on it, for somebody else.
 *
 * The thread that made the loop holds the lock from open() to close(), but in
 * wait(). Callbacks never block, so neither does anybody who has the lock.
 */
#include "base/alloc.h"
#include "base/tr.h"
#include "loop/loop.h"
#include "loop/pollfd.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A turn touches 16 KiB at most, without sanitizers; only pages that
 * were touched cost memory. The default, 8 MiB, would be so many of address
 * space for each guest. */
#define STACK_BYTES ((size_t)256 << 10)

struct waiter {
    struct loop *loop;
    pthread_mutex_t mutex; /* guards what follows, for a few instructions */
    struct list queue;     /* place.link: who waits for the lock */
    bool is_held;          /* the lock */
    pthread_cond_t nudge;
    bool is_nudged;

    /* The lock guards these. */
    struct sentry **sentries;
    uint32_t sentries_n;
    uint32_t sentries_cap;
    struct sentry *on_duty; /* whose turn it is; NULL: the loop's own thread */
    pthread_t last_gone;
    bool has_gone; /* last_gone is one, not joined yet */
};

struct sentry {
    struct waiter *waiter;
    struct loop_watch *watch; /* NULL: it shall go */
    pthread_t id;
    uint32_t slot; /* of waiter.sentries, and of the watch */
    int fd;
    int bell; /* an eventfd: what is wanted has changed */
    bool closes;
};

/* -- the lock: first come, first served ------------------------------------- */

/*
 * A mutex is no queue: whoever unlocks it and locks it again, as a sentry does
 * whose guest sends without a pause, gets it back before a sleeper has woken
 * up. Here the lock is handed over to the one who has waited longest.
 */
struct place {
    struct list link;
    pthread_cond_t called;
    bool is_called;
};

static void
take_lock(struct waiter *w)
{
    struct place me = {.called = PTHREAD_COND_INITIALIZER};
    pthread_mutex_lock(&w->mutex);
    if (!w->is_held) {
        w->is_held = true;
    } else {
        list_add(&w->queue, &me.link);
        while (!me.is_called)
            pthread_cond_wait(&me.called, &w->mutex);
    }
    pthread_mutex_unlock(&w->mutex);
    pthread_cond_destroy(&me.called);
}

static void
give_lock(struct waiter *w)
{
    pthread_mutex_lock(&w->mutex);
    w->is_held = !list_is_empty(&w->queue);
    if (w->is_held) {
        struct place *next = CONTAINER_OF(w->queue.next, struct place, link);
        list_remove(&next->link);
        next->is_called = true;
        pthread_cond_signal(&next->called);
    }
    pthread_mutex_unlock(&w->mutex);
}

/* -- the loop's own thread -------------------------------------------------- */

static void
threads_nudge(void *waiter)
{
    struct waiter *w = waiter;
    pthread_mutex_lock(&w->mutex);
    w->is_nudged = true;
    pthread_cond_signal(&w->nudge);
    pthread_mutex_unlock(&w->mutex);
}

/* Until somebody nudges us, or then; NULL: for ever. */
static void
wait_until(struct waiter *w, const struct timespec *then)
{
    int error = 0;
    give_lock(w);
    pthread_mutex_lock(&w->mutex);
    while (!w->is_nudged && error == 0) {
        error = then == NULL
                    ? pthread_cond_wait(&w->nudge, &w->mutex)
                    : pthread_cond_timedwait(&w->nudge, &w->mutex, then);
    }
    w->is_nudged = false;
    pthread_mutex_unlock(&w->mutex);
    take_lock(w);
}

static void
threads_wait_us(void *waiter, uint64_t us)
{
    us += loop_real_now_us(waiter);
    struct timespec then = {.tv_sec = (time_t)(us / 1000000),
                            .tv_nsec = (long)(us % 1000000) * 1000};
    wait_until(waiter, &then);
}

static void
threads_wait(void *waiter, int timeout_ms)
{
    if (timeout_ms < 0)
        wait_until(waiter, NULL);
    else
        threads_wait_us(waiter, (uint64_t)timeout_ms * 1000);
}

static void
threads_dispatch(void *waiter)
{
    (void)waiter; /* the sentries have done it */
}

/* -- sentries ----------------------------------------------------------------- */

static void
ring(struct sentry *s)
{
    uint64_t one = 1;
    /* Who is on duty looks at his watch when he is done. */
    if (s != s->waiter->on_duty)
        CHECK(write(s->bell, &one, sizeof(one)) == (ssize_t)sizeof(one));
}

/* Wait, without the lock. 0: something else happened. */
static unsigned
look_out(const struct sentry *s, unsigned events)
{
    struct pollfd fds[2] = {
        loop_pollfd(s->bell, LOOP_READ),
        loop_pollfd(events == 0 ? -1 : s->fd, events),
    };
    uint64_t rings;
    if (poll(fds, 2, -1) <= 0)
        return 0;
    if (fds[0].revents != 0)
        (void)!read(s->bell, &rings, sizeof(rings)); /* be quiet again */
    return loop_pollfd_events(&fds[1]);
}

static void
put(struct waiter *w, struct sentry *s, uint32_t slot)
{
    w->sentries[slot] = s;
    s->slot = slot;
    if (s->watch != NULL)
        s->watch->slot = slot;
}

static void
enrol(struct waiter *w, struct sentry *s)
{
    if (w->sentries_n == w->sentries_cap) {
        w->sentries_cap = w->sentries_cap == 0 ? 16 : w->sentries_cap * 2;
        w->sentries =
            alloc_resize(w->sentries, w->sentries_cap * sizeof(*w->sentries));
    }
    put(w, s, w->sentries_n++);
}

/* The last one moves into the hole. */
static void
strike_off(struct waiter *w, const struct sentry *s)
{
    struct sentry *last = w->sentries[--w->sentries_n];
    if (last != s)
        put(w, last, s->slot);
}

static struct sentry *
sentry_of(const struct waiter *w, const struct loop_watch *watch)
{
    struct sentry *s = w->sentries[watch->slot];
    CHECK(s->watch == watch);
    return s;
}

/* With the lock, which it gives back. */
static void
go(struct sentry *s)
{
    struct waiter *w = s->waiter;
    pthread_t before = w->last_gone;
    bool has_before = w->has_gone;
    w->last_gone = s->id;
    w->has_gone = true;
    strike_off(w, s);
    if (s->closes)
        close(s->fd);
    close(s->bell);
    free(s);
    if (w->sentries_n == 0)
        threads_nudge(w); /* close() waits for that */
    give_lock(w);
    if (has_before)
        pthread_join(before, NULL);
}

static void *
stand(void *sentry)
{
    struct sentry *s = sentry;
    struct waiter *w = s->waiter;
    take_lock(w);
    while (s->watch != NULL) {
        unsigned events = s->watch->events;
        give_lock(w);
        events = look_out(s, events);
        take_lock(w);
        if (s->watch == NULL || (events & s->watch->events) == 0)
            continue;
        w->on_duty = s;
        loop_ready_turn(w->loop, s->watch, events);
        w->on_duty = NULL;
    }
    go(s);
    return NULL;
}

/* Signals are for the loop: a sentry that inherits a mask in which all are
 * blocked is never interrupted. */
static int
start(struct sentry *s)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&s->id, &attributes, stand, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

static bool
threads_add(void *waiter, struct loop_watch *watch)
{
    struct waiter *w = waiter;
    int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bell < 0)
        return false;
    struct sentry *s = ALLOC(struct sentry);
    *s = (struct sentry){
        .waiter = w, .watch = watch, .fd = watch->fd, .bell = bell};
    int error = start(s);
    if (error != 0) {
        close(bell);
        free(s);
        errno = error;
        return false;
    }
    enrol(w, s);
    return true;
}

static void
threads_set(void *waiter, struct loop_watch *watch, unsigned events)
{
    (void)events; /* the sentry will look at watch->events */
    ring(sentry_of(waiter, watch));
}

static void
threads_remove(void *waiter, struct loop_watch *watch, bool closes)
{
    struct sentry *s = sentry_of(waiter, watch);
    s->watch = NULL;
    s->closes = closes;
    ring(s);
}

/* -- life ----------------------------------------------------------------------- */

static void *
threads_open(struct loop *l)
{
    struct waiter *w = ALLOC(struct waiter);
    w->loop = l;
    pthread_condattr_t monotonic;
    pthread_mutex_init(&w->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->nudge, &monotonic);
    pthread_condattr_destroy(&monotonic);
    list_init(&w->queue);
    /* Memory is asked for by one thread at a time: a heap for each would only
     * keep what another could use. */
    mallopt(M_ARENA_MAX, 1);
    take_lock(w);
    return w;
}

static void
threads_close(void *waiter)
{
    struct waiter *w = waiter;
    for (uint32_t i = 0; i < w->sentries_n; i++)
        CHECK(w->sentries[i]->watch == NULL);
    while (w->sentries_n > 0)
        wait_until(w, NULL);
    give_lock(w);
    if (w->has_gone)
        pthread_join(w->last_gone, NULL);
    pthread_cond_destroy(&w->nudge);
    pthread_mutex_destroy(&w->mutex);
    free(w->sentries);
    free(w);
}

const struct loop_ops loop_threads_ops = {
    .name = "threads",
    .call = "poll",
    .limit = N_("the system gives no more threads (ulimit -u, or the limit of "
                "its group); --engine epoll needs one only"),
    .fds_each = 1, /* its bell */
    .open = threads_open,
    .close = threads_close,
    .add = threads_add,
    .remove = threads_remove,
    .set = threads_set,
    .wait = threads_wait,
    .dispatch = threads_dispatch,
    .nudge = threads_nudge,
    .now_ms = loop_real_now_ms,
    .wall_ms = loop_real_wall_ms,
    .wait_us = threads_wait_us,
    .now_us = loop_real_now_us,
};
