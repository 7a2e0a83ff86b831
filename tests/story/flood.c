/*
 * The story of one who sends too much. The first page of it is taken at once,
 * the rest at the rate that the server allows; he is told so once, in his own
 * dialect. Nothing of it is lost, nobody is cut off, the others do not notice;
 * and who comes from the same place has his own share.
 */
#include "support/world.h"

#include <stdio.h>
#include <string.h>

#define LINES 60

static const uint8_t afar[4] = {192, 0, 2, 7};

/* 10 a second, 20 at once. */
static struct world *
open_world(void)
{
    struct peers_limits limits = {.most_clients = 100,
                                  .flood = bucket_rate(10, 20)};
    return world_create(1, &limits);
}

static void
send_lines(struct wire *wire, const char *before, const char *end)
{
    char line[64];
    for (int i = 0; i < LINES; i++) {
        snprintf(line, sizeof(line), "%sline %d%s", before, i, end);
        wire_send(wire, line);
    }
}

static void
is_slowed(enum sniff_pin pin, const char *hello, const char *before,
          const char *end, const char *told)
{
    struct world *w = open_world();
    struct wire *loud = world_connect(w, pin);
    struct wire *other = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *wires[] = {loud, other};
    wire_send(loud, hello);
    wire_send(other, "\n");
    world_pass(w, 3000); /* the hello is paid for */
    (void)wire_count(loud, "\n");
    (void)wire_count(other, "\n");

    send_lines(loud, before, end);
    world_pass(w, 50);
    int at_once = wire_count(other, ": line ");
    CHECK(at_once >= 18 && at_once <= 22);
    CHECK((loud->wanted & LOOP_READ) == 0);
    CHECK(wire_count(loud, told) == 1);

    world_pass(w, 1000);
    int next = wire_count(other, ": line ");
    CHECK(next >= 8 && next <= 12);
    wire_send(other, "am I heard?\n");
    world_pass(w, 20);
    CHECK(wire_count(loud, "am I heard?") == 1);

    world_pass(w, 5000);
    CHECK(at_once + next + wire_count(other, ": line ") == LINES);
    CHECK(wire_count(loud, told) == 0); /* once was enough */
    CHECK((loud->wanted & LOOP_READ) != 0);

    world_pass(w, 5000);
    send_lines(loud, before, end); /* that was another time */
    world_pass(w, 50);
    CHECK(wire_count(loud, told) == 1);
    world_end(w, wires, 2);
}

/* What he sent before he hung up is said to the end, at its time. */
static void
hangs_up_behind_it(void)
{
    struct world *w = open_world();
    struct wire *loud = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *other = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *wires[] = {other};
    wire_send(other, "\n");
    world_pass(w, 50);
    send_lines(loud, "", "\n");
    wire_hang_up(loud);
    world_pass(w, 500);
    CHECK(!loud->is_closed);
    world_pass(w, 6000);
    CHECK(loud->is_closed);
    CHECK(wire_count(other, ": line ") == LINES);
    wire_free(loud);
    world_end(w, wires, 1);
}

/* Lists cost more than lines, and long texts more than short ones. */
static void
pays_for_work(void)
{
    struct world *w = open_world();
    struct wire *irc = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {irc};
    wire_send(irc, "NICK al\r\nUSER u 0 * :r\r\n");
    world_pass(w, 3000);
    (void)wire_count(irc, "\n");
    for (int i = 0; i < 10; i++)
        wire_send(irc, "LIST\r\n");
    world_pass(w, 50);
    CHECK(wire_count(irc, " 323 ") == 3); /* 8 lines each */
    world_pass(w, 8000);
    CHECK(wire_count(irc, " 323 ") == 7);
    world_end(w, wires, 1);
}

/* One address has eight times as much, however many sit behind it. */
static void
shares_with_neighbours(void)
{
    struct world *w = open_world();
    struct wire *wires[12];
    wires[0] = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(wires[0], "\n");
    for (size_t i = 1; i < COUNT_OF(wires); i++) {
        wires[i] = world_connect_from(w, SNIFF_PINNED_PLAIN, afar);
        send_lines(wires[i], "", "\n");
    }
    world_pass(w, 50);
    int heard = wire_count(wires[0], ": line ");
    CHECK(heard >= 155 && heard <= 175); /* not 11 times 20 */
    world_end(w, wires, COUNT_OF(wires));
}

int
main(void)
{
    is_slowed(SNIFF_PINNED_PLAIN, "\n", "", "\n", "-- you send too much");
    is_slowed(SNIFF_PINNED_IRC, "NICK al\r\nUSER u 0 * :r\r\nJOIN #lobby\r\n",
              "PRIVMSG #lobby :", "\r\n", " NOTICE al :You send too much");
    hangs_up_behind_it();
    pays_for_work();
    shares_with_neighbours();
    return 0;
}
