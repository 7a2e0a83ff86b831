/*
 * Lines that peers stand in until the end of the turn.
 *
 * A line is a bit for each peer, by his number: he is in it or not, leaves it
 * at once, as who is lost does, and nobody is served out of the order in which
 * peers lie in memory. It allocates when there are more peers than ever.
 */
#include "base/alloc.h"
#include "peer/peer_priv.h"

#include <stdlib.h>
#include <string.h>

static uint64_t
bit_of(const struct peer *p)
{
    return (uint64_t)1 << p->number % 64;
}

static bool
has_bit(const struct peer_queue *q, const uint64_t *bits, const struct peer *p)
{
    return p->number / 64 < q->words && (bits[p->number / 64] & bit_of(p));
}

static bool
is_in(const struct peer_queue *q, const struct peer *p)
{
    return has_bit(q, q->next, p) || has_bit(q, q->now, p);
}

static void
grow(struct peer_queue *q, uint32_t words)
{
    uint64_t **both[] = {&q->next, &q->now};
    words = words < q->words * 2 ? q->words * 2 : words;
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        *both[i] = alloc_resize(*both[i], words * sizeof(**both[i]));
        memset(*both[i] + q->words, 0, (words - q->words) * sizeof(**both[i]));
    }
    q->words = words;
}

void
peer_queue_join(struct peer *p, enum peer_queue_kind kind)
{
    struct peer_queue *q = &peer_set(p)->queues[kind];
    if (is_in(q, p))
        return;
    if (p->number / 64 >= q->words)
        grow(q, p->number / 64 + 1);
    q->next[p->number / 64] |= bit_of(p);
    q->n++;
}

void
peer_queue_leave(struct peer *p, enum peer_queue_kind kind)
{
    struct peer_queue *q = &peer_set(p)->queues[kind];
    if (has_bit(q, q->now, p))
        q->now[p->number / 64] &= ~bit_of(p);
    if (has_bit(q, q->next, p)) {
        q->next[p->number / 64] &= ~bit_of(p);
        q->n--;
    }
}

bool
peer_queue_has(const struct peer *p, enum peer_queue_kind kind)
{
    return is_in(&peer_set(p)->queues[kind], p);
}

void
peer_queue_serve(struct peers *set, enum peer_queue_kind kind,
                 void (*serve)(struct peer *p))
{
    struct peer_queue *q = &set->queues[kind];
    if (q->n == 0)
        return;
    uint64_t *now = q->next;
    q->next = q->now;
    q->now = now;
    q->n = 0;
    for (uint32_t word = 0; word < q->words; word++) {
        while (q->now[word] != 0) {
            uint32_t bit = (uint32_t)__builtin_ctzll(q->now[word]);
            q->now[word] &= q->now[word] - 1;
            serve(slab_find(&set->all, word * 64 + bit));
        }
    }
}

void
peer_queue_finish(struct peer_queue *q)
{
    free(q->next);
    free(q->now);
}
