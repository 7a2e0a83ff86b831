/*
 * Private messages counted as the reader's own unread answers: whoever sent
 * a lab client more than its pace allows, or anybody on a slow link more
 * than 256 KB, had him closed as one who reads too slowly. Found in review.
 */
#include "support/world.h"

#include <string.h>

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *victim = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *flooder = world_connect(w, SNIFF_PINNED_PLAIN);
    char line[2000] = "/msg guest1 ";
    memset(line + strlen(line), 'x', sizeof(line) - strlen(line) - 2);
    line[sizeof(line) - 2] = '\n';
    wire_send(victim, "\n");
    victim->window = 1000;
    for (int i = 0; i < 400; i++) {
        wire_send(flooder, line);
        flooder->to_client.n = 0;
        world_turn(w);
    }
    world_pass(w, 3000);
    flooder->to_client.n = 0;
    wire_send(flooder, line);
    world_pass(w, 100);
    CHECK(wire_has_heard(flooder, "-- guest1 has too much left to read"));
    CHECK(!victim->is_server_done && !victim->is_closed);
    wire_reset(victim);
    wire_reset(flooder);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(victim);
    wire_free(flooder);
    return 0;
}
