/*
 * Lines that peers stand in until the end of the turn.
 *
 * A line is an array, read from front to back as memory likes it; a peer
 * remembers his place in it, a number from 1, so that he can leave it, as who
 * is lost does. In steady traffic the array has grown to what it needs, and
 * joining allocates nothing.
 */
#include "base/alloc.h"
#include "peer/peer_priv.h"

#include <string.h>

void
peer_queue_join(struct peer *p, enum peer_queue_kind kind)
{
    struct peer_queue *q = &p->set->queues[kind];
    if (p->places[kind] != 0)
        return;
    if (q->n == q->cap) {
        q->cap = q->cap == 0 ? 16 : q->cap * 2;
        q->at = alloc_resize(q->at, q->cap * sizeof(*q->at));
    }
    q->at[q->n] = p;
    p->places[kind] = ++q->n;
}

void
peer_queue_leave(struct peer *p, enum peer_queue_kind kind)
{
    if (p->places[kind] == 0)
        return;
    p->set->queues[kind].at[p->places[kind] - 1] = NULL;
    p->places[kind] = 0;
}

bool
peer_queue_has(const struct peer *p, enum peer_queue_kind kind)
{
    return p->places[kind] != 0;
}

/* Who joined meanwhile comes to the front. */
static void
drop_front(struct peer_queue *q, enum peer_queue_kind kind, uint32_t n)
{
    q->n -= n;
    memmove(q->at, q->at + n, q->n * sizeof(*q->at));
    for (uint32_t i = 0; i < q->n; i++) {
        if (q->at[i] != NULL)
            q->at[i]->places[kind] = i + 1;
    }
}

void
peer_queue_serve(struct peers *set, enum peer_queue_kind kind,
                 void (*serve)(struct peer *p))
{
    struct peer_queue *q = &set->queues[kind];
    uint32_t n = q->n;
    for (uint32_t i = 0; i < n; i++) {
        struct peer *p = q->at[i];
        if (p == NULL)
            continue;
        peer_queue_leave(p, kind);
        serve(p);
    }
    if (n > 0)
        drop_front(q, kind, n);
}
