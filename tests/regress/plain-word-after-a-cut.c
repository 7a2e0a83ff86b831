/*
 * Somebody on a plain:// port was silent, and read so slowly that the room
 * dropped what he was in the middle of. That he is owed the rest of a line
 * gave him his work anew, and the sniffing in it was blank: it knew neither
 * the port's pin nor that he had been silent. So what he began to type was
 * taken for a lab program's burst: half a line was said in his name, and he
 * was written to in blocks from then on. Found in review.
 */
#include "support/world.h"

#include <string.h>

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *talker = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *silent = world_connect(w, SNIFF_PINNED_PLAIN);
    char line[1001];
    memset(line, 'x', sizeof(line) - 2);
    strcpy(line + sizeof(line) - 2, "\n");
    peers_pool(w->peers)->track_bytes_most = 8 << 10;
    wire_send(talker, "\n");
    world_pass(w, 100);
    silent->to_client.n = 0;
    silent->window = 500;
    for (int i = 0; i < 100; i++) {
        wire_send(talker, line);
        world_pass(w, 10);
    }
    wire_send(silent, "hel");
    world_pass(w, 500);
    wire_send(silent, "lo\n");
    world_pass(w, 500);
    CHECK(wire_has_heard(talker, "guest2: hello\n"));
    wire_reset(talker);
    wire_reset(silent);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(talker);
    wire_free(silent);
    return 0;
}
