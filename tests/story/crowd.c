/*
 * The story of a crowd: thousands in one room, a few of whom talk a lot;
 * some stand still for a while, some for good, some break off. The room
 * keeps little for those who are behind. Everybody reads every message of
 * the others once and in order, or is told the exact number that he missed;
 * nobody waits for the slow, and what was kept for them is given back.
 */
#include "room/track.h"
#include "support/story.h"

#include <stdio.h>
#include <stdlib.h>

#define TALKERS 8
#define STEPS 220

struct crowd {
    struct world *world;
    struct model model;
    struct client **clients;
    bool *is_still; /* does not read for now */
    size_t people;
    unsigned said;
};

static void
see_request(struct world *w, const struct hub_request *r)
{
    struct crowd *s = w->story;
    model_apply(&s->model, w, r);
}

static void
talk(struct crowd *s)
{
    static const char padding[] = "........................................"
                                  "........................................";
    struct dice *dice = &s->world->dice;
    for (size_t i = 0; i < TALKERS; i++) {
        char line[200];
        if (!client_can_send(s->clients[i]) || dice_is(dice, 50))
            continue;
        snprintf(line, sizeof(line), "大家好 %.*s #%u\n",
                 (int)dice_below(dice, sizeof(padding)), padding, ++s->said);
        client_send(s->clients[i], line);
    }
}

static void
live(struct crowd *s)
{
    struct dice *dice = &s->world->dice;
    for (size_t i = TALKERS; i < s->people; i++) {
        struct client *c = s->clients[i];
        if (dice_is(dice, 1))
            s->is_still[i] = !s->is_still[i];
        if (client_can_send(c) && dice_below(dice, 3000) == 0)
            client_break(c, dice_is(dice, 50));
        if (client_can_send(c) && dice_below(dice, 3000) == 0) {
            client_send(c, "q\n");
            client_stop(c, false);
        }
    }
    for (size_t i = 0; i < s->people; i++) {
        if (!s->is_still[i])
            client_read(s->clients[i], 1 + dice_below(dice, 4000));
    }
}

static void
everybody_reads(struct crowd *s)
{
    for (int quiet = 0; quiet < 40;) {
        size_t waiting = 0;
        world_turn(s->world);
        for (size_t i = 0; i < s->people; i++) {
            waiting += client_wire(s->clients[i])->to_client.n;
            client_read(s->clients[i], SIZE_MAX);
        }
        quiet = waiting == 0 ? quiet + 1 : 0;
    }
}

/* Above all: no segment is kept that nobody is in any more. */
static void
check_tracks(const struct room_pool *pool)
{
    LIST_FOREACH (link, &pool->tracks)
        room_track_check(CONTAINER_OF(link, struct room_track, pool_link));
}

/* Of the people so many are present, the others only read: that somebody
 * comes is read by all, and would be most of what a large crowd reads. */
static void
run(uint64_t seed, size_t people, size_t steps, size_t present)
{
    printf("seed %llu, %zu people\n", (unsigned long long)seed, people);
    struct world *w = world_create(seed, NULL);
    struct crowd s = {.world = w, .people = people};
    struct room_pool *pool = peers_pool(w->peers);
    s.clients = calloc(people, sizeof(*s.clients));
    s.is_still = calloc(people, sizeof(*s.is_still));
    model_init(&s.model);
    w->story = &s;
    w->on_apply = see_request;
    w->is_rough = true;
    pool->track_bytes_most = 8 << 10;
    world_hold(w);
    for (size_t i = 0; i < people; i++) {
        s.clients[i] = i < present ? client_create(w, &s.model)
                                   : client_create_listener(w, &s.model);
        client_wire(s.clients[i])->window = 600 + dice_below(&w->dice, 9000);
        s.is_still[i] = i >= TALKERS && dice_is(&w->dice, 10);
    }
    for (size_t step = 0; step < steps; step++) {
        talk(&s);
        world_order(w, dice_is(&w->dice, 30) ? 0 : SIZE_MAX);
        world_turn(w);
        live(&s);
        check_tracks(pool);
        CHECK(pool->bytes < pool->track_bytes_most + 4 * ROOM_SEGMENT_MOST);
    }
    w->is_rough = false;
    world_order(w, SIZE_MAX);
    everybody_reads(&s);
    world_order(w, SIZE_MAX);
    everybody_reads(&s);

    CHECK(pool->kept_bytes > 0);
    world_pass(w, 2100);
    CHECK(pool->kept_bytes == 0); /* what the burst needed was given back */

    uint64_t missed = 0;
    for (size_t i = 0; i < people; i++) {
        client_finish(s.clients[i]);
        missed += client_missed(s.clients[i]);
    }
    printf("  said %u, read %zu, missed %llu\n", s.said, s.model.lines,
           (unsigned long long)missed);
    CHECK(missed > 0);
    CHECK(pool->bytes == 0); /* all have read all: nothing is kept */
    model_finish(&s.model);
    world_destroy(w);
    for (size_t i = 0; i < people; i++)
        client_free(s.clients[i]);
    free(s.clients);
    free(s.is_still);
}

int
main(int argc, char **argv)
{
    if (argc > 1) {
        run(strtoull(argv[1], NULL, 0), 300, STEPS, 300);
        return 0;
    }
    for (uint64_t seed = 1; seed <= 6; seed++)
        run(seed, 100 + 30 * seed, STEPS, 100 + 20 * seed);
    run(100, 5000, 60, 200);
    return 0;
}
