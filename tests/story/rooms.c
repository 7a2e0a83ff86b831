/*
 * The story of several rooms: people come, talk, rename themselves, walk
 * from room to room, are kicked, leave or break off at any moment, over
 * connections that deliver in crumbs, while the order of things is held back
 * for random turns.
 *
 * A model beside the hub writes down, for every person, each line that he
 * has to read. In the end everybody has read exactly his lines, in order;
 * who broke off has read a beginning of them.
 */
#include "support/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEOPLE 120
#define STEPS 600

struct rooms_story {
    struct world *world;
    struct model model;
    struct client *clients[PEOPLE];
    unsigned named;
    unsigned said;
};

static void
see_request(struct world *w, const struct hub_request *r)
{
    struct rooms_story *s = w->story;
    model_apply(&s->model, w, r);
}

static void
do_something(struct rooms_story *s, struct client *c)
{
    static const char *const rooms[] = {"lobby", "red", "blue", "绿"};
    struct dice *dice = &s->world->dice;
    const char *room = rooms[dice_below(dice, COUNT_OF(rooms))];
    char line[200];
    switch (dice_below(dice, 14)) {
    case 0:
        snprintf(line, sizeof(line), "/nick n%u\n", ++s->named);
        break;
    case 1:
    case 2:
        snprintf(line, sizeof(line), "/join %s\n", room);
        break;
    case 3:
        snprintf(line, sizeof(line), "/leave %s\n", room);
        break;
    case 4:
        snprintf(line, sizeof(line), "/me waves #%u\n", ++s->said);
        break;
    case 5:
        snprintf(line, sizeof(line), "/who\n/topic\n/rooms\n");
        break;
    case 6:
        if (dice_is(dice, 15)) {
            snprintf(line, sizeof(line), "%s",
                     dice_is(dice, 50) ? "q\n" : "/quit so long\n");
            client_send(c, line);
            client_stop(c, dice_is(dice, 50));
            return;
        }
        snprintf(line, sizeof(line), "/msg n%u psst\n",
                 (unsigned)dice_below(dice, s->named + 1));
        break;
    case 7:
        if (dice_is(dice, 20)) {
            client_break(c, dice_is(dice, 50));
            return;
        }
        __attribute__((fallthrough));
    default:
        snprintf(line, sizeof(line), "你好, 世界 #%u%s\n", ++s->said,
                 dice_is(dice, 10) ? "\nand again" : "");
        break;
    }
    client_send(c, line);
}

static void
kick_somebody(struct rooms_story *s)
{
    struct span nick, room;
    struct hub_env env = {.wall_ms = s->world->now_ms};
    if (model_pick(&s->model, s->world, &nick, &room))
        (void)hub_kick(peers_hub(s->world->peers), &env, room, nick,
                       SPAN("manners"));
}

static void
run(uint64_t seed)
{
    printf("seed %llu\n", (unsigned long long)seed);
    struct world *w = world_create(seed, NULL);
    struct rooms_story s = {.world = w};
    model_init(&s.model);
    w->story = &s;
    w->on_apply = see_request;
    w->is_rough = true;
    world_hold(w);

    for (int step = 0; step < STEPS; step++) {
        size_t i = dice_below(&w->dice, PEOPLE);
        if (s.clients[i] == NULL && dice_is(&w->dice, 60))
            s.clients[i] = client_create(w, &s.model);
        else if (s.clients[i] != NULL && client_can_send(s.clients[i]))
            do_something(&s, s.clients[i]);
        if (dice_is(&w->dice, 3))
            kick_somebody(&s);
        if (dice_is(&w->dice, 70))
            world_order(w, dice_below(&w->dice, 8));
        world_turn(w);
        for (size_t j = 0; j < PEOPLE; j++) {
            if (s.clients[j] != NULL && dice_is(&w->dice, 50))
                client_read(s.clients[j], 1 + dice_below(&w->dice, 300));
        }
    }
    w->is_rough = false;
    for (int i = 0; i < 2000; i++) {
        world_order(w, SIZE_MAX);
        world_turn(w);
        for (size_t j = 0; j < PEOPLE; j++) {
            if (s.clients[j] != NULL)
                client_read(s.clients[j], SIZE_MAX);
        }
    }
    for (size_t j = 0; j < PEOPLE; j++)
        client_finish(s.clients[j]);
    CHECK(s.model.lines > 1000); /* it was a story */
    model_finish(&s.model);
    world_destroy(w);
    for (size_t j = 0; j < PEOPLE; j++)
        client_free(s.clients[j]);
}

int
main(int argc, char **argv)
{
    if (argc > 1) {
        run(strtoull(argv[1], NULL, 0));
        return 0;
    }
    for (uint64_t seed = 1; seed <= 25; seed++)
        run(seed);
    return 0;
}
