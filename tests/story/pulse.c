/*
 * The story of an IRC client whose machine was switched off, which nobody told
 * the server. It asks, waits as long again, and tells the others. Who answers,
 * or says anything at all, stays; and who sits at nc is never asked.
 */
#include "support/world.h"

#define SECONDS(n) ((uint64_t)1000 * (n))
#define ASKED "PING :liao.chat\r\n"

enum { GONE, ANSWERS, TALKS, NC, WIRES };

static void
forget_all(struct wire **wires)
{
    for (int i = 0; i < WIRES; i++)
        buf_truncate(&wires[i]->to_client, 0);
}

static void
come(struct world *w, struct wire **wires)
{
    for (int i = 0; i < WIRES; i++)
        wires[i] = world_connect(w, SNIFF_ANY);
    wire_send(wires[GONE], "NICK gone\r\nUSER u 0 * :r\r\nJOIN #lobby\r\n");
    wire_send(wires[ANSWERS], "NICK al\r\nUSER u 0 * :r\r\n");
    wire_send(wires[TALKS], "NICK bob\r\nUSER u 0 * :r\r\n");
    wire_send(wires[NC], "/nick nic\n");
    world_pass(w, 100);
    forget_all(wires);
}

static void
leave(struct world *w, struct wire **wires)
{
    for (int i = 0; i < WIRES; i++)
        wire_reset(wires[i]);
    world_pass(w, SECONDS(5));
    world_destroy(w);
    for (int i = 0; i < WIRES; i++)
        wire_free(wires[i]);
}

static void
is_missed(uint64_t seed)
{
    struct world *w = world_create(seed, NULL);
    struct wire *wires[WIRES];
    w->is_rough = seed > 2;
    come(w, wires);
    world_pass(w, SECONDS(80));
    wire_send(wires[TALKS], "PRIVMSG bob :it is late\r\n");
    world_pass(w, SECONDS(35)); /* 115 */
    CHECK(wires[GONE]->to_client.n == 0);
    CHECK(wires[ANSWERS]->to_client.n == 0);
    forget_all(wires);

    world_pass(w, SECONDS(40)); /* 155 */
    CHECK(wire_has_heard(wires[GONE], ASKED));
    CHECK(wire_has_heard(wires[ANSWERS], ASKED));
    CHECK(wires[TALKS]->to_client.n == 0);
    wire_send(wires[ANSWERS], "PONG :liao.chat\r\n");

    world_pass(w, SECONDS(75)); /* 230; he was asked after 110 */
    CHECK(wires[GONE]->to_client.n == 0 && !wires[GONE]->is_server_done);
    CHECK(wire_has_heard(wires[TALKS], ASKED));
    wire_send(wires[TALKS], "half a li"); /* it may take its time */

    world_pass(w, SECONDS(50)); /* 280 */
    CHECK(wire_has_heard(wires[GONE], "ERROR :Closing link: Ping timeout\r\n"));
    CHECK(wires[GONE]->is_server_done);
    CHECK(wire_has_heard(wires[NC], "-- gone left (ping timeout)\n"));

    wire_send(wires[ANSWERS], "TIME\r\n");
    world_pass(w, SECONDS(230)); /* others are asked anew */
    CHECK(wire_has_heard(wires[ANSWERS], ASKED));
    CHECK(!wires[ANSWERS]->is_server_done);
    CHECK(!wires[NC]->is_server_done && wires[NC]->to_client.n == 0);
    leave(w, wires);
}

int
main(void)
{
    for (uint64_t seed = 1; seed <= 6; seed++)
        is_missed(seed);
    return 0;
}
