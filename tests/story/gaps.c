/*
 * The story of those who do not keep up. Programs, people with nc and lab
 * programs sit in the same rooms, over connections that deliver in crumbs; they
 * talk, come, go, rule, kick, take other names and give rooms others; and the rooms keep so little for who
 * is behind that whoever stands still for a while has missed something.
 *
 * An IRC client knows who is in a room from what it read alone. Whatever it
 * missed, when it has read everything its lists are the hub's; and from the
 * moment at which a list was made anew each line fits it.
 */
#include "room/track.h"
#include "support/irc_model.h"

#include <stdio.h>
#include <stdlib.h>

#define PROGRAMS 6
#define PEOPLE 4 /* with nc or a lab program */
#define ALL (PROGRAMS + PEOPLE)
#define ROOMS 3 /* that they join; others become of these */
#define STEPS 1500

struct gaps {
    struct world *w;
    struct irc_model all[ALL]; /* the first are programs */
    bool is_still[ALL];        /* does not read for now */
    unsigned number;
    size_t told, mended, renames; /* by those who are gone */
};

static const char *const rooms[IRC_MODEL_ROOMS] = {"a", "b", "绿",
                                                   "d", "e", "f"};

static void
arrive(struct gaps *s, int i)
{
    static const enum sniff_pin pins[] = {SNIFF_PINNED_PLAIN, SNIFF_PINNED_LAB};
    bool is_program = i < PROGRAMS;
    char nick[16], hello[128];
    struct wire *wire =
        world_connect(s->w, is_program ? SNIFF_PINNED_IRC : pins[i % 2]);
    snprintf(nick, sizeof(nick), "n%u", ++s->number);
    irc_model_init(&s->all[i], wire, nick);
    /* So little that its system takes hardly anything while it stands still. */
    wire->window = 400;
    if (is_program)
        snprintf(hello, sizeof(hello),
                 "NICK %s\r\nUSER u 0 * :r\r\n%sJOIN #a,#b\r\n", nick,
                 i % 2 ? "CAP REQ draft/channel-rename\r\n" : "");
    else
        snprintf(hello, sizeof(hello), "/nick %s\n/join a\n/join b\n", nick);
    wire_send(wire, hello);
    s->is_still[i] = false;
}

/* Whoever is no program is not modelled. */
static void
read_some(struct gaps *s, int i, size_t most)
{
    if (i < PROGRAMS) {
        irc_model_read(&s->all[i], most);
        return;
    }
    wire_read(s->all[i].wire, most, &s->all[i].unread);
    buf_truncate(&s->all[i].unread, 0);
}

static void
leave(struct gaps *s, int i)
{
    struct irc_model *p = &s->all[i];
    bool is_polite = dice_is(&s->w->dice, 50);
    if (is_polite)
        wire_send(p->wire, i < PROGRAMS ? "QUIT :z\r\n" : "q\n");
    else
        wire_reset(p->wire);
    for (int turns = 0; turns < 3000 && !p->wire->is_closed; turns++) {
        world_order(s->w, 4);
        world_turn(s->w);
        read_some(s, i, SIZE_MAX);
        if (is_polite && p->wire->is_server_done)
            wire_hang_up(p->wire);
    }
    CHECK(p->wire->is_closed);
    s->told += p->gaps;
    s->mended += p->mended;
    s->renames += p->renames;
    wire_free(p->wire);
    irc_model_finish(p);
    arrive(s, i);
}

static void
do_as_program(struct gaps *s, struct irc_model *p, const char *other)
{
    struct dice *dice = &s->w->dice;
    const char *room = rooms[dice_below(dice, IRC_MODEL_ROOMS)];
    char line[200];
    switch (dice_below(dice, 9)) {
    case 0:
    case 1:
        snprintf(line, sizeof(line), "JOIN #%s\r\n",
                 rooms[dice_below(dice, ROOMS)]);
        break;
    case 2:
        snprintf(line, sizeof(line), "PART #%s :x\r\n", room);
        break;
    case 3:
        snprintf(line, sizeof(line), "NICK n%u\r\n", ++s->number);
        break;
    case 4:
        snprintf(line, sizeof(line), "KICK #%s %s :y\r\n", room, other);
        break;
    case 5:
        snprintf(line, sizeof(line), "MODE #%s %co %s\r\n", room,
                 dice_is(dice, 70) ? '+' : '-', other);
        break;
    case 6:
        snprintf(line, sizeof(line), "RENAME #%s #%s :z\r\n", room,
                 rooms[dice_below(dice, IRC_MODEL_ROOMS)]);
        break;
    default:
        snprintf(line, sizeof(line), "PRIVMSG #%s :你好, 世界, 你好\r\n", room);
        break;
    }
    wire_send(p->wire, line);
}

static void
do_as_person(struct gaps *s, struct irc_model *p, const char *other)
{
    struct dice *dice = &s->w->dice;
    const char *room = rooms[dice_below(dice, ROOMS)];
    char line[200];
    switch (dice_below(dice, 6)) {
    case 0:
        snprintf(line, sizeof(line), "/join %s\n", room);
        break;
    case 1:
        snprintf(line, sizeof(line), "/leave %s\n", room);
        break;
    case 2:
        snprintf(line, sizeof(line), "/nick n%u\n", ++s->number);
        break;
    case 3:
        snprintf(line, sizeof(line), "/kick %s\n", other);
        break;
    default:
        snprintf(line, sizeof(line), "a line of words, and then some\n");
        break;
    }
    wire_send(p->wire, line);
}

static void
step(struct gaps *s)
{
    struct dice *dice = &s->w->dice;
    int i = (int)dice_below(dice, ALL);
    const char *other = s->all[dice_below(dice, ALL)].nick;
    if (dice_is(dice, 2))
        s->is_still[i] = !s->is_still[i];
    /* Who stands still has all hands full: else answers pile up. */
    if (dice_is(dice, 1))
        leave(s, i);
    else if (s->is_still[i])
        return;
    else if (i < PROGRAMS)
        do_as_program(s, &s->all[i], other);
    else
        do_as_person(s, &s->all[i], other);
}

static void
come_to_rest(struct gaps *s)
{
    s->w->is_rough = false;
    world_release(s->w);
    for (int i = 0; i < ALL; i++)
        s->all[i].wire->window = SIZE_MAX / 4;
    for (int turns = 0; turns < 400; turns++) {
        world_pass(s->w, 20);
        for (int i = 0; i < ALL; i++)
            read_some(s, i, SIZE_MAX);
    }
}

static size_t
run(uint64_t seed)
{
    printf("seed %llu\n", (unsigned long long)seed);
    fflush(stdout);
    struct gaps s = {.w = world_create(seed, NULL)};
    struct dice *dice = &s.w->dice;
    peers_pool(s.w->peers)->track_bytes_most = 1 << 10;
    for (int i = 0; i < ALL; i++)
        arrive(&s, i);
    world_pass(s.w, 100);
    s.w->is_rough = true;
    for (int n = 0; n < STEPS; n++) {
        step(&s);
        if (n % 100 == 50)
            world_hold(s.w);
        else if (n % 100 == 80)
            world_release(s.w);
        else if (n % 100 > 50 && n % 100 < 80 && dice_is(dice, 70))
            world_order(s.w, dice_below(dice, 8));
        if (dice_is(dice, 60))
            world_turn(s.w);
        for (int i = 0; i < ALL; i++) {
            if (!s.is_still[i] && dice_is(dice, 80))
                read_some(&s, i, 1 + dice_below(dice, 500));
        }
    }
    come_to_rest(&s);
    for (int i = 0; i < PROGRAMS; i++) {
        irc_model_compare(&s.all[i]);
        s.told += s.all[i].gaps;
        s.mended += s.all[i].mended;
        s.renames += s.all[i].renames;
    }
    CHECK(s.told > 10 && s.mended > 5); /* it was a story */
    for (int i = 0; i < ALL; i++)
        wire_reset(s.all[i].wire);
    world_pass(s.w, 100);
    world_destroy(s.w);
    for (int i = 0; i < ALL; i++) {
        wire_free(s.all[i].wire);
        irc_model_finish(&s.all[i]);
    }
    return s.renames;
}

int
main(int argc, char **argv)
{
    if (argc > 1) {
        (void)run(strtoull(argv[1], NULL, 0));
        return 0;
    }
    size_t renames = 0;
    for (uint64_t seed = 1; seed <= 30; seed++)
        renames += run(seed);
    CHECK(renames > 30);
    return 0;
}
