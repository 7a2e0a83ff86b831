/*
 * Who was refused kept his descriptor for the seconds in which he could read
 * why, and nothing counted those: one source, far over its limit or banned,
 * could hold all that there are. Found in review.
 */
#include "msg/limits.h"
#include "support/world.h"

#define CROWD 400

int
main(void)
{
    struct peers_limits limits = {.most_clients = 1000, .most_per_source = 4};
    static const uint8_t far[4] = {192, 0, 2, 7};
    static struct wire *wires[CROWD];
    struct world *w = world_create(1, &limits);
    for (int i = 0; i < CROWD; i++)
        wires[i] = world_connect_from(w, SNIFF_ANY, far);
    world_turn(w);
    struct peers_counts counts = peers_counts(w->peers);
    CHECK(counts.connections <= 4 + LIMIT_TURNED_AWAY);
    CHECK(wire_has_heard(wires[CROWD - 1], "-- too many connections"));
    world_pass(w, 6000);
    counts = peers_counts(w->peers);
    CHECK(counts.connections == 4 && counts.turned_away == 0);
    for (int i = 0; i < CROWD; i++)
        wire_reset(wires[i]);
    world_pass(w, 100);
    world_destroy(w);
    for (int i = 0; i < CROWD; i++)
        wire_free(wires[i]);
    return 0;
}
