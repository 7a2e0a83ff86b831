/*
 * select(2): three bit sets of 1,024 descriptors each, copied in at each call
 * and overwritten with the answer. The oldest of the calls that wait for many,
 * and the reason for the others: the sets cannot grow.
 */
#include "base/alloc.h"
#include "base/tr.h"
#include "loop/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/select.h>

struct waiter {
    struct loop *loop;
    struct loop_watch *by_fd[FD_SETSIZE]; /* NULL: nothing is wanted of it */
    int highest;                          /* no descriptor above it is wanted */
    fd_set reading, writing;              /* wanted */
    fd_set readable, writable;            /* as select(2) answered */
    int ready;                            /* how many bits of these are set */
};

static void *
select_open(struct loop *l)
{
    struct waiter *w = ALLOC(struct waiter);
    w->loop = l;
    w->highest = -1;
    return w;
}

static bool
select_add(void *waiter, struct loop_watch *watch)
{
    (void)waiter;
    /* FD_SET() would write behind the set. */
    if (watch->fd < FD_SETSIZE)
        return true;
    errno = EMFILE;
    return false;
}

static void
select_set(void *waiter, struct loop_watch *watch, unsigned events)
{
    struct waiter *w = waiter;
    unsigned fd = (unsigned)watch->fd; /* too large if it is none */
    CHECK(fd < FD_SETSIZE);
    FD_CLR(fd, &w->reading);
    FD_CLR(fd, &w->writing);
    if (events & LOOP_READ)
        FD_SET(fd, &w->reading);
    if (events & LOOP_WRITE)
        FD_SET(fd, &w->writing);
    w->by_fd[fd] = events != 0 ? watch : NULL;
    if ((int)fd > w->highest)
        w->highest = (int)fd;
    while (w->highest >= 0 && w->by_fd[w->highest] == NULL)
        w->highest--;
}

/* NULL: for ever. */
static void
wait_for(struct waiter *w, struct timeval *timeout)
{
    w->readable = w->reading;
    w->writable = w->writing;
    w->ready =
        select(w->highest + 1, &w->readable, &w->writable, NULL, timeout);
}

static void
select_wait_us(void *waiter, uint64_t us)
{
    struct timeval timeout = {
        .tv_sec = (time_t)(us / 1000000),
        .tv_usec = (suseconds_t)(us % 1000000),
    };
    wait_for(waiter, &timeout);
}

static void
select_wait(void *waiter, int timeout_ms)
{
    if (timeout_ms < 0)
        wait_for(waiter, NULL);
    else
        select_wait_us(waiter, (uint64_t)timeout_ms * 1000);
}

static void
select_dispatch(void *waiter)
{
    struct waiter *w = waiter;
    /* The answer names nobody: one looks at each. */
    for (int fd = 0; w->ready > 0 && fd <= w->highest; fd++) {
        unsigned events = (FD_ISSET(fd, &w->readable) ? LOOP_READ : 0u) |
                          (FD_ISSET(fd, &w->writable) ? LOOP_WRITE : 0u);
        if (events != 0 && w->by_fd[fd] != NULL)
            loop_ready(w->loop, w->by_fd[fd], events);
    }
}

const struct loop_ops loop_select_ops = {
    .name = "select",
    .call = "select",
    .limit = N_("select(2) takes no descriptor above 1023; --engine poll and "
                "epoll take any"),
    .most_fds = FD_SETSIZE,
    .open = select_open,
    .close = free,
    .add = select_add,
    .set = select_set,
    .wait = select_wait,
    .dispatch = select_dispatch,
    .now_ms = loop_real_now_ms,
    .wall_ms = loop_real_wall_ms,
    .wait_us = select_wait_us,
    .now_us = loop_real_now_us,
};
