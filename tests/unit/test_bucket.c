#include "base/bucket.h"

#include "cmocka_all.h"

/* 10 a second, 5 at once. */
static const struct bucket_rate rate = {100 * BUCKET_MS, 500 * BUCKET_MS};

static void
test_as_much_at_once_as_it_holds(void **state)
{
    struct bucket b = {0};
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(bucket_wait_ms(b, rate, 10000), 0);
        bucket_take(&b, rate, 10000, 1);
    }
    assert_int_equal(bucket_wait_ms(b, rate, 10000), 100);
    assert_int_equal(bucket_wait_ms(b, rate, 10099), 1);
    assert_int_equal(bucket_wait_ms(b, rate, 10100), 0);
    assert_int_equal(bucket_missing_ns(b, 10400), 100 * BUCKET_MS);
    assert_false(bucket_is_full(b, 10499));
    assert_true(bucket_is_full(b, 10500));
}

static void
test_what_is_dear_is_had_and_waited_for(void **state)
{
    struct bucket b = {0};
    (void)state;
    bucket_take(&b, rate, 1000, 20);
    assert_int_equal(bucket_wait_ms(b, rate, 1000), 1600);
    assert_int_equal(bucket_wait_ms(b, rate, 2600), 0);
}

/* In the long run nobody gets more than the rate, however he asks. */
static void
test_no_more_than_the_rate(void **state)
{
    struct bucket b = {0};
    int taken = 0;
    (void)state;
    for (uint64_t now = 5000; now < 65000; now += 7) {
        while (bucket_wait_ms(b, rate, now) == 0) {
            bucket_take(&b, rate, now, 1);
            taken++;
        }
    }
    assert_true(taken >= 600 && taken <= 605);
}

static void
test_zero_is_no_limit(void **state)
{
    struct bucket b = {0};
    (void)state;
    struct bucket_rate none = bucket_rate(0, 7);
    for (int i = 0; i < 1000; i++) {
        bucket_take(&b, none, 77, 5);
        assert_int_equal(bucket_wait_ms(b, none, 77), 0);
    }
    assert_int_equal(bucket_rate(20, 200).token_ns, 50 * BUCKET_MS);
    assert_int_equal(bucket_rate(20, 200).depth_ns, 10000 * BUCKET_MS);
    assert_int_equal(bucket_rate(1000, 1).token_ns, BUCKET_MS);
}

/* Of bytes there are many in a millisecond, and none may get lost in it. */
static void
test_many_in_a_millisecond(void **state)
{
    struct bucket b = {0};
    const struct bucket_rate bytes = bucket_rate(256 << 10, 64 << 10);
    uint64_t taken = 0;
    (void)state;
    for (uint64_t now = 5000; now < 65000;
         now += bucket_wait_ms(b, bytes, now)) {
        while (bucket_wait_ms(b, bytes, now) == 0) {
            bucket_take(&b, bytes, now, 1200);
            taken += 1200;
        }
    }
    uint64_t all = (64 << 10) + 60 * (256 << 10);
    assert_true(taken >= all - 1200 && taken <= all + all / 1000);
}

/* A machine may be up for years; and who was silent for as long owes nothing,
 * nor does one who has never said a word. */
static void
test_a_clock_that_is_old(void **state)
{
    (void)state;
    for (uint64_t days = 1; days < 2000; days++) {
        uint64_t now = days * 86400000;
        struct bucket b = {0};
        assert_int_equal(bucket_wait_ms(b, rate, now), 0);
        bucket_take(&b, rate, now, 6);
        assert_int_equal(bucket_wait_ms(b, rate, now), 200);
        assert_int_equal(bucket_wait_ms(b, rate, now + 200), 0);
        assert_int_equal(bucket_wait_ms(b, rate, now * 2), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_much_at_once_as_it_holds),
        cmocka_unit_test(test_what_is_dear_is_had_and_waited_for),
        cmocka_unit_test(test_no_more_than_the_rate),
        cmocka_unit_test(test_zero_is_no_limit),
        cmocka_unit_test(test_many_in_a_millisecond),
        cmocka_unit_test(test_a_clock_that_is_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
