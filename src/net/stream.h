/*
 * A stream of bytes both ways, whatever carries it. TCP is one kind
 * (net_tcp_offer); tests bring one of their own that fails on purpose.
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

struct net_offer;
struct net_stream;

struct net_stream_ops {
    /* See net_stream_open(). */
    bool (*open)(struct net_stream *s, const struct net_offer *o);
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
    /* Gives all up; not inside its own on_ready. */
    void (*close)(struct net_stream *s);
    bool is_forgeable; /* others may have sent what is read */
};

/* Streams of one kind that have one owner: what is the same for all of them.
 * It outlives them. The owner sets the first, loop and owner. */
struct net_streams {
    struct loop_watcher watcher; /* of each: it is ready for what he wants */
    struct loop *loop;
    void *owner;
    const struct net_stream_ops *ops; /* with the first of them */
};

/*
 * Embedded in who reads and writes it, and found back with CONTAINER_OF. There
 * are many: it is as small as what a loop watches. Zeroed: closed.
 */
struct net_stream {
    union {
        struct loop_watch watch; /* of one that has a descriptor */
        struct {
            const struct loop_watcher *watcher; /* the same */
            void *body; /* of others: what carries it, which knows it as long
                           as it is open */
        };
    };
};

static inline struct net_stream *
net_stream_of(struct loop_watch *w)
{
    return CONTAINER_OF(w, struct net_stream, watch);
}

static inline bool
net_stream_is_open(const struct net_stream *s)
{
    return s->watch.watcher != NULL;
}

static inline struct net_streams *
net_streams_of(const struct net_stream *s)
{
    return CONTAINER_OF(s->watch.watcher, struct net_streams, watcher);
}

static inline const struct net_stream_ops *
net_stream_ops(const struct net_stream *s)
{
    return net_streams_of(s)->ops;
}

/* Somebody is there, and nobody has a stream to him yet. */
struct net_offer {
    const struct net_stream_ops *ops;
    int fd;              /* connected */
    enum loop_role role; /* its */
    void *body;          /* of a stream that has no descriptor */
};

/*
 * Take it: from now on `s` is his stream, one of these, until it is closed.
 * False with errno when the loop takes no more, which of those with a body
 * never happens; then the offer stays with who made it.
 */
MUST_USE bool net_stream_open(struct net_stream *s, struct net_streams *all,
                              const struct net_offer *o);

/* May be closed already. */
void net_stream_close(struct net_stream *s);

struct net_offer net_tcp_offer(int fd, enum loop_role role);

#endif
