/*
 * Who waits for a busy line is read up to 16 KiB; past that he is not, so that
 * what he types is held back by TCP. But then his hang-up was not read either:
 * one who had pasted a lot kept his place in the queue, and counted against
 * --max-clients, until it was his turn to be found gone. Found by reading.
 */
#include "msg/limits.h"
#include "support/world.h"
#include "talk/talk.h"

struct scene {
    struct talk_view view;
    struct talk *talk;
    size_t lines;
};

static void
on_line(struct talk_view *v, const struct talk_line *line)
{
    (void)line;
    CONTAINER_OF(v, struct scene, view)->lines++;
}

static bool
take_in(struct world *w, const struct net_offer *o,
        const struct net_address *from, enum sniff_pin pin)
{
    return talk_accept(((struct scene *)w->story)->talk, o, from, pin);
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

    struct wire *first = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(first, "\n");
    world_pass(w, 10);
    struct wire *gone = world_connect(w, SNIFF_PINNED_PLAIN);
    for (size_t said = 0; said < 2 * LIMIT_TALK_HELD_BYTES; said += 32)
        wire_send(gone, "0123456789012345678901234567890\n");
    struct wire *next = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(next, "\n");
    world_pass(w, 100);
    CHECK(wire_has_heard(gone, "your place in the queue: 1"));
    CHECK(wire_has_heard(next, "your place in the queue: 2"));
    CHECK(gone->to_server.n > 0); /* he is not read any more */

    wire_hang_up(gone);
    world_pass(w, 100);
    CHECK(wire_has_heard(gone, "what you said was not read"));
    CHECK(wire_has_heard(next, "your place in the queue: 1"));
    CHECK(s.lines == 4); /* one came, two waited, one does not */

    wire_hang_up(first);
    wire_hang_up(next);
    world_pass(w, 5000);
    CHECK(gone->is_closed && talk_connections(s.talk) == 0);
    talk_destroy(s.talk);
    world_destroy(w);
    wire_free(first);
    wire_free(gone);
    wire_free(next);
    return 0;
}
