/*
 * Whoever spoke has nothing to read, for he does not hear himself. He stood
 * among the others in the line of those to be flushed, and where he stood the
 * batch was sent, small as it was; so with who had an answer of his own. In a
 * room where many speak there were many small batches, each a call.
 *
 * And when the kernel takes back its leave to use io_uring, it goes on without.
 */
#include "support/world.h"

#define MEMBERS 7

int
main(void)
{
    struct world *w = world_create(2, NULL); /* even: in batches, of three */
    struct wire *wires[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        wires[i] = world_connect(w, SNIFF_PINNED_PLAIN);
        wire_send(wires[i], "\n");
        world_pass(w, 100);
    }
    for (int i = 0; i < MEMBERS; i++)
        wires[i]->to_client.n = 0;

    w->batches = 0;
    wire_send(wires[1], "hi\n");
    world_pass(w, 100);
    CHECK(w->batches == 2); /* six others */
    for (int i = 0; i < MEMBERS; i++)
        CHECK(i == 1 || wire_has_heard(wires[i], "guest2: hi\n"));

    w->breaks_batches = true;
    wire_send(wires[1], "still here\n");
    world_pass(w, 100);
    wire_send(wires[1], "and now\n");
    world_pass(w, 100);
    CHECK(w->batches == 3);
    for (int i = 0; i < MEMBERS; i++) {
        CHECK(i == 1 || wire_has_heard(wires[i], "guest2: still here\n"
                                                 "guest2: and now\n"));
        wire_reset(wires[i]);
    }
    world_pass(w, 100);
    world_destroy(w);
    for (int i = 0; i < MEMBERS; i++)
        wire_free(wires[i]);
    return 0;
}
