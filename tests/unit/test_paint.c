#include "unit/cmocka_all.h"

#include "term/paint.h"
#include "term/width.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct tm noon = {.tm_year = 127,
                               .tm_mon = 0,
                               .tm_mday = 2,
                               .tm_wday = 6,
                               .tm_hour = 9,
                               .tm_min = 5};

static struct buf painted;

static struct span
paint(struct term_style style, struct term_message message)
{
    message.at = noon;
    painted.n = 0;
    term_paint(&style, &message, &painted);
    return buf_span(&painted);
}

#define SAID(words)                                                            \
    (struct term_message)                                                      \
    {                                                                          \
        .who = SPAN("bob"), .after = SPAN(": " words)                          \
    }

static void
test_times(void **state)
{
    (void)state;
    struct term_style style = {.columns = 30};
    assert_span(paint(style, SAID("hi")), SPAN("09:05 bob: hi"));
    style.times = TERM_TIMES_RIGHT;
    assert_span(paint(style, SAID("hi")),
                SPAN("bob: hi                  09:05"));
    assert_span(paint(style, SAID("你好")),
                SPAN("bob: 你好                09:05"));
    style.times = TERM_TIMES_NONE;
    assert_span(paint(style, SAID("hi")), SPAN("bob: hi"));
    style = (struct term_style){.columns = 8}; /* no room for a time */
    assert_span(paint(style, SAID("hi")), SPAN("bob: hi"));
    style = (struct term_style){.columns = 0}; /* linear */
    assert_span(paint(style, SAID("hi\tyou")), SPAN("09:05 bob: hi    you"));
}

static void
test_rows(void **state)
{
    (void)state;
    struct term_style style = {.columns = 24};
    assert_span(paint(style, SAID("one two three four five six")),
                SPAN("09:05 bob: one two three\n        four five six"));
    assert_span(paint(style, SAID("你好你好你好你好你好你好你好")),
                SPAN("09:05 bob: 你好你好你好\n        你好你好你好你好"));
    /* "，" would begin the row, "（" would end it. */
    assert_span(paint(style, SAID("你好你好你好，你好")),
                SPAN("09:05 bob: 你好你好你\n        好，你好"));
    assert_span(paint(style, SAID("你好你好你（好）")),
                SPAN("09:05 bob: 你好你好你\n        （好）"));
    assert_span(paint(style, SAID("a 你好你好你!!")),
                SPAN("09:05 bob: a 你好你好\n        你!!"));
    assert_span(paint(style, SAID("http://example.org/long/enough")),
                SPAN("09:05 bob:\n        http://example.o\n"
                     "        rg/long/enough"));
    assert_span(paint(style, (struct term_message){.after = SPAN("")}),
                SPAN("09:05 "));
    style.columns = 23; /* too narrow to hang */
    style.times = TERM_TIMES_NONE;
    assert_span(paint(style, SAID("one two three four five")),
                SPAN("bob: one two three four\nfive"));
}

/* Whatever it is, no row is too long and nothing but blanks is lost. */
static void
test_any_width(void **state)
{
    (void)state;
    struct term_message message =
        SAID("a你 👨‍👩‍👧 bcd  efg 世界世界 "
             "e\xcc\x81hijklmnopqrstuvwxyz ");
    for (unsigned columns = 4; columns < 60; columns++) {
        for (int times = 0; times < 3; times++) {
            struct span rest =
                paint((struct term_style){.columns = columns,
                                          .times = (enum term_times)times},
                      message);
            while (rest.n > 0) {
                struct span row = span_sub(rest, 0, span_find(rest, '\n'));
                if (term_width(row) > columns)
                    fail_msg("%u columns: %.*s", columns, SPAN_ARG(row));
                rest = span_from(rest, row.n + 1);
            }
        }
    }
}

static void
test_colours(void **state)
{
    (void)state;
    struct term_style style = {.colours = TERM_COLOURS_16,
                               .times = TERM_TIMES_NONE};
    struct buf first = {0};
    buf_add(&first, paint(style, SAID("hi")));
    assert_true(span_starts(buf_span(&first), SPAN("\x1b[3")));
    assert_span(paint(style, SAID("hi")), buf_span(&first));
    struct term_message message = SAID("hi");
    message.role = TERM_ROLE_OWN;
    assert_span(paint(style, message), SPAN("\x1b[2mbob: hi\x1b[0m"));
    message.role = TERM_ROLE_NAMED;
    message.before = SPAN("* ");
    assert_true(span_starts(paint(style, message), SPAN("\x1b[1m* \x1b[0m")));
    buf_finish(&first);

    assert_int_equal(term_paint_colours(NULL, "xterm", NULL), TERM_COLOURS_16);
    assert_int_equal(term_paint_colours("", "xterm-256color", NULL),
                     TERM_COLOURS_256);
    assert_int_equal(term_paint_colours("0", "xterm-256color", NULL),
                     TERM_COLOURS_NONE);
    assert_int_equal(term_paint_colours(NULL, "dumb", "truecolor"),
                     TERM_COLOURS_NONE);
    assert_int_equal(term_paint_colours(NULL, NULL, NULL), TERM_COLOURS_NONE);
}

static void
test_day(void **state)
{
    (void)state;
    struct term_style style = {.columns = 40};
    painted.n = 0;
    term_paint_day(&style, &noon, &painted);
    assert_span(buf_span(&painted), SPAN("-- Saturday, 2 January 2027"));
}

static void
test_your_name(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name;
        bool says;
    } cases[] = {
        {"bob", "Bob", true},           {"hi BOB!", "bob", true},
        {"bobby", "bob", false},        {"a bobcat, Bob", "bob", true},
        {"bob2", "bob", false},         {"b", "bob", false},
        {"小明你好", "小明", true},     {"你好bob你好", "bob", true},
        {"straße", "STRASSE", true},    {"ｂｏｂ", "bob", true},
        {"[bob]", "[bob]", true},       {"bob", "", false},
        {"e\xcc\x81ric", "éric", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (term_paint_says(span_of(cases[i].text), span_of(cases[i].name)) !=
            cases[i].says)
            fail_msg("%s in %s", cases[i].name, cases[i].text);
    }
}

/* Relative luminance (WCAG 2.1) of a colour of the cube of xterm's 256, whose
 * levels are 0, 95, 135, 175, 215 and 255. */
static double
luminance_of(unsigned colour)
{
    static const double levels[] = {0, 0.1144, 0.2423, 0.4287, 0.6795, 1};
    assert_in_range(colour, 16, 231);
    return 0.2126 * levels[(colour - 16) / 36] +
           0.7152 * levels[(colour - 16) / 6 % 6] +
           0.0722 * levels[(colour - 16) % 6];
}

static void
test_colours_are_legible(void **state)
{
    (void)state;
    struct term_style style = {.colours = TERM_COLOURS_256,
                               .times = TERM_TIMES_NONE};
    bool was_seen[256] = {false};
    unsigned colours = 0;
    for (int i = 0; i < 2000; i++) {
        char name[20];
        int n = snprintf(name, sizeof(name), "guest%d", i);
        struct span row =
            paint(style, (struct term_message){
                             .who = {(const uint8_t *)name, (size_t)n},
                         });
        unsigned colour;
        assert_int_equal(sscanf((const char *)row.at, "\x1b[38;5;%um", &colour),
                         1);
        double light = luminance_of(colour);
        if ((light + 0.05) / 0.05 < 3 || 1.05 / (light + 0.05) < 3)
            fail_msg("colour %u", colour);
        colours += !was_seen[colour];
        was_seen[colour] = true;
    }
    assert_true(colours >= 16);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_any_width),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_day),
        cmocka_unit_test(test_your_name),
        cmocka_unit_test(test_colours_are_legible),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_finish(&painted);
    return failed != 0;
}
