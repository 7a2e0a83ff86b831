/*
 * One guest at a time: what a server does that has one thread and calls
 * accept(), and then recv() until that connection ends. Meanwhile the kernel
 * completes the handshakes of all others: they are connected, and may even
 * send, but sit in the backlog of the listening socket, where nobody looks.
 *
 *     doors        waited on while nobody is here
 *     the guest    who came first and has not gone: waited on alone
 *     ours         signals and the terminal, always, so that one can end it
 *
 * For teaching. Nothing here need be fast.
 */
#include "base/alloc.h"
#include "loop/loop.h"
#include "loop/pollfd.h"

#include <stdlib.h>
#include <unistd.h>

struct waiter {
    struct loop *loop;
    struct loop_watch **all; /* in the order in which they came */
    struct loop_watch **now; /* waited on in this turn; NULL: gone since */
    struct pollfd *fds;      /* beside `now` */
    size_t n;
    size_t now_n;
    size_t cap; /* of each */
};

static void *
one_open(struct loop *l)
{
    struct waiter *w = ALLOC(struct waiter);
    w->loop = l;
    return w;
}

static void
one_close(void *waiter)
{
    struct waiter *w = waiter;
    CHECK(w->n == 0); /* all were closed, or removed */
    free(w->all);
    free(w->now);
    free(w->fds);
    free(w);
}

static bool
one_add(void *waiter, struct loop_watch *watch)
{
    struct waiter *w = waiter;
    if (w->n == w->cap) {
        w->cap = w->cap == 0 ? 16 : w->cap * 2;
        w->all = alloc_resize(w->all, w->cap * sizeof(*w->all));
        w->now = alloc_resize(w->now, w->cap * sizeof(*w->now));
        w->fds = alloc_resize(w->fds, w->cap * sizeof(*w->fds));
    }
    w->all[w->n++] = watch;
    return true;
}

static void
one_remove(void *waiter, struct loop_watch *watch, bool closes)
{
    struct waiter *w = waiter;
    size_t kept = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (w->all[i] != watch)
            w->all[kept++] = w->all[i];
    }
    w->n = kept;
    for (size_t i = 0; i < w->now_n; i++) {
        if (w->now[i] == watch)
            w->now[i] = NULL;
    }
    if (closes)
        close(watch->fd);
}

static void
one_set(void *waiter, struct loop_watch *watch, unsigned events)
{
    (void)waiter; /* wait() looks at what each wants */
    (void)watch;
    (void)events;
}

static struct loop_watch *
guest_of(const struct waiter *w)
{
    for (size_t i = 0; i < w->n; i++) {
        if (w->all[i]->role == LOOP_GUEST)
            return w->all[i];
    }
    return NULL;
}

static void
one_wait(void *waiter, int timeout_ms)
{
    struct waiter *w = waiter;
    struct loop_watch *guest = guest_of(w);
    w->now_n = 0;
    for (size_t i = 0; i < w->n; i++) {
        struct loop_watch *watch = w->all[i];
        bool is_turn = watch->role == LOOP_OURS || watch == guest ||
                       (watch->role == LOOP_DOOR && guest == NULL);
        if (!is_turn || watch->events == 0)
            continue;
        w->now[w->now_n] = watch;
        w->fds[w->now_n++] = loop_pollfd(watch->fd, watch->events);
    }
    if (poll(w->fds, w->now_n, timeout_ms) <= 0)
        w->now_n = 0;
}

static void
one_dispatch(void *waiter)
{
    struct waiter *w = waiter;
    for (size_t i = 0; i < w->now_n; i++) {
        unsigned events = loop_pollfd_events(&w->fds[i]);
        if (events != 0 && w->now[i] != NULL)
            loop_ready(w->loop, w->now[i], events);
    }
}

const struct loop_ops loop_one_ops = {
    .name = "one",
    .call = "poll",
    .is_one_by_one = true,
    .open = one_open,
    .close = one_close,
    .add = one_add,
    .remove = one_remove,
    .set = one_set,
    .wait = one_wait,
    .dispatch = one_dispatch,
    .now_ms = loop_real_now_ms,
    .wall_ms = loop_real_wall_ms,
};
