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
    list_init(&set->gone);
    set->gone_n = 0;
}

static void
forget(struct net_sources *set, struct net_source *s)
{
    map_remove(&set->by_key, key_of(s));
    free(s);
}

static struct net_source *
oldest_gone(struct net_sources *set)
{
    return list_is_empty(&set->gone)
               ? NULL
               : CONTAINER_OF(set->gone.next, struct net_source, link);
}

static void
take_from_gone(struct net_sources *set, struct net_source *s)
{
    list_remove(&s->link);
    set->gone_n--;
}

static void
forget_oldest(struct net_sources *set)
{
    struct net_source *s = oldest_gone(set);
    take_from_gone(set, s);
    forget(set, s);
}

void
net_sources_finish(struct net_sources *set)
{
    while (set->gone_n > 0)
        forget_oldest(set);
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
        list_init(&s->link);
        map_add(&set->by_key, s);
    } else if (s->connections == 0) {
        take_from_gone(set, s);
    }
    s->connections++;
    return s;
}

void
net_source_drop(struct net_sources *set, struct net_source *s, uint64_t now_ms)
{
    CHECK(s->connections > 0);
    if (--s->connections > 0)
        return;
    CHECK(s->unknown == 0);
    list_add(&set->gone, &s->link);
    set->gone_n++;
    while ((s = oldest_gone(set)) != NULL &&
           (set->gone_n > NET_SOURCES_GONE || bucket_is_full(s->flood, now_ms)))
        forget_oldest(set);
}
