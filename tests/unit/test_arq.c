/*
 * Two ends of a stream over a network that loses, doubles and reorders, on a
 * clock of their own: all bytes arrive, once and in order, and both sides
 * know the end. 500 seeds here; `test_arq 10000` runs so many, which `make
 * check` does.
 */
#include "unit/cmocka_all.h"

#include "support/network.h"
#include "support/vectors.h"
#include "wire/arq.h"

#include <stdlib.h>

#define SESSION 0x0123456789abcdefu

static size_t seeds = 500;

struct side {
    struct arq arq;
    struct span says; /* all of it */
    size_t said;
    struct buf heard;
    size_t most_write;
    unsigned reads_percent;
};

struct talk {
    struct network net;
    struct side sides[2];
    uint64_t now_ms;
};

/* -- the machinery -------------------------------------------------------------- */

static void
talk_init(struct talk *t, uint64_t seed, unsigned loss)
{
    *t = (struct talk){
        .net = {.dice = {seed}, .loss_percent = loss},
        .now_ms = 1 + seed % 100000,
    };
    for (size_t i = 0; i < 2; i++) {
        wire_arq_init(&t->sides[i].arq, SESSION, i == 0, 0, t->now_ms);
        t->sides[i].most_write = 3000;
        t->sides[i].reads_percent = 100;
    }
}

static void
talk_finish(struct talk *t)
{
    for (size_t i = 0; i < 2; i++) {
        wire_arq_finish(&t->sides[i].arq);
        buf_finish(&t->sides[i].heard);
    }
    network_finish(&t->net);
}

static void
write_some(struct side *s, struct dice *dice)
{
    struct arq *a = &s->arq;
    if (!wire_arq_can_write(a) || a->has_ended)
        return;
    size_t n = 1 + dice_below(dice, s->most_write);
    s->said += wire_arq_write(a, span_sub(s->says, s->said, n));
    if (s->said == s->says.n)
        wire_arq_end(a);
}

static void
read_some(struct side *s, struct dice *dice)
{
    uint8_t bytes[4096];
    if (!dice_is(dice, s->reads_percent))
        return;
    size_t n = wire_arq_read(&s->arq, bytes, 1 + dice_below(dice, 4096));
    buf_add(&s->heard, (struct span){bytes, n});
}

static void
send_all(struct talk *t, size_t from)
{
    struct buf out = {0};
    while (wire_arq_next(&t->sides[from].arq, t->now_ms, &out)) {
        assert_true(out.n <= DATAGRAM_MOST_BYTES);
        network_send(&t->net, 1 - from, buf_span(&out), t->now_ms);
        buf_truncate(&out, 0);
    }
    buf_finish(&out);
}

static void
deliver(struct talk *t)
{
    struct buf in = {0};
    size_t to;
    while (network_take(&t->net, t->now_ms, &to, &in)) {
        (void)wire_arq_hear(&t->sides[to].arq, buf_span(&in), t->now_ms);
        wire_arq_check(&t->sides[to].arq);
        buf_truncate(&in, 0);
    }
    buf_finish(&in);
}

/* To whatever happens next: a datagram, or somebody's deadline. */
static void
pass_time(struct talk *t)
{
    uint64_t next = network_due_ms(&t->net);
    for (size_t i = 0; i < 2; i++) {
        uint64_t due = wire_arq_due_ms(&t->sides[i].arq, t->now_ms);
        next = due < next ? due : next;
    }
    bool is_idle = next == UINT64_MAX;
    if (is_idle || next > t->now_ms + 50) /* readers come back, too */
        next = t->now_ms + 50;
    if (next > t->now_ms)
        t->now_ms = next;
}

static void
step(struct talk *t)
{
    for (size_t i = 0; i < 2; i++) {
        write_some(&t->sides[i], &t->net.dice);
        read_some(&t->sides[i], &t->net.dice);
        send_all(t, i);
        wire_arq_check(&t->sides[i].arq);
    }
    pass_time(t);
    deliver(t);
}

static bool
is_over(const struct talk *t)
{
    for (size_t i = 0; i < 2; i++) {
        const struct side *s = &t->sides[i];
        if (s->arq.state > ARQ_OPEN)
            return true;
        if (!wire_arq_is_done(&s->arq) || !wire_arq_is_at_end(&s->arq))
            return false;
    }
    return true;
}

static void
run(struct talk *t, uint64_t seed)
{
    uint64_t begun_ms = t->now_ms;
    while (!is_over(t) && t->now_ms < begun_ms + 3600000)
        step(t);
    for (size_t i = 0; i < 2; i++) {
        struct span want = t->sides[1 - i].says;
        if (!span_equal(buf_span(&t->sides[i].heard), want))
            fprintf(stderr, "seed %llu: side %zu heard %zu of %zu\n",
                    (unsigned long long)seed, i, t->sides[i].heard.n, want.n);
        assert_true(span_equal(buf_span(&t->sides[i].heard), want));
        assert_int_equal(t->sides[i].arq.state, ARQ_OPEN);
        assert_true(wire_arq_is_done(&t->sides[i].arq));
        /* Kept only while unacknowledged. */
        for (size_t k = 0; k < ARQ_WINDOW; k++) {
            assert_null(t->sides[i].arq.out[k]);
            assert_null(t->sides[i].arq.early[k]);
        }
    }
}

static void
make_text(struct buf *out, size_t n, uint64_t seed)
{
    struct dice dice = {seed};
    while (out->n < n)
        buf_add_byte(out, (uint8_t)dice_next(&dice));
}

/* -- the network ------------------------------------------------------------------ */

static void
test_all_arrives_once_and_in_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct dice dice = {seed};
        struct buf texts[2] = {{0}, {0}};
        struct talk t;
        talk_init(&t, seed, (unsigned)dice_below(&dice, 41));
        t.net.twice_percent = (unsigned)dice_below(&dice, 30);
        t.net.least_ms = dice_below(&dice, 100);
        t.net.more_ms = dice_below(&dice, 200);
        for (size_t i = 0; i < 2; i++) {
            make_text(&texts[i], dice_below(&dice, 60000), seed + i);
            t.sides[i].says = buf_span(&texts[i]);
            t.sides[i].most_write = 1 + dice_below(&dice, 5000);
            t.sides[i].reads_percent = 5 + (unsigned)dice_below(&dice, 96);
        }
        run(&t, seed);
        talk_finish(&t);
        buf_finish(&texts[0]);
        buf_finish(&texts[1]);
    }
}

/* 1,000 messages each way, a write each, lost with so many percent each way;
 * how long that took. */
static uint64_t
talk_through(unsigned loss, uint64_t seed)
{
    struct buf text = {0};
    struct talk t;
    talk_init(&t, seed, loss);
    t.net.least_ms = 20;
    t.net.more_ms = 10;
    for (int i = 1; i <= 1000; i++)
        buf_add_format(&text, "message %04d\n", i);
    for (size_t i = 0; i < 2; i++) {
        t.sides[i].says = buf_span(&text);
        t.sides[i].most_write = 26; /* about a message a write */
    }
    uint64_t begun_ms = t.now_ms;
    run(&t, seed);
    talk_finish(&t);
    buf_finish(&text);
    return t.now_ms - begun_ms;
}

static void
test_a_fifth_lost_each_way(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        assert_true(talk_through(20, seed) < 20000);
}

static void
test_two_fifths_lost_each_way(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        assert_true(talk_through(40, seed) < 100000);
}

/* Where nothing is lost nothing is sent twice, and the timer follows the
 * round trip. */
static void
test_nothing_is_repeated_without_need(void **state)
{
    (void)state;
    struct buf text = {0};
    struct talk t;
    talk_init(&t, 7, 0);
    t.net.least_ms = 150;
    make_text(&text, 20 * DATAGRAM_SEGMENT_BYTES, 7);
    t.sides[0].says = buf_span(&text);
    t.sides[0].most_write = 20 * DATAGRAM_SEGMENT_BYTES;
    run(&t, 7);
    /* OPEN, 20 or so segments, END; and an ACK for what came back. */
    assert_in_range(t.sides[0].arq.number, 22, 44);
    assert_in_range(t.sides[0].arq.srtt_8_ms / 8, 290, 310);
    talk_finish(&t);
    buf_finish(&text);
}

/* -- one side alone ------------------------------------------------------------------ */

static size_t
count_sent(struct arq *a, uint64_t now_ms)
{
    size_t n = 0;
    struct buf out = {0};
    while (wire_arq_next(a, now_ms, &out))
        n++;
    buf_finish(&out);
    return n;
}

static void
hear(struct arq *a, struct datagram d, uint64_t now_ms)
{
    struct buf bytes = {0};
    d.session = a->session;
    wire_datagram_encode(&d, &bytes);
    assert_true(wire_arq_hear(a, buf_span(&bytes), now_ms));
    wire_arq_check(a);
    buf_finish(&bytes);
}

/* One who is alone repeats OPEN, at doubling distances, and then gives up. */
static void
test_back_off_and_giving_up(void **state)
{
    (void)state;
    struct arq a;
    uint64_t now = 1000, last = 0, distance = 0;
    wire_arq_init(&a, SESSION, true, 0, now);
    for (int i = 0; i < 100 && a.state == ARQ_OPENING; i++) {
        if (count_sent(&a, now) == 1) {
            assert_true(i < 2 || now - last >= distance);
            distance = now - last;
            last = now;
        }
        uint64_t due = wire_arq_due_ms(&a, now);
        assert_true(due > now);
        if (due == UINT64_MAX)
            break;
        now = due;
    }
    assert_int_equal(a.state, ARQ_LOST);
    assert_int_equal(now, 1000 + ARQ_GIVE_UP_MS);
    assert_int_equal(distance, ARQ_MOST_WAIT_MS);
    assert_in_range(a.number, 20, 40);
    wire_arq_finish(&a);
}

static void
test_the_window_is_bounded(void **state)
{
    (void)state;
    struct arq a;
    struct buf text = {0};
    make_text(&text, 100 * DATAGRAM_SEGMENT_BYTES, 1);
    wire_arq_init(&a, SESSION, false, 0, 0);
    assert_int_equal(wire_arq_write(&a, buf_span(&text)),
                     ARQ_WINDOW * DATAGRAM_SEGMENT_BYTES);
    assert_int_equal(wire_arq_write(&a, buf_span(&text)), 0);
    assert_false(wire_arq_can_write(&a));
    assert_int_equal(count_sent(&a, 0), ARQ_WINDOW);
    assert_int_equal(wire_arq_unacknowledged(&a),
                     ARQ_WINDOW * DATAGRAM_SEGMENT_BYTES);
    /* The oldest alone, when the timer is up. */
    assert_int_equal(count_sent(&a, ARQ_FIRST_WAIT_MS), 1);
    hear(&a,
         (struct datagram){.kind = DATAGRAM_ACK,
                           .number = 1,
                           .heard = 33,
                           .next = 5,
                           .room = 32},
         1100);
    assert_true(wire_arq_can_write(&a));
    wire_arq_end(&a); /* takes a place like any other */
    assert_true(a.has_end);
    wire_arq_finish(&a);
    buf_finish(&text);
}

/* The bits beyond a hole: three that came make the hole lost, two don't. */
static void
test_a_hole_is_filled_at_once(void **state)
{
    (void)state;
    struct arq a;
    struct buf out = {0};
    struct datagram d;
    wire_arq_init(&a, SESSION, false, 0, 0);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(wire_arq_write(&a, SPAN("x")), 1);
        assert_int_equal(count_sent(&a, 0), 1);
    }
    hear(&a,
         (struct datagram){.kind = DATAGRAM_ACK,
                           .number = 1,
                           .heard = 3,
                           .next = 0,
                           .beyond = 3,
                           .room = 32},
         10);
    assert_int_equal(count_sent(&a, 10), 0);
    hear(&a,
         (struct datagram){.kind = DATAGRAM_ACK,
                           .number = 2,
                           .heard = 4,
                           .next = 0,
                           .beyond = 7,
                           .room = 32},
         10);
    assert_true(wire_arq_next(&a, 10, &out));
    assert_true(wire_datagram_decode(buf_span(&out), &d));
    assert_int_equal(d.segment, 0);
    assert_int_equal(d.number, 6);
    assert_false(wire_arq_next(&a, 10, &out));
    buf_finish(&out);
    wire_arq_finish(&a);
}

/* Who has no room is tried with one segment, and not taken for lost. */
static void
test_no_room(void **state)
{
    (void)state;
    struct arq a;
    uint64_t now = 0;
    wire_arq_init(&a, SESSION, false, 0, now);
    assert_int_equal(wire_arq_write(&a, SPAN("one")), 3);
    assert_int_equal(count_sent(&a, now), 1);
    hear(&a,
         (struct datagram){.kind = DATAGRAM_ACK,
                           .number = 1,
                           .heard = 1,
                           .next = 1,
                           .room = 0},
         now);
    struct buf text = {0};
    make_text(&text, 3 * DATAGRAM_SEGMENT_BYTES, 1);
    assert_int_equal(wire_arq_write(&a, buf_span(&text)), text.n);
    for (uint32_t i = 2; i < 200; i++) {
        now = wire_arq_due_ms(&a, now);
        assert_int_equal(count_sent(&a, now), 1);
        hear(&a,
             (struct datagram){.kind = DATAGRAM_ACK,
                               .number = i,
                               .heard = a.number,
                               .next = 1,
                               .room = 0},
             now);
    }
    assert_true(now > ARQ_GIVE_UP_MS);
    assert_int_equal(a.state, ARQ_OPEN);
    hear(&a,
         (struct datagram){.kind = DATAGRAM_ACK,
                           .number = 200,
                           .heard = a.number,
                           .next = 1,
                           .room = 16},
         now);
    assert_int_equal(count_sent(&a, now), 3);
    buf_finish(&text);
    wire_arq_finish(&a);
}

/* An unread stream is not held without bound: it says that it has no room,
 * takes nothing more, and says so when there is some. */
static void
test_who_does_not_read_holds_little(void **state)
{
    (void)state;
    struct arq a;
    struct buf text = {0};
    make_text(&text, DATAGRAM_SEGMENT_BYTES, 3);
    wire_arq_init(&a, SESSION, false, 0, 0);
    for (uint32_t i = 0; i < 100; i++)
        hear(&a,
             (struct datagram){.kind = DATAGRAM_DATA,
                               .number = i + 1,
                               .segment = i,
                               .bytes = buf_span(&text)},
             0);
    assert_int_equal(a.in.n, ARQ_WINDOW * DATAGRAM_SEGMENT_BYTES);
    assert_int_equal(a.next, ARQ_WINDOW);
    assert_int_equal(count_sent(&a, 0), 1);
    assert_int_equal(a.told_room, 0);
    uint8_t at[ARQ_WINDOW * DATAGRAM_SEGMENT_BYTES];
    assert_int_equal(wire_arq_read(&a, at, DATAGRAM_SEGMENT_BYTES),
                     DATAGRAM_SEGMENT_BYTES);
    assert_int_equal(count_sent(&a, 0), 0); /* not worth a datagram */
    assert_int_equal(wire_arq_read(&a, at, sizeof(at)),
                     sizeof(at) - DATAGRAM_SEGMENT_BYTES);
    assert_int_equal(count_sent(&a, 0), 1);
    assert_int_equal(a.told_room, ARQ_WINDOW);
    wire_arq_finish(&a);
    buf_finish(&text);
}

/* Keep-alives: asked when nothing was heard, and not when something was. */
static void
test_silence_is_asked_about(void **state)
{
    (void)state;
    struct arq a;
    wire_arq_init(&a, SESSION, false, ARQ_KEEP_MS, 0);
    assert_int_equal(wire_arq_due_ms(&a, 0), ARQ_KEEP_MS);
    hear(&a, (struct datagram){.kind = DATAGRAM_ACK, .number = 1}, 5000);
    assert_int_equal(count_sent(&a, ARQ_KEEP_MS), 0);
    assert_int_equal(count_sent(&a, ARQ_KEEP_MS + 5000), 1);
    hear(&a,
         (struct datagram){.kind = DATAGRAM_ACK,
                           .number = 2,
                           .heard = a.number,
                           .next = 1,
                           .room = 32},
         ARQ_KEEP_MS + 5010);
    assert_int_equal(wire_arq_due_ms(&a, ARQ_KEEP_MS + 5010),
                     2 * ARQ_KEEP_MS + 5010);
    wire_arq_finish(&a);
}

/* A token goes into OPEN, at once; the same again does not, so that nobody
 * can be driven to send at the speed of the line. */
static void
test_a_token_is_said_once(void **state)
{
    (void)state;
    struct arq a;
    struct buf out = {0};
    struct datagram d;
    struct datagram token = {.kind = DATAGRAM_TOKEN, .bytes = SPAN("ABCDEFGH")};
    wire_arq_init(&a, SESSION, true, 0, 0);
    assert_int_equal(count_sent(&a, 0), 1);
    hear(&a, token, 10);
    assert_true(wire_arq_next(&a, 10, &out));
    assert_true(wire_datagram_decode(buf_span(&out), &d));
    assert_int_equal(d.kind, DATAGRAM_OPEN);
    assert_int_equal(d.segment, 0);
    assert_span(d.bytes, SPAN("ABCDEFGH"));
    hear(&a, token, 20);
    assert_int_equal(count_sent(&a, 20), 0);
    assert_int_equal(a.state, ARQ_OPENING);
    hear(&a,
         (struct datagram){.kind = DATAGRAM_ACK,
                           .number = 1,
                           .heard = 2,
                           .next = 1,
                           .room = 32},
         30);
    assert_int_equal(a.state, ARQ_OPEN);
    hear(&a, token, 40); /* too late to mean anything */
    assert_int_equal(count_sent(&a, 40), 0);
    buf_finish(&out);
    wire_arq_finish(&a);
}

/* Whoever does not know the session neither speaks nor ends it, nor does he
 * who acknowledges what was never sent. */
static void
test_strangers_are_ignored(void **state)
{
    (void)state;
    struct arq a;
    struct buf bytes = {0};
    wire_arq_init(&a, SESSION, false, 0, 0);
    struct datagram d = {.kind = DATAGRAM_DATA,
                         .session = SESSION + 1,
                         .number = 1,
                         .bytes = SPAN("q\n")};
    wire_datagram_encode(&d, &bytes);
    assert_false(wire_arq_hear(&a, buf_span(&bytes), 5));
    buf_truncate(&bytes, 0);
    d.kind = DATAGRAM_RESET;
    d.bytes = SPAN_NONE;
    wire_datagram_encode(&d, &bytes);
    assert_false(wire_arq_hear(&a, buf_span(&bytes), 5));
    assert_int_equal(a.state, ARQ_OPEN);
    assert_int_equal(a.in.n, 0);
    assert_int_equal(a.heard_ms, 0);
    assert_int_equal(count_sent(&a, 5), 0);
    hear(&a,
         (struct datagram){.kind = DATAGRAM_ACK,
                           .number = 1,
                           .heard = 9,
                           .next = 7,
                           .room = 32},
         6);
    assert_int_equal(a.first, 0);
    assert_int_equal(a.echo, 0);
    hear(&a, (struct datagram){.kind = DATAGRAM_RESET}, 7);
    assert_int_equal(a.state, ARQ_RESET);
    buf_finish(&bytes);
    wire_arq_finish(&a);
}

/* Numbers wrap after 2^32. */
static void
test_numbers_wrap(void **state)
{
    (void)state;
    struct buf text = {0};
    struct talk t;
    talk_init(&t, 11, 20);
    make_text(&text, 100 * DATAGRAM_SEGMENT_BYTES, 11);
    for (size_t i = 0; i < 2; i++) {
        struct arq *a = &t.sides[i].arq;
        t.sides[i].says = buf_span(&text);
        a->number = a->echo = a->heard = UINT32_MAX - 20;
        if (i == 0) {
            a->out[(UINT32_MAX - 7) % ARQ_WINDOW] = a->out[0];
            a->out[0] = NULL;
        }
        a->first = UINT32_MAX - 7;
        a->end = a->first + (i == 0);
        a->next = UINT32_MAX - 7;
    }
    run(&t, 11);
    assert_true(t.sides[0].arq.end < 1000);
    talk_finish(&t);
    buf_finish(&text);
}

/* -- the bytes ---------------------------------------------------------------------- */

static const char *const kinds[] = {"",    "OPEN",  "DATA", "END",
                                    "ACK", "TOKEN", "RESET"};

static void
describe(const struct datagram *d, struct buf *out)
{
    buf_add_format(out, "%s session %016llx", kinds[d->kind],
                   (unsigned long long)d->session);
    if (d->kind <= DATAGRAM_ACK)
        buf_add_format(out, " number %u heard %u next %u beyond %x room %u",
                       d->number, d->heard, d->next, d->beyond, d->room);
    if (wire_datagram_has_segment(d->kind))
        buf_add_format(out, " segment %u", d->segment);
    if (d->bytes.n > 0)
        buf_add_format(out, " bytes %.*s", SPAN_ARG(d->bytes));
}

/*
 *     in BYTES         one datagram
 *     is WORDS         what it says, as describe() has it; "ignored"
 */
static void
check_vector(const struct vector *v)
{
    struct span in = SPAN_NONE;
    for (size_t i = 0; i < v->n; i++) {
        struct buf said = {0}, again = {0};
        struct datagram d;
        if (strcmp(v->lines[i].key, "in") == 0) {
            in = buf_span(&v->lines[i].value);
            continue;
        }
        bool is_ours = wire_datagram_decode(in, &d);
        if (is_ours) {
            describe(&d, &said);
            wire_datagram_encode(&d, &again);
            assert_span(buf_span(&again), in);
        } else {
            buf_add(&said, SPAN("ignored"));
        }
        assert_span(buf_span(&said), buf_span(&v->lines[i].value));
        /* A part of it is no datagram, or another one; never an overrun. */
        for (size_t n = 0; n < in.n; n++)
            (void)!wire_datagram_decode(span_sub(in, 0, n), &d);
        buf_finish(&said);
        buf_finish(&again);
    }
}

static void
test_vectors(void **state)
{
    (void)state;
    assert_true(vectors_each("arq", check_vector) >= 8);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_all_arrives_once_and_in_order),
        cmocka_unit_test(test_a_fifth_lost_each_way),
        cmocka_unit_test(test_two_fifths_lost_each_way),
        cmocka_unit_test(test_nothing_is_repeated_without_need),
        cmocka_unit_test(test_back_off_and_giving_up),
        cmocka_unit_test(test_the_window_is_bounded),
        cmocka_unit_test(test_a_hole_is_filled_at_once),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_who_does_not_read_holds_little),
        cmocka_unit_test(test_silence_is_asked_about),
        cmocka_unit_test(test_a_token_is_said_once),
        cmocka_unit_test(test_strangers_are_ignored),
        cmocka_unit_test(test_numbers_wrap),
    };
    if (argc > 1)
        seeds = strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
