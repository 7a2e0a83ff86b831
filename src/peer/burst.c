/*
 * When a burst is over, what it needed goes back to the system: segments that
 * were kept for the next one, and whatever else lies free. Who is silent then
 * costs what he costs, and no more for what was once said.
 */
#include "base/alloc.h"
#include "peer/peer_priv.h"

/* It is over when there was nothing to send for so long. */
#define REST_MS 1000

/* What is kept of a smaller one is less than a member may leave unread. */
#define BURST_BYTES ((size_t)64 << 10)

static void
on_due(struct loop_timer *t)
{
    struct peers *set = CONTAINER_OF(t, struct peers, burst);
    uint64_t over_ms = set->flushed_ms + REST_MS;
    if (loop_now_ms(set->loop) < over_ms) {
        loop_timer_set(set->loop, t, over_ms);
        return;
    }
    room_pool_trim(&set->pool);
    alloc_trim();
}

/* There was something to send. */
void
peers_watch_burst(struct peers *set)
{
    set->flushed_ms = loop_now_ms(set->loop);
    if (set->burst.slot != 0 || set->pool.kept_bytes < BURST_BYTES)
        return;
    set->burst.on_due = on_due;
    loop_timer_set(set->loop, &set->burst, set->flushed_ms + REST_MS);
}
