/*
 * Who had nothing left to say for a while closed his connection and opened
 * another: the bucket of his address went with the last connection from there,
 * and the next one found two full ones. So one who came again and again said
 * as much as he liked. Found in review.
 */
#include "support/world.h"

#include <string.h>

#define VISITS 40

static const uint8_t afar[4] = {192, 0, 2, 7};

int
main(void)
{
    struct peers_limits limits = {.most_clients = 9,
                                  .flood = bucket_rate(10, 20)};
    struct world *w = world_create(1, &limits);
    struct wire *visitors[VISITS];
    struct wire *reader = world_connect(w, SNIFF_PINNED_PLAIN);
    int heard = 0;
    wire_send(reader, "\n");
    world_pass(w, 100);
    for (int i = 0; i < VISITS; i++) {
        visitors[i] = world_connect_from(w, SNIFF_PINNED_PLAIN, afar);
        for (int n = 0; n < 20; n++)
            wire_send(visitors[i], "buy\n");
        world_pass(w, 20);
        wire_reset(visitors[i]);
        world_pass(w, 20);
        heard += wire_count(reader, ": buy\n");
    }
    /* Of the address: 160 at once, and 80 in each of 1.6 seconds. */
    CHECK(heard > 150 && heard < 320);

    wire_reset(reader);
    world_pass(w, 60000);
    world_destroy(w);
    wire_free(reader);
    for (int i = 0; i < VISITS; i++)
        wire_free(visitors[i]);
    return 0;
}
