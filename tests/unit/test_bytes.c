#include "unit/cmocka_all.h"

#include "base/bytes.h"

static void
test_sub_is_shortened_to_what_is_there(void **state)
{
    (void)state;
    struct span s = SPAN("hello");
    assert_span(span_sub(s, 1, 3), SPAN("ell"));
    assert_span(span_sub(s, 3, 100), SPAN("lo"));
    assert_span(span_sub(s, 3, SIZE_MAX), SPAN("lo"));
    assert_span(span_sub(s, 5, 1), SPAN_NONE);
    assert_span(span_sub(s, SIZE_MAX, SIZE_MAX), SPAN_NONE);
    assert_span(span_from(s, 4), SPAN("o"));
    assert_span(span_of(NULL), SPAN_NONE);
}

static void
test_compare(void **state)
{
    (void)state;
    assert_true(span_equal(SPAN(""), SPAN_NONE));
    assert_true(span_equal(SPAN("a\0b"), SPAN("a\0b")));
    assert_false(span_equal(SPAN("a\0b"), SPAN("a\0c")));
    assert_false(span_equal(SPAN("a"), SPAN("ab")));
    assert_true(span_starts(SPAN("ab"), SPAN("ab")));
    assert_true(span_starts(SPAN("ab"), SPAN_NONE));
    assert_false(span_starts(SPAN("ab"), SPAN("abc")));
    assert_false(span_starts(SPAN_NONE, SPAN("a")));
}

static void
test_find(void **state)
{
    (void)state;
    assert_int_equal(span_find(SPAN("abcb"), 'b'), 1);
    assert_int_equal(span_find(SPAN("abc"), 'x'), 3);
    assert_int_equal(span_find(SPAN("ab\0"), 0), 2);
    assert_int_equal(span_find(SPAN_NONE, 'x'), 0);
}

static void
test_trim_and_words(void **state)
{
    (void)state;
    assert_span(span_trim(SPAN(" \t a b \t")), SPAN("a b"));
    assert_span(span_trim(SPAN(" \t ")), SPAN_NONE);
    assert_span(span_trim(SPAN("\n a")), SPAN("\n a")); /* blanks only */

    struct span rest = SPAN("  /msg\tbob   hi  there ");
    assert_span(span_word(&rest), SPAN("/msg"));
    assert_span(span_word(&rest), SPAN("bob"));
    assert_span(rest, SPAN("hi  there"));
    assert_span(span_word(&rest), SPAN("hi"));
    assert_span(span_word(&rest), SPAN("there"));
    assert_span(rest, SPAN_NONE);
    assert_span(span_word(&rest), SPAN_NONE);
}

static void
test_numbers(void **state)
{
    (void)state;
    static const struct {
        struct span text;
        uint64_t most;
        bool is_number;
        uint64_t value;
    } cases[] = {
        {SPAN_INIT("0"), 0, true, 0},
        {SPAN_INIT("007"), 10, true, 7},
        {SPAN_INIT("65535"), 65535, true, 65535},
        {SPAN_INIT("65536"), 65535, false, 0},
        {SPAN_INIT("18446744073709551615"), UINT64_MAX, true, UINT64_MAX},
        {SPAN_INIT("18446744073709551616"), UINT64_MAX, false, 0},
        {SPAN_INIT("99999999999999999999"), UINT64_MAX, false, 0},
        {SPAN_INIT("5"), 4, false, 0},
        {SPAN_INIT(""), 10, false, 0},
        {SPAN_INIT("-1"), 10, false, 0},
        {SPAN_INIT("+1"), 10, false, 0},
        {SPAN_INIT(" 1"), 10, false, 0},
        {SPAN_INIT("1x"), 10, false, 0},
        {SPAN_INIT("1\0"), 10, false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t value = 42;
        bool got = span_number(cases[i].text, cases[i].most, &value);
        assert_int_equal(got, cases[i].is_number);
        assert_int_equal(value, got ? cases[i].value : 42);
    }
}

static void
test_copies_live_alone(void **state)
{
    (void)state;
    char text[] = "hello";
    struct span copy = span_copy(span_of(text));
    text[0] = 'j';
    assert_span(copy, SPAN("hello"));
    span_free(&copy);
    assert_span(copy, SPAN_NONE);
    span_free(&copy); /* an empty one too */
    assert_span(span_copy(SPAN_NONE), SPAN_NONE);
}

static void
test_buf_grows_and_shrinks(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_add(&b, SPAN_NONE);
    assert_null(b.at); /* nothing owned for nothing */
    for (int i = 0; i < 1000; i++)
        buf_add_byte(&b, (uint8_t)i);
    assert_int_equal(b.n, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(span_get(buf_span(&b), i), i & 255);
    buf_drop_front(&b, 0);
    buf_drop_front(&b, 998);
    assert_int_equal(b.n, 2);
    assert_int_equal(span_get(buf_span(&b), 0), 998 & 255);
    buf_truncate(&b, 1);
    buf_add(&b, SPAN("xyz"));
    assert_span(span_from(buf_span(&b), 1), SPAN("xyz"));
    buf_drop_front(&b, b.n);
    assert_int_equal(b.n, 0);
    assert_true(b.cap > 0); /* kept for what comes next */
    buf_finish(&b);
    assert_null(b.at);
    buf_finish(&b);
}

static void
test_buf_format(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_add(&b, SPAN("> "));
    buf_add_format(&b, "%d %s", 42, "people");
    assert_span(buf_span(&b), SPAN("> 42 people"));
    buf_add_format(&b, "%s", "");
    assert_int_equal(b.n, 11);
    /* Exactly as long as the first allocation, and longer. */
    for (int width = 50; width < 600; width++) {
        buf_truncate(&b, 0);
        buf_add_format(&b, "%*d", width, 7);
        assert_int_equal(b.n, width);
        assert_int_equal(span_get(buf_span(&b), b.n - 1), '7');
        buf_finish(&b);
    }
}

static void
test_buf_reserve_keeps_what_is_there(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_add(&b, SPAN("abc"));
    uint8_t *at = buf_reserve(&b, 100000);
    memset(at, 'x', 100000); /* the sanitizer watches */
    assert_span(buf_span(&b), SPAN("abc"));
    assert_ptr_equal(at, b.at + 3);
    buf_finish(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sub_is_shortened_to_what_is_there),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_trim_and_words),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_copies_live_alone),
        cmocka_unit_test(test_buf_grows_and_shrinks),
        cmocka_unit_test(test_buf_format),
        cmocka_unit_test(test_buf_reserve_keeps_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
