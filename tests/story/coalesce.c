/*
 * The story of a busy room. A flush takes time; after one, the room rests as
 * long, and what is said meanwhile reaches each member in one send. The first
 * word after a silence is delivered at once; who asked something is answered
 * at once, room or no room; and no rest is longer than the limit.
 */
#include "support/world.h"

#define MEMBERS 8
#define REST_MS 20 /* at most */

struct room {
    struct world *w;
    struct wire *talker;
    struct wire *members[MEMBERS];
};

/* `write_ms` later, each: so a flush to all takes MEMBERS times as long. */
static struct room
open_room(uint64_t seed, uint64_t write_ms)
{
    struct peers_limits limits = {.most_clients = 100,
                                  .most_rest_us = REST_MS * 1000};
    struct room r = {.w = world_create(seed, &limits)};
    r.talker = world_connect(r.w, SNIFF_PINNED_PLAIN);
    wire_send(r.talker, "\n");
    for (int i = 0; i < MEMBERS; i++) {
        r.members[i] = world_connect(r.w, SNIFF_PINNED_PLAIN);
        wire_send(r.members[i], "\n");
    }
    world_pass(r.w, 100);
    r.w->step_ms = 1;
    r.w->write_ms = write_ms;
    return r;
}

static void
close_room(struct room *r)
{
    r->w->write_ms = 0;
    wire_reset(r->talker);
    for (int i = 0; i < MEMBERS; i++)
        wire_reset(r->members[i]);
    world_pass(r->w, 100);
    world_destroy(r->w);
    wire_free(r->talker);
    for (int i = 0; i < MEMBERS; i++)
        wire_free(r->members[i]);
}

static void
forget(struct room *r)
{
    struct buf all = {0};
    for (int i = 0; i < MEMBERS; i++) {
        wire_read(r->members[i], SIZE_MAX, &all);
        r->members[i]->blocks = 0;
    }
    wire_read(r->talker, SIZE_MAX, &all);
    buf_finish(&all);
}

/* A word after a silence; returns when it was sent to all. */
static void
break_silence(struct room *r)
{
    forget(r);
    wire_send(r->talker, "first\n");
    world_turn(r->w);
    for (int i = 0; i < MEMBERS; i++)
        CHECK(r->members[i]->blocks == 1);
    forget(r);
}

static void
test_words_gather(uint64_t seed)
{
    struct room r = open_room(seed, 1);
    break_silence(&r);
    uint64_t sent_ms = r.w->now_ms;
    wire_send(r.talker, "second\n");
    world_turn(r.w);
    wire_send(r.talker, "third\n");
    while (r.members[MEMBERS - 1]->blocks == 0)
        world_turn(r.w);
    /* It rested as long as the flush before took, and then took as long. */
    CHECK(r.w->now_ms - sent_ms >= 2 * MEMBERS);
    CHECK(r.w->now_ms - sent_ms <= 2 * MEMBERS + 2);
    for (int i = 0; i < MEMBERS; i++) {
        CHECK(r.members[i]->blocks == 1);
        CHECK(wire_has_heard(r.members[i], "guest1: second\nguest1: third\n"));
    }
    close_room(&r);
}

static void
test_an_answer_waits_for_nobody(uint64_t seed)
{
    struct room r = open_room(seed, 1);
    break_silence(&r);
    wire_send(r.talker, "gathers\n");
    wire_send(r.members[0], "/rooms\n");
    world_turn(r.w);
    CHECK(r.members[1]->blocks == 0);
    CHECK(wire_has_heard(r.members[0], "-- rooms: 1 (lobby: 9)\n"));
    close_room(&r);
}

static void
test_a_long_flush_rests_no_longer_than_the_limit(uint64_t seed)
{
    struct room r = open_room(seed, REST_MS);
    break_silence(&r);
    uint64_t sent_ms = r.w->now_ms;
    wire_send(r.talker, "second\n");
    while (r.members[0]->blocks == 0)
        world_turn(r.w);
    uint64_t flush_ms = REST_MS * MEMBERS;
    CHECK(r.w->now_ms - sent_ms >= REST_MS);
    CHECK(r.w->now_ms - sent_ms <= REST_MS + 2 + flush_ms);
    close_room(&r);
}

int
main(void)
{
    for (uint64_t seed = 1; seed <= 2; seed++) { /* one by one; in batches */
        test_words_gather(seed);
        test_an_answer_waits_for_nobody(seed);
        test_a_long_flush_rests_no_longer_than_the_limit(seed);
    }
    return 0;
}
