/*
 * The lab's pace doubles while nothing is acknowledged; it began at 0, so for
 * one who became a lab client while earlier bytes were on their way it stayed
 * 0, and the server looked again in every turn, at full speed, until they
 * were. Found in review.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *peer = world_connect(w, SNIFF_ANY);
    world_pass(w, SNIFF_SILENT_MS + 10); /* greeted, as a listener */
    peer->is_unacked = true;
    wire_send(peer, "x");
    world_pass(w, SNIFF_KEY_MS + 20);
    int turns = 0;
    w->step_ms = 1000000;
    for (uint64_t until = w->now_ms + 2000; w->now_ms < until; turns++)
        world_turn(w);
    CHECK(turns < 50);
    wire_reset(peer);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(peer);
    return 0;
}
