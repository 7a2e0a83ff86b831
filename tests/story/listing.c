/*
 * The story of long lists: all rooms, all who are in one, all who fit a mask.
 * They are told as their reader reads, while rooms are made and left and
 * people come and go. What was there all the while is told exactly once, the
 * rest at most once; never is more of it made than one may leave unread; his
 * next question is answered behind the whole, and others' words reach him in
 * its midst.
 */
#include "msg/limits.h"
#include "support/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEOPLE 40 /* with 20 rooms each, of which half stay */
#define STEADY(i) ((i) % 2 == 0)

/* Of all peers together: memory grows by halves, and others are answered, too. */
#define MOST_BYTES ((size_t)2 * LIMIT_LISTED_BYTES + (32 << 10))

struct scene {
    struct world *w;
    struct wire *people[PEOPLE];
    struct wire *asker;
    struct buf heard;
};

__attribute__((format(printf, 2, 3))) static void
say(struct wire *wire, const char *format, ...)
{
    char line[700];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    wire_send(wire, line);
}

static void
make_rooms(struct wire *maker, int number)
{
    char topic[LIMIT_TOPIC_BYTES - 9];
    memset(topic, 'x', sizeof(topic) - 1);
    topic[sizeof(topic) - 1] = '\0';
    say(maker, "NICK n%d\r\nUSER u%d 0 * :r\r\n", number, number);
    for (int i = 0; i < LIMIT_ROOMS_PER_USER - 1; i++)
        say(maker, "JOIN #n%d-%d\r\nTOPIC #n%d-%d :%s\r\n", number, i, number,
            i, topic);
}

static void
begin(struct scene *s, uint64_t seed, const char *hello)
{
    *s = (struct scene){.w = world_create(seed, NULL)};
    for (int i = 0; i < PEOPLE; i++) {
        s->people[i] = world_connect(s->w, SNIFF_PINNED_IRC);
        make_rooms(s->people[i], i);
        world_pass(s->w, 50);
    }
    s->asker = world_connect(s->w, SNIFF_PINNED_IRC);
    wire_send(s->asker, hello);
    world_pass(s->w, 100);
    for (int i = 0; i < PEOPLE; i++)
        wire_forget(s->people[i]);
    wire_forget(s->asker);
    s->w->is_rough = true;
}

static void
end(struct scene *s)
{
    struct wire *all[PEOPLE + 1];
    memcpy(all, s->people, sizeof(s->people));
    all[PEOPLE] = s->asker;
    buf_finish(&s->heard);
    world_end(s->w, all, PEOPLE + 1);
}

/* Until he heard these words; he takes as much at a time as it comes. */
static void
read_until(struct scene *s, const char *words,
           void (*meanwhile)(struct scene *s, int turn))
{
    size_t most = 0;
    for (int turn = 0; turn < 5000; turn++) {
        meanwhile(s, turn);
        world_turn(s->w);
        wire_read(s->asker, dice_below(&s->w->dice, 30000), &s->heard);
        for (int i = 0; i < PEOPLE; i++)
            wire_forget(s->people[i]);
        if (peers_pool(s->w->peers)->private_bytes > most)
            most = peers_pool(s->w->peers)->private_bytes;
        buf_add_byte(&s->heard, 0);
        buf_truncate(&s->heard, s->heard.n - 1);
        if (strstr((const char *)s->heard.at, words) != NULL) {
            CHECK(most > LIMIT_LISTED_BYTES / 2);
            CHECK(most <= MOST_BYTES);
            return;
        }
    }
    CHECK(!"he was never told the end");
}

/* How often these words were heard. */
static int
times(const struct scene *s, const char *words)
{
    int n = 0;
    const char *at = (const char *)s->heard.at;
    for (; (at = strstr(at, words)) != NULL; at++)
        n++;
    return n;
}

static void
check_order(const struct scene *s, const char *first, const char *then)
{
    const char *at = strstr((const char *)s->heard.at, first);
    CHECK(at != NULL && strstr(at, then) != NULL);
    CHECK(times(s, first) == 1 && times(s, then) == 1);
}

/* -- rooms ------------------------------------------------------------------- */

/* Those of odd people go, one by one, and others are made. */
static void
rooms_change(struct scene *s, int turn)
{
    int who = (turn / 20 * 2 + 1) % PEOPLE;
    if (turn % 3 == 0)
        say(s->people[who], "PART #n%d-%d\r\n", who, turn % 20);
    if (turn % 3 == 1)
        say(s->people[who], "JOIN #new%d-%d\r\n", who, turn);
    if (turn == 5)
        wire_send(s->people[0], "PRIVMSG al :in its midst\r\n");
}

static void
lists_rooms(uint64_t seed)
{
    struct scene s;
    begin(&s, seed, "NICK al\r\nUSER u 0 * :r\r\n");
    s.asker->window = 10000;
    wire_send(s.asker, "LIST\r\nPING :behind\r\n");
    read_until(&s, "PONG liao.chat :behind\r\n", rooms_change);
    for (int i = 0; i < PEOPLE; i++) {
        for (int j = 0; j < LIMIT_ROOMS_PER_USER - 1; j++) {
            char words[60];
            snprintf(words, sizeof(words), " 322 al #n%d-%d 1 :x", i, j);
            CHECK(STEADY(i) ? times(&s, words) == 1 : times(&s, words) <= 1);
        }
    }
    check_order(&s, " 323 al :End of /LIST\r\n", " PONG ");
    check_order(&s, ":in its midst\r\n", " 323 al ");
    end(&s);
}

/* -- people ------------------------------------------------------------------ */

/* Those of odd numbers leave the room and come again. */
static void
people_change(struct scene *s, int turn)
{
    int who = (turn / 2 * 2 + 1) % PEOPLE;
    wire_send(s->people[who],
              turn % 2 == 0 ? "PART #all\r\n" : "JOIN #all\r\n");
}

#define CROWD 1000

static void
lists_people(uint64_t seed, const char *asked)
{
    struct scene s;
    struct wire *crowd[CROWD];
    begin(&s, seed, "NICK al\r\nUSER u 0 * :r\r\n");
    for (int i = 0; i < PEOPLE; i++)
        wire_send(s.people[i], "JOIN #all\r\n");
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = world_connect(s.w, SNIFF_PINNED_IRC);
        crowd[i]->window = SIZE_MAX / 4;
        say(crowd[i], "NICK c%d\r\nUSER u 0 * :%0120d\r\nJOIN #all\r\n", i, i);
        world_turn(s.w);
    }
    world_pass(s.w, 300);
    s.asker->window = 2000;
    wire_send(s.asker, asked);
    wire_send(s.asker, "PING :behind\r\n");
    read_until(&s, "PONG liao.chat :behind\r\n", people_change);
    for (int i = 0; i < PEOPLE; i++) {
        char words[60];
        snprintf(words, sizeof(words), " liao.chat n%d H", i);
        CHECK(STEADY(i) ? times(&s, words) == 1 : times(&s, words) <= 1);
    }
    for (int i = 0; i < CROWD; i++) {
        char words[60];
        snprintf(words, sizeof(words), " liao.chat c%d H", i);
        CHECK(times(&s, words) == 1);
    }
    check_order(&s, ":End of /WHO list\r\n", " PONG ");
    for (int i = 0; i < CROWD; i++)
        wire_reset(crowd[i]);
    world_pass(s.w, 100);
    for (int i = 0; i < CROWD; i++)
        wire_free(crowd[i]);
    end(&s);
}

/* -- who does not wait for the end ------------------------------------------- */

static void
nothing(struct scene *s, int turn)
{
    (void)s, (void)turn;
}

/* What answers a line with a label is one batch, and so is whole at once. */
static void
lists_with_a_label(void)
{
    struct scene s;
    begin(&s, 2,
          "CAP REQ :labeled-response batch\r\nNICK al\r\nUSER u 0 * :r\r\n"
          "CAP END\r\n");
    wire_send(s.asker, "@label=x LIST\r\n");
    world_pass(s.w, 20);
    CHECK(peers_pool(s.w->peers)->private_bytes > 4 * LIMIT_LISTED_BYTES);
    for (int i = 0; i < 200; i++) {
        world_turn(s.w);
        wire_read(s.asker, SIZE_MAX, &s.heard);
    }
    buf_add_byte(&s.heard, 0);
    CHECK(times(&s, " 322 al #") == PEOPLE * (LIMIT_ROOMS_PER_USER - 1));
    CHECK(times(&s, "BATCH -") == 1);
    end(&s);
}

/* Every way of leaving, with most of it untold. */
static void
leaves_in_its_midst(const char *how)
{
    struct scene s;
    begin(&s, 4, "NICK al\r\nUSER u 0 * :r\r\n");
    s.asker->window = 10000;
    wire_send(s.asker, "LIST\r\n");
    wire_send(s.asker, how);
    world_pass(s.w, 50);
    CHECK(peers_pool(s.w->peers)->private_bytes > LIMIT_LISTED_BYTES / 2);
    if (how[0] == '\0')
        wire_reset(s.asker);
    else
        wire_hang_up(s.asker);
    world_pass(s.w, 50);
    if (how[0] != '\0') { /* he is told all before he goes */
        read_until(&s, "\nERROR :Closing link", nothing);
        CHECK(times(&s, ":End of /LIST") == 1);
    }
    end(&s);
}

int
main(void)
{
    for (uint64_t seed = 1; seed <= 4; seed++) {
        lists_rooms(seed);
        lists_people(seed, "WHO #all\r\n");
        lists_people(seed, "WHO *\r\n");
    }
    lists_with_a_label();
    leaves_in_its_midst("");
    leaves_in_its_midst("QUIT :bye\r\n");
    return 0;
}
