/*
 * Who subscribed to what is noted of others was told all that somebody noted,
 * as long as he himself had not left much unread. But a thousand who are all a
 * little behind are too many together, and it was they who were closed, as if
 * they had asked for more than they read: a room full of people, by one who
 * notes much. Now they are told later where to ask, as who is far behind is.
 */
#include "support/world.h"

#include <stdio.h>
#include <string.h>

#define MEMBERS 60

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *wires[MEMBERS];
    char line[300], value[200];
    for (int i = 0; i < MEMBERS; i++) {
        snprintf(line, sizeof(line),
                 "CAP REQ :batch draft/metadata-3\r\nNICK n%d\r\nUSER u 0 * "
                 ":r\r\nCAP END\r\nMETADATA * SUB key\r\nJOIN #tea\r\n",
                 i);
        wires[i] = world_connect(w, SNIFF_PINNED_IRC);
        wire_send(wires[i], line);
        world_pass(w, 50);
    }
    for (int i = 0; i < MEMBERS; i++) {
        wire_forget(wires[i]);
        wires[i]->window = 200;
    }
    peers_pool(w->peers)->private_bytes_most = (size_t)64 << 10;
    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    for (int i = 0; i < 30; i++) {
        snprintf(line, sizeof(line), "METADATA * SET key :%d%s\r\n", i, value);
        wire_send(wires[0], line);
    }
    for (int turn = 0; turn < 2000; turn++) {
        world_turn(w);
        for (int i = 0; i < MEMBERS; i++)
            wires[i]->to_client.n = 0;
    }
    for (int i = 0; i < MEMBERS; i++) {
        CHECK(!wires[i]->is_server_done);
        wires[i]->window = SIZE_MAX / 4;
    }
    wire_send(wires[1], "PING 1\r\n");
    world_pass(w, 100);
    CHECK(wire_has_heard(wires[1], " 774 n1 #tea\r\n"));
    world_end(w, wires, MEMBERS);
    return 0;
}
