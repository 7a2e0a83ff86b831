/*
 * Somebody with nc said /away, and another asked /whois him: "said nothing for
 * 1764000000 seconds". When somebody came and spoke is noted only of those
 * whose program registers, and what /away keeps lies beside it; that there was
 * such a place was taken for its being filled. Found by reading.
 */
#include "support/world.h"

#include <string.h>

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *alice = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *bob = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(alice, "/nick alice\n/away at lunch\n");
    wire_send(bob, "/nick bob\n");
    world_pass(w, 100);
    wire_send(bob, "/whois alice\n");
    world_pass(w, 100);
    struct buf heard = {0};
    wire_read(bob, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    CHECK(strstr((char *)heard.at, "alice is away: at lunch") != NULL);
    CHECK(strstr((char *)heard.at, "said nothing") == NULL);
    buf_finish(&heard);
    wire_reset(alice);
    wire_reset(bob);
    world_pass(w, 20);
    world_destroy(w);
    wire_free(alice);
    wire_free(bob);
    return 0;
}
