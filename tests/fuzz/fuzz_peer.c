/*
 * A whole peer: a stranger sends anything, in any pieces, at any time, to
 * the real server core, while somebody sits in the room. Whatever he does,
 * the other one reads harmless UTF-8 in whole lines, the server keeps no more
 * of him than its limits say, and nothing is left when all have gone.
 *
 * Input: one byte for the listener, then pieces, each behind a byte for its
 * length and one for the time that passes after it.
 */
#include "support/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
live(struct world *w, struct wire *stranger, struct span in)
{
    static const uint16_t times[] = {0, 1, 29, 31, 150, 250, 1100, 1600};
    while (in.n >= 2 && !stranger->is_server_done && !stranger->is_closed) {
        size_t n = span_get(in, 0);
        uint8_t then = span_get(in, 1);
        wire_send_bytes(stranger, span_sub(in, 2, n));
        in = span_from(in, 2 + n);
        world_turn(w);
        if (then & 8)
            stranger->to_client.n = 0; /* he reads now and then */
        world_pass(w, times[then % COUNT_OF(times)]);
        if (then & 16)
            world_order(w, then >> 5);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {data, size};
    if (size < 2)
        return 0;
    uint8_t choice = span_get(in, 0);
    struct world *w = world_create(choice, NULL);
    struct wire *other = world_connect(w, SNIFF_PINNED_PLAIN);
    other->window = SIZE_MAX / 4;
    wire_send(other, "\n");
    world_pass(w, 20);
    if (choice & 4)
        world_hold(w);
    w->is_rough = (choice & 8) != 0;
    struct wire *stranger = world_connect(w, (enum sniff_pin)(choice % 3));
    stranger->window = choice & 16 ? 100 : 1 << 20;
    live(w, stranger, span_from(in, 1));

    if (choice & 32)
        wire_reset(stranger);
    else
        wire_hang_up(stranger);
    w->is_rough = false;
    world_release(w);
    world_pass(w, 7000);
    CHECK(stranger->is_closed);
    wire_check_harmless(other);
    world_destroy(w);
    wire_free(other);
    wire_free(stranger);
    return 0;
}
