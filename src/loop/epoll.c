#include "base/alloc.h"
#include "loop/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_A_TURN 512

struct waiter {
    struct loop *loop;
    int fd;
    int n; /* of `ready` */
    struct epoll_event ready[EVENTS_A_TURN];
};

static void *
epoll_open(struct loop *l)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct waiter *w = ALLOC(struct waiter);
    w->loop = l;
    w->fd = fd;
    return w;
}

static void
epoll_close(void *waiter)
{
    struct waiter *w = waiter;
    close(w->fd);
    free(w);
}

static void
epoll_set(void *waiter, struct loop_watch *watch, unsigned events)
{
    struct waiter *w = waiter;
    /* No events: out of the set, since epoll reports hang-ups unasked, and
     * would do so in every turn. */
    int op = events == 0          ? EPOLL_CTL_DEL
             : watch->events == 0 ? EPOLL_CTL_ADD
                                  : EPOLL_CTL_MOD;
    struct epoll_event e = {
        .events = (events & LOOP_READ ? EPOLLIN : 0u) |
                  (events & LOOP_WRITE ? EPOLLOUT : 0u) |
                  (events & LOOP_HANGUP ? EPOLLRDHUP : 0u),
        .data.ptr = watch,
    };
    CHECK(epoll_ctl(w->fd, op, watch->fd, &e) == 0);
}

static void
epoll_wait_turn(void *waiter, int timeout_ms)
{
    struct waiter *w = waiter;
    w->n = epoll_wait(w->fd, w->ready, EVENTS_A_TURN, timeout_ms);
}

static void
epoll_wait_us(void *waiter, uint64_t us)
{
    struct waiter *w = waiter;
    struct timespec ts = {.tv_sec = (time_t)(us / 1000000),
                          .tv_nsec = (long)(us % 1000000) * 1000};
    w->n = epoll_pwait2(w->fd, w->ready, EVENTS_A_TURN, &ts, NULL);
    /* ENOSYS before Linux 5.11; EPERM where a container forbids it. */
    if (w->n < 0 && errno != EINTR)
        epoll_wait_turn(waiter, (int)((us + 999) / 1000));
}

static void
epoll_dispatch(void *waiter)
{
    struct waiter *w = waiter;
    for (int i = 0; i < w->n; i++) {
        uint32_t got = w->ready[i].events;
        unsigned events = (got & EPOLLIN ? LOOP_READ : 0u) |
                          (got & EPOLLOUT ? LOOP_WRITE : 0u) |
                          (got & EPOLLRDHUP ? LOOP_HANGUP : 0u) |
                          (got & (EPOLLHUP | EPOLLERR) ? ~0u : 0u);
        loop_ready(w->loop, w->ready[i].data.ptr, events);
    }
}

const struct loop_ops loop_epoll_ops = {
    .name = "epoll",
    .call = "epoll_wait",
    .open = epoll_open,
    .close = epoll_close,
    .set = epoll_set,
    .wait = epoll_wait_turn,
    .dispatch = epoll_dispatch,
    .now_ms = loop_real_now_ms,
    .wall_ms = loop_real_wall_ms,
    .wait_us = epoll_wait_us,
    .now_us = loop_real_now_us,
};
