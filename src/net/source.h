/*
 * How many connections come from one source: an IPv4 address or an IPv6 /64.
 */
#ifndef NET_SOURCE_H
#define NET_SOURCE_H

#include "base/bucket.h"
#include "base/map.h"
#include "net/address.h"

struct net_source {
    uint8_t key[16];
    size_t key_bytes;
    size_t connections;
    size_t unknown; /* of them: have not shown what they speak */
    struct bucket flood;
};

struct net_sources {
    struct map by_key;
};

void net_sources_init(struct net_sources *set, const uint64_t seed[2]);
void net_sources_finish(struct net_sources *set); /* CHECKs that it is empty */

/* Count one more connection, unknown as yet. */
struct net_source *net_source_hold(struct net_sources *set,
                                   const struct net_address *a);
void net_source_drop(struct net_sources *set, struct net_source *s);

#endif
