#include "bench/heard.h"

#include <string.h>

const struct heard_piece *
heard_match(const struct heard *h, uint32_t at, struct span in)
{
    if (at >= h->n)
        return NULL;
    const struct heard_piece *p = &h->pieces[at];
    if (in.n < p->n || memcmp(in.at, &h->bytes.at[p->from], p->n) != 0)
        return NULL;
    return p;
}

static bool
is_same(const struct text_stamp *a, const struct text_stamp *b)
{
    return a->sequence == b->sequence && a->sender == b->sender &&
           a->run == b->run && a->at_us == b->at_us;
}

/* Where the number of a piece is kept; a later one may take its place. */
static uint32_t *
slot_of(struct heard *h, const struct text_stamp *stamp)
{
    uint32_t hash = stamp->sender * 2654435761u + stamp->sequence;
    return &h->by_stamp[hash % COUNT_OF(h->by_stamp)];
}

static void
forget(struct heard *h)
{
    h->n = 0;
    h->bytes.n = 0;
    memset(h->by_stamp, 0, sizeof(h->by_stamp));
}

uint32_t
heard_add(struct heard *h, struct span piece, const struct text_stamp *stamp)
{
    uint32_t *slot = slot_of(h, stamp);
    if (*slot > 0 && is_same(&h->pieces[*slot - 1].stamp, stamp))
        return *slot - 1;
    if (h->n == HEARD_PIECES || h->bytes.n + piece.n > HEARD_BYTES)
        forget(h);
    h->pieces[h->n] = (struct heard_piece){
        .from = (uint32_t)h->bytes.n,
        .n = (uint32_t)piece.n,
        .stamp = *stamp,
    };
    buf_add(&h->bytes, piece);
    *slot = ++h->n;
    return h->n - 1;
}
