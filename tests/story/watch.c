/*
 * The story of a watch list: an IRC client wants to know when people come and
 * go, in whatever room they are and whatever they speak (MONITOR).
 *
 * The last part is random: who watches and does not read for a long while
 * still ends up knowing who is there, and is not closed for what others did.
 */
#include "msg/limits.h"
#include "support/world.h"
#include "wire/irc/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The numerics of MONITOR that he has read, cloaks taken away: "730 bob!~u".
 */
static struct buf
read_news(struct wire *wire)
{
    struct buf heard = {0}, out = {0};
    struct irc_line l;
    wire_read(wire, SIZE_MAX, &heard);
    struct span rest = buf_span(&heard);
    size_t n;
    while ((n = span_find(rest, '\n')) < rest.n) {
        CHECK(wire_irc_parse(span_sub(rest, 0, n - 1), &l));
        rest = span_from(rest, n + 1);
        if (!span_starts(l.command, SPAN("73")))
            continue;
        buf_add(&out, l.command);
        for (size_t i = 1; i < l.n; i++) {
            buf_add_byte(&out, ' ');
            struct span list = l.parameters[i];
            while (list.n > 0) {
                struct span name = span_sub(list, 0, span_find(list, ','));
                list = span_from(list, name.n);
                buf_add(&out, span_sub(name, 0, span_find(name, '@')));
                buf_add(&out, span_sub(list, 0, 1));
                list = span_from(list, 1);
            }
        }
        buf_add_byte(&out, '\n');
    }
    CHECK(rest.n == 0);
    buf_finish(&heard);
    return out;
}

static bool
has_news(struct wire *wire, const char *words)
{
    struct buf news = read_news(wire);
    bool is_it = span_equal(buf_span(&news), span_of(words));
    if (!is_it)
        fprintf(stderr, "not\n%s\nbut\n%.*s\n", words,
                SPAN_ARG(buf_span(&news)));
    buf_finish(&news);
    return is_it;
}

/* Somebody with nc, who has no name at first, and with IRC: they share no room
 * with who watches them. */
static void
watches_whoever_comes(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *al = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *nc = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *irc = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {al, nc, irc};
    wire_send(
        al,
        IRC_HELLO("al") "MONITOR + guest1,Bob,al\r\nMONITOR + 张三,bOB\r\n");
    world_pass(w, 50);
    CHECK(has_news(al, "730 al!~u\n731 guest1,Bob\n731 张三\n"));

    world_pass(w, 3000); /* who only listens is not there */
    CHECK(has_news(al, ""));
    wire_send(nc, "hi\n");
    world_pass(w, 50);
    CHECK(has_news(al, "730 guest1!~user\n"));
    wire_send(nc, "/nick bob\n");
    world_pass(w, 50);
    CHECK(has_news(al, "731 guest1\n730 bob!~user\n"));
    wire_send(nc, "/nick BOB\n"); /* the same name */
    world_pass(w, 50);
    CHECK(has_news(al, ""));
    wire_send(irc, IRC_HELLO("bob") "NICK 张三\r\n");
    world_pass(w, 50);
    CHECK(has_news(al, "730 张三!~u\n"));
    wire_send(nc, "q\n");
    wire_reset(irc);
    world_pass(w, 50);
    CHECK(has_news(al, "731 BOB\n731 张三\n"));

    wire_send(al, "MONITOR L\r\nMONITOR - AL,nobody\r\nMONITOR S\r\n"
                  "MONITOR C\r\nMONITOR S\r\nMONITOR L\r\n");
    world_pass(w, 50);
    CHECK(has_news(al, "732 guest1,Bob,al,张三\n733 End of MONITOR list\n"
                       "731 guest1,Bob,张三\n733 End of MONITOR list\n"));
    world_end(w, wires, 3);
}

/* As many as the limit says, and no name that nobody can have. */
static void
watches_no_more_than_so_many(void)
{
    struct world *w = world_create(2, NULL);
    struct wire *al = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {al};
    char line[64];
    wire_send(al, IRC_HELLO("al") "MONITOR + *!u@h,x\r\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(al, " 432 al *!u@h :"));
    for (int i = 1; i < LIMIT_WATCHES; i++) {
        snprintf(line, sizeof(line), "MONITOR + n%d\r\n", i);
        wire_send(al, line);
        world_pass(w, 20);
    }
    struct buf news = read_news(al);
    buf_finish(&news);
    wire_send(al, "MONITOR + n1,m1,m2,m3\r\nMONITOR - x\r\nMONITOR + m1\r\n");
    world_pass(w, 50);
    CHECK(has_news(al, "734 100 m1,m2,m3 Monitor list is full\n731 m1\n"));
    world_end(w, wires, 1);
}

/* -- random ----------------------------------------------------------------- */

#define NAMES 3

/* What he knows: by the last that he read of each. */
static void
learn(struct wire *wire, bool *is_here)
{
    struct buf news = read_news(wire);
    struct span rest = buf_span(&news);
    while (rest.n > 0) {
        struct span line = span_sub(rest, 0, span_find(rest, '\n'));
        rest = span_from(rest, line.n + 1);
        struct span kind = span_word(&line);
        while (line.n > 0) {
            struct span name = span_sub(line, 0, span_find(line, ','));
            line = span_from(line, name.n + 1);
            CHECK(name.n >= 2 && span_starts(name, SPAN("n")));
            is_here[span_get(name, 1) - '0'] = span_equal(kind, SPAN("730"));
        }
    }
    buf_finish(&news);
}

static void
knows_who_is_there(uint64_t seed)
{
    struct world *w = world_create(seed, NULL);
    struct wire *al = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *bob = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {al, bob};
    bool is_here[NAMES] = {false};
    int now = -1;
    wire_send(al, IRC_HELLO("al") "MONITOR + n0,n1,n2\r\n");
    wire_send(bob, IRC_HELLO("bob"));
    world_pass(w, 50);
    learn(al, is_here);
    al->window = 1024;
    for (int turn = 0; turn < 1000; turn++) {
        for (int i = 0; i < 8; i++) {
            char line[32];
            now = (int)dice_below(&w->dice, NAMES);
            snprintf(line, sizeof(line), "NICK n%d\r\n", now);
            wire_send(bob, line);
        }
        world_pass(w, 20);
        struct buf heard = {0};
        wire_read(bob, SIZE_MAX, &heard);
        buf_finish(&heard);
    }
    CHECK(!al->is_server_done);
    al->window = SIZE_MAX / 4;
    world_pass(w, 1000);
    wire_send(al, "PING 1\r\n");
    world_pass(w, 1000);
    learn(al, is_here);
    for (int i = 0; i < NAMES; i++)
        CHECK(is_here[i] == (i == now));
    world_end(w, wires, 2);
}

static void
add_from_bob(struct buf *out, const char *line)
{
    if (line[0] != 0)
        buf_add_format(out, ":bob!~u@c8ce7e2f4aa3.cloak %s", line);
}

/* What others do, he reads once: with a room of theirs or without one, and
 * only if he asked for both, to watch them so and to be told of that. */
static void
reads_what_others_do_once(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *apart = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *beside = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *half = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *bob = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {apart, beside, half, bob};
    wire_send(apart, IRC_HELLO("al") "CAP REQ :extended-monitor away-notify "
                                     "setname\r\nMONITOR + bob,al\r\n");
    wire_send(beside, IRC_HELLO("eve") "CAP REQ :extended-monitor away-notify "
                                       "setname\r\nMONITOR + bob\r\n"
                                       "JOIN #a,#b\r\n");
    wire_send(half, IRC_HELLO("joe") "CAP REQ :extended-monitor setname\r\n"
                                     "MONITOR + bob\r\n");
    wire_send(bob, IRC_HELLO("bob") "JOIN #a,#b\r\n");
    world_pass(w, 50);
    for (int i = 0; i < 3; i++)
        wires[i]->to_client.n = 0;
    wire_send(bob, "AWAY :tea\r\nSETNAME :Bob B.\r\nAWAY\r\n");
    world_pass(w, 50);
    struct buf heard = {0};
    for (int i = 0; i < 3; i++) {
        struct buf wanted = {0};
        const char *away = i == 2 ? "" : "AWAY :tea\r\n";
        const char *back = i == 2 ? "" : "AWAY\r\n";
        buf_truncate(&heard, 0);
        wire_read(wires[i], SIZE_MAX, &heard);
        add_from_bob(&wanted, away);
        add_from_bob(&wanted, "SETNAME :Bob B.\r\n");
        add_from_bob(&wanted, back);
        CHECK(span_equal(buf_span(&heard), buf_span(&wanted)));
        buf_finish(&wanted);
    }
    /* Who watches himself reads of himself what everybody does. */
    wire_send(apart, "AWAY :me\r\nSETNAME :Al A.\r\n");
    world_pass(w, 50);
    buf_truncate(&heard, 0);
    wire_read(apart, SIZE_MAX, &heard);
    size_t at = span_find(buf_span(&heard), '\n');
    CHECK(span_starts(buf_span(&heard), SPAN(":liao.chat 306 al ")));
    CHECK(span_starts(span_from(buf_span(&heard), at + 1), SPAN(":al!")));
    at += 1 + span_find(span_from(buf_span(&heard), at + 1), '\n');
    CHECK(at + 1 == heard.n);
    buf_finish(&heard);
    world_end(w, wires, 4);
}

int
main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t seeds = argc > 1 ? 1 : 3;
    watches_whoever_comes();
    watches_no_more_than_so_many();
    reads_what_others_do_once();
    for (uint64_t i = 0; i < seeds; i++) {
        printf("seed %llu\n", (unsigned long long)(seed + i));
        fflush(stdout);
        knows_who_is_there(seed + i);
    }
    return 0;
}
