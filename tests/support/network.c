#include "support/network.h"

#include "base/alloc.h"

#include <stdlib.h>

static void
put(struct network *net, size_t to, struct span bytes, uint64_t due_ms)
{
    if (net->n == net->cap) {
        net->cap = net->cap == 0 ? 64 : net->cap * 2;
        net->packets =
            alloc_resize(net->packets, net->cap * sizeof(*net->packets));
    }
    struct network_packet *p = &net->packets[net->n++];
    *p =
        (struct network_packet){.due_ms = due_ms, .order = net->sent, .to = to};
    buf_add(&p->bytes, bytes);
}

static uint64_t
delay_ms(struct network *net)
{
    return net->least_ms + dice_below(&net->dice, net->more_ms + 1);
}

void
network_send(struct network *net, size_t to, struct span bytes, uint64_t now_ms)
{
    net->sent++;
    if (dice_is(&net->dice, net->loss_percent)) {
        net->lost++;
        return;
    }
    put(net, to, bytes, now_ms + delay_ms(net));
    if (dice_is(&net->dice, net->twice_percent))
        put(net, to, bytes, now_ms + delay_ms(net));
}

static size_t
find_next(const struct network *net)
{
    size_t best = 0;
    for (size_t i = 1; i < net->n; i++) {
        const struct network_packet *a = &net->packets[i];
        const struct network_packet *b = &net->packets[best];
        if (a->due_ms < b->due_ms ||
            (a->due_ms == b->due_ms && a->order < b->order))
            best = i;
    }
    return best;
}

uint64_t
network_due_ms(const struct network *net)
{
    return net->n == 0 ? UINT64_MAX : net->packets[find_next(net)].due_ms;
}

bool
network_take(struct network *net, uint64_t now_ms, size_t *to, struct buf *out)
{
    size_t i = find_next(net);
    if (net->n == 0 || net->packets[i].due_ms > now_ms)
        return false;
    *to = net->packets[i].to;
    buf_add(out, buf_span(&net->packets[i].bytes));
    buf_finish(&net->packets[i].bytes);
    net->packets[i] = net->packets[--net->n];
    return true;
}

void
network_finish(struct network *net)
{
    while (net->n > 0)
        buf_finish(&net->packets[--net->n].bytes);
    free(net->packets);
    net->packets = NULL;
    net->cap = 0;
}
