/*
 * A room's log: one track a key, encoded once; and how a reader of several
 * logs reads them in one order. What a track does is in test_track.c.
 */
#include "unit/cmocka_all.h"

#include "base/alloc.h"
#include "room/log.h"
#include "support/random.h"

#include <stdlib.h>

#define KEY_OF_SILENCE 9

static size_t encoded;

/* "key:text\n", and nothing at all for one of the keys. */
static void
encode(uint32_t key, const struct entry *e, struct buf *out)
{
    encoded++;
    if (key != KEY_OF_SILENCE)
        buf_add_format(out, "%u:%.*s\n", (unsigned)key, SPAN_ARG(e->text));
}

static void
no_cut(struct room_reader *r, struct span rest)
{
    (void)r;
    (void)rest;
    fail();
}

static void
start(struct room_pool *p, struct room_log *logs, size_t n)
{
    encoded = 0;
    room_pool_init(p);
    p->encode = encode;
    p->on_cut = no_cut;
    for (size_t i = 0; i < n; i++)
        room_log_init(&logs[i], p);
}

static void
say(struct room_log *log, uint64_t order, const char *text,
    struct room_reader *stepper)
{
    struct entry e = {.kind = ENTRY_SAY, .order = order, .text = span_of(text)};
    room_log_append(log, &e, stepper);
}

/* All that it has to read, in one. */
static void
expect(struct room_reader *r, const char *want)
{
    struct buf got = {0};
    struct room_run run;
    while (room_reader_peek(r, ROOM_ORDER_NONE, &run) == ROOM_READ_RUN) {
        buf_add(&got, run.bytes);
        room_reader_take(r, run.bytes.n);
    }
    assert_span(buf_span(&got), span_of(want));
    buf_finish(&got);
}

static uint32_t
high_half(uint32_t key, const struct entry *e)
{
    (void)e;
    return key & 0xf0;
}

/* Whatever order they come in: keys whose bytes are the same lie together. */
static void
test_keys_that_read_the_same_share_it(void **state)
{
    (void)state;
    static const uint32_t keys[] = {0x21, 0x12, 0x20, 0x11, 0x10, 0x22, 0x31};
    static const char *const want[] = {"32:hi\n", "16:hi\n", "32:hi\n",
                                       "16:hi\n", "16:hi\n", "32:hi\n",
                                       "48:hi\n"};
    struct room_pool p;
    struct room_log log;
    struct room_reader r[COUNT_OF(keys)];
    start(&p, &log, 1);
    p.key_for = high_half;
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        room_log_open(&log, &r[i], keys[i]);
    say(&log, 1, "hi", NULL);
    assert_int_equal(encoded, 3);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        expect(&r[i], want[i]);
        room_log_close(&r[i]);
    }
    room_log_finish(&log);
    room_pool_finish(&p);
}

static void
test_encoded_once_a_key(void **state)
{
    (void)state;
    struct room_pool p;
    struct room_log log;
    struct room_reader r[5];
    start(&p, &log, 1);
    say(&log, 1, "to nobody", NULL);
    assert_int_equal(encoded, 0);
    for (uint32_t i = 0; i < 5; i++)
        room_log_open(&log, &r[i], i / 3); /* keys 0 and 1 */
    say(&log, 2, "hi", NULL);
    assert_int_equal(encoded, 2);
    for (uint32_t i = 0; i < 5; i++)
        expect(&r[i], i / 3 == 0 ? "0:hi\n" : "1:hi\n");

    /* The last reader of a key takes its track along. */
    room_log_close(&r[3]);
    say(&log, 3, "ho", NULL);
    assert_int_equal(encoded, 4);
    room_log_close(&r[4]);
    say(&log, 4, "he", NULL);
    assert_int_equal(encoded, 5);
    expect(&r[0], "0:ho\n0:he\n");
    for (int i = 0; i < 3; i++)
        room_log_close(&r[i]);
    assert_true(list_is_empty(&log.tracks));
    room_log_finish(&log);
    room_pool_finish(&p);
}

static void
test_a_dialect_may_have_no_word_for_it(void **state)
{
    (void)state;
    struct room_pool p;
    struct room_log log;
    struct room_reader r;
    start(&p, &log, 1);
    room_log_open(&log, &r, KEY_OF_SILENCE);
    say(&log, 1, "hi", NULL);
    assert_int_equal(encoded, 1);
    assert_int_equal(p.segments_alive, 0);
    expect(&r, "");
    room_log_close(&r);
    room_log_close(&r); /* may be closed already */
    room_log_finish(&log);
    room_pool_finish(&p);
}

/* Nobody reads what he said himself, whatever dialects the room speaks. */
static void
test_the_speaker_steps_over(void **state)
{
    (void)state;
    struct room_pool p;
    struct room_log log;
    struct room_reader alice, bob, carol;
    start(&p, &log, 1);
    room_log_open(&log, &alice, 0);
    room_log_open(&log, &bob, 1);
    room_log_open(&log, &carol, 0);
    say(&log, 1, "a", &alice);
    say(&log, 2, "b", &bob);
    say(&log, 3, "c", &carol);
    say(&log, 4, "aa", &alice);
    expect(&alice, "0:b\n0:c\n");
    expect(&bob, "1:a\n1:c\n1:aa\n");
    expect(&carol, "0:a\n0:b\n0:aa\n");
    room_log_close(&alice);
    room_log_close(&bob);
    room_log_close(&carol);
    room_log_finish(&log);
    room_pool_finish(&p);
}

static void
test_what_somebody_has_to_read_is_dirty(void **state)
{
    (void)state;
    struct room_pool p;
    struct room_log logs[2];
    struct room_reader readers[2];
    start(&p, logs, 2);
    room_log_open(&logs[0], &readers[0], 1);
    room_log_open(&logs[1], &readers[1], KEY_OF_SILENCE);
    assert_true(list_is_empty(&p.dirty));
    say(&logs[0], 1, "a", NULL);
    say(&logs[0], 2, "b", NULL);
    say(&logs[1], 3, "nobody reads this", NULL);
    assert_ptr_equal(p.dirty.next, &logs[0].dirty_link);
    assert_ptr_equal(p.dirty.prev, &logs[0].dirty_link);
    list_remove(&logs[0].dirty_link); /* it was flushed */
    say(&logs[0], 4, "c", NULL);
    room_log_close(&readers[0]);
    room_log_close(&readers[1]);
    room_log_finish(&logs[0]); /* while dirty */
    assert_true(list_is_empty(&p.dirty));
    room_log_finish(&logs[1]);
    room_pool_finish(&p);
}

/* Who has left still reads his last words when the room is gone. */
static void
test_readers_outlive_the_log(void **state)
{
    (void)state;
    struct room_pool p;
    struct room_log log;
    struct room_reader slow, other;
    struct room_run run;
    start(&p, &log, 1);
    room_log_open(&log, &slow, 0);
    room_log_open(&log, &other, 0);
    say(&log, 1, "last words", NULL);
    room_reader_end(&slow);
    room_reader_end(&other);
    room_log_finish(&log);
    memset(&log, 0xee, sizeof(log)); /* nobody looks there any more */
    room_log_close(&other);
    expect(&slow, "0:last words\n");
    assert_int_equal(room_reader_peek(&slow, ROOM_ORDER_NONE, &run),
                     ROOM_READ_ENDED);
    room_log_close(&slow);
    assert_int_equal(p.segments_alive, 0);
    room_pool_finish(&p);
}

/* -- several logs, one order ------------------------------------------------ */

#define LEGS 4

/*
 * As a peer does: of all legs the one whose next order is the least, and of
 * that as much as lies before the others' next. The same order on two legs
 * is the same event.
 */
static bool
read_merged(struct room_reader *legs, struct buf *out)
{
    struct room_run run;
    uint64_t least = ROOM_ORDER_NONE, before = ROOM_ORDER_NONE;
    int first = -1;
    for (int i = 0; i < LEGS; i++) {
        if (room_reader_peek(&legs[i], ROOM_ORDER_NONE, &run) ==
                ROOM_READ_RUN &&
            run.first_order < least) {
            least = run.first_order;
            first = i;
        }
    }
    if (first < 0)
        return false;
    for (int i = 0; i < LEGS; i++) {
        if (i == first)
            continue;
        room_reader_step_over(&legs[i], least);
        if (room_reader_peek(&legs[i], ROOM_ORDER_NONE, &run) ==
                ROOM_READ_RUN &&
            run.first_order < before)
            before = run.first_order;
    }
    assert_int_equal(room_reader_peek(&legs[first], before, &run),
                     ROOM_READ_RUN);
    buf_add(out, run.bytes);
    room_reader_take(&legs[first], run.bytes.n);
    return true;
}

static void
test_several_logs_in_one_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct dice dice = {seed};
        struct room_pool p;
        struct room_log logs[LEGS];
        struct room_reader legs[LEGS];
        struct buf want = {0}, got = {0};
        start(&p, logs, LEGS);
        for (int i = 0; i < LEGS; i++)
            room_log_open(&logs[i], &legs[i], 0);
        for (uint64_t order = 1; order <= 200; order++) {
            char text[24];
            snprintf(text, sizeof(text), "%u", (unsigned)order);
            size_t at = dice_below(&dice, LEGS);
            bool is_own = dice_is(&dice, 20);
            say(&logs[at], order, text, is_own ? &legs[at] : NULL);
            for (size_t i = 0; i < LEGS && dice_is(&dice, 30); i++) {
                if (i != at) /* who left several rooms by leaving */
                    say(&logs[i], order, text, is_own ? &legs[i] : NULL);
            }
            if (!is_own)
                buf_add_format(&want, "0:%s\n", text);
            while (dice_is(&dice, 30) && read_merged(legs, &got)) {
            }
        }
        while (read_merged(legs, &got)) {
        }
        assert_span(buf_span(&got), buf_span(&want));
        for (int i = 0; i < LEGS; i++) {
            room_log_close(&legs[i]);
            room_log_finish(&logs[i]);
        }
        room_pool_finish(&p);
        buf_finish(&want);
        buf_finish(&got);
    }
    printf("seeds 1 to 300\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encoded_once_a_key),
        cmocka_unit_test(test_keys_that_read_the_same_share_it),
        cmocka_unit_test(test_a_dialect_may_have_no_word_for_it),
        cmocka_unit_test(test_the_speaker_steps_over),
        cmocka_unit_test(test_what_somebody_has_to_read_is_dirty),
        cmocka_unit_test(test_readers_outlive_the_log),
        cmocka_unit_test(test_several_logs_in_one_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
