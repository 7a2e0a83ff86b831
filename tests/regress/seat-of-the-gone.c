/*
 * Somebody had left with q, but did not close his end of the connection. For
 * the two seconds that we wait for that he still counted for --max-clients,
 * and the next one was told that the room is full. Found by story/door.
 */
#include "support/world.h"

int
main(void)
{
    struct peers_limits limits = {.most_clients = 1};
    struct world *w = world_create(1, &limits);
    struct wire *first = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(first, "hello\nq\n");
    world_pass(w, 20);
    CHECK(!first->is_closed);
    struct wire *second = world_connect(w, SNIFF_PINNED_PLAIN);
    world_pass(w, 20);
    CHECK(wire_has_heard(second, "-- liao: you are guest2"));
    wire_reset(first);
    wire_reset(second);
    world_pass(w, 20);
    world_destroy(w);
    wire_free(first);
    wire_free(second);
    return 0;
}
