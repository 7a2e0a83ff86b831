#include "liao/again.h"

#define LEAST_MS 1000
#define MOST_MS 60000

static void
on_due(struct loop_timer *t)
{
    struct liao_again *a = CONTAINER_OF(t, struct liao_again, timer);
    loop_stop(a->loop);
}

static void
on_turn_end(struct loop_hook *h)
{
    struct liao_again *a = CONTAINER_OF(h, struct liao_again, turn_end);
    if (!liao_input_says_q(a->input))
        return;
    a->has_given_up = true;
    loop_stop(a->loop);
}

unsigned
liao_again_next(struct liao_again *a, uint64_t lasted_ms)
{
    if (a->wait_ms == 0 || lasted_ms >= MOST_MS)
        a->wait_ms = LEAST_MS;
    else if (a->wait_ms * 2 <= MOST_MS)
        a->wait_ms *= 2;
    else
        a->wait_ms = MOST_MS;
    return (unsigned)(a->wait_ms / 1000);
}

void
liao_again_wait(struct liao_again *a, struct loop *l, struct liao_input *in)
{
    a->loop = l;
    a->input = in;
    a->timer = (struct loop_timer){.on_due = on_due};
    a->turn_end = (struct loop_hook){.on_turn_end = on_turn_end};
    loop_hook_add(l, &a->turn_end);
    loop_timer_set(l, &a->timer, loop_now_ms(l) + a->wait_ms);
    loop_run(l);
    loop_timer_clear(l, &a->timer);
    list_remove(&a->turn_end.link);
}
