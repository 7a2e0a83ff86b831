/*
 * What is wanted and what came, as poll(2) says it: for the engines that call
 * it.
 */
#ifndef LOOP_POLLFD_H
#define LOOP_POLLFD_H

#include "loop/loop.h"

#include <poll.h>

static inline struct pollfd
loop_pollfd(int fd, unsigned wanted)
{
    return (struct pollfd){
        .fd = fd,
        .events = (short)((wanted & LOOP_READ ? POLLIN : 0) |
                          (wanted & LOOP_WRITE ? POLLOUT : 0) |
                          (wanted & LOOP_HANGUP ? POLLRDHUP : 0)),
    };
}

/* A hang-up or an error is whatever was wanted. */
static inline unsigned
loop_pollfd_events(const struct pollfd *p)
{
    int got = p->revents;
    return (got & POLLIN ? LOOP_READ : 0u) | (got & POLLOUT ? LOOP_WRITE : 0u) |
           (got & POLLRDHUP ? LOOP_HANGUP : 0u) |
           (got & (POLLHUP | POLLERR | POLLNVAL) ? ~0u : 0u);
}

#endif
