/*
 * A reader fell off the left edge of the log, where only joins and leaves
 * had been dropped, no message. It was not told: zero messages were missed,
 * so there seemed to be nothing to say, and its picture of who is in the
 * room stayed wrong. Found by story/crowd.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    peers_pool(w->peers)->track_bytes_most = 1 << 10;
    struct wire *slow = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(slow, "\n");
    world_pass(w, 20);
    slow->window = 0;
    for (int i = 0; i < 500; i++) {
        struct wire *guest = world_connect(w, SNIFF_PINNED_PLAIN);
        wire_send(guest, "\nq\n");
        wire_hang_up(guest);
        world_pass(w, 10);
        CHECK(guest->is_closed);
        wire_free(guest);
    }
    slow->window = 1 << 20;
    world_pass(w, 20);
    CHECK(wire_has_heard(slow, "-- you read too slowly\n"));
    wire_reset(slow);
    world_pass(w, 20);
    world_destroy(w);
    wire_free(slow);
    return 0;
}
