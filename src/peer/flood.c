/*
 * Who sends more than his share is read more slowly: what he has sent waits,
 * first with us, then with his own system. He is told once, and nobody is ever
 * cut off for it.
 *
 * Each thing that he asks for has its price (hub/command.c), a long text a
 * higher one. He pays out of two buckets: his own, and that of where he comes
 * from, which is deeper, since many may sit behind one address.
 */
#include "msg/limits.h"
#include "peer/peer_priv.h"

/* Who waits, waits for so long: so that he is not woken for each line. */
#define WAIT_LEAST_MS 100

static struct bucket_rate
rate_of_source(struct bucket_rate own)
{
    own.token_ns /= LIMIT_FLOOD_SOURCE_TIMES;
    return own;
}

static void
tell(struct peer *p)
{
    if (p->was_told_of_flood || p->user.v == 0)
        return;
    p->was_told_of_flood = true;
    peer_reply(p, &(struct reply){.kind = REPLY_SLOWED});
}

bool
peer_flood_holds(struct peer *p)
{
    struct bucket_rate rate = peer_set(p)->limits.flood;
    uint64_t now = loop_now_ms(peer_set(p)->loop);
    uint64_t wait = bucket_wait_ms(p->flood, rate, now);
    if (p->source != NULL) {
        uint64_t other =
            bucket_wait_ms(p->source->flood, rate_of_source(rate), now);
        wait = other > wait ? other : wait;
    }
    if (wait == 0 || p->is_console)
        return false;
    p->is_held = true;
    p->work->feed_ms = now + (wait > WAIT_LEAST_MS ? wait : WAIT_LEAST_MS);
    peer_set_timer(p);
    tell(p);
    return true;
}

void
peer_flood_take(struct peer *p, uint32_t tokens)
{
    struct bucket_rate rate = peer_set(p)->limits.flood;
    uint64_t now = loop_now_ms(peer_set(p)->loop);
    if (bucket_is_full(p->flood, now))
        p->was_told_of_flood = false; /* that is over */
    bucket_take(&p->flood, rate, now, tokens);
    if (p->source != NULL)
        bucket_take(&p->source->flood, rate_of_source(rate), now, tokens);
}

/* He waited long enough. */
void
peer_flood_is_due(struct peer *p)
{
    p->work->feed_ms = UINT64_MAX;
    peer_queue_join(p, PEER_TO_FEED);
    loop_again(peer_set(p)->loop);
}
