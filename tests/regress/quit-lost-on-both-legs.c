/*
 * A program sat in two rooms and read slowly. Somebody who was in both quit,
 * which is one event in two logs: sent once. It was stepped over in the one
 * log as soon as the other one's turn came; but the socket was full, and
 * before anything was sent the other log had lost it. So nobody ever told the
 * program, which had him in its list for good. Found by story/gaps.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    peers_pool(w->peers)->track_bytes_most = 1 << 10;
    struct wire *slow = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *gone = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *loud = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(slow, "NICK al\r\nUSER u 0 * :r\r\nJOIN #a,#b\r\n");
    wire_send(gone, "/nick bob\n/join a\n/join b\n");
    wire_send(loud, "/nick eve\n/join a\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(slow, " JOIN #b\r\n"));

    slow->window = 0;
    wire_send(gone, "q\n");
    wire_hang_up(gone);
    world_pass(w, 50);
    for (int i = 0; i < 50; i++) {
        wire_send(loud, "so many words that something has to go\n");
        world_pass(w, 10);
    }
    slow->window = 1 << 20;
    world_pass(w, 50);
    CHECK(wire_has_heard(slow, " QUIT :"));
    wire_reset(slow);
    wire_reset(loud);
    world_pass(w, 20);
    world_destroy(w);
    wire_free(slow);
    wire_free(gone);
    wire_free(loud);
    return 0;
}
