/*
 * A peer whose first words came without a newline was taken for a lab client,
 * and corrected by its next. The lab's block before had not ended its line,
 * so what the next one said stood behind it, as if the first had said both:
 * "alice:from alicebob: from bob". Found in review.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *other = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *peer = world_connect(w, SNIFF_ANY);
    wire_send(peer, "hi");
    world_pass(w, 500);
    wire_send(other, "one\n");
    world_pass(w, 500);
    wire_send(peer, "yo\n");
    world_pass(w, 50);
    wire_send(other, "two\n");
    world_pass(w, 500);
    CHECK(wire_has_heard(peer, "guest1:one\nguest1: two\n"));
    wire_reset(other);
    wire_reset(peer);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(other);
    wire_free(peer);
    return 0;
}
