/*
 * The story of many who ask and do not read: each leaves no more unread than
 * one may, and all together would leave more than the server has. Who left
 * most is closed, reads whole lines until then, and why. Who left little is
 * not touched, and who reads is answered as ever.
 */
#include "msg/limits.h"
#include "support/world.h"

#include <stdlib.h>
#include <string.h>

#define GREEDY 12
#define BYE "-- you asked for more than you read; bye\n"

/* For the test, all may leave as much unread as six can at most. */
#define MOST ((size_t)6 * LIMIT_PRIVATE_BYTES)

static void
ask(struct wire *wire, int times)
{
    for (int i = 0; i < times; i++)
        wire_send(wire, "/help\n");
}

/* In no room: so he hears what he asks for and no more. */
static struct wire *
come(struct world *w)
{
    struct wire *wire = world_connect(w, SNIFF_PINNED_PLAIN);
    wire->window = SIZE_MAX / 4;
    wire_send(wire, "\n/leave lobby\n");
    world_pass(w, 100);
    buf_truncate(&wire->to_client, 0);
    return wire;
}

/* For so long; never is there more than the limit and one answer. */
static void
pass_within_limit(struct world *w, uint64_t ms)
{
    for (uint64_t until = w->now_ms + ms; w->now_ms < until;) {
        world_turn(w);
        CHECK(peers_pool(w->peers)->private_bytes <= MOST + 8192);
    }
}

/* Whole answers, as `reader` was given, cut between two lines; then why. */
static void
check_heard(const struct wire *greedy, const struct wire *reader)
{
    struct span heard = buf_span(&greedy->to_client);
    CHECK(heard.n > strlen(BYE));
    size_t n = heard.n - strlen(BYE);
    CHECK(span_equal(span_from(heard, n), SPAN(BYE)));
    CHECK(n == 0 || span_get(heard, n - 1) == '\n');
    CHECK(n <= reader->to_client.n);
    CHECK(span_equal(span_sub(heard, 0, n),
                     span_sub(buf_span(&reader->to_client), 0, n)));
}

static void
closes_who_left_most(uint64_t seed)
{
    struct world *w = world_create(seed, NULL);
    struct wire *greedy[GREEDY];
    peers_pool(w->peers)->private_bytes_most = MOST;
    w->is_rough = seed > 2;
    struct wire *modest = come(w), *reader = come(w);
    modest->window = 0;
    ask(modest, 5);
    ask(reader, 100);
    for (int i = 0; i < GREEDY; i++) {
        greedy[i] = come(w);
        greedy[i]->window = dice_below(&w->dice, 3000);
        ask(greedy[i], 100 + 20 * i);
    }
    pass_within_limit(w, 1000); /* nobody's own patience is over */
    int closed = 0;
    for (int i = 0; i < GREEDY; i++)
        greedy[i]->window = SIZE_MAX / 4;
    pass_within_limit(w, 500);
    for (int i = 0; i < GREEDY; i++) {
        if (!greedy[i]->is_server_done)
            continue;
        check_heard(greedy[i], reader);
        closed++;
    }
    CHECK(closed >= 3 && closed < GREEDY);

    CHECK(!modest->is_server_done && !reader->is_server_done);
    modest->window = SIZE_MAX / 4;
    pass_within_limit(w, 500);
    CHECK(span_equal(
        buf_span(&modest->to_client),
        span_sub(buf_span(&reader->to_client), 0, reader->to_client.n / 20)));
    wire_reset(modest);
    wire_reset(reader);
    for (int i = 0; i < GREEDY; i++)
        wire_reset(greedy[i]);
    world_pass(w, 3000);
    world_destroy(w);
    wire_free(modest);
    wire_free(reader);
    for (int i = 0; i < GREEDY; i++)
        wire_free(greedy[i]);
}

/* -- within a turn -------------------------------------------------------------- */

static const struct room_pool *watched;
static void (*encode)(uint32_t key, const struct entry *e, struct buf *out);
static int looks;

/* A line is said: now as ever there is no more than the limit and an answer. */
static void
look_and_encode(uint32_t key, const struct entry *e, struct buf *out)
{
    CHECK(watched->private_bytes <= watched->private_bytes_most + 8192);
    looks++;
    encode(key, e, out);
}

/* All of them ask at once, before anything can be sent. */
static void
takes_no_more_in_a_turn(void)
{
    struct world *w = world_create(1, NULL);
    struct room_pool *pool = peers_pool(w->peers);
    struct wire *wires[GREEDY];
    for (int i = 0; i < GREEDY; i++) {
        wires[i] = world_connect(w, SNIFF_PINNED_PLAIN);
        wires[i]->window = 0;
        wire_send(wires[i], "\n");
    }
    world_pass(w, 100);
    pool->private_bytes_most = LIMIT_PRIVATE_BYTES / 2;
    watched = pool;
    encode = pool->encode;
    pool->encode = look_and_encode;
    for (int i = 0; i < GREEDY; i++) {
        for (int j = 0; j < 30; j++)
            wire_send(wires[i], "/help\nhi\n");
    }
    world_pass(w, 1000);
    CHECK(looks >= GREEDY);
    for (int i = 0; i < GREEDY; i++)
        wire_reset(wires[i]);
    world_pass(w, 3000);
    world_destroy(w);
    for (int i = 0; i < GREEDY; i++)
        wire_free(wires[i]);
}

int
main(void)
{
    takes_no_more_in_a_turn();
    for (uint64_t seed = 1; seed <= 6; seed++)
        closes_who_left_most(seed);
    return 0;
}
