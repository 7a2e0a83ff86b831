/*
 * Who waited for a busy line, had typed something and hung up was told that it
 * had not been read. Who left by q, as the greeting had told him, heard no more
 * than "bye" and had to think that his words had arrived. Found by a stranger
 * who walked through the manual with three terminals.
 */
#include "support/world.h"
#include "talk/talk.h"

#define MISSED "what you said was not read"

struct scene {
    struct talk_view view;
    struct talk *talk;
};

static void
on_line(struct talk_view *v, const struct talk_line *line)
{
    (void)v;
    (void)line;
}

static bool
take_in(struct world *w, const struct net_offer *o,
        const struct net_address *from, enum sniff_pin pin)
{
    return talk_accept(((struct scene *)w->story)->talk, o, from, pin);
}

static struct wire *
call(struct world *w, const char *words)
{
    struct wire *wire = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(wire, "\n");
    world_pass(w, 10);
    wire_send(wire, words);
    world_pass(w, 50);
    return wire;
}

int
main(void)
{
    static const struct talk_limits limits = {.most_callers = 8};
    static const uint64_t seed[2] = {1, 2};
    struct scene s = {.view.on_line = on_line};
    struct world *w = world_create(1, NULL);
    w->story = &s;
    w->accept = take_in;
    s.talk = talk_create(w->loop, NULL, &limits, seed, &s.view);

    struct wire *first = call(w, "the line is mine\n");
    struct wire *silent = call(w, "q\n");
    struct wire *spoke = call(w, "is anybody there?\nq\n");
    CHECK(wire_has_heard(silent, "-- bye\n"));
    CHECK(!wire_has_heard(silent, MISSED));
    CHECK(wire_has_heard(spoke, MISSED "\n-- bye\n"));

    wire_send(first, "q\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(first, "-- bye\n"));
    CHECK(!wire_has_heard(first, MISSED));

    world_pass(w, 5000);
    CHECK(talk_connections(s.talk) == 0);
    talk_destroy(s.talk);
    world_destroy(w);
    wire_free(first);
    wire_free(silent);
    wire_free(spoke);
    return 0;
}
