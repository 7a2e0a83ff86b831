/*
 * What is under way for a peer, and its end.
 */
#include "peer/peer_priv.h"

struct peer_work *
peer_work(struct peer *p)
{
    if (p->work != NULL)
        return p->work;
    struct peer_work *w = peer_set(p)->spare_work;
    peer_set(p)->spare_work = NULL;
    uint32_t number = w == NULL ? 0 : w->number;
    if (w == NULL)
        w = slab_take(&peer_set(p)->works, &number);
    *w = (struct peer_work){
        .peer = p,
        .number = number,
        .timer.on_due = peer_on_due,
        .judge_ms = UINT64_MAX,
        .batch_ms = UINT64_MAX,
        .close_ms = UINT64_MAX,
        .feed_ms = UINT64_MAX,
    };
    /* Of one who is told apart there was work before; that it ended means
     * that he was silent, and greeted. */
    wire_sniff_init(&w->sniff, p->pin, false, loop_now_ms(peer_set(p)->loop));
    w->sniff.was_silent = p->user.v != 0;
    p->work = w;
    return w;
}

/* Bytes that came, or a proxy that has not said who it is for, are judged by
 * more than that there was silence. */
static bool
is_being_told_apart(const struct peer *p)
{
    const struct sniff *s = &p->work->sniff;
    return p->is_sniffing &&
           (p->user.v == 0 || s->has_bytes || s->trusts_proxy);
}

void
peer_end_work(struct peer *p)
{
    const struct peer_work *w = p->work;
    if (w != NULL && w->in.n == 0 && w->rest.n == 0 && w->gaps == NULL &&
        w->shared_order == 0 && w->own == NULL && w->pace == NULL &&
        w->timer.slot == 0 && !is_being_told_apart(p))
        peer_drop_work(p);
}

void
peer_drop_work(struct peer *p)
{
    struct peer_work *w = p->work;
    struct peers *set = peer_set(p);
    if (w == NULL)
        return;
    CHECK(w->own == NULL && w->pace == NULL && w->timer.slot == 0);
    buf_finish(&w->in);
    buf_finish(&w->rest);
    peer_forget_gaps(w);
    p->work = NULL;
    if (set->spare_work == NULL)
        set->spare_work = w;
    else
        slab_give_back(&set->works, w->number);
}
