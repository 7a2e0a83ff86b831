/*
 * An IRC client asked something before it had said who it is, and hung up. It
 * read half a line of the answer: what its system had not taken yet went with
 * the connection. Found by fuzz_irc_peer in a world where writes are partial;
 * what a peer asked is answered before it is let go, also a nameless one's.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *client = world_connect(w, SNIFF_PINNED_IRC);
    struct buf heard = {0};
    client->window = 10;
    wire_send(client, "JOIN #a\r\nCAP NO\r\n");
    world_pass(w, 10);
    CHECK(client->to_client.n == 10);
    wire_hang_up(client);
    for (int i = 0; i < 100 && !client->is_closed; i++) {
        wire_read(client, SIZE_MAX, &heard);
        world_pass(w, 10);
    }
    wire_read(client, SIZE_MAX, &heard);
    CHECK(client->is_closed);
    CHECK(span_equal(buf_span(&heard),
                     SPAN(":liao.chat 451 * :You have not registered\r\n"
                          ":liao.chat 410 * NO :Invalid CAP command\r\n")));
    buf_finish(&heard);
    world_destroy(w);
    wire_free(client);
    return 0;
}
