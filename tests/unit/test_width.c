#include "unit/cmocka_all.h"

#include "term/width.h"

static const struct {
    struct span text;
    size_t bytes;
    unsigned columns;
    unsigned most;
} cases[] = {
    {SPAN_INIT("ab"), 1, 1, 1},
    {SPAN_INIT("你好"), 3, 2, 2},
    {SPAN_INIT("e\xcc\x81x"), 3, 1, 1},                       /* é in two */
    {SPAN_INIT("\xf0\x9f\x99\x82"), 4, 2, 2},                 /* 🙂 */
    {SPAN_INIT("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd"), 8, 2, 4}, /* 👍🏽 */
    {SPAN_INIT("👨‍👩‍👧"), 18, 2, 6},
    {SPAN_INIT("🇨🇳🇩🇪"), 8, 2, 2},
    {SPAN_INIT("❤\xef\xb8\x8f"), 6, 2, 2}, /* a text character as a picture */
    {SPAN_INIT("한"), 3, 2, 2},
    {SPAN_INIT("\xff\xfe"), 1, 1, 1},
    {SPAN_INIT("\xcc\x81"), 2, 0, 0},
    {SPAN_INIT("\xe3\x80\x80"), 3, 2, 2}, /* the wide blank */
};

static void
test_graphemes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct term_grapheme g = term_width_next(cases[i].text);
        if (g.bytes != cases[i].bytes || g.columns != cases[i].columns ||
            g.most != cases[i].most)
            fail_msg("%.*s: %zu bytes, %u columns, at most %u",
                     SPAN_ARG(cases[i].text), g.bytes, g.columns, g.most);
    }
}

static void
test_sum(void **state)
{
    (void)state;
    assert_int_equal(term_width(SPAN_NONE), 0);
    assert_int_equal(term_width(SPAN("a你b👨‍👩‍👧e\xcc\x81")), 7);
}

static void
test_begin(void **state)
{
    (void)state;
    struct span s = SPAN("a👨‍👩‍👧b");
    assert_int_equal(term_width_begin(s, 0), 0);
    assert_int_equal(term_width_begin(s, 1), 1);
    for (size_t at = 2; at < 19; at++)
        assert_int_equal(term_width_begin(s, at), 1);
    assert_int_equal(term_width_begin(s, 19), 19);
    assert_int_equal(term_width_begin(s, 20), 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_graphemes),
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
