/*
 * The story of programs that believe what they are told. They come into rooms
 * and leave them, note ever greater numbers of themselves and of the rooms, and
 * some of them do not read for a long while. At the end, when each has asked
 * where it was told to ask, each knows the newest value of whoever is in a room
 * with it, and of its rooms.
 */
#include "msg/limits.h"
#include "support/world.h"
#include "wire/irc/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAMS 5
#define ROOMS 2
#define KEYS 2
#define TARGETS (PROGRAMS + ROOMS)
#define STEPS 4000

struct program {
    struct wire *wire;
    struct buf unread;
    uint64_t knows[TARGETS][KEYS]; /* 0: nothing */
    bool is_in[ROOMS];
    bool is_still;
    size_t synced;
};

struct noted {
    struct world *w;
    struct program all[PROGRAMS];
    uint64_t is[TARGETS][KEYS];
    uint64_t last;
};

/* "n3", "#r1" */
static size_t
target_of(struct span name)
{
    bool is_room = span_starts(name, SPAN("#"));
    size_t n = (size_t)(span_get(name, name.n - 1) - '0');
    return is_room ? PROGRAMS + n : n;
}

static void
on_line(struct noted *s, struct program *p, struct span text)
{
    struct irc_line l;
    char line[64];
    CHECK(wire_irc_parse(text, &l));
    if (span_equal(l.command, SPAN("774"))) {
        snprintf(line, sizeof(line), "METADATA %.*s SYNC\r\n",
                 SPAN_ARG(l.parameters[1]));
        wire_send(p->wire, line);
        p->synced++;
    } else if (span_equal(l.command, SPAN("761"))) {
        size_t t = target_of(l.parameters[1]);
        size_t k = (size_t)(span_get(l.parameters[2], 1) - '0');
        uint64_t value;
        CHECK(span_number(span_trim(l.parameters[4]), UINT64_MAX, &value));
        CHECK(value >= p->knows[t][k]); /* in order */
        p->knows[t][k] = value;
        if (value > s->is[t][k])
            s->is[t][k] = value;
    } else if (span_equal(l.command, SPAN("JOIN")) ||
               span_equal(l.command, SPAN("PART"))) {
        size_t who = target_of(span_sub(l.source, 0, span_find(l.source, '!')));
        if (&s->all[who] == p)
            p->is_in[target_of(l.parameters[0]) - PROGRAMS] =
                span_equal(l.command, SPAN("JOIN"));
    }
}

static void
read_some(struct noted *s, struct program *p, size_t most)
{
    wire_read(p->wire, most, &p->unread);
    struct span rest = buf_span(&p->unread);
    size_t n;
    while ((n = span_find(rest, '\n')) < rest.n) {
        on_line(s, p, span_sub(rest, 0, n - 1));
        rest = span_from(rest, n + 1);
    }
    buf_drop_front(&p->unread, p->unread.n - rest.n);
}

/* The first stays in all rooms and rules them. */
static void
step(struct noted *s)
{
    struct dice *dice = &s->w->dice;
    size_t i = dice_below(dice, PROGRAMS), room = dice_below(dice, ROOMS);
    char line[LIMIT_IRC_LINE_BYTES];
    /* It takes some time to miss anything. */
    if (i > 0 && dice_below(dice, s->all[i].is_still ? 400 : 100) == 0)
        s->all[i].is_still = !s->all[i].is_still;
    if (s->all[i].is_still)
        return;
    int64_t length = (int64_t)(20 + dice_below(dice, 200));
    unsigned key = (unsigned)dice_below(dice, KEYS);
    if (i > 0 && dice_is(dice, 4))
        snprintf(line, sizeof(line), "PART #r%zu\r\n", room);
    else if (i > 0 && dice_is(dice, 6))
        snprintf(line, sizeof(line), "JOIN #r%zu\r\n", room);
    else if (dice_is(dice, 20))
        snprintf(line, sizeof(line), "METADATA #r%zu SET k%u :%*llu\r\n", room,
                 key, (int)length, (unsigned long long)++s->last);
    else
        snprintf(line, sizeof(line), "METADATA * SET k%u :%*llu\r\n", key,
                 (int)length, (unsigned long long)++s->last);
    wire_send(s->all[i].wire, line);
}

static void
come_to_rest(struct noted *s)
{
    s->w->is_rough = false;
    for (int turn = 0; turn < 200; turn++) {
        for (size_t i = 0; i < PROGRAMS; i++) {
            s->all[i].wire->window = SIZE_MAX / 4;
            if (turn == 100)
                wire_send(s->all[i].wire, "PING x\r\n");
            read_some(s, &s->all[i], SIZE_MAX);
        }
        world_pass(s->w, 20);
    }
}

static bool
shares_room(const struct program *a, const struct program *b)
{
    for (size_t r = 0; r < ROOMS; r++) {
        if (a->is_in[r] && b->is_in[r])
            return true;
    }
    return false;
}

static void
check_knows(const struct noted *s, const struct program *p, size_t t)
{
    for (size_t k = 0; k < KEYS; k++) {
        if (p->knows[t][k] != s->is[t][k])
            fprintf(stderr, "n%zu knows %llu of %zu, not %llu\n",
                    (size_t)(p - s->all), (unsigned long long)p->knows[t][k], t,
                    (unsigned long long)s->is[t][k]);
        CHECK(p->knows[t][k] == s->is[t][k]);
    }
}

static size_t
run(uint64_t seed)
{
    struct noted s = {.w = world_create(seed, NULL)};
    struct wire *wires[PROGRAMS];
    size_t synced = 0;
    fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < PROGRAMS; i++) {
        char hello[200];
        snprintf(hello, sizeof(hello),
                 "CAP REQ :batch draft/metadata-3\r\nNICK n%zu\r\n"
                 "USER u 0 * :r\r\nCAP END\r\nMETADATA * SUB k0 k1\r\n"
                 "JOIN #r0,#r1\r\n",
                 i);
        wires[i] = s.all[i].wire = world_connect(s.w, SNIFF_PINNED_IRC);
        wires[i]->window = 2000;
        wire_send(wires[i], hello);
        for (int turn = 0; turn < 20; turn++) {
            world_pass(s.w, 5);
            read_some(&s, &s.all[i], SIZE_MAX);
        }
    }
    s.w->is_rough = true;
    for (int n = 0; n < STEPS; n++) {
        step(&s);
        world_turn(s.w);
        for (size_t i = 0; i < PROGRAMS; i++) {
            if (!s.all[i].is_still)
                read_some(&s, &s.all[i], SIZE_MAX);
        }
    }
    come_to_rest(&s);
    for (size_t a = 0; a < PROGRAMS; a++) {
        struct program *p = &s.all[a];
        CHECK(!p->wire->is_server_done);
        for (size_t b = 0; b < PROGRAMS; b++) {
            if (a != b && shares_room(p, &s.all[b]))
                check_knows(&s, p, b);
        }
        for (size_t r = 0; r < ROOMS; r++) {
            if (p->is_in[r])
                check_knows(&s, p, PROGRAMS + r);
        }
        synced += p->synced;
        buf_finish(&p->unread);
    }
    world_end(s.w, wires, PROGRAMS);
    return synced;
}

int
main(int argc, char **argv)
{
    size_t synced = 0;
    if (argc > 1) {
        (void)run(strtoull(argv[1], NULL, 0));
        return 0;
    }
    for (uint64_t seed = 1; seed <= 10; seed++)
        synced += run(seed);
    CHECK(synced > 10); /* some did not read for long enough */
    return 0;
}
