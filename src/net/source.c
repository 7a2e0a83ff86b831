#include "net/source.h"

#include "base/alloc.h"

#include <stdlib.h>

static struct span
key_of(const void *value)
{
    const struct net_source *s = value;
    return (struct span){s->key, s->key_bytes};
}

void
net_sources_init(struct net_sources *set, const uint64_t seed[2])
{
    map_init(&set->by_key, key_of, seed);
}

void
net_sources_finish(struct net_sources *set)
{
    CHECK(set->by_key.n == 0);
    map_finish(&set->by_key);
}

struct net_source *
net_source_hold(struct net_sources *set, const struct net_address *a)
{
    struct net_source fresh = {0};
    net_address_source(a, fresh.key, &fresh.key_bytes);
    struct net_source *s = map_find(&set->by_key, key_of(&fresh));
    if (s == NULL) {
        s = ALLOC(struct net_source);
        *s = fresh;
        map_add(&set->by_key, s);
    }
    s->connections++;
    return s;
}

void
net_source_drop(struct net_sources *set, struct net_source *s)
{
    CHECK(s->connections > 0);
    if (--s->connections > 0)
        return;
    CHECK(s->unknown == 0);
    map_remove(&set->by_key, key_of(s));
    free(s);
}
