/*
 * Who begins to watch somebody is told what is noted of him. He was told it
 * for each name in his line, watched already or not: one line with a name a
 * hundred times had a hundred times 20 lines for an answer, and cost him as
 * much as two words.
 */
#include "support/world.h"

#include <stdio.h>
#include <string.h>

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *wires[2];
    struct buf line = {0};
    for (int i = 0; i < 2; i++)
        wires[i] = world_connect(w, SNIFF_PINNED_IRC);
    wire_send(wires[0], "CAP REQ :batch draft/metadata-3\r\nNICK a\r\nUSER u "
                        "0 * :r\r\nCAP END\r\nMETADATA * SET key :value\r\n");
    wire_send(wires[1], "CAP REQ :batch draft/metadata-3\r\nNICK b\r\nUSER u "
                        "0 * :r\r\nCAP END\r\nMETADATA * SUB key\r\n");
    world_pass(w, 100);
    wire_forget(wires[1]);
    buf_add(&line, SPAN("MONITOR + a"));
    for (int i = 0; i < 100; i++)
        buf_add(&line, SPAN(",a"));
    buf_add(&line, SPAN("\r\n"));
    for (int i = 0; i < 2; i++)
        wire_send_bytes(wires[1], buf_span(&line));
    wire_send(wires[1], "MONITOR - a\r\nMONITOR + a\r\n");
    world_pass(w, 1000);
    CHECK(wire_count(wires[1], " 761 b a key * :value\r\n") == 2);
    buf_finish(&line);
    world_end(w, wires, 2);
    return 0;
}
