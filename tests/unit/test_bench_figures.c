/*
 * liao-bench's texts, which carry what is checked, and its histogram.
 */
#include "unit/cmocka_all.h"

#include "bench/histogram.h"
#include "bench/text.h"

#include <stdlib.h>

/* -- texts -------------------------------------------------------------------- */

static void
test_a_text_comes_back(void **state)
{
    (void)state;
    static const struct text_stamp stamps[] = {
        {0, 0, 0, 0},
        {UINT32_MAX, TEXT_RUN_MOST, TEXT_SENDER_MOST, UINT32_MAX},
        {0x01234567, 0x89a, 0xbcdef, 0x76543210},
    };
    static const size_t sizes[] = {TEXT_BYTES_LEAST, 26, 64, TEXT_BYTES_MOST};
    for (size_t i = 0; i < COUNT_OF(stamps); i++) {
        for (size_t k = 0; k < COUNT_OF(sizes); k++) {
            struct buf out = {0};
            struct text_stamp got;
            text_write(&stamps[i], sizes[k], &out);
            assert_int_equal(out.n, sizes[k]);
            assert_true(text_read(buf_span(&out), &got));
            assert_int_equal(got.sequence, stamps[i].sequence);
            assert_int_equal(got.run, stamps[i].run);
            assert_int_equal(got.sender, stamps[i].sender);
            assert_int_equal(got.at_us, stamps[i].at_us);
            buf_finish(&out);
        }
    }
}

static void
test_a_text_is_what_the_page_says(void **state)
{
    (void)state;
    struct text_stamp stamp = {
        .sequence = 0x61, .run = 0x123, .sender = 2, .at_us = 0xf0};
    struct buf out = {0};
    text_write(&stamp, 28, &out);
    assert_span(buf_span(&out), SPAN("~AAAAAAGBBCDAAAACAAAAAAPA..."));
    buf_finish(&out);
}

/* Any byte that is not as it was written is noticed, or changes a number. */
static void
test_damage_is_noticed(void **state)
{
    (void)state;
    struct text_stamp stamp = {
        .sequence = 5, .run = 6, .sender = 7, .at_us = 8};
    struct buf out = {0};
    text_write(&stamp, 40, &out);
    for (size_t i = 0; i < out.n; i++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            uint8_t was = out.at[i];
            struct text_stamp got = {0};
            bool is_digit =
                i > 0 && i < TEXT_BYTES_LEAST && byte >= 'A' && byte <= 'P';
            out.at[i] = (uint8_t)byte;
            bool is_same = byte == was;
            assert_int_equal(text_read(buf_span(&out), &got),
                             is_same || is_digit);
            if (is_digit && !is_same)
                assert_true(got.sequence != 5 || got.run != 6 ||
                            got.sender != 7 || got.at_us != 8);
            out.at[i] = was;
        }
    }
    struct text_stamp got;
    assert_false(text_read(span_sub(buf_span(&out), 0, 24), &got));
    assert_false(text_read(SPAN_NONE, &got));
    buf_finish(&out);
}

/* -- histogram ---------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Against all values, sorted. */
static void
check_percentiles(uint32_t *values, size_t n)
{
    static const struct {
        double share;
        size_t per_thousand;
    } shares[] = {{0.001, 1}, {0.5, 500}, {0.9, 900}, {0.99, 990}, {1, 1000}};
    struct histogram *h = calloc(1, sizeof(*h));
    assert_non_null(h);
    for (size_t i = 0; i < n; i++)
        histogram_add(h, values[i]);
    qsort(values, n, sizeof(*values), compare);
    assert_int_equal(h->n, n);
    assert_int_equal(h->max, values[n - 1]);
    for (size_t i = 0; i < COUNT_OF(shares); i++) {
        /* Of n values, the smallest that so many are not above. */
        size_t rank = (n * shares[i].per_thousand + 999) / 1000;
        uint32_t exact = values[rank > 0 ? rank - 1 : 0];
        uint32_t got = histogram_percentile(h, shares[i].share);
        assert_true(got >= exact);
        assert_true(got - exact <= exact / HISTOGRAM_STEPS);
    }
    free(h);
}

static void
test_percentiles(void **state)
{
    (void)state;
    enum { N = 2000 };
    static uint32_t values[N];
    uint64_t random = 1;
    for (unsigned bits = 1; bits <= 32; bits++) {
        for (size_t i = 0; i < N; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            values[i] = (uint32_t)(random >> 32) >> (32 - bits);
        }
        check_percentiles(values, N);
        check_percentiles(values, 1);
        check_percentiles(values, 2);
        check_percentiles(values, 3);
    }
}

static void
test_every_value_has_a_bucket(void **state)
{
    (void)state;
    static const uint32_t edges[] = {0,   1,   63,  64,       127,       128,
                                     129, 255, 256, 1u << 31, UINT32_MAX};
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        uint32_t value = edges[i];
        check_percentiles(&value, 1);
    }
    struct histogram *h = calloc(1, sizeof(*h));
    assert_non_null(h);
    assert_int_equal(histogram_percentile(h, 0.5), 0);
    free(h);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_comes_back),
        cmocka_unit_test(test_a_text_is_what_the_page_says),
        cmocka_unit_test(test_damage_is_noticed),
        cmocka_unit_test(test_percentiles),
        cmocka_unit_test(test_every_value_has_a_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
