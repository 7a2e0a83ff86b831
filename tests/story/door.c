/*
 * The story of the door: who is let in, who is told what, and when.
 */
#include "support/world.h"

#include <stdio.h>
#include <string.h>

/* Silence makes a listener: greeted after 1.5 s, seen by nobody until his
 * first line, and gone without a word if that never comes. */
static void
silent_ones_listen(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *wires[2] = {world_connect(w, SNIFF_PINNED_PLAIN),
                             world_connect(w, SNIFF_ANY)};
    wire_send(wires[0], "\n");
    world_pass(w, SNIFF_SILENT_MS - 100);
    CHECK(wires[1]->to_client.n == 0);
    world_pass(w, 200);
    CHECK(wire_has_heard(wires[1],
                         "-- liao: you are guest2, in room lobby; here: "
                         "guest1\n"));
    wire_send(wires[0], "hello\n/who\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(wires[1], "guest1: hello\n"));
    CHECK(wire_has_heard(wires[0], "people in lobby: 1 (guest1)"));
    wire_hang_up(wires[1]);
    world_pass(w, 50);
    CHECK(wires[0]->to_client.n == 0);

    struct wire *again = world_connect(w, SNIFF_ANY);
    world_pass(w, SNIFF_SILENT_MS + 10);
    wire_send(again, "hi\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(wires[0], "-- guest3 joined\nguest3: hi\n"));
    wire_reset(again);
    world_pass(w, 50);
    CHECK(wire_has_heard(wires[0], "-- guest3 left (connection lost)\n"));
    world_end(w, wires, 2);
    wire_free(again);
}

/* One too many is told so as he would expect it, and closed; those who have
 * not said what they speak may be over the limit for a while. */
static void
full_rooms_say_so(void)
{
    struct peers_limits limits = {.most_clients = 2};
    struct world *w = world_create(2, &limits);
    struct wire *wires[5] = {world_connect(w, SNIFF_PINNED_PLAIN),
                             world_connect(w, SNIFF_ANY)};
    wire_send(wires[1], "first\n");
    world_pass(w, 50);
    wires[2] = world_connect(w, SNIFF_PINNED_PLAIN);
    wires[3] = world_connect(w, SNIFF_ANY);
    wires[4] = world_connect(w, SNIFF_PINNED_LAB);
    wire_send(wires[3], "迟到");
    world_pass(w, 400);
    CHECK(wire_has_heard(wires[2], "-- the room is full (people at most: 2)"));
    CHECK(!wires[1]->is_server_done);
    CHECK(wire_has_heard(wires[3], "聊天室已满, 最多2人"));
    CHECK(wire_has_heard(wires[4], "聊天室已满, 最多2人"));
    CHECK(wires[2]->is_server_done && wires[3]->is_server_done);

    wire_send(wires[1], "q\n");
    world_pass(w, 50);
    wire_hang_up(wires[1]);
    world_pass(w, 50);
    CHECK(wires[1]->is_closed);
    struct wire *next = world_connect(w, SNIFF_PINNED_PLAIN);
    world_pass(w, 50);
    CHECK(wire_has_heard(next, "-- liao: you are"));
    wire_reset(next);
    world_end(w, wires, 5);
    wire_free(next);
}

static void
one_source_is_not_everybody(void)
{
    struct peers_limits limits = {
        .most_clients = 1000,
        .most_per_source = 4,
        .most_per_source_unknown = 2,
    };
    static const uint8_t here[4] = {192, 0, 2, 1}, there[4] = {192, 0, 2, 2};
    struct world *w = world_create(3, &limits);
    struct wire *wires[7];
    for (int i = 0; i < 3; i++)
        wires[i] = world_connect_from(w, SNIFF_ANY, here);
    world_pass(w, 50);
    CHECK(wire_has_heard(wires[2],
                         "-- too many connections come from your address "
                         "(at most: 2)"));
    wires[3] = world_connect_from(w, SNIFF_ANY, there);
    wire_hang_up(wires[2]);
    world_pass(w, SNIFF_SILENT_MS);
    CHECK(wire_has_heard(wires[0], "-- liao: "));
    CHECK(wire_has_heard(wires[3], "-- liao: "));
    for (int i = 4; i < 7; i++) {
        wires[i] = world_connect_from(w, SNIFF_ANY, here);
        wire_send(wires[i], "\n");
        world_pass(w, 50);
    }
    CHECK(wire_has_heard(wires[5], "-- liao: "));
    CHECK(wire_has_heard(wires[6], "from your address (at most: 4)"));
    world_end(w, wires, 7);
}

/* Who asks for more than he reads is told so and closed, and keeps nobody's
 * memory. */
static void
askers_who_do_not_read_are_closed(void)
{
    struct world *w = world_create(4, NULL);
    struct wire *wires[2] = {world_connect(w, SNIFF_PINNED_PLAIN),
                             world_connect(w, SNIFF_PINNED_PLAIN)};
    wire_send(wires[1], "\n");
    for (int i = 0; i < 2000; i++)
        wire_send(wires[0], "/help\n");
    world_pass(w, 12000);
    CHECK(wires[0]->is_closed || wires[0]->is_server_done);
    CHECK(wire_has_heard(wires[1], "-- guest1 left (read too slowly)\n"));
    wire_reset(wires[0]);
    world_end(w, wires, 2);
}

/* A paste of a thousand lines does not keep a neighbour waiting. */
static void
floods_get_their_share(void)
{
    struct world *w = world_create(5, NULL);
    struct wire *wires[2] = {world_connect(w, SNIFF_PINNED_PLAIN),
                             world_connect(w, SNIFF_PINNED_PLAIN)};
    for (int i = 0; i < 1000; i++)
        wire_send(wires[0], "flood\n");
    world_turn(w);
    world_turn(w);
    wire_send(wires[1], "excuse me\n");
    world_turn(w);
    world_turn(w);
    world_turn(w);
    CHECK(wire_has_heard(wires[0], "guest2: excuse me\n"));
    world_pass(w, 2000);
    struct buf all = {0};
    wire_read(wires[1], SIZE_MAX, &all);
    size_t lines = 0;
    for (size_t i = 0; i < all.n; i++)
        lines += all.at[i] == '\n';
    CHECK(lines >= 1000);
    buf_finish(&all);
    world_end(w, wires, 2);
}

int
main(void)
{
    silent_ones_listen();
    full_rooms_say_so();
    one_source_is_not_everybody();
    askers_who_do_not_read_are_closed();
    floods_get_their_share();
    return 0;
}
