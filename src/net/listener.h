/*
 * A listening socket. When the system is out of descriptors it rests for a
 * second, instead of spinning on a connection that it cannot accept; those
 * inside keep talking.
 */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include "base/diag.h"
#include "loop/loop.h"
#include "net/address.h"
#include "net/stream.h"

#define NET_BACKLOG 1024
#define NET_ACCEPTS_A_TURN                                                     \
    64 /* so that a storm of newcomers does not keep
                                 members waiting */
#define NET_REST_MS 1000

struct net_listener {
    struct loop *loop;
    struct diag *diag;
    struct loop_watch watch;
    struct loop_timer rest;
    struct net_address address; /* as bound: with the real port */
    bool is_resting;
    bool is_own; /* nobody else has this socket */
    /* False: the loop takes no more, and `o` was not taken. */
    bool (*on_accept)(struct net_listener *l, const struct net_offer *o,
                      const struct net_address *from);
    void *owner;
};

/*
 * Bind, listen, and accept from the next turn on. False with errno;
 * loop, diag, on_accept and owner were set by the caller.
 */
MUST_USE bool net_listener_open(struct net_listener *l,
                                const struct net_address *at);
/* The same with a socket that listens already, which becomes the listener's. */
MUST_USE bool net_listener_adopt(struct net_listener *l, int fd);
void net_listener_close(struct net_listener *l); /* may be closed already */

#endif
