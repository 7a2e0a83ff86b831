/*
 * Listeners for what a user asked for: a URL may name several addresses.
 * Behind udp:// is no listener but a socket for datagrams, which is opened
 * and closed by who takes them (udp/hall.h).
 */
#ifndef NET_DOORS_H
#define NET_DOORS_H

#include "net/datagrams.h"
#include "net/listener.h"

struct net_doors;

struct net_door {
    struct list link; /* net_doors.all */
    struct net_doors *doors;
    struct net_listener listener;    /* of udp:// only its address is set */
    struct net_datagrams *datagrams; /* of udp://; not the door's */
    struct net_url url; /* that opened it; of a socket that was handed over
                           only the scheme */
    bool is_adopted;
    bool is_new; /* opened by the change that is under way */
};

struct net_doors {
    const char *program; /* whose name complaints begin with */
    struct loop *loop;
    struct diag *diag;
    /* False: the loop takes no more, and `o` was not taken. */
    bool (*on_accept)(struct net_door *d, const struct net_offer *o,
                      const struct net_address *from);
    /* A socket at this address, or, if fd is not -1, this one, which is bound
     * already. NULL with errno. */
    struct net_datagrams *(*open_datagrams)(struct net_doors *d,
                                            const struct net_address *at,
                                            int fd);
    /* Nobody else shall come in there. */
    void (*close_datagrams)(struct net_doors *d, struct net_datagrams *s);
    void *owner;
    bool is_serving; /* complaints go to diag, not to standard error */
    struct list all; /* net_door.link, in the order in which they opened */
};

/* The caller then sets the two for datagrams. */
void net_doors_init(struct net_doors *d, const char *program, struct loop *l,
                    struct diag *diag,
                    bool (*on_accept)(struct net_door *d,
                                      const struct net_offer *o,
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

/* What net_doors_open_default() opens. */
const struct net_url *net_doors_default(size_t *n);

/*
 * Later: let `urls` be what is open, beside what was adopted. What is open
 * and still wanted is not touched. What is not wanted any more is closed
 * first, since the new may want its port. False after telling why something
 * cannot be opened; what was open before is then open again.
 */
MUST_USE bool net_doors_change(struct net_doors *d, const struct net_url *urls,
                               size_t n);

/* One more, of a socket that listens, or is bound, already. False with errno.
 */
MUST_USE bool net_doors_adopt(struct net_doors *d, int fd, const char *scheme);

void net_doors_close(struct net_doors *d); /* may be closed already */

#endif
