/*
 * A socket for datagrams: what comes is handed up one by one, what is sent is
 * queued and goes at flush, many in one system call (recvmmsg, sendmmsg).
 * UDP is one kind; tests bring one of their own.
 *
 * What does not fit into the system's queue now is lost, as on the way.
 */
#ifndef NET_DATAGRAMS_H
#define NET_DATAGRAMS_H

#include "base/trace.h"
#include "loop/loop.h"
#include "net/address.h"

#define NET_DATAGRAM_MOST_BYTES 65535

/* What a datagram costs on its way beyond its bytes: IP's header and UDP's
 * (RFC 791, RFC 8200, RFC 768). */
#define NET_DATAGRAM_HEADERS_V4 28
#define NET_DATAGRAM_HEADERS_V6 48

struct net_datagram {
    struct net_address from;
    struct net_address to; /* of ours; an answer has to come from there */
    bool is_local;         /* it came over the loopback interface */
    struct span bytes;
};

struct net_datagrams;

struct net_datagrams_ops {
    /* `from` as in net_datagram.to. Takes a copy. */
    void (*send)(struct net_datagrams *s, const struct net_address *to,
                 const struct net_address *from, struct span bytes);
    void (*flush)(struct net_datagrams *s);
    /* Not inside its own callbacks. */
    void (*close)(struct net_datagrams *s);
};

struct net_datagrams {
    const struct net_datagrams_ops *ops;
    struct net_address address; /* as bound: with the real port */
    void (*on_datagram)(struct net_datagrams *s, const struct net_datagram *d);
    /*
     * The system of `who` says that nobody is there (ICMP port unreachable).
     * `sent` is the front of what was sent, as ICMP quotes it, perhaps none:
     * anybody can forge the rest.
     */
    void (*on_refused)(struct net_datagrams *s, const struct net_address *who,
                       struct span sent);
    /* For --trace; NULL: there are none. */
    struct trace_header (*header_of)(struct span bytes);
    void *owner; /* of on_datagram and on_refused */
};

/* The callee sets on_datagram, on_refused and owner before the next turn.
 * NULL with errno. */
struct net_datagrams *net_datagrams_open(struct loop *l,
                                         const struct net_address *at);
/* The same with a socket that is bound already, which becomes its own. */
struct net_datagrams *net_datagrams_adopt(struct loop *l, int fd);
/* One that sends to this address alone, and hears nobody else. */
struct net_datagrams *net_datagrams_connect(struct loop *l,
                                            const struct net_address *to);

#endif
