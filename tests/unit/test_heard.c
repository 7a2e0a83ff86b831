#include "unit/cmocka_all.h"

#include "base/tr.h"
#include "liao/heard.h"
#include "term/language.h"
#include "wire/plain.h"
#include "wire/words.h"

#include <string.h>

static struct liao_phrases phrases;

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
    {SPAN_INIT("-- bob was removed: spam"), LIAO_HEARD_WENT, SPAN_INIT(""),
     SPAN_INIT("bob")},
    {SPAN_INIT("-- bob was removed by al"), LIAO_HEARD_WENT, SPAN_INIT("al"),
     SPAN_INIT("bob")},
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
        liao_heard_read(&phrases, LIAO_FRAMING_LINES, cases[i].line, &h);
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
    liao_heard_read(&phrases, LIAO_FRAMING_LINES,
                    SPAN("-- liao: you are guest3, in room lobby; here: "
                         "alice, 小明"),
                    &h);
    assert_span(h.nick, SPAN("guest3"));
    assert_true(liao_heard_name(&h.names, &name));
    assert_span(name, SPAN("alice"));
    assert_true(liao_heard_name(&h.names, &name));
    assert_span(name, SPAN("小明"));
    assert_false(liao_heard_name(&h.names, &name));

    liao_heard_read(&phrases, LIAO_FRAMING_LINES,
                    SPAN("-- people in lobby: 2 (bob (udp), alice)"), &h);
    assert_true(liao_heard_name(&h.names, &name));
    assert_span(name, SPAN("bob"));
    assert_true(liao_heard_name(&h.names, &name));
    assert_span(name, SPAN("alice"));
    assert_false(liao_heard_name(&h.names, &name));
}

static void
test_lab(void **state)
{
    (void)state;
    struct liao_heard h;
    liao_heard_read(&phrases, LIAO_FRAMING_LAB,
                    SPAN("(127.0.0.1,5000):你好: hi"), &h);
    assert_int_equal(h.kind, LIAO_HEARD_SAID);
    assert_span(h.who, SPAN("(127.0.0.1,5000)"));
    assert_span(h.text, SPAN("你好: hi"));
    liao_heard_read(&phrases, LIAO_FRAMING_LAB,
                    SPAN("(127.0.0.1,5000)已退出聊天"), &h);
    assert_int_equal(h.kind, LIAO_HEARD_OTHER);
    liao_heard_read(&phrases, LIAO_FRAMING_LAB,
                    SPAN("-- 服务器已关闭 (the server is stopping)"), &h);
    assert_int_equal(h.kind, LIAO_HEARD_CLOSING);
}

/* A server's sentences in the language that tr() speaks now. */
static void
read_back_all(void *languages)
{
    static const struct {
        const char *const *words;
        size_t row;
        enum liao_heard_kind kind;
    } sentences[] = {
        {wire_plain_reply_words, REPLY_WELCOME, LIAO_HEARD_YOU},
        {wire_plain_reply_words, REPLY_NICK_IS, LIAO_HEARD_YOU},
        {wire_plain_reply_words, REPLY_JOINED, LIAO_HEARD_NAMES},
        {wire_plain_reply_words, REPLY_WHO, LIAO_HEARD_NAMES},
        {wire_plain_reply_words, REPLY_PRIVATE_SENT, LIAO_HEARD_SENT},
        {wire_plain_entry_words, ENTRY_JOIN, LIAO_HEARD_CAME},
        {wire_plain_entry_words, ENTRY_PART, LIAO_HEARD_WENT},
        {wire_plain_entry_words, ENTRY_QUIT, LIAO_HEARD_WENT},
        {wire_plain_entry_words, ENTRY_KICK, LIAO_HEARD_WENT},
        {wire_plain_entry_words, ENTRY_NICK, LIAO_HEARD_NICK},
        {wire_plain_entry_words, ENTRY_PRIVATE, LIAO_HEARD_PRIVATE},
        {wire_plain_entry_words, ENTRY_ACTION, LIAO_HEARD_ACTION},
        {wire_plain_entry_words, ENTRY_SAY, LIAO_HEARD_SAID},
        {wire_plain_reply_words, REPLY_BYE, LIAO_HEARD_OTHER},
        {wire_plain_reply_words, REPLY_NICK_TAKEN, LIAO_HEARD_REFUSED},
        {wire_plain_reply_words, REPLY_NICK_CHARACTER, LIAO_HEARD_REFUSED},
        {wire_plain_reply_words, REPLY_NICK_RESERVED, LIAO_HEARD_REFUSED},
        {wire_plain_reply_words, REPLY_STOPPING, LIAO_HEARD_CLOSING},
        {wire_plain_reply_words, REPLY_FULL, LIAO_HEARD_CLOSING},
        {wire_plain_reply_words, REPLY_KILLED, LIAO_HEARD_OUT},
        {wire_plain_reply_words, REPLY_TALK_ENDED, LIAO_HEARD_OUT},
        {wire_plain_reply_words, REPLY_MACHINE, LIAO_HEARD_OUT},
        {wire_plain_entry_words, ENTRY_TOPIC, LIAO_HEARD_OTHER},
    };
    const struct words_fields fields = {
        .who = SPAN("小明"),
        .target = SPAN("小红"),
        .nick = SPAN("bob"),
        .room = SPAN("lobby"),
        .text = SPAN("good 早"),
        .names = SPAN("alice, 小红"),
        .count = 2,
    };
    ++*(size_t *)languages;
    for (size_t i = 0; i < COUNT_OF(sentences); i++) {
        struct buf said = {0};
        struct liao_heard h;
        wire_words_expand(tr(sentences[i].words[sentences[i].row]), &fields,
                          &said);
        struct span line = buf_span(&said);
        line.n = span_find(line, '\n');
        liao_heard_read(&phrases, LIAO_FRAMING_LINES, line, &h);
        if (h.kind != sentences[i].kind)
            fail_msg("%.*s: %d", SPAN_ARG(line), h.kind);
        if (h.kind == LIAO_HEARD_YOU)
            assert_span(h.nick, fields.nick);
        if (h.kind == LIAO_HEARD_NAMES)
            assert_span(h.names, fields.names);
        if (h.who.n > 0)
            assert_span(h.who, fields.who);
        if (h.target.n > 0)
            assert_span(h.target, fields.target);
        buf_finish(&said);
    }
}

static void
test_every_language(void **state)
{
    (void)state;
    size_t languages = 0;
    term_language_each(read_back_all, &languages);
    assert_true(languages >= 2);
    assert_int_equal(languages, phrases.n);
}

static void
learn(void)
{
    term_language_begin("en");
    bindtextdomain(TR_DOMAIN, TESTS_CATALOGUES);
    term_language_each(liao_phrases_learn, &phrases);
}

int
main(void)
{
    learn();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_greeting_with_names),
        cmocka_unit_test(test_lab),
        cmocka_unit_test(test_every_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
