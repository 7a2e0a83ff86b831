/*
 * Who cannot follow when a room is renamed is told its names anew, and so were
 * all in a large room in one turn: more than all together may leave unread. So
 * whoever was not quick enough was closed as one who had asked for more than
 * he reads, and nobody had asked for anything. Now the next is told when those
 * before him have read. The windows are small here, as are those of lines that
 * were quiet until then.
 */
#include "support/world.h"

#include <stdio.h>

#define MEMBERS 60
#define LONG_NAME "a-name-that-is-very-long-%02d"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *wires[MEMBERS];
    struct buf heard[MEMBERS] = {0};
    for (int i = 0; i < MEMBERS; i++) {
        char hello[120];
        snprintf(hello, sizeof(hello),
                 "NICK " LONG_NAME "\r\nUSER u 0 * :r\r\nJOIN #tea\r\n", i);
        wires[i] = world_connect(w, SNIFF_PINNED_IRC);
        wire_send(wires[i], hello);
        world_pass(w, 50);
    }
    for (int i = 0; i < MEMBERS; i++) {
        wire_forget(wires[i]);
        wires[i]->window = 300;
    }
    peers_pool(w->peers)->private_bytes_most = (size_t)32 << 10;
    wire_send(wires[0], "RENAME #tea #green :\r\n");
    for (int turn = 0; turn < 3000; turn++) {
        world_turn(w);
        for (int i = 0; i < MEMBERS; i++)
            wire_read(wires[i], 100, &heard[i]);
    }
    for (int i = 0; i < MEMBERS; i++) {
        CHECK(!wires[i]->is_server_done);
        struct span end = SPAN(" #green :End of /NAMES list\r\n");
        struct span all = buf_span(&heard[i]);
        CHECK(all.n > end.n);
        CHECK(span_equal(span_from(all, all.n - end.n), end));
        buf_finish(&heard[i]);
    }
    world_end(w, wires, MEMBERS);
    return 0;
}
