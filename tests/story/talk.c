/*
 * The story of p2p: one at a time talks with the operator, the others wait.
 */
#include "base/alloc.h"
#include "msg/limits.h"
#include "support/world.h"
#include "talk/talk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scene {
    struct talk_view view;
    struct world *w;
    struct talk *talk;
    struct buf shown; /* to the operator */
};

static void
on_line(struct talk_view *v, const struct talk_line *line)
{
    struct scene *s = CONTAINER_OF(v, struct scene, view);
    CHECK(span_find(line->text, '\n') == line->text.n);
    CHECK((line->kind == TALK_LINE_NOTE) == (line->who.n == 0));
    buf_add(&s->shown, line->who);
    buf_add(&s->shown, line->text);
    buf_add_byte(&s->shown, '\n');
}

static bool
take_in(struct world *w, const struct net_offer *o,
        const struct net_address *from, enum sniff_pin pin)
{
    return talk_accept(((struct scene *)w->story)->talk, o, from, pin);
}

static void
begin(struct scene *s, uint64_t seed, const struct talk_limits *limits)
{
    static const struct talk_limits usual = {.most_callers = 8};
    uint64_t map_seed[2] = {seed, seed};
    *s = (struct scene){.view.on_line = on_line};
    s->w = world_create(seed, NULL);
    s->w->story = s;
    s->w->accept = take_in;
    s->talk = talk_create(s->w->loop, NULL, limits == NULL ? &usual : limits,
                          map_seed, &s->view);
}

/* Everybody hangs up, and nothing is left. */
static void
end(struct scene *s, struct wire **wires, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!wires[i]->is_closed && !wires[i]->is_client_done)
            wire_hang_up(wires[i]);
    }
    world_pass(s->w, 20000);
    CHECK(talk_connections(s->talk) == 0);
    talk_destroy(s->talk);
    world_destroy(s->w);
    for (size_t i = 0; i < n; i++)
        wire_free(wires[i]);
    buf_finish(&s->shown);
}

static void
expect_bytes(struct buf *have, const char *wanted)
{
    if (!span_equal(buf_span(have), span_of(wanted))) {
        fprintf(stderr, "have:\n%.*s\nwanted:\n%s\n", SPAN_ARG(buf_span(have)),
                wanted);
        CHECK(false);
    }
    buf_truncate(have, 0);
}

/* All that was shown since the last time; @ stands for who's (ip,port). */
static void
expect_shown(struct scene *s, const struct wire *who, const char *lines)
{
    struct buf wanted = {0};
    for (const char *at = lines; *at != '\0'; at++) {
        if (*at == '@')
            buf_add_format(&wanted, "(127.0.0.1,%u)", (unsigned)who->port);
        else
            buf_add_byte(&wanted, (uint8_t)*at);
    }
    buf_add_byte(&wanted, 0);
    expect_bytes(&s->shown, (const char *)wanted.at);
    buf_finish(&wanted);
}

static void
expect_heard(struct wire *wire, const char *wanted)
{
    struct buf heard = {0};
    wire_read(wire, SIZE_MAX, &heard);
    expect_bytes(&heard, wanted);
    buf_finish(&heard);
}

#define WELCOME                                                                \
    "-- liao p2p: you are talking with one person; type and press Enter, q "   \
    "leaves\n"
#define BUSY(place)                                                            \
    "-- liao p2p: the line is busy; your place in the queue: " place           \
    "\n-- what you type is read when it is your turn; q leaves\n"
#define TURN "-- it is your turn: you are talking with one person\n"

/* Three wait. One hangs up, one's time comes, the operator is first to leave;
 * what was typed meanwhile is not lost. */
static void
they_come_one_by_one(void)
{
    struct scene s;
    begin(&s, 1, NULL);
    struct wire *wires[4];
    for (int i = 0; i < 4; i++) {
        wires[i] = world_connect(s.w, SNIFF_ANY);
        wire_send(wires[i], "\n");
        world_pass(s.w, 10);
    }
    expect_heard(wires[0], WELCOME);
    expect_heard(wires[1], BUSY("1"));
    expect_heard(wires[2], BUSY("2"));
    expect_heard(wires[3], BUSY("3"));
    buf_truncate(&s.shown, 0);

    wire_send(wires[0], "在吗\n");
    wire_send(wires[1], "I only wanted to say\n");
    wire_send(wires[2], "second\nin two lines\nand a ha");
    world_pass(s.w, 50);
    expect_shown(&s, wires[0], "@:在吗\n");
    CHECK(talk_type(s.talk, SPAN("在")) == TALK_OK);
    world_pass(s.w, 50);
    expect_heard(wires[0], "在\n");

    wire_hang_up(wires[1]);
    world_pass(s.w, 50);
    expect_shown(&s, wires[1], "-- @ no longer waits\n");
    expect_heard(wires[1], "-- you hung up before it was your turn; what you "
                           "said was not read\n");
    expect_heard(wires[2], "-- your place in the queue: 1\n");
    expect_heard(wires[3], "-- your place in the queue: 2\n");

    wire_send(wires[0], "bye\nq\nnever read\n");
    world_pass(s.w, 50);
    wire_hang_up(wires[0]);
    expect_heard(wires[0], "-- bye\n");
    CHECK(wires[0]->is_server_done);
    world_pass(s.w, 20);
    CHECK(wires[0]->is_closed); /* at once: both ends are */
    struct buf before = {0};
    buf_add_format(&before, "(127.0.0.1,%u):bye\n(127.0.0.1,%u)已退出聊天\n@",
                   (unsigned)wires[0]->port, (unsigned)wires[0]->port);
    buf_add(&before, SPAN("成功连接\n@:second\n@:in two lines\n"));
    buf_add_byte(&before, 0);
    expect_shown(&s, wires[2], (const char *)before.at);
    buf_finish(&before);
    expect_heard(wires[2], TURN);
    wire_send(wires[2], "lf\n");
    world_pass(s.w, 50);
    expect_shown(&s, wires[2], "@:and a half\n");

    CHECK(talk_type(s.talk, SPAN("one last word")) == TALK_OK);
    CHECK(talk_type(s.talk, SPAN("q")) == TALK_OK);
    CHECK(talk_type(s.talk, SPAN("for the next")) == TALK_LATER);
    world_pass(s.w, 50);
    expect_heard(wires[2], "one last word\n-- the other side has hung up; "
                           "bye\n");
    CHECK(wires[2]->is_server_done);
    CHECK(talk_type(s.talk, SPAN("for the next")) == TALK_OK);
    world_pass(s.w, 50);
    expect_heard(wires[3],
                 "-- your place in the queue: 1\n" TURN "for the next\n");
    wire_reset(wires[3]);
    world_pass(s.w, 50);
    CHECK(talk_type(s.talk, SPAN("anybody?")) == TALK_NOBODY);
    end(&s, wires, 4);
}

/* On lab:// there is not a word but the operator's, each in a block of its
 * own, and bursts stay apart even while they wait. */
static void
lab_programs_hear_only_the_operator(void)
{
    struct scene s;
    begin(&s, 2, NULL);
    struct wire *wires[3];
    for (int i = 0; i < 3; i++)
        wires[i] = world_connect(s.w, SNIFF_PINNED_LAB);
    world_pass(s.w, 20);
    expect_shown(&s, wires[0], "@成功连接\n");
    wire_send(wires[1], "你好");
    world_pass(s.w, 20);
    wire_send(wires[1], "第二条");
    world_pass(s.w, 20);
    wire_hang_up(wires[2]);
    world_pass(s.w, 3000);
    expect_shown(&s, wires[0], "");

    CHECK(talk_type(s.talk, SPAN("甲")) == TALK_OK);
    CHECK(talk_type(s.talk, SPAN("乙")) == TALK_OK);
    wires[0]->is_unacked = true;
    world_turn(s.w);
    CHECK(wires[0]->to_client.n == 0);
    wires[0]->is_unacked = false;
    world_pass(s.w, 25);
    expect_heard(wires[0], "甲");
    world_pass(s.w, 100);
    expect_heard(wires[0], "乙");
    CHECK(wires[0]->blocks == 2);

    wire_send(wires[0], "q");
    world_pass(s.w, 50);
    CHECK(wires[0]->is_server_done);
    wire_hang_up(wires[0]);
    world_pass(s.w, 20);
    CHECK(wires[0]->is_closed);
    struct buf wanted = {0};
    buf_add_format(&wanted, "(127.0.0.1,%u)已退出聊天\n",
                   (unsigned)wires[0]->port);
    buf_add(&wanted, SPAN("@成功连接\n@:你好\n@:第二条\n"));
    buf_add_byte(&wanted, 0);
    expect_shown(&s, wires[1], (const char *)wanted.at);
    buf_finish(&wanted);
    expect_heard(wires[1], "");
    CHECK(wires[2]->is_closed);

    /* A thousand lines, then q: all arrive before he is hung up on. */
    for (int i = 0; i < 300; i++)
        CHECK(talk_type(s.talk, SPAN("行")) == TALK_OK);
    CHECK(talk_type(s.talk, SPAN("q")) == TALK_OK);
    world_pass(s.w, 20000);
    struct buf heard = {0};
    wire_read(wires[1], SIZE_MAX, &heard);
    CHECK(heard.n > 300 * strlen("行"));
    CHECK(wires[1]->blocks == 301);
    buf_finish(&heard);
    end(&s, wires, 3);
}

/* Wherever the network cuts, the same is shown. */
static void
cuts_do_not_show(void)
{
    static const char text[] = "你好, 世界 👋\r\nq is a letter\n嗯\nq\n";
    for (int is_pinned = 0; is_pinned < 2; is_pinned++) {
        for (size_t cut = 1; cut < sizeof(text) - 1; cut++) {
            struct scene s;
            begin(&s, cut, NULL);
            struct wire *wire =
                world_connect(s.w, is_pinned ? SNIFF_PINNED_PLAIN : SNIFF_ANY);
            wire_send_bytes(wire, span_sub(span_of(text), 0, cut));
            world_pass(s.w, 10);
            wire_send_bytes(wire, span_from(span_of(text), cut));
            world_pass(s.w, 50);
            expect_shown(&s, wire,
                         "@成功连接\n@:你好, 世界 👋\n@:q is a letter\n@:嗯\n"
                         "@已退出聊天\n");
            end(&s, &wire, 1);
        }
    }
    /* A lab program's burst: a character that is cut waits for its rest. */
    for (size_t cut = 1; cut < strlen("你好"); cut++) {
        struct scene s;
        begin(&s, cut, NULL);
        struct wire *wire = world_connect(s.w, SNIFF_PINNED_LAB);
        wire_send_bytes(wire, span_sub(SPAN("你好"), 0, cut));
        world_pass(s.w, 50);
        wire_send_bytes(wire, span_from(SPAN("你好"), cut));
        world_pass(s.w, 50);
        expect_shown(&s, wire,
                     cut < 3 ? "@成功连接\n@:你好\n"
                             : "@成功连接\n@:你\n@:好\n");
        end(&s, &wire, 1);
    }
}

/* What speaks no chat is refused by name and shown to nobody; what would
 * trick the terminal, or forge another's line, does not. */
static void
bad_guests_do_no_harm(void)
{
    struct scene s;
    begin(&s, 3, NULL);
    struct wire *wires[6];
    static const char *const openings[] = {
        "GET / HTTP/1.1\r\n", "\x16\x03\x01\x02", "SSH-2.0-x\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "NICK bob\r\n"};
    for (int i = 0; i < 5; i++) {
        wires[i] = world_connect(s.w, SNIFF_ANY);
        wire_send(wires[i], openings[i]);
        world_pass(s.w, 20);
        CHECK(wires[i]->is_server_done);
    }
    expect_shown(&s, wires[0], "");
    CHECK(wire_has_heard(wires[0], "HTTP/1.1 501 "));
    CHECK(wire_has_heard(wires[4], "ERROR :"));

    wires[5] = world_connect(s.w, SNIFF_PINNED_LAB);
    wire_send(wires[5], "hi\n(9.9.9.9,1):forged");
    world_pass(s.w, 20);
    expect_shown(&s, wires[5], "@成功连接\n@:hi\n@:(9.9.9.9,1):forged\n");
    wire_send_bytes(wires[5], SPAN("\x1b[2Jx\xff\x00z"));
    world_pass(s.w, 50);
    expect_shown(&s, wires[5], "@:\xef\xbf\xbd[2Jx\xef\xbf\xbd\xef\xbf\xbdz\n");
    CHECK(wire_has_heard(wires[5], "not UTF-8"));
    CHECK(talk_type(s.talk, SPAN("\x1b[31mred")) == TALK_OK);
    world_pass(s.w, 50);
    expect_heard(wires[5], "\xef\xbf\xbd[31mred");
    end(&s, wires, 6);
}

static void
queues_have_ends(void)
{
    static const struct talk_limits limits = {.most_callers = 2};
    struct scene s;
    begin(&s, 4, &limits);
    struct wire *wires[4];
    for (int i = 0; i < 4; i++) {
        wires[i] = world_connect(s.w, i == 3 ? SNIFF_PINNED_LAB : SNIFF_ANY);
        if (i < 3)
            wire_send(wires[i], "\n");
        world_pass(s.w, 20);
    }
    CHECK(wire_has_heard(wires[1], BUSY("1")));
    CHECK(wire_has_heard(wires[2], "the queue is full (people at most: 2)"));
    CHECK(wire_has_heard(wires[3], "排队已满, 最多2人"));
    world_pass(s.w, 50);
    CHECK(wires[2]->is_server_done && wires[3]->is_server_done);

    /* One who waits is read up to a limit, and loses nothing. */
    for (int i = 0; i < 4000; i++)
        wire_send(wires[1], "一二三四五六七八九十\n");
    world_pass(s.w, 2000);
    CHECK(wires[1]->to_server.n >
          (size_t)4000 * 31 - LIMIT_TALK_HELD_BYTES - 100);
    buf_truncate(&s.shown, 0);
    wire_send(wires[0], "q\n");
    world_pass(s.w, 3000);
    CHECK(s.shown.n > (size_t)4000 * 31);

    /* One who does not read takes a bounded part of what is said. */
    wires[1]->window = wires[1]->to_client.n + 100;
    int said = 0;
    while (talk_type(s.talk, SPAN("0123456789012345678901234567890")) ==
           TALK_OK) {
        said++;
        world_turn(s.w);
    }
    CHECK(said * 32 < (int)LIMIT_TALK_UNSENT_BYTES + 1000);
    wires[1]->window = SIZE_MAX;
    world_pass(s.w, 20);
    CHECK(talk_type(s.talk, SPAN("again")) == TALK_OK);

    /* While the operator's terminal takes no more, neither do we. */
    buf_truncate(&s.shown, 0);
    talk_pause(s.talk, true);
    wire_send(wires[1], "unheard\n");
    world_pass(s.w, 100);
    CHECK(s.shown.n == 0);
    talk_pause(s.talk, false);
    world_pass(s.w, 100);
    expect_shown(&s, wires[1], "@:unheard\n");

    /* That holds for the next one, too. */
    talk_pause(s.talk, true);
    CHECK(talk_type(s.talk, SPAN("q")) == TALK_OK);
    struct wire *next = world_connect(s.w, SNIFF_ANY);
    wire_send(next, "\n");
    world_pass(s.w, 50);
    wire_send(next, "me\n");
    buf_truncate(&s.shown, 0); /* that one left and the other came */
    world_pass(s.w, 50);
    CHECK(s.shown.n == 0);
    talk_pause(s.talk, false);
    world_pass(s.w, 50);
    expect_shown(&s, next, "@:me\n");
    wire_hang_up(next);
    end(&s, wires, 4);
    wire_free(next);
}

/* One burst is taken whole, however many turns that takes, before the next
 * one is read. */
static void
bursts_stay_apart(void)
{
    struct scene s;
    begin(&s, 7, NULL);
    struct wire *wire = world_connect(s.w, SNIFF_PINNED_LAB);
    world_pass(s.w, 20);
    buf_truncate(&s.shown, 0);
    for (int i = 0; i < 99; i++)
        wire_send(wire, "+\n");
    wire_send(wire, "end");
    world_turn(s.w);
    wire_send(wire, "next");
    world_pass(s.w, 50);
    struct buf wanted = {0};
    for (int i = 0; i < 99; i++)
        buf_add(&wanted, SPAN("@:+\n"));
    buf_add(&wanted, SPAN("@:end\n@:next\n"));
    buf_add_byte(&wanted, 0);
    expect_shown(&s, wire, (const char *)wanted.at);
    buf_finish(&wanted);
    end(&s, &wire, 1);
}

static void
one_source_is_not_everybody(void)
{
    static const struct talk_limits limits = {
        .most_callers = 8, .most_per_source = 3, .most_per_source_unknown = 1};
    static const uint8_t here[4] = {192, 0, 2, 1};
    struct scene s;
    begin(&s, 5, &limits);
    struct wire *wires[5];
    for (int i = 0; i < 5; i++) {
        wires[i] = world_connect_from(s.w, SNIFF_ANY, here);
        if (i != 1)
            wire_send(wires[i], "\n");
        world_pass(s.w, 20);
    }
    CHECK(wire_has_heard(wires[2], "from your address (at most: 1)"));
    CHECK(wire_has_heard(wires[4], "from your address (at most: 3)"));
    end(&s, wires, 5);
}

static void
all_are_told_of_the_end(void)
{
    struct scene s;
    begin(&s, 6, NULL);
    struct wire *wires[3] = {world_connect(s.w, SNIFF_PINNED_PLAIN),
                             world_connect(s.w, SNIFF_PINNED_PLAIN),
                             world_connect(s.w, SNIFF_ANY)};
    world_pass(s.w, 20);
    buf_truncate(&s.shown, 0);
    CHECK(talk_type(s.talk, SPAN("so long")) == TALK_OK);
    CHECK(talk_type(s.talk, SPAN("/quit")) == TALK_OK);
    world_pass(s.w, 20);
    CHECK(wire_has_heard(wires[0], "so long\n-- the other side has hung up"));
    CHECK(wire_has_heard(wires[1], "-- the other side has hung up"));
    expect_heard(wires[2], "");
    expect_shown(&s, wires[0], "@已退出聊天\n");
    CHECK(!talk_is_over(s.talk));
    world_pass(s.w, 3000); /* nobody closes his end */
    CHECK(talk_is_over(s.talk));
    end(&s, wires, 3);
}

/* -- a rough day ------------------------------------------------------------ */

#define CALLERS 40

/* Each caller says "N 0", "N 1", ... and leaves somehow. */
struct caller {
    struct wire *wire;
    int said;
    bool is_lab;
};

static void
act(struct scene *s, struct caller *c, int i)
{
    struct dice *dice = &s->w->dice;
    if (c->wire->is_client_done || c->wire->is_closed)
        return;
    char text[32];
    uint64_t what = dice_below(dice, 100);
    struct buf dropped = {0};
    wire_read(c->wire, dice_below(dice, 2000), &dropped);
    buf_finish(&dropped);
    if (what < 30) {
        snprintf(text, sizeof(text), "%d %d\n", i, c->said++);
        wire_send(c->wire, text);
    } else if (what < 33) {
        wire_send(c->wire, "q\n");
    } else if (what < 35) {
        wire_hang_up(c->wire);
    } else if (what < 36) {
        wire_reset(c->wire);
    }
}

/* Nobody speaks but between his coming and his leaving, one at a time, and
 * each says what he said in order, from the first. */
static void
check_shown(struct span shown)
{
    int next[CALLERS] = {0};
    char who[40] = "";
    while (shown.n > 0) {
        size_t n = span_find(shown, '\n');
        char line[200];
        snprintf(line, sizeof(line), "%.*s", (int)n, (const char *)shown.at);
        shown = span_from(shown, n + 1);
        if (line[0] == '-')
            continue;
        char *rest = strchr(line, ')') + 1;
        int i, number;
        if (strcmp(rest, "成功连接") == 0) {
            CHECK(who[0] == '\0');
            snprintf(who, sizeof(who), "%.*s", (int)(rest - line), line);
            continue;
        }
        CHECK(strncmp(line, who, (size_t)(rest - line)) == 0);
        if (strcmp(rest, "已退出聊天") == 0) {
            who[0] = '\0';
            continue;
        }
        CHECK(sscanf(rest, ":%d %d", &i, &number) == 2);
        CHECK(i < CALLERS && number == next[i]++);
    }
    CHECK(who[0] == '\0');
}

static void
rough_day(uint64_t seed)
{
    static const struct talk_limits limits = {.most_callers = 6};
    struct scene s;
    begin(&s, seed, &limits);
    s.w->is_rough = true;
    struct caller callers[CALLERS] = {0};
    struct wire *wires[CALLERS];
    int n = 0;
    while (n < CALLERS || talk_connections(s.talk) > 0) {
        if (n < CALLERS && dice_is(&s.w->dice, 10)) {
            bool is_pinned = dice_is(&s.w->dice, 30);
            callers[n].wire = wires[n] =
                world_connect(s.w, is_pinned ? SNIFF_PINNED_PLAIN : SNIFF_ANY);
            n++;
        }
        for (int i = 0; i < n; i++)
            act(&s, &callers[i], i);
        uint64_t what = dice_below(&s.w->dice, 100);
        if (what < 20)
            (void)!talk_type(s.talk, SPAN("嗯"));
        else if (what < 21)
            (void)!talk_type(s.talk, SPAN("q"));
        else if (what < 25)
            talk_pause(s.talk, true);
        else if (what < 60)
            talk_pause(s.talk, false);
        world_turn(s.w);
    }
    check_shown(buf_span(&s.shown));
    end(&s, wires, CALLERS);
}

int
main(void)
{
    they_come_one_by_one();
    lab_programs_hear_only_the_operator();
    cuts_do_not_show();
    bad_guests_do_no_harm();
    queues_have_ends();
    bursts_stay_apart();
    one_source_is_not_everybody();
    all_are_told_of_the_end();
    for (uint64_t seed = 1; seed <= 60; seed++) {
        printf("seed %" PRIu64 "\n", seed);
        fflush(stdout);
        rough_day(seed);
    }
    return 0;
}
