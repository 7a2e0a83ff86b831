/*
 * On a machine that had been up for 38 to 49 days, everybody who came was told
 * that he had said too much, and was not read for up to 12 days: a new bucket
 * is full since 0, and half a clock that was about to go round took that for
 * a moment to come. Whoever had been silent for as long fared alike. Found in
 * review.
 */
#include "support/world.h"

int
main(void)
{
    struct peers_limits limits = {.most_clients = 9,
                                  .flood = bucket_rate(20, 200)};
    struct world *w = world_create(1, &limits);
    w->now_ms = (40ull * 24 + 12) * 3600 * 1000;
    struct wire *reader = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *writer = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(reader, "\n");
    wire_send(writer, "good morning\n");
    world_pass(w, 1000);
    CHECK(wire_has_heard(reader, ": good morning"));
    wire_reset(reader);
    wire_reset(writer);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(reader);
    wire_free(writer);
    return 0;
}
