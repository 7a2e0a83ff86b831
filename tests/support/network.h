/*
 * A network in memory that loses, doubles, delays and so reorders datagrams,
 * from a seed. Time is whatever the test says it is.
 */
#ifndef SUPPORT_NETWORK_H
#define SUPPORT_NETWORK_H

#include "base/bytes.h"
#include "support/random.h"

struct network_packet {
    uint64_t due_ms;
    uint64_t order; /* in which it was sent, for those due at once */
    size_t to;      /* whatever the test means by it */
    struct buf bytes;
};

struct network {
    struct dice dice;
    unsigned loss_percent;
    unsigned twice_percent;
    uint64_t least_ms; /* each takes so long, and up to so much longer */
    uint64_t more_ms;
    struct network_packet *packets;
    size_t n, cap;
    uint64_t sent;
    uint64_t lost;
};

void network_send(struct network *net, size_t to, struct span bytes,
                  uint64_t now_ms);

/* UINT64_MAX: nothing is on its way. */
uint64_t network_due_ms(const struct network *net);

/* One that is due; its bytes go behind *out. False: none. */
bool network_take(struct network *net, uint64_t now_ms, size_t *to,
                  struct buf *out);
void network_finish(struct network *net);

#endif
