#include "base/alloc.h"
#include "loop/loop.h"
#include "loop/pollfd.h"

#include <stdlib.h>

/* Two tables side by side: what poll(2) wants, and whose it is. */
struct waiter {
    struct loop *loop;
    struct pollfd *fds;
    struct loop_watch **watches;
    uint32_t n;
    uint32_t cap;
    int ready; /* as poll(2) returned it */
};

static void *
poll_open(struct loop *l)
{
    struct waiter *w = ALLOC(struct waiter);
    w->loop = l;
    return w;
}

static void
poll_close(void *waiter)
{
    struct waiter *w = waiter;
    free(w->fds);
    free(w->watches);
    free(w);
}

static void
add(struct waiter *w, struct loop_watch *watch)
{
    if (w->n == w->cap) {
        w->cap = w->cap == 0 ? 16 : w->cap * 2;
        w->fds = alloc_resize(w->fds, w->cap * sizeof(*w->fds));
        w->watches = alloc_resize(w->watches, w->cap * sizeof(*w->watches));
    }
    watch->slot = w->n++;
    w->watches[watch->slot] = watch;
}

static void
poll_set(void *waiter, struct loop_watch *watch, unsigned events)
{
    struct waiter *w = waiter;
    if (events == 0) {
        /* The last one moves into the hole. */
        uint32_t last = --w->n;
        w->fds[watch->slot] = w->fds[last];
        w->watches[watch->slot] = w->watches[last];
        w->watches[watch->slot]->slot = watch->slot;
        return;
    }
    if (watch->events == 0)
        add(w, watch);
    w->fds[watch->slot] = loop_pollfd(watch->fd, events);
}

static void
poll_wait(void *waiter, int timeout_ms)
{
    struct waiter *w = waiter;
    w->ready = poll(w->fds, w->n, timeout_ms);
}

static void
poll_dispatch(void *waiter)
{
    struct waiter *w = waiter;
    if (w->ready <= 0)
        return;
    /* From the last on: a callback that leaves the table moves one that was
     * called already into its place. */
    for (uint32_t i = w->n; i-- > 0;) {
        if (i >= w->n || w->fds[i].revents == 0)
            continue;
        unsigned events = loop_pollfd_events(&w->fds[i]);
        w->fds[i].revents = 0;
        loop_ready(w->loop, w->watches[i], events);
    }
}

const struct loop_ops loop_poll_ops = {
    .name = "poll",
    .call = "poll",
    .open = poll_open,
    .close = poll_close,
    .set = poll_set,
    .wait = poll_wait,
    .dispatch = poll_dispatch,
    .now_ms = loop_real_now_ms,
    .wall_ms = loop_real_wall_ms,
};
