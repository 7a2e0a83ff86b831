/*
 * Listeners for what a user asked for: a URL may name several addresses.
 */
#ifndef NET_DOORS_H
#define NET_DOORS_H

#include "net/listener.h"

struct net_doors;

struct net_door {
    struct list link; /* net_doors.all */
    struct net_doors *doors;
    struct net_listener listener;
    char scheme[sizeof(((struct net_url *)NULL)->scheme)];
};

struct net_doors {
    const char *program; /* whose name complaints begin with */
    struct loop *loop;
    struct diag *diag;
    /* `s` becomes the callee's. */
    void (*on_accept)(struct net_door *d, struct net_stream *s,
                      const struct net_address *from);
    void *owner;
    struct list all; /* net_door.link, in the order in which they opened */
};

void net_doors_init(struct net_doors *d, const char *program, struct loop *l,
                    struct diag *diag,
                    void (*on_accept)(struct net_door *d, struct net_stream *s,
                                      const struct net_address *from),
                    void *owner);

/*
 * Open all of `urls`; or tcp:// on this machine's own addresses, with
 * NET_DEFAULT_PORT. False after saying on standard error what is in the way
 * and what may help. Looks names up, which may take a while.
 */
MUST_USE bool net_doors_open(struct net_doors *d, const struct net_url *urls,
                             size_t n);
MUST_USE bool net_doors_open_default(struct net_doors *d);

/* One more, of a socket that listens already. False with errno. */
MUST_USE bool net_doors_adopt(struct net_doors *d, int fd, const char *scheme);

void net_doors_close(struct net_doors *d); /* may be closed already */

#endif
