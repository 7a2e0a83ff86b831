/*
 * Many sends in one call.
 *
 * At the end of a turn hundreds of members are sent their share of the same
 * few messages. Each send costs the kernel the same; that it is also a call
 * of its own costs about a third more (docs/why/0023). Where the kernel has
 * io_uring (Linux 5.6) and allows it, they are handed over together.
 */
#ifndef NET_BATCH_H
#define NET_BATCH_H

#include "net/stream.h"

#define NET_SEND_PIECES 4 /* of a stream's bytes, one behind the other */

struct net_send {
    struct net_stream *stream; /* which has a descriptor */
    struct span pieces[NET_SEND_PIECES];
    size_t pieces_n;
    ssize_t sent; /* after that: bytes taken, NET_AGAIN or NET_LOST */
};

struct net_batch {
    size_t most;    /* sends at once */
    bool is_broken; /* the system does not do it any more: it sends one by one,
                       and is of no use */
    void (*send)(struct net_batch *b, struct net_send *sends, size_t n);
    void (*close)(struct net_batch *b);
};

/* For who does not send in one call after all: each piece is one. */
void net_send_by_pieces(struct net_send *s);

/* NULL, with errno set, when there is no io_uring for us. */
struct net_batch *net_uring_open(void);

#endif
