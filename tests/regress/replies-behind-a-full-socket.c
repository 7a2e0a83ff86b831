/*
 * A peer asked for help again and again and read none of it. Its private log
 * reached its limit, but the words and the close were left to the next
 * flush, and there is none for a peer whose system takes no more: it stayed
 * for ever. Found by story/door.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *asker = world_connect(w, SNIFF_PINNED_PLAIN);
    for (int i = 0; i < 1000; i++)
        wire_send(asker, "/help\n");
    world_pass(w, 15000);
    CHECK(asker->is_closed);
    CHECK(hub_counts(peers_hub(w->peers)).users == 0);
    world_destroy(w);
    wire_free(asker);
    return 0;
}
