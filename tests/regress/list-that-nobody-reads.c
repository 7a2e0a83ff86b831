/*
 * A list of all rooms is told as its reader reads it, and what he asks behind
 * it waits. One who asked for it, asked for more, and read nothing waited for
 * ever: he left less unread than makes anybody too slow, and no client is
 * asked whether it is there while it is we who do not listen. So did one who
 * had said all that he would: his leaving waited, too, and he kept his seat
 * and his name. Both have the patience of those who ask for more than they
 * read; who reads, however slowly, hears all of it.
 */
#include "msg/limits.h"
#include "support/world.h"

#include <stdio.h>
#include <string.h>

#define MAKERS 20

static void
make_rooms(struct world *w, struct wire *maker, int number)
{
    char line[600], topic[LIMIT_TOPIC_BYTES - 9];
    memset(topic, 'x', sizeof(topic) - 1);
    topic[sizeof(topic) - 1] = '\0';
    snprintf(line, sizeof(line), "NICK n%d\r\nUSER u 0 * :r\r\n", number);
    wire_send(maker, line);
    for (int i = 0; i < LIMIT_ROOMS_PER_USER - 1; i++) {
        snprintf(line, sizeof(line), "JOIN #n%d-%d\r\nTOPIC #n%d-%d :%s\r\n",
                 number, i, number, i, topic);
        wire_send(maker, line);
    }
    world_pass(w, 100);
    wire_forget(maker);
}

/* He takes what he has to so far, and this much more. */
static struct wire *
ask(struct world *w, const char *hello, const char *question, size_t window)
{
    struct wire *wire = world_connect(w, SNIFF_PINNED_IRC);
    wire_send(wire, hello);
    world_pass(w, 100);
    wire_forget(wire);
    wire->window = window;
    wire_send(wire, question);
    return wire;
}

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *wires[MAKERS + 4];
    for (int i = 0; i < MAKERS; i++) {
        wires[i] = world_connect(w, SNIFF_PINNED_IRC);
        make_rooms(w, wires[i], i);
    }
    struct wire *watcher = wires[MAKERS] =
        ask(w, IRC_HELLO("al"), "MONITOR + wait,over,slow\r\n", SIZE_MAX / 4);
    struct wire *slow = wires[MAKERS + 1] =
        ask(w, IRC_HELLO("slow"), "LIST\r\nPING end\r\n", 3000);
    wires[MAKERS + 2] = ask(w, IRC_HELLO("wait"), "LIST\r\nPING end\r\n", 3000);
    struct wire *over = wires[MAKERS + 3] =
        ask(w, IRC_HELLO("over"), "LIST\r\n", 3000);
    wire_hang_up(over);
    struct buf heard = {0};
    for (int i = 0; i < 20; i++) {
        world_pass(w, 1000);
        wire_read(slow, SIZE_MAX, &heard);
    }
    struct buf news = {0};
    wire_read(watcher, SIZE_MAX, &news);
    buf_add_byte(&news, 0);
    const char *told = (const char *)news.at;
    CHECK(strstr(told, " 731 al :wait\r\n") != NULL);
    CHECK(strstr(told, " 731 al :over\r\n") != NULL);
    CHECK(strstr(told, " 731 al :slow\r\n") == NULL);
    slow->window = SIZE_MAX / 4;
    world_pass(w, 1000);
    wire_read(slow, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    CHECK(strstr((const char *)heard.at, ":end\r\n") != NULL);
    buf_finish(&heard);
    buf_finish(&news);
    world_end(w, wires, MAKERS + 4);
    return 0;
}
