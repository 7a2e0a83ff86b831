/*
 * A room whose bursts were a little larger than a segment put each of them
 * into two for ever: the second, larger one held only what was left, so that
 * the room took it for too large and began the next burst in a small one
 * again. Each member was thus sent every burst in two sends, the second of
 * them outside the batch: 9,000 sendto() calls for 49 batches with 200
 * members. Found with strace -c.
 */
#include "support/world.h"

#define LINES 30 /* more than 4 KiB with their marks, less than 8 */
#define BURSTS 10

static void
run(uint64_t seed)
{
    struct world *w = world_create(seed, NULL);
    struct wire *talker = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *member = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(talker, "\n");
    wire_send(member, "\n");
    world_pass(w, 3000);
    for (int burst = 0; burst < BURSTS; burst++) {
        for (int i = 0; i < LINES; i++)
            wire_send(talker, "----------------------------------------------"
                              "------------------------------------------------"
                              "------\n");
        member->to_client.n = 0;
        member->blocks = 0;
        world_turn(w);
        CHECK(member->to_client.n > LINES * 100);
    }
    CHECK(member->blocks == 1);
    wire_reset(talker);
    wire_reset(member);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(talker);
    wire_free(member);
}

int
main(void)
{
    run(1); /* one by one; in batches */
    run(2);
    return 0;
}
