#include "unit/cmocka_all.h"

#include "wire/telnet.h"

struct conversation {
    const char *name;
    struct span in;
    struct span text;
    struct span answers;
};

/* clang-format off */
static const struct conversation conversations[] = {
    {"text", SPAN_INIT("hello\r\n"), SPAN_INIT("hello\r\n"), SPAN_INIT("")},
    {"DO ECHO", SPAN_INIT("\xff\xfd\x01hi"), SPAN_INIT("hi"),
     SPAN_INIT("\xff\xfc\x01")},
    {"WILL NAWS", SPAN_INIT("a\xff\xfb\x1f" "b"), SPAN_INIT("ab"),
     SPAN_INIT("\xff\xfe\x1f")},
    {"WONT and DONT are not answered", SPAN_INIT("\xff\xfc\x01\xff\xfe\x01x"),
     SPAN_INIT("x"), SPAN_INIT("")},
    {"an option that is IAC", SPAN_INIT("\xff\xfd\xffx"), SPAN_INIT("x"),
     SPAN_INIT("\xff\xfc\xff")},
    {"several", SPAN_INIT("\xff\xfd\x03\xff\xfb\x18\xff\xfb\x1fhello"),
     SPAN_INIT("hello"), SPAN_INIT("\xff\xfc\x03\xff\xfe\x18\xff\xfe\x1f")},
    {"subnegotiation", SPAN_INIT("a\xff\xfa\x1f\0\x50\0\x18\xff\xf0" "b"),
     SPAN_INIT("ab"), SPAN_INIT("")},
    {"IAC inside subnegotiation",
     SPAN_INIT("a\xff\xfa\x1f\xff\xff\xff\xfd\x01\xff\xf0" "b"),
     SPAN_INIT("ab"), SPAN_INIT("")},
    {"commands of two bytes", SPAN_INIT("a\xff\xf4\xff\xf1\xff\xf9" "b"),
     SPAN_INIT("ab"), SPAN_INIT("")},
    {"an escaped 255", SPAN_INIT("a\xff\xff" "b"), SPAN_INIT("a\xff" "b"),
     SPAN_INIT("")},
    {"IAC before a letter is nothing", SPAN_INIT("\xff" "abc"),
     SPAN_INIT("abc"), SPAN_INIT("")},
    {"Ctrl-C of telnet", SPAN_INIT("\xff\xf4\xff\xfd\x06"), SPAN_INIT(""),
     SPAN_INIT("\xff\xfc\x06")},
};
/* clang-format on */

/* In pieces of `step` bytes, 0: in two, the first of `cut`. */
static void
check(const struct conversation *c, size_t cut, size_t step)
{
    struct telnet t = {0};
    struct buf text = {0}, answers = {0};
    for (size_t at = 0; at < c->in.n;) {
        size_t n = step > 0 ? step : at == 0 && cut > 0 ? cut : c->in.n;
        struct span piece = span_sub(c->in, at, n);
        size_t before = text.n;
        buf_add(&text, piece);
        text.n = before +
                 wire_telnet_filter(&t, text.at + before, piece.n, &answers);
        at += piece.n;
    }
    if (!span_equal(buf_span(&text), c->text) ||
        !span_equal(buf_span(&answers), c->answers))
        fprintf(stderr, "%s, cut at %zu, step %zu\n", c->name, cut, step);
    assert_span(buf_span(&text), c->text);
    assert_span(buf_span(&answers), c->answers);
    buf_finish(&text);
    buf_finish(&answers);
}

static void
test_conversations_cut_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(conversations); i++) {
        const struct conversation *c = &conversations[i];
        for (size_t cut = 0; cut < c->in.n; cut++)
            check(c, cut, 0);
        for (size_t step = 1; step < 4; step++)
            check(c, 0, step);
    }
}

/* Two programs that answer each other's answers would never stop. */
static void
test_answers_are_bounded(void **state)
{
    (void)state;
    struct telnet t = {0};
    struct buf answers = {0};
    for (int i = 0; i < 1000; i++) {
        uint8_t ask[] = {255, 253, (uint8_t)i};
        assert_int_equal(wire_telnet_filter(&t, ask, sizeof(ask), &answers), 0);
    }
    assert_int_equal(answers.n, 3 * TELNET_ANSWERS_MOST);
    buf_finish(&answers);
}

/* A subnegotiation that never ends does not swallow the chat. */
static void
test_subnegotiations_end(void **state)
{
    (void)state;
    struct telnet t = {0};
    struct buf answers = {0};
    uint8_t opening[] = "\xff\xfa\x18";
    assert_int_equal(wire_telnet_filter(&t, opening, 3, &answers), 0);
    size_t kept = 0;
    for (int i = 0; i < 1000; i++) {
        uint8_t line[] = "a line\n";
        kept += wire_telnet_filter(&t, line, 7, &answers);
    }
    assert_in_range(kept, 7000 - 2 * TELNET_SB_MOST, 6999);
}

static void
test_nothing(void **state)
{
    (void)state;
    struct telnet t = {0};
    struct buf answers = {0};
    assert_int_equal(wire_telnet_filter(&t, NULL, 0, &answers), 0);
    assert_int_equal(answers.n, 0);
}

static void
test_openings(void **state)
{
    (void)state;
    assert_true(wire_telnet_is_opening(SPAN("\xff\xfd\x01")));
    assert_true(wire_telnet_is_opening(SPAN("\xff\xfb")));
    assert_true(wire_telnet_is_opening(SPAN("\xff\xf4")));
    assert_false(wire_telnet_is_opening(SPAN("\xff")));
    assert_false(wire_telnet_is_opening(SPAN("\xff\xff")));
    assert_false(wire_telnet_is_opening(SPAN("\xff"
                                             "a")));
    assert_false(wire_telnet_is_opening(SPAN("a\xff\xfd")));
    assert_false(wire_telnet_is_opening(SPAN_NONE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations_cut_everywhere),
        cmocka_unit_test(test_answers_are_bounded),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_subnegotiations_end),
        cmocka_unit_test(test_openings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
