#include "unit/cmocka_all.h"

#include "liao/heard.h"

static const struct {
    struct span line;
    enum liao_heard_kind kind;
    struct span who;
    struct span other; /* target, nick, names or text */
} cases[] = {
    {SPAN_INIT("bob: hi: there"), LIAO_HEARD_SAID, SPAN_INIT("bob"),
     SPAN_INIT("hi: there")},
    {SPAN_INIT("[den] 小明: -- hi"), LIAO_HEARD_SAID, SPAN_INIT("小明"),
     SPAN_INIT("-- hi")},
    {SPAN_INIT("* bob waves"), LIAO_HEARD_ACTION, SPAN_INIT("bob"),
     SPAN_INIT("waves")},
    {SPAN_INIT("[bob to you] psst"), LIAO_HEARD_PRIVATE, SPAN_INIT("bob"),
     SPAN_INIT("psst")},
    {SPAN_INIT("[you to bob] psst"), LIAO_HEARD_SENT, SPAN_INIT(""),
     SPAN_INIT("psst")},
    {SPAN_INIT("-- bob joined"), LIAO_HEARD_CAME, SPAN_INIT("bob"),
     SPAN_INIT("")},
    {SPAN_INIT("-- [den] bob joined"), LIAO_HEARD_CAME, SPAN_INIT("bob"),
     SPAN_INIT("")},
    {SPAN_INIT("-- bob left (so long)"), LIAO_HEARD_WENT, SPAN_INIT("bob"),
     SPAN_INIT("so long")},
    {SPAN_INIT("-- bob left"), LIAO_HEARD_WENT, SPAN_INIT("bob"),
     SPAN_INIT("")},
    {SPAN_INIT("-- bob is now rob"), LIAO_HEARD_NICK, SPAN_INIT("bob"),
     SPAN_INIT("rob")},
    {SPAN_INIT("-- you are now rob"), LIAO_HEARD_YOU, SPAN_INIT(""),
     SPAN_INIT("rob")},
    {SPAN_INIT("-- liao: you are guest1, in room lobby"), LIAO_HEARD_YOU,
     SPAN_INIT(""), SPAN_INIT("guest1")},
    {SPAN_INIT("-- people in lobby: 2 (alice, guest2)"), LIAO_HEARD_NAMES,
     SPAN_INIT(""), SPAN_INIT("alice, guest2")},
    {SPAN_INIT("-- bye"), LIAO_HEARD_OTHER, SPAN_INIT(""), SPAN_INIT("")},
    {SPAN_INIT("no name here: really"), LIAO_HEARD_OTHER, SPAN_INIT(""),
     SPAN_INIT("")},
    {SPAN_INIT(""), LIAO_HEARD_OTHER, SPAN_INIT(""), SPAN_INIT("")},
};

static struct span
other_of(const struct liao_heard *h)
{
    if (h->target.n > 0)
        return h->target;
    if (h->kind == LIAO_HEARD_YOU)
        return h->nick;
    return h->names.n > 0 ? h->names : h->text;
}

static void
test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct liao_heard h;
        liao_heard_read(LIAO_FRAMING_LINES, cases[i].line, &h);
        if (h.kind != cases[i].kind)
            fail_msg("%.*s: %d", SPAN_ARG(cases[i].line), h.kind);
        assert_span(h.who, cases[i].who);
        assert_span(other_of(&h), cases[i].other);
        assert_int_equal(h.before.n + h.who.n + h.after.n, cases[i].line.n);
    }
}

static void
test_greeting_with_names(void **state)
{
    (void)state;
    struct liao_heard h;
    struct span name;
    liao_heard_read(LIAO_FRAMING_LINES,
                    SPAN("-- liao: you are guest3, in room lobby; here: "
                         "alice, 小明"),
                    &h);
    assert_span(h.nick, SPAN("guest3"));
    assert_true(liao_heard_name(&h.names, &name));
    assert_span(name, SPAN("alice"));
    assert_true(liao_heard_name(&h.names, &name));
    assert_span(name, SPAN("小明"));
    assert_false(liao_heard_name(&h.names, &name));
}

static void
test_lab(void **state)
{
    (void)state;
    struct liao_heard h;
    liao_heard_read(LIAO_FRAMING_LAB, SPAN("(127.0.0.1,5000):你好: hi"), &h);
    assert_int_equal(h.kind, LIAO_HEARD_SAID);
    assert_span(h.who, SPAN("(127.0.0.1,5000)"));
    assert_span(h.text, SPAN("你好: hi"));
    liao_heard_read(LIAO_FRAMING_LAB, SPAN("(127.0.0.1,5000)已退出聊天"), &h);
    assert_int_equal(h.kind, LIAO_HEARD_OTHER);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_greeting_with_names),
        cmocka_unit_test(test_lab),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
