#include "udp/guesses.h"

#include "base/map.h"
#include "msg/limits.h"

#include <string.h>

#define CUSTOMER_BYTES 7 /* of an IPv6 address */

static struct span
source_of(const struct net_address *a)
{
    if (a->u.any.sa_family == AF_INET6)
        return (struct span){a->u.v6.sin6_addr.s6_addr, CUSTOMER_BYTES};
    return (struct span){(const uint8_t *)&a->u.v4.sin_addr, 4};
}

static struct udp_bucket *
cell_of(struct udp_guesses *g, const struct net_address *from)
{
    return &g->cells[hash_sip13(source_of(from), g->seed) % UDP_GUESS_CELLS];
}

void
udp_guesses_init(struct udp_guesses *g, const uint64_t seed[2], uint64_t now_ms)
{
    memcpy(g->seed, seed, sizeof(g->seed));
    g->all = (struct udp_bucket){LIMIT_WRONG_TOKENS_A_SECOND, now_ms};
    for (size_t i = 0; i < UDP_GUESS_CELLS; i++)
        g->cells[i] =
            (struct udp_bucket){LIMIT_WRONG_TOKENS_PER_SOURCE, now_ms};
}

bool
udp_guesses_may(struct udp_guesses *g, const struct net_address *from,
                uint64_t now_ms)
{
    return udp_bucket_has(cell_of(g, from), LIMIT_WRONG_TOKENS_PER_SOURCE,
                          LIMIT_WRONG_TOKENS_PER_SOURCE, now_ms) &&
           udp_bucket_has(&g->all, LIMIT_WRONG_TOKENS_A_SECOND,
                          LIMIT_WRONG_TOKENS_A_SECOND, now_ms);
}

void
udp_guesses_wrong(struct udp_guesses *g, const struct net_address *from)
{
    cell_of(g, from)->left--;
    g->all.left--;
}
