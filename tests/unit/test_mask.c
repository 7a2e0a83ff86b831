#include "unit/cmocka_all.h"

#include "msg/mask.h"

static const struct {
    const char *mask;
    const char *text;
    bool matches;
} cases[] = {
    {"", "", true},
    {"", "a", false},
    {"a", "a", true},
    {"a", "ab", false},
    {"A", "a", true},
    {"a", "A", true},
    {"*", "", true},
    {"*", "anything", true},
    {"**", "a", true},
    {"?", "", false},
    {"?", "你", true}, /* a character, not a byte */
    {"??", "你", false},
    {"a*c", "abbbc", true},
    {"a*c", "abbb", false},
    {"*ab*ab", "ababab", true},
    {"*ab?", "abab", false},
    {"ЮРА!*@*", "юра!~u@0.cloak", true},
    {"ｂｏｂ!*@*", "bob!~u@0.cloak", true},
    {"*!*@*.cloak", "bob!~u@0.cloak", true},
    {"bob!*@*.org", "bob!~u@0.cloak", false},
    {"a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
};

static void
test_masks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf mask = {0}, text = {0};
        msg_mask_fold(span_of(cases[i].mask), &mask);
        msg_mask_fold(span_of(cases[i].text), &text);
        if (msg_mask_matches(buf_span(&mask), buf_span(&text)) !=
            cases[i].matches)
            fail_msg("\"%s\" and \"%s\"", cases[i].mask, cases[i].text);
        buf_finish(&mask);
        buf_finish(&text);
    }
}

static const struct {
    const char *typed;
    const char *whole;
} typed[] = {
    {"bob", "bob!*@*"},           {"@x.cloak", "*!*@x.cloak"},
    {"*@x.cloak", "*!*@x.cloak"}, {"bob!", "bob!*@*"},
    {"bob!u", "bob!u@*"},         {"bob!u@", "bob!u@*"},
    {"m:bob", "m:bob!*@*"},
};

static void
test_what_is_typed_is_made_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(typed); i++) {
        struct buf whole = {0};
        msg_mask_complete(span_of(typed[i].typed), &whole);
        assert_span(buf_span(&whole), span_of(typed[i].whole));
        buf_finish(&whole);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_what_is_typed_is_made_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
