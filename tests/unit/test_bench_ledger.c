/*
 * liao-bench's ledger: what is lost, twice, out of order, complete.
 */
#include "unit/cmocka_all.h"

#include "bench/ledger.h"

enum { MEMBERS = 4, SENDERS = 2, WINDOW = 4 };

static void
begin(struct ledger *l)
{
    ledger_init(l, MEMBERS, SENDERS, 0, WINDOW, false);
}

static void
post(struct ledger *l, uint32_t sender, uint32_t n)
{
    while (n-- > 0)
        ledger_post(l, sender);
}

/* To all but its sender, in order. */
static void
deliver_to_all(struct ledger *l, uint32_t sender, uint32_t from, uint32_t until)
{
    for (uint32_t member = 0; member < MEMBERS; member++) {
        for (uint32_t s = from; s < until && member != sender; s++)
            ledger_deliver(l, member, sender, s);
    }
}

static void
assert_wrongs(const struct ledger *l, uint64_t lost, uint64_t duplicated,
              uint64_t misordered)
{
    assert_int_equal(l->lost, lost);
    assert_int_equal(l->duplicated, duplicated);
    assert_int_equal(l->misordered, misordered);
}

static void
test_all_is_well(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    assert_true(ledger_is_quiet(&l));
    for (uint32_t round = 0; round < 10; round++) {
        for (uint32_t sender = 0; sender < SENDERS; sender++) {
            post(&l, sender, WINDOW);
            assert_false(ledger_may_post(&l, sender));
            assert_false(ledger_is_quiet(&l));
            deliver_to_all(&l, sender, round * WINDOW, (round + 1) * WINDOW);
            assert_true(ledger_may_post(&l, sender));
        }
    }
    assert_true(ledger_is_quiet(&l));
    ledger_close(&l);
    assert_wrongs(&l, 0, 0, 0);
    assert_int_equal(l.posted, 10 * WINDOW * SENDERS);
    assert_int_equal(l.completed, l.posted);
    ledger_finish(&l);
}

static void
test_the_last_one_completes(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 0, 1);
    assert_int_equal(ledger_deliver(&l, 3, 0, 0), LEDGER_COUNTED);
    assert_int_equal(ledger_deliver(&l, 1, 0, 0), LEDGER_COUNTED);
    assert_int_equal(ledger_deliver(&l, 2, 0, 0), LEDGER_COMPLETE);
    ledger_finish(&l);
}

/* The window begins at the oldest that is not complete. */
static void
test_the_window_waits_for_the_oldest(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    while (l.free_n > 0)
        ledger_pop_free(&l);
    post(&l, 0, WINDOW);
    for (uint32_t s = 0; s < WINDOW; s++) {
        ledger_deliver(&l, 1, 0, s);
        ledger_deliver(&l, 2, 0, s);
    }
    assert_false(ledger_may_post(&l, 0));
    assert_int_equal(l.free_n, 0);
    ledger_deliver(&l, 3, 0, 0);
    assert_true(ledger_may_post(&l, 0));
    assert_int_equal(l.free_n, 1);
    assert_int_equal(ledger_pop_free(&l), 0);
    post(&l, 0, 1);
    assert_false(ledger_may_post(&l, 0));
    ledger_finish(&l);
}

static void
test_a_hole_is_lost(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 0, WINDOW);
    ledger_deliver(&l, 1, 0, 0);
    ledger_deliver(&l, 1, 0, 3); /* without 1 and 2 */
    assert_wrongs(&l, 2, 0, 0);
    /* It does not hold up the others. */
    for (uint32_t member = 2; member < MEMBERS; member++) {
        for (uint32_t s = 0; s < WINDOW; s++)
            ledger_deliver(&l, member, 0, s);
    }
    assert_true(ledger_is_quiet(&l));
    ledger_close(&l);
    assert_wrongs(&l, 2, 0, 0);
    ledger_finish(&l);
}

static void
test_what_never_comes_is_lost(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 1, 2);
    ledger_deliver(&l, 0, 1, 0);
    assert_wrongs(&l, 0, 0, 0);
    ledger_close(&l);
    assert_wrongs(&l, 3 * 2 - 1, 0, 0);
    ledger_finish(&l);
}

static void
test_late_is_misordered_and_not_lost(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 0, WINDOW);
    ledger_deliver(&l, 1, 0, 3);
    assert_wrongs(&l, 3, 0, 0);
    assert_int_equal(ledger_deliver(&l, 1, 0, 1), LEDGER_WRONG);
    assert_wrongs(&l, 2, 0, 1);
    ledger_deliver(&l, 1, 0, 0);
    ledger_deliver(&l, 1, 0, 2);
    assert_wrongs(&l, 0, 0, 3);
    assert_int_equal(l.holes_n, 0);
    ledger_deliver(&l, 1, 0, 2);
    assert_wrongs(&l, 0, 1, 3);
    ledger_finish(&l);
}

static void
test_twice_is_duplicated(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 0, 2);
    ledger_deliver(&l, 1, 0, 0);
    assert_int_equal(ledger_deliver(&l, 1, 0, 0), LEDGER_WRONG);
    assert_wrongs(&l, 0, 1, 0);
    /* A hole of another member is not filled by it. */
    ledger_deliver(&l, 2, 0, 1);
    ledger_deliver(&l, 1, 0, 0);
    assert_wrongs(&l, 1, 2, 0);
    ledger_finish(&l);
}

/* Without echo one's own is one too many; with it, it is due. */
static void
test_echo(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 0, 1);
    ledger_deliver(&l, 0, 0, 0);
    assert_wrongs(&l, 0, 1, 0);
    ledger_finish(&l);

    ledger_init(&l, MEMBERS, SENDERS, 0, WINDOW, true);
    post(&l, 0, 1);
    deliver_to_all(&l, 0, 0, 1);
    assert_false(ledger_is_quiet(&l));
    assert_int_equal(ledger_deliver(&l, 0, 0, 0), LEDGER_COMPLETE);
    ledger_close(&l);
    assert_wrongs(&l, 0, 0, 0);
    ledger_finish(&l);
}

static void
test_nobody_waits_for_the_stalled(void **state)
{
    (void)state;
    struct ledger l;
    ledger_init(&l, MEMBERS, SENDERS, 2, WINDOW, false);
    post(&l, 0, 1);
    assert_int_equal(ledger_deliver(&l, 1, 0, 0), LEDGER_COMPLETE);
    ledger_close(&l);
    assert_wrongs(&l, 0, 0, 0);
    ledger_finish(&l);
}

static void
test_who_leaves_loses_the_rest(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 0, 2);
    post(&l, 1, 1);
    ledger_deliver(&l, 1, 0, 0);
    ledger_leave(&l, 1);
    assert_wrongs(&l, 1, 0, 0); /* of 0 the second; its own is not due */
    assert_true(ledger_is_gone(&l, 1));
    assert_false(ledger_may_post(&l, 1));
    for (uint32_t s = 0; s < 2; s++) {
        ledger_deliver(&l, 2, 0, s);
        ledger_deliver(&l, 3, 0, s);
    }
    for (uint32_t member = 0; member < MEMBERS; member++) {
        if (member != 1)
            ledger_deliver(&l, member, 1, 0);
    }
    assert_true(ledger_is_quiet(&l));
    /* What is posted now is for two. */
    post(&l, 0, 1);
    ledger_deliver(&l, 2, 0, 2);
    assert_int_equal(ledger_deliver(&l, 3, 0, 2), LEDGER_COMPLETE);
    ledger_close(&l);
    assert_wrongs(&l, 1, 0, 0);
    ledger_finish(&l);
}

/* The last one but the sender: its messages are for nobody. */
static void
test_all_leave(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 0, 1);
    for (uint32_t member = 1; member < MEMBERS; member++)
        ledger_leave(&l, member);
    assert_wrongs(&l, 3, 0, 0);
    assert_true(ledger_is_quiet(&l));
    post(&l, 0, 100);
    assert_true(ledger_is_quiet(&l));
    ledger_leave(&l, 0);
    assert_int_equal(l.readers, 0);
    ledger_finish(&l);
}

static void
test_what_nobody_posted_is_unknown(void **state)
{
    (void)state;
    struct ledger l;
    begin(&l);
    post(&l, 0, 1);
    assert_int_equal(ledger_deliver(&l, 1, 0, 1), LEDGER_UNKNOWN);
    assert_int_equal(ledger_deliver(&l, 1, 0, UINT32_MAX), LEDGER_UNKNOWN);
    assert_int_equal(ledger_deliver(&l, 1, SENDERS, 0), LEDGER_UNKNOWN);
    assert_int_equal(ledger_deliver(&l, 1, UINT32_MAX, 0), LEDGER_UNKNOWN);
    assert_wrongs(&l, 0, 0, 0);
    ledger_finish(&l);
}

/* More holes than are remembered are counted all the same. */
static void
test_holes_are_bounded(void **state)
{
    (void)state;
    struct ledger l;
    enum { MANY = LEDGER_HOLES_MOST + 100 };
    ledger_init(&l, 3, 1, 0, 4 * MANY, false);
    post(&l, 0, 2 * MANY);
    for (uint32_t s = 1; s < 2 * MANY; s += 2)
        ledger_deliver(&l, 1, 0, s);
    assert_int_equal(l.holes_n, LEDGER_HOLES_MOST);
    assert_wrongs(&l, MANY, 0, 0);
    ledger_finish(&l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_well),
        cmocka_unit_test(test_the_last_one_completes),
        cmocka_unit_test(test_the_window_waits_for_the_oldest),
        cmocka_unit_test(test_a_hole_is_lost),
        cmocka_unit_test(test_what_never_comes_is_lost),
        cmocka_unit_test(test_late_is_misordered_and_not_lost),
        cmocka_unit_test(test_twice_is_duplicated),
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_nobody_waits_for_the_stalled),
        cmocka_unit_test(test_who_leaves_loses_the_rest),
        cmocka_unit_test(test_all_leave),
        cmocka_unit_test(test_what_nobody_posted_is_unknown),
        cmocka_unit_test(test_holes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
