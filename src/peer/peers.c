/*
 * The set of all peers: what they share, and the end of each turn.
 */
#include "base/alloc.h"
#include "base/tr.h"
#include "msg/limits.h"
#include "peer/peer_priv.h"

#include <stdlib.h>

/* Whoever reads a log that was appended to has something to be sent. */
static void
wake_readers(struct peers *set)
{
    while (!list_is_empty(&set->pool.dirty)) {
        struct room_log *log =
            CONTAINER_OF(set->pool.dirty.next, struct room_log, dirty_link);
        list_remove(&log->dirty_link);
        LIST_FOREACH (track_link, &log->tracks) {
            struct room_track *t =
                CONTAINER_OF(track_link, struct room_track, log_link);
            LIST_FOREACH (link, &t->readers) {
                struct room_reader *r =
                    CONTAINER_OF(link, struct room_reader, track_link);
                peer_want_flush(CONTAINER_OF(r, struct leg, reader)->peer);
            }
        }
    }
}

/* Messages that were left over from an earlier turn. */
static void
feed_rest(struct peer *p)
{
    peer_feed(p);
    peer_end_work(p);
}

static void
reap(struct peers *set)
{
    while (!list_is_empty(&set->dead))
        peer_destroy(CONTAINER_OF(set->dead.next, struct peer, all_link));
}

/*
 * Coalescing. A send costs the same whatever it carries, so a busy room is
 * cheaper with fewer and larger ones. After rooms were flushed, which took so
 * long, they rest as long: while they do, what is said gathers. A hub that is
 * busy thus spends at most half of its time in sends; one that is idle
 * delivers at once; and who was answered (his own log) never waits.
 */
static void
flush_all(struct peers *set)
{
    uint64_t begin_us = loop_clock_us(set->loop);
    bool has_news = !list_is_empty(&set->pool.dirty);
    if (has_news && begin_us < set->rest_until_us) {
        loop_again_in(set->loop, set->rest_until_us - begin_us);
        has_news = false;
    }
    if (has_news)
        wake_readers(set);
    peer_queue_serve(set, PEER_TO_FLUSH, peer_flush);
    if (!has_news)
        return;
    uint64_t end_us = loop_clock_us(set->loop);
    uint64_t rest_us = end_us - begin_us;
    if (rest_us > set->limits.most_rest_us)
        rest_us = set->limits.most_rest_us;
    set->rest_until_us = end_us + rest_us;
}

static void
on_turn_end(struct loop_hook *h)
{
    struct peers *set = CONTAINER_OF(h, struct peers, turn_end);
    peer_queue_serve(set, PEER_TO_FEED, feed_rest);
    flush_all(set);
    /* Who was lost meanwhile has left news: for the next turn. */
    if (!list_is_empty(&set->dead))
        loop_again(set->loop);
    reap(set);
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
    room_pool_init(&set->pool);
    set->pool.encode = wire_encode_entry;
    set->pool.on_cut = peer_on_cut;
    set->hub = hub_create(&peer_hub_ops, &set->pool, seed);
    net_sources_init(&set->sources, seed);
    list_init(&set->all);
    list_init(&set->dead);
    list_init(&set->bans);
    set->turn_end.on_turn_end = on_turn_end;
    loop_hook_add(l, &set->turn_end);
    return set;
}

void
peers_destroy(struct peers *set)
{
    if (set == NULL)
        return;
    LIST_FOREACH_SAFE (link, &set->all)
        peer_lose(CONTAINER_OF(link, struct peer, all_link),
                  N_("the server stopped"));
    reap(set);
    CHECK(set->counts.connections == 0 && set->counts.unknown == 0);
    list_remove(&set->turn_end.link);
    hub_destroy(set->hub);
    room_pool_finish(&set->pool);
    net_sources_finish(&set->sources);
    peer_bans_finish(set);
    for (int i = 0; i < PEER_QUEUES; i++)
        free(set->queues[i].at);
    free(set->spare_work);
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
    LIST_FOREACH (link, &set->all)
        peer_end_legs(CONTAINER_OF(link, struct peer, all_link));
    LIST_FOREACH_SAFE (link, &set->all)
        peer_turn_out(CONTAINER_OF(link, struct peer, all_link), "");
    loop_again(set->loop);
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
