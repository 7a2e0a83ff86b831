#include "unit/cmocka_all.h"

#include "base/tr.h"
#include "liao/people.h"
#include "term/language.h"

static struct liao_phrases phrases;

/* True: it calls us. */
static bool
hear(struct liao_people *p, const char *line)
{
    struct liao_heard h;
    liao_heard_read(&phrases, LIAO_FRAMING_LINES, span_of(line), &h);
    liao_people_learn(p, &h);
    return liao_people_are_calling(p, &h);
}

/* All names, the most recent first. */
static void
assert_names(const struct liao_people *p, const char *wanted)
{
    struct buf all = {0};
    for (size_t i = 0; i < p->names.n; i++) {
        buf_add(&all, p->names.list[i]);
        buf_add_byte(&all, ' ');
    }
    assert_span(buf_span(&all), span_of(wanted));
    buf_finish(&all);
}

static void
test_names_come_and_go(void **state)
{
    (void)state;
    struct liao_people p = {0};
    hear(&p, "-- liao: you are guest3, in room lobby; here: alice, 小明");
    assert_span(buf_span(&p.nick), SPAN("guest3"));
    assert_names(&p, "小明 alice ");
    hear(&p, "-- you are now carol");
    assert_span(buf_span(&p.nick), SPAN("carol"));
    hear(&p, "bob: hi");
    hear(&p, "-- alice is now eve");
    assert_names(&p, "eve bob 小明 ");
    hear(&p, "-- bob left (so long)");
    hear(&p, "-- 小明 was removed by eve: spam");
    assert_names(&p, "eve ");
    hear(&p, "-- people in lobby: 2 (carol, eve)"); /* not ourselves */
    assert_names(&p, "eve ");
    hear(&p, "-- people in lobby: 99 (carol, eve, dave, ...)");
    assert_names(&p, "dave eve ");
    liao_people_finish(&p);
}

static void
test_a_chinese_server_to_anybody(void **state)
{
    (void)state;
    struct liao_people p = {0};
    hear(&p, "-- liao: 你是 guest3，在房间 lobby；在场：alice, 小明");
    assert_span(buf_span(&p.nick), SPAN("guest3"));
    hear(&p, "-- bob 来了");
    hear(&p, "-- alice 走了");
    hear(&p, "-- 小明 改名为 小红");
    assert_names(&p, "小红 bob ");
    assert_true(hear(&p, "bob: guest3, 在吗?"));
    assert_true(hear(&p, "[bob 对你说] 嘘"));
    liao_people_finish(&p);
}

static void
test_who_calls(void **state)
{
    (void)state;
    struct liao_people p = {0};
    assert_false(hear(&p, "alice: guest3?")); /* who is that? */
    hear(&p, "-- you are now Bob");
    assert_true(hear(&p, "alice: bob, come here"));
    assert_true(hear(&p, "* alice waves at BOB"));
    assert_true(hear(&p, "[alice to you] psst"));
    assert_false(hear(&p, "alice: bobby is no Bobs"));
    assert_false(hear(&p, "-- bob joined"));
    assert_false(hear(&p, "Bob: I am Bob"));
    assert_false(hear(&p, "-- the topic of lobby is: Bob"));
    liao_people_finish(&p);
}

int
main(void)
{
    term_language_begin("en");
    bindtextdomain(TR_DOMAIN, TESTS_CATALOGUES);
    term_language_each(liao_phrases_learn, &phrases);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_come_and_go),
        cmocka_unit_test(test_a_chinese_server_to_anybody),
        cmocka_unit_test(test_who_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
