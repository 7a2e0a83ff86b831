/*
 * How many connections come from one source: an IPv4 address or an IPv6 /64.
 */
#ifndef NET_SOURCE_H
#define NET_SOURCE_H

#include "base/bucket.h"
#include "base/list.h"
#include "base/map.h"
#include "net/address.h"

/* Sources without a connection that are remembered while they owe something;
 * past that the oldest is forgotten. */
#define NET_SOURCES_GONE 1024

struct net_source {
    struct list link; /* net_sources.gone */
    uint8_t key[16];
    size_t key_bytes;
    size_t connections;
    size_t unknown; /* of them: have not shown what they speak */
    struct bucket flood;
};

struct net_sources {
    struct map by_key;
    struct list gone; /* net_source.link: who owes something; oldest first */
    size_t gone_n;
};

void net_sources_init(struct net_sources *set, const uint64_t seed[2]);
void
net_sources_finish(struct net_sources *set); /* CHECKs that nobody is there */

/* Count one more connection, unknown as yet; and one less: who has sent too
 * much must not be rid of that by coming anew. */
struct net_source *net_source_hold(struct net_sources *set,
                                   const struct net_address *a);
void net_source_drop(struct net_sources *set, struct net_source *s,
                     uint64_t now_ms);

#endif
