#include "unit/cmocka_all.h"

#include "wire/words.h"

static void
check(const char *template, struct words_fields fields, struct span want)
{
    struct buf out = {0};
    buf_add(&out, SPAN("|")); /* it appends */
    wire_words_expand(template, &fields, &out);
    assert_span(span_from(buf_span(&out), 1), want);
    buf_finish(&out);
}

static void
test_each_field(void **state)
{
    (void)state;
    struct words_fields f = {
        .who = SPAN("alice"),
        .target = SPAN("bob"),
        .nick = SPAN("carol"),
        .room = SPAN("lobby"),
        .text = SPAN("hello"),
        .names = SPAN("x, y"),
        .count = 18446744073709551615u,
    };
    check("{who} {target} {nick} {room} {text} {names} {count}", f,
          SPAN("alice bob carol lobby hello x, y 18446744073709551615\n"));
    check("{who}{who}", f, SPAN("alicealice\n"));
    check("{in}x", f, SPAN("x\n"));
    f.shows_room = true;
    check("{in}x", f, SPAN("[lobby] x\n"));
}

static void
test_nothing_and_lines(void **state)
{
    (void)state;
    struct words_fields f = {.text = SPAN("a")};
    check("", f, SPAN(""));
    check("-- one\n-- two", f, SPAN("-- one\n-- two\n"));
    check("{who}", f, SPAN("\n"));
}

static void
test_groups(void **state)
{
    (void)state;
    struct words_fields f = {.who = SPAN("bob")};
    check("{who} left< ({text})>", f, SPAN("bob left\n"));
    check("<{text}>{who}", f, SPAN("bob\n"));
    check("{who}<: {text}>< [{count}]>.", f, SPAN("bob.\n"));
    check("<{who} {text}>", f, SPAN("\n")); /* one of them is empty */
    f.text = SPAN("bye");
    f.count = 7;
    check("{who} left< ({text})>", f, SPAN("bob left (bye)\n"));
    check("{who}<: {text}>< [{count}]>.", f, SPAN("bob: bye [7].\n"));
    /* A field that is empty outside of a group does not empty it. */
    f.target = SPAN_NONE;
    check("{target}<{text}>", f, SPAN("bye\n"));
}

/* What people write is no template. */
static void
test_fields_are_not_expanded(void **state)
{
    (void)state;
    struct words_fields f = {
        .who = SPAN("{text}"),
        .text = SPAN("<{who}> > < {count} %s \\n"),
    };
    check("{who}: {text}", f, SPAN("{text}: <{who}> > < {count} %s \\n\n"));
    check("<a {text}>b", f, SPAN("a <{who}> > < {count} %s \\nb\n"));
}

static void
test_fields_are_cleaned(void **state)
{
    (void)state;
    struct span evil = SPAN("\x1b[m\n\0\xc2\x9b\xe2\x80\xae\xff");
    struct span clean = SPAN("\xef\xbf\xbd[m\xef\xbf\xbd\xef\xbf\xbd"
                             "\xef\xbf\xbd\xef\xbf\xbd\n");
    static const char *const templates[] = {"{who}",  "{target}", "{nick}",
                                            "{room}", "{text}",   "{names}"};
    struct words_fields f = {
        .who = evil,
        .target = evil,
        .nick = evil,
        .room = evil,
        .text = evil,
        .names = evil,
    };
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        check(templates[i], f, clean);
    f.shows_room = true;
    f.room = SPAN("\x1b");
    check("{in}", f, SPAN("[\xef\xbf\xbd] \n"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_field),
        cmocka_unit_test(test_nothing_and_lines),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_fields_are_not_expanded),
        cmocka_unit_test(test_fields_are_cleaned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
