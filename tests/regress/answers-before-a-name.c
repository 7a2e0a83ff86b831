/*
 * What an IRC client was answered before it had said who it is was kept for
 * it without a limit: with --flood-rate 0 one that sent CAP LS and read nothing
 * took 400 MB in five seconds. Found in review.
 */
#include "support/world.h"

#define LINES 20000

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *client = world_connect(w, SNIFF_PINNED_IRC);
    for (int i = 0; i < LINES; i++)
        wire_send(client, "CAP LS 302\r\n");
    do
        world_turn(w);
    while (client->wanted & LOOP_READ);
    CHECK(client->to_server.n > 0 && !client->is_server_done);
    /* When it reads, it is read. */
    wire_send(client, "CAP END\r\nNICK al\r\nUSER u 0 * :r\r\n");
    const struct hub *hub = peers_hub(w->peers);
    for (int i = 0; i < 2000 && hub_counts(hub).present == 0; i++) {
        client->to_client.n = 0;
        world_turn(w);
    }
    CHECK(hub_counts(hub).present == 1);
    wire_reset(client);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(client);
    return 0;
}
