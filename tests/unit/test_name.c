#include "unit/cmocka_all.h"

#include "base/utf8.h"
#include "msg/limits.h"
#include "msg/name.h"

struct name {
    struct span name;
    enum name_verdict nick;
    enum name_verdict room;
};

#define BOTH(verdict) verdict, verdict

/* clang-format off */
static const struct name names[] = {
    {SPAN_INIT("bob"), BOTH(NAME_OK)},
    {SPAN_INIT("a"), BOTH(NAME_OK)},
    {SPAN_INIT("q"), BOTH(NAME_OK)},
    {SPAN_INIT("Bob_2"), BOTH(NAME_OK)},
    {SPAN_INIT("bob[away]"), BOTH(NAME_OK)},
    {SPAN_INIT("b{o}|^\\`-."), BOTH(NAME_OK)},
    {SPAN_INIT("_bob"), BOTH(NAME_OK)},
    {SPAN_INIT("张三"), BOTH(NAME_OK)},
    {SPAN_INIT("张三abc"), BOTH(NAME_OK)},
    {SPAN_INIT("やまだ太郎"), BOTH(NAME_OK)},
    {SPAN_INIT("김철수"), BOTH(NAME_OK)},
    {SPAN_INIT("Иван"), BOTH(NAME_OK)},
    {SPAN_INIT("Γιώργος"), BOTH(NAME_OK)},
    {SPAN_INIT("Jürgen"), BOTH(NAME_OK)},
    {SPAN_INIT("Nguye\xcc\x82\xcc\x83n"), BOTH(NAME_OK)},
    {SPAN_INIT("नमस्ते"), BOTH(NAME_OK)},
    {SPAN_INIT("ｂｏｂ"), BOTH(NAME_OK)},

    {SPAN_INIT(""), BOTH(NAME_EMPTY)},

    {SPAN_INIT(":bob"), BOTH(NAME_FIRST)},
    {SPAN_INIT("(bob"), BOTH(NAME_FIRST)},
    {SPAN_INIT(")bob"), BOTH(NAME_FIRST)},
    {SPAN_INIT(",bob"), BOTH(NAME_FIRST)},
    {SPAN_INIT("[bob]"), BOTH(NAME_FIRST)},
    {SPAN_INIT("]bob"), BOTH(NAME_FIRST)},
    {SPAN_INIT("*bob"), BOTH(NAME_FIRST)},
    {SPAN_INIT("-bob"), BOTH(NAME_FIRST)},
    {SPAN_INIT("--"), BOTH(NAME_FIRST)},
    {SPAN_INIT("\xcc\x81" "bob"), BOTH(NAME_FIRST)},
    {SPAN_INIT("1bob"), NAME_FIRST, NAME_OK},
    {SPAN_INIT("\xd9\xa3" "bob"), NAME_FIRST, NAME_OK}, /* Arabic 3 */
    {SPAN_INIT("２bob"), NAME_FIRST, NAME_OK},          /* full-width 2 */
    /* Full-width forms of what no name begins with. */
    {SPAN_INIT("－bob"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("＊bob"), BOTH(NAME_CHARACTER)},

    {SPAN_INIT("a b"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT(" bob"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\tb"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\xc2\xa0" "b"), BOTH(NAME_CHARACTER)},   /* no-break blank */
    {SPAN_INIT("a\xe3\x80\x80" "b"), BOTH(NAME_CHARACTER)}, /* wide blank */
    {SPAN_INIT("a\0b"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\nb"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\x1b[m"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\x7f"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\xc2\x9b"), BOTH(NAME_CHARACTER)},       /* C1 */
    {SPAN_INIT("a,b"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a:b"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a!b"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a@b"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a*b"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a?b"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a(b)"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("#bob"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("/bob"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\xe2\x80\xae" "b"), BOTH(NAME_CHARACTER)}, /* bidi */
    {SPAN_INIT("a\xe2\x80\x8b" "b"), BOTH(NAME_CHARACTER)}, /* no width */
    {SPAN_INIT("a\xc2\xad" "b"), BOTH(NAME_CHARACTER)},   /* soft hyphen */
    {SPAN_INIT("a\xe2\x80\xa8" "b"), BOTH(NAME_CHARACTER)}, /* line */
    {SPAN_INIT("\xf0\x9f\x98\x80"), BOTH(NAME_CHARACTER)}, /* emoji */
    {SPAN_INIT("\xef\xb7\xba"), BOTH(NAME_CHARACTER)}, /* folds to a phrase */
    {SPAN_INIT("a\xcc\x81\xcc\x81\xcc\x81"), BOTH(NAME_CHARACTER)}, /* Zalgo */
    {SPAN_INIT("a\xff"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\xe4\xbd"), BOTH(NAME_CHARACTER)},
    {SPAN_INIT("a\xed\xa0\x80"), BOTH(NAME_CHARACTER)},

    {SPAN_INIT("p\xd0\xb0ypal"), BOTH(NAME_MIXED)},  /* Cyrillic a */
    {SPAN_INIT("\xce\x91lpha"), BOTH(NAME_MIXED)},   /* Greek A */
    {SPAN_INIT("s\xd0\xb5rver"), BOTH(NAME_MIXED)},
    {SPAN_INIT("Иvan"), BOTH(NAME_MIXED)},
    {SPAN_INIT("张Иван"), BOTH(NAME_MIXED)},
    {SPAN_INIT("ｂob"), BOTH(NAME_MIXED)},
    {SPAN_INIT("\xe2\x84\xaaim"), BOTH(NAME_MIXED)}, /* Kelvin */

    {SPAN_INIT("server"), NAME_RESERVED, NAME_OK},
    {SPAN_INIT("SerVer"), NAME_RESERVED, NAME_OK},
    {SPAN_INIT("ｓｅｒｖｅｒ"), NAME_RESERVED, NAME_OK},
    {SPAN_INIT("\xc5\xbf" "erver"), NAME_RESERVED, NAME_OK}, /* long s */
    {SPAN_INIT("服务器"), NAME_RESERVED, NAME_OK},
    {SPAN_INIT("guest1"), NAME_RESERVED, NAME_OK},
    {SPAN_INIT("Guest007"), NAME_RESERVED, NAME_OK},
    {SPAN_INIT("ｇｕｅｓｔ１"), NAME_RESERVED, NAME_OK},
    {SPAN_INIT("You"), NAME_RESERVED, NAME_OK},
    {SPAN_INIT("your"), BOTH(NAME_OK)},
    {SPAN_INIT("guest"), BOTH(NAME_OK)},
    {SPAN_INIT("guest1a"), BOTH(NAME_OK)},
    {SPAN_INIT("guests"), BOTH(NAME_OK)},
    {SPAN_INIT("servers"), BOTH(NAME_OK)},
};
/* clang-format on */

static void
test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct name *n = &names[i];
        enum name_verdict nick = msg_name_check_nick(n->name);
        enum name_verdict room = msg_name_check_room(n->name);
        if (nick != n->nick || room != n->room)
            fail_msg("row %zu, %.*s: nick %d, want %d; room %d, want %d", i,
                     SPAN_ARG(n->name), nick, n->nick, room, n->room);
    }
}

static struct span
repeat(struct buf *b, struct span s, size_t times)
{
    buf_truncate(b, 0);
    while (times-- > 0)
        buf_add(b, s);
    return buf_span(b);
}

static void
test_length(void **state)
{
    (void)state;
    struct buf b = {0};
    struct span a = SPAN("a"), han = SPAN("三"), e = SPAN("e\xcc\x81");
    assert_int_equal(msg_name_check_nick(repeat(&b, a, 30)), NAME_OK);
    assert_int_equal(msg_name_check_nick(repeat(&b, a, 31)), NAME_TOO_LONG);
    assert_int_equal(msg_name_check_nick(repeat(&b, a, 5000)), NAME_TOO_LONG);
    assert_int_equal(msg_name_check_nick(repeat(&b, han, 21)), NAME_OK);
    assert_int_equal(msg_name_check_nick(repeat(&b, han, 22)), NAME_TOO_LONG);
    assert_int_equal(msg_name_check_nick(repeat(&b, e, 15)), NAME_OK);
    assert_int_equal(msg_name_check_nick(repeat(&b, e, 16)), NAME_TOO_LONG);
    assert_int_equal(msg_name_check_room(repeat(&b, a, 50)), NAME_OK);
    assert_int_equal(msg_name_check_room(repeat(&b, a, 51)), NAME_TOO_LONG);
    assert_int_equal(msg_name_check_room(repeat(&b, han, 32)), NAME_OK);
    assert_int_equal(msg_name_check_room(repeat(&b, han, 33)), NAME_TOO_LONG);
    buf_finish(&b);
}

static bool
are_same(struct span a, struct span b)
{
    struct buf key_a = {0}, key_b = {0};
    assert_true(msg_name_key(a, &key_a) && msg_name_key(b, &key_b));
    bool same = span_equal(buf_span(&key_a), buf_span(&key_b));
    buf_finish(&key_a);
    buf_finish(&key_b);
    return same;
}

static void
test_same_names(void **state)
{
    (void)state;
    assert_true(are_same(SPAN("Bob"), SPAN("bOB")));
    assert_true(are_same(SPAN("bob"), SPAN("ｂｏｂ")));
    assert_true(are_same(SPAN("Stra\xc3\x9f"
                              "e"),
                         SPAN("STRASSE")));
    assert_true(are_same(SPAN("\xc3\xa9"), SPAN("e\xcc\x81")));
    assert_true(are_same(SPAN("\xce\xa3\xce\xa3"), SPAN("\xcf\x83\xcf\x82")));
    assert_true(are_same(SPAN("ИВАН"), SPAN("иван")));
    assert_false(are_same(SPAN("bob"), SPAN("b0b")));
    assert_false(are_same(SPAN("bob"), SPAN("bob_")));
    assert_false(are_same(SPAN("张三"), SPAN("張三")));
}

static void
test_key_is_appended_and_refuses_wrong_bytes(void **state)
{
    (void)state;
    struct buf key = {0};
    buf_add(&key, SPAN("x:"));
    assert_true(msg_name_key(SPAN("BOB"), &key));
    assert_span(buf_span(&key), SPAN("x:bob"));
    assert_false(msg_name_key(SPAN("b\xff"), &key));
    assert_false(msg_name_key(SPAN("\xed\xa0\x80"), &key));
    buf_finish(&key);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_same_names),
        cmocka_unit_test(test_key_is_appended_and_refuses_wrong_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
