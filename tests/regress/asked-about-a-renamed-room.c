/*
 * Who asks who is in a large room is told as he reads, and goes on when the
 * room gets another name meanwhile; if he was in it. Who asked from outside
 * was told that those whom he had read were all.
 */
#include "support/world.h"

#include <stdio.h>
#include <string.h>

#define MEMBERS 330

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *wires[MEMBERS + 1];
    char line[400], real[150];
    memset(real, 'r', sizeof(real) - 1);
    real[sizeof(real) - 1] = '\0';
    for (int i = 0; i < MEMBERS; i++) {
        snprintf(line, sizeof(line),
                 "NICK somebody-with-a-long-name%d\r\nUSER sixteen-letters- 0 "
                 "* :%s\r\nJOIN #tea\r\n",
                 i, real);
        wires[i] = world_connect(w, SNIFF_PINNED_IRC);
        wire_send(wires[i], line);
        world_pass(w, 5);
    }
    struct wire *asker = wires[MEMBERS] = world_connect(w, SNIFF_PINNED_IRC);
    wire_send(asker, IRC_HELLO("al"));
    world_pass(w, 1000);
    wire_forget(asker);
    asker->window = 1000;
    wire_send(asker, "WHO #tea\r\n");
    world_pass(w, 50);
    wire_send(wires[0], "RENAME #tea #green :\r\n");
    world_pass(w, 50);
    struct buf heard = {0};
    for (int turn = 0; turn < 2000; turn++) {
        wire_read(asker, SIZE_MAX, &heard);
        world_turn(w);
    }
    buf_add_byte(&heard, 0);
    int told = 0;
    for (const char *at = (const char *)heard.at;
         (at = strstr(at, " 352 al ")) != NULL; at++)
        told++;
    CHECK(told == MEMBERS);
    CHECK(strstr((const char *)heard.at, " 315 al ") != NULL);
    buf_finish(&heard);
    world_end(w, wires, MEMBERS + 1);
    return 0;
}
