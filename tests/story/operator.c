/*
 * The story of the operator: he sits in the lobby as "server", talks like
 * everybody, turns people out and lets none in from where they came; nobody
 * else can.
 */
#include "support/world.h"

static const uint8_t far[4] = {192, 0, 2, 7}, farther[4] = {192, 0, 2, 8};

static void
kicks_and_bans(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *wires[4] = {
        world_console(w, false),
        world_connect_from(w, SNIFF_PINNED_PLAIN, far),
        world_connect_from(w, SNIFF_PINNED_PLAIN, farther),
        world_connect(w, SNIFF_PINNED_PLAIN),
    };
    struct wire *console = wires[0];
    wire_send(wires[1], "/nick mallory\n/join den\n");
    wire_send(wires[2], "/nick bob\n/kick mallory\n/ban mallory\n/bans\n");
    wire_send(wires[3], "/nick alice\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(wires[2], "-- only an operator of lobby can do that\n"
                                   "-- only the server's operator can do "
                                   "that\n-- only the server's operator can"));
    wire_send(console, "welcome\n/who\n/kick nobody\n/kick server\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(console, "-- people in lobby: 4 (server, mallory, "
                                  "bob, alice)\n"
                                  "-- there is nobody called nobody\n"
                                  "-- there is nobody called server\n"));
    CHECK(wire_has_heard(wires[3], "server: welcome\n"));

    wire_send(console, "/kick bob bad manners\n/ban alice\n/ban mallory\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(wires[2], "-- you were turned out: bad manners\n"));
    CHECK(wires[2]->is_server_done);
    CHECK(wire_has_heard(wires[3], "-- bob was removed: bad manners\n"
                                   "-- mallory was removed\n"));
    CHECK(wire_has_heard(console, "-- alice is on this machine itself, which "
                                  "cannot be banned\n"
                                  "-- mallory was removed\n"
                                  "-- banned: 192.0.2.7 (mallory)\n"));
    struct wire *again = world_connect_from(w, SNIFF_ANY, far);
    world_pass(w, 50);
    CHECK(wire_has_heard(again, "-- you are banned here\n"));
    wire_hang_up(again);
    wire_send(console, "/bans\n/unban 7\n/unban 1\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(console, "-- bans: 1 (1: 192.0.2.7 (mallory))\n"
                                  "-- there is no ban 7; /bans lists them\n"
                                  "-- no longer banned: 1\n"));
    wire_free(again);
    again = world_connect_from(w, SNIFF_PINNED_PLAIN, far);
    world_pass(w, 50);
    CHECK(wire_has_heard(again, "-- liao: "));
    wire_reset(again);
    world_end(w, wires, 4);
    wire_free(again);
}

/* A lab's teacher reads what the lab's server prints. */
static void
reads_as_in_the_lab(void)
{
    struct world *w = world_create(2, NULL);
    struct wire *wires[2] = {world_console(w, true),
                             world_connect_from(w, SNIFF_PINNED_LAB, far)};
    world_pass(w, 50);
    wire_send(wires[1], "老师好");
    world_pass(w, 50);
    wire_send(wires[0], "你好\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(wires[1], "(server,0):你好"));
    wire_send(wires[1], "q");
    world_pass(w, 50);
    struct buf heard = {0};
    wire_read(wires[0], SIZE_MAX, &heard);
    struct span rest = buf_span(&heard);
    static const char *const ends[] = {")成功连接", "):老师好", ")已退出聊天"};
    rest = span_from(rest, span_find(rest, '('));
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct span line = span_sub(rest, 0, span_find(rest, '\n'));
        struct span last = span_of(ends[i]);
        CHECK(span_starts(line, SPAN("(192.0.2.7,")));
        CHECK(span_equal(span_from(line, line.n - last.n), last));
        rest = span_from(rest, line.n + 1);
    }
    buf_finish(&heard);
    world_end(w, wires, 2);
}

int
main(void)
{
    kicks_and_bans();
    reads_as_in_the_lab();
    return 0;
}
