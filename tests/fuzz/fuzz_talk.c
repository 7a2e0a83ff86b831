/*
 * A talk: callers send anything, in any pieces, at any time; the operator
 * types, pauses and stops. Whatever they do, the operator's terminal and the
 * callers get harmless UTF-8, one line a message; who talks has come before
 * and leaves after; what a caller is owed is bounded; and nothing is left when
 * all have gone.
 *
 * Input: one byte for the world, then steps, each a byte for what is done, one
 * for the time that passes after it, one for its length, and the bytes.
 */
#include "base/utf8.h"
#include "msg/limits.h"
#include "support/world.h"
#include "talk/talk.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CALLERS 4

struct scene {
    struct talk_view view;
    struct talk *talk;
    struct world *w;
    struct wire *wires[CALLERS];
    struct buf heard[CALLERS]; /* by each */
    struct buf talking;        /* who; empty: nobody */
};

static void
check_harmless(struct span line)
{
    struct buf clean = {0};
    utf8_clean(line, &clean);
    CHECK(span_equal(line, buf_span(&clean)));
    CHECK(span_find(line, '\n') == line.n);
    buf_finish(&clean);
}

static void
on_line(struct talk_view *v, const struct talk_line *line)
{
    struct scene *s = CONTAINER_OF(v, struct scene, view);
    check_harmless(line->who);
    check_harmless(line->text);
    CHECK((line->kind == TALK_LINE_NOTE) == (line->who.n == 0));
    if (line->kind == TALK_LINE_NOTE)
        return;
    bool is_coming = line->kind == TALK_LINE_CAME;
    CHECK(is_coming ? s->talking.n == 0
                    : span_equal(buf_span(&s->talking), line->who));
    if (is_coming)
        buf_add(&s->talking, line->who);
    if (line->kind == TALK_LINE_LEFT)
        buf_truncate(&s->talking, 0);
}

static bool
take_in(struct world *w, const struct net_offer *o,
        const struct net_address *from, enum sniff_pin pin)
{
    return talk_accept(((struct scene *)w->story)->talk, o, from, pin);
}

static void
read_all(struct scene *s, size_t i)
{
    size_t before = s->heard[i].n;
    if (s->wires[i] == NULL || s->wires[i]->is_closed)
        return;
    wire_read(s->wires[i], SIZE_MAX, &s->heard[i]);
    CHECK(s->heard[i].n - before < 2 * LIMIT_TALK_UNSENT_BYTES);
}

/* Machines are answered in their own protocols, telnets as well. */
static bool
is_for_a_machine(struct span heard)
{
    return heard.n > 0 &&
           (span_get(heard, 0) == 0x15 || span_find(heard, 0xff) < heard.n ||
            span_starts(heard, SPAN("HTTP/")) ||
            span_starts(heard, SPAN("ERROR ")));
}

/* All that one heard, once he is gone: reads cut where they like. */
static void
forget(struct scene *s, size_t i)
{
    struct span rest = buf_span(&s->heard[i]);
    rest.n -= utf8_held_tail(rest); /* what did not fit any more */
    bool is_whole = s->wires[i] != NULL && !s->wires[i]->is_reset;
    while (rest.n > 0 && is_whole && !is_for_a_machine(rest)) {
        struct span line = span_sub(rest, 0, span_find(rest, '\n'));
        check_harmless(line);
        rest = span_from(rest, line.n + 1);
    }
    buf_finish(&s->heard[i]);
    wire_free(s->wires[i]);
    s->wires[i] = NULL;
}

static void
connect_one(struct scene *s, size_t i, uint8_t how)
{
    if (s->wires[i] != NULL && !s->wires[i]->is_closed)
        return;
    forget(s, i);
    s->wires[i] = world_connect(s->w, (enum sniff_pin)(how % 3));
    s->wires[i]->window = how & 4 ? 100 : 1 << 20;
}

static void
type(struct scene *s, struct span text)
{
    if (span_find(text, '\n') < text.n || text.n > LIMIT_TEXT_BYTES)
        return;
    bool is_person = (text.n & 1) != 0;
    bool is_taken = talk_take(s->talk, text, false, is_person);
    /* Who types to nobody is told; only what somebody will read waits. */
    CHECK(is_taken || !is_person || talk_connections(s->talk) > 0);
}

static void
do_one(struct scene *s, uint8_t what, struct span bytes)
{
    size_t i = (what >> 3) % CALLERS;
    struct wire *wire = s->wires[i];
    bool is_there = wire != NULL && !wire->is_closed && !wire->is_client_done &&
                    !wire->is_reset;
    switch (what & 7) {
    case 0:
        connect_one(s, i, what >> 5);
        break;
    case 1:
    case 2:
        if (is_there)
            wire_send_bytes(wire, bytes);
        break;
    case 3:
        if (is_there)
            wire_hang_up(wire);
        break;
    case 4:
        if (is_there && bytes.n > 200)
            wire_reset(wire);
        break;
    case 5:
    case 6:
        type(s, bytes);
        break;
    default:
        talk_pause(s->talk, what >> 7 != 0);
        read_all(s, i);
    }
}

static void
end(struct scene *s)
{
    talk_pause(s->talk, false);
    talk_stop(s->talk);
    for (size_t i = 0; i < CALLERS; i++) {
        struct wire *wire = s->wires[i];
        if (wire == NULL || wire->is_closed)
            continue;
        wire->window = SIZE_MAX / 4;
        if (!wire->is_client_done && !wire->is_reset)
            wire_hang_up(wire);
    }
    world_pass(s->w, 20000);
    CHECK(talk_is_over(s->talk) && s->talking.n == 0);
    talk_destroy(s->talk);
    world_destroy(s->w);
    for (size_t i = 0; i < CALLERS; i++)
        forget(s, i);
    buf_finish(&s->talking);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t times[] = {0, 1, 29, 150, 250, 600, 1100, 1600};
    static const struct talk_limits limits = {.most_callers = 3};
    static const uint64_t seed[2] = {1, 2};
    struct span in = {data, size};
    if (size < 1)
        return 0;
    struct scene s = {.view.on_line = on_line};
    s.w = world_create(span_get(in, 0), NULL);
    s.w->story = &s;
    s.w->accept = take_in;
    s.w->is_rough = (span_get(in, 0) & 1) != 0;
    s.talk = talk_create(s.w->loop, NULL, &limits, seed, &s.view);
    for (in = span_from(in, 1); in.n >= 3;) {
        size_t n = span_get(in, 2);
        do_one(&s, span_get(in, 0), span_sub(in, 3, n));
        world_turn(s.w);
        world_pass(s.w, times[span_get(in, 1) % COUNT_OF(times)]);
        for (size_t i = 0; i < CALLERS && (span_get(in, 1) & 8); i++)
            read_all(&s, i);
        in = span_from(in, 3 + n);
    }
    s.w->is_rough = false;
    end(&s);
    return 0;
}
