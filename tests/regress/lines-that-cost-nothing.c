/*
 * What an IRC client sent was paid for when it was handed to the hub or
 * answered; a line that asks for nothing, like PONG, was neither. So one
 * client that sent nothing else was read as fast as it could send, and had
 * the server's time for itself. Found in review.
 */
#include "support/world.h"

static bool
is_slowed(const char *line)
{
    struct peers_limits limits = {.most_clients = 9,
                                  .flood = bucket_rate(10, 20)};
    struct world *w = world_create(1, &limits);
    struct wire *client = world_connect(w, SNIFF_PINNED_IRC);
    wire_send(client, "NICK alice\r\nUSER a 0 * :a\r\n");
    world_pass(w, 5000);
    for (int i = 0; i < 100; i++)
        wire_send(client, line);
    world_pass(w, 1000);
    bool is_read = (client->wanted & LOOP_READ) != 0;
    wire_reset(client);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(client);
    return !is_read;
}

int
main(void)
{
    CHECK(is_slowed("PONG x\r\n"));
    CHECK(is_slowed("\r\n"));
    CHECK(is_slowed("NOTICE alice\r\n"));
    CHECK(is_slowed("CAP END\r\n"));
    return 0;
}
