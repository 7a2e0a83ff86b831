/*
 * The set of all peers: what they share, and the order of a turn's end.
 */
#include "base/alloc.h"
#include "base/tr.h"
#include "msg/limits.h"
#include "peer/peer_priv.h"

#include <stdlib.h>

/* Messages that were left over from an earlier turn. */
static void
feed_rest(struct peer *p)
{
    peer_feed(p);
    peer_end_work(p);
}

static void
on_turn_end(struct loop_hook *h)
{
    struct peers *set = CONTAINER_OF(h, struct peers, turn_end);
    peer_queue_serve(set, PEER_TO_FEED, feed_rest);
    peers_flush(set);
    /* Who was lost meanwhile has left news: for the next turn. */
    if (set->queues[PEER_TO_REAP].n > 0)
        loop_again(set->loop);
    peer_queue_serve(set, PEER_TO_REAP, peer_destroy);
    peers_behind_keep_limit(set);
    peers_mend_on(set);
    if (set->queues[PEER_TO_FEED].n > 0 || set->queues[PEER_TO_FLUSH].n > 0)
        loop_again(set->loop);
}

struct peers *
peers_create(struct loop *l, struct diag *d, const struct peers_limits *limits,
             const uint64_t seed[2])
{
    struct peers *set = ALLOC(struct peers);
    set->loop = l;
    set->diag = d;
    set->limits = *limits;
    peers_init_streams(set);
    room_pool_init(&set->pool);
    set->pool.encode = wire_encode_entry;
    set->pool.key_for = wire_key_for_entry;
    set->pool.on_cut = peer_on_cut;
    set->pool.on_lapped = peer_on_lapped;
    set->pool.next_reader = peers_next_reader;
    set->hub = hub_create(&peer_hub_ops, &set->pool, seed);
    net_sources_init(&set->sources, seed);
    set->cloak_seed[0] = ~seed[0]; /* not that of tables */
    set->cloak_seed[1] = seed[1];
    slab_init(&set->all, sizeof(struct peer));
    slab_init(&set->works, sizeof(struct peer_work));
    list_init(&set->bans);
    set->turn_end.on_turn_end = on_turn_end;
    loop_hook_add(l, &set->turn_end);
    return set;
}

void
peers_set_limits(struct peers *set, const struct peers_limits *limits)
{
    set->limits = *limits;
}

void
peers_destroy(struct peers *set)
{
    if (set == NULL)
        return;
    uint32_t at = 0;
    for (struct peer *p; (p = slab_next(&set->all, &at)) != NULL;)
        peer_lose(p, N_("the server stopped"));
    peer_queue_serve(set, PEER_TO_REAP, peer_destroy);
    slab_finish(&set->all);
    CHECK(set->counts.connections == 0 && set->counts.unknown == 0);
    list_remove(&set->turn_end.link);
    loop_timer_clear(set->loop, &set->pulse);
    loop_timer_clear(set->loop, &set->burst);
    hub_destroy(set->hub);
    room_pool_finish(&set->pool);
    net_sources_finish(&set->sources);
    peer_bans_finish(set);
    for (int i = 0; i < PEER_QUEUES; i++)
        peer_queue_finish(&set->queues[i]);
    if (set->spare_work != NULL)
        slab_give_back(&set->works, set->spare_work->number);
    slab_finish(&set->works);
    if (set->batch != NULL)
        set->batch->close(set->batch);
    free(set->sends);
    free(set->send_readers);
    buf_finish(&set->spare);
    buf_finish(&set->scratch);
    buf_finish(&set->encoded);
    free(set);
}

void
peers_stop(struct peers *set)
{
    set->is_stopping = true;
    hub_stop(set->hub);
    /* First nobody reads any more, then all are gone from the hub: so nobody
     * reads how the others went. */
    uint32_t at = 0;
    for (struct peer *p; (p = slab_next(&set->all, &at)) != NULL;)
        peer_end_legs(p);
    at = 0;
    for (struct peer *p; (p = slab_next(&set->all, &at)) != NULL;)
        peer_turn_out(p, "");
    loop_again(set->loop);
}

void
peers_use_batch(struct peers *set, struct net_batch *batch)
{
    CHECK(set->batch == NULL);
    set->batch = batch;
    set->sends = alloc_resize(NULL, batch->most * sizeof(*set->sends));
    set->send_readers =
        alloc_resize(NULL, batch->most * sizeof(*set->send_readers));
}

struct peers_counts
peers_counts(const struct peers *set)
{
    return set->counts;
}

struct hub *
peers_hub(struct peers *set)
{
    return set->hub;
}

struct room_pool *
peers_pool(struct peers *set)
{
    return &set->pool;
}
