/*
 * A stream of bytes both ways, whatever carries it. TCP is one kind
 * (net_tcp_open); tests bring one of their own that fails on purpose.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "base/bytes.h"
#include "loop/loop.h"

#include <sys/types.h>

/* Instead of a number of bytes: */
#define NET_AGAIN (-1)  /* nothing now; on_ready tells when */
#define NET_LOST (-2)   /* the connection is broken */
#define NET_SILENT (-3) /* reading: nothing came for too long; once */

struct net_stream;

struct net_stream_ops {
    /* Bytes read, 0 at the end of what the peer will send, or the above. */
    ssize_t (*read)(struct net_stream *s, uint8_t *at, size_t n);
    /* Bytes taken, perhaps fewer, or the above. */
    ssize_t (*write)(struct net_stream *s, struct span bytes);
    /* Written, but not yet acknowledged by the peer's system. */
    size_t (*unacknowledged)(struct net_stream *s);
    /* Which of LOOP_READ, LOOP_WRITE, LOOP_HANGUP the owner is called for. */
    void (*want)(struct net_stream *s, unsigned events);
    /* Nothing more will be written. */
    void (*end)(struct net_stream *s);
    /* The peer was told the end, and does not end: close() shall break the
     * connection, which a nc that waits for its user's next line notices.
     * Not while something is unacknowledged. */
    void (*reset)(struct net_stream *s);
    /* For net/batch.h; NULL: only write() sends. */
    int (*descriptor)(struct net_stream *s);
    /* Gives all up and frees; not inside its own on_ready. */
    void (*close)(struct net_stream *s);
    bool is_forgeable; /* others may have sent what is read */
};

/* Its owner sets watch.on_ready and hears by it what he wants. Of its watch a
 * stream that has no descriptor uses nothing else. */
struct net_stream {
    const struct net_stream_ops *ops;
    void *owner;
    struct loop_watch watch;
};

static inline struct net_stream *
net_stream_of(struct loop_watch *w)
{
    return CONTAINER_OF(w, struct net_stream, watch);
}

/* `fd` is connected and becomes the stream's; unless the loop takes no more:
 * then NULL with errno. */
MUST_USE struct net_stream *net_tcp_open(struct loop *l, int fd,
                                         enum loop_role role);

#endif
