/*
 * The crowd: all connections to the server under test, in one thread.
 *
 * The first `senders` members post, the last `stalled` never read. Where the
 * protocol wants it, each sender has a second connection to post on, behind
 * those of the members.
 *
 * What comes in is read in big pieces into one buffer that all share, and cut
 * there; a connection keeps bytes only for a piece that is not whole. What
 * goes out is gathered for each connection, and sent at the ends of a turn.
 */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "bench/heard.h"
#include "bench/proto.h"
#include "net/address.h"

#define CROWD_READ_BYTES 65536
/* Connections from one source address: its ephemeral ports are about 28,000;
 * on loopback we have as many addresses as we like. */
#define CROWD_PER_SOURCE 20000
/* Nobody has joined for so long: the server does not want more. */
#define CROWD_JOIN_PATIENCE_NS (30 * 1000000000ull)
/* Between two joins, where nothing tells that the first is in. */
#define CROWD_JOIN_GAP_NS 2000000u

struct crowd_conn;

struct crowd {
    /* Set by the caller: */
    const struct proto *proto;
    struct net_address to;
    uint32_t run;
    size_t text_bytes;
    uint32_t members;
    uint32_t senders;
    uint32_t stalled;
    uint32_t joining_most; /* joins under way at a time */
    void (*on_text)(struct crowd *c, uint32_t member,
                    const struct text_stamp *stamp);
    void (*on_gone)(struct crowd *c, uint32_t member);
    void *owner;

    struct crowd_conn *conns;
    uint32_t n;          /* connections in all */
    uint32_t started;    /* of them, in their order */
    uint32_t unanswered; /* of them: not a byte came yet */
    uint32_t joined;
    uint32_t gone;       /* ended by the server, after they had joined */
    uint64_t started_ns; /* when the last one began to */
    uint64_t joined_ns;  /* when the last one joined */
    bool has_failed;     /* some could not join */
    char why[256];       /* what went wrong first; or empty */

    uint64_t now_ns;  /* when the bytes at hand were read */
    uint64_t reads;   /* that brought at least one delivery */
    uint64_t damaged; /* deliveries that nobody posted like this */

    int epoll;
    uint8_t *in;
    struct heard *heard;
    struct buf answer;
    struct buf before; /* what goes round a text */
    struct buf behind;
    uint32_t *unsent; /* connections with bytes to send */
    uint32_t unsent_n;
};

/* False with `why`. */
MUST_USE bool crowd_open(struct crowd *c);
void crowd_close(struct crowd *c); /* breaks all connections */

/* Connections that it takes: descriptors. */
uint32_t crowd_size(const struct proto *p, uint32_t members, uint32_t senders);

/*
 * One turn: send what was posted, wait until `until_ns` at most, read, tell,
 * answer. While not all are in and nothing has failed, start more joins.
 */
void crowd_turn(struct crowd *c, uint64_t until_ns);

bool crowd_is_in(const struct crowd *c);

/* Of a member that has joined; -1 when it is gone. */
int crowd_descriptor(const struct crowd *c, uint32_t member);

/* Sent when the next turn begins. */
void crowd_post(struct crowd *c, uint32_t sender,
                const struct text_stamp *stamp);

uint64_t crowd_clock_ns(void);

#endif
