/*
 * Connecting to a host by its name: its addresses are tried one after the
 * other, each for as long as it deserves.
 *
 * The name is looked up at once, and that may take the resolver's time-out;
 * all else happens in the loop.
 */
#ifndef NET_CONNECT_H
#define NET_CONNECT_H

#include "loop/loop.h"
#include "net/address.h"
#include "net/stream.h"

/* One address: the first packet and two repetitions, after 1 and 3 s, of
 * which each has two seconds to be answered. */
#define NET_CONNECT_TRY_MS 5000

enum net_connect_verdict {
    NET_CONNECT_OK,
    NET_CONNECT_NO_HOST,   /* there is none of that name */
    NET_CONNECT_NO_LOOKUP, /* the name could not be looked up now */
    NET_CONNECT_REFUSED,   /* the host is there, but nothing listens */
    NET_CONNECT_TIMED_OUT,
    NET_CONNECT_FAILED, /* anything else: `why` tells */
};

struct addrinfo;

/* The caller sets loop, on_done and owner, and, to reach it otherwise than by
 * TCP, call. */
struct net_connect {
    struct loop *loop;
    /* Offers a stream to this address, which becomes writable when somebody
     * answers; if nobody does, writing says NET_LOST with errno. False with
     * errno. */
    bool (*call)(struct loop *l, const struct net_address *to,
                 struct net_offer *o);
    /* `o` is to be taken; NULL: `verdict` and `why` tell the reason of the
     * last address that is worth telling. Never called inside
     * net_connect_open(). */
    void (*on_done)(struct net_connect *c, const struct net_offer *o);
    void *owner;

    enum net_connect_verdict verdict;
    const char *why; /* in the system's words; lives until the next try */

    struct addrinfo *addresses;
    struct addrinfo *next;
    struct loop_watch watch; /* of the address being tried */
    struct loop_timer timer; /* end of patience with it */
    bool is_trying;
    bool has_failed;          /* the one that was called last */
    struct net_streams calls; /* its only one is `called` */
    struct net_stream called; /* being tried, by `call`; closed: none */
    struct net_offer calling; /* what it was made of */
};

void net_connect_open(struct net_connect *c, const char *host, uint16_t port);
void net_connect_close(struct net_connect *c); /* may be done already */

#endif
