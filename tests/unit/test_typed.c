#include "unit/cmocka_all.h"

#include "base/utf8.h"
#include "term/typed.h"
#include "term/width.h"

#include <stdlib.h>

#define LEFT "\x1b[D"
#define UP "\x1b[A"
#define DOWN "\x1bOB"
#define FAMILY "👨‍👩‍👧"

/* Type `keys` in crumbs; what was sent, and what is there: "sent|li^ne". */
static void
type(struct term_typed *t, struct span keys, size_t crumb, struct buf *out)
{
    for (size_t at = 0; at < keys.n; at += crumb) {
        struct span some = span_sub(keys, at, crumb);
        while (some.n > 0) {
            if (term_typed_keys(t, &some) != TERM_TYPED_LINE)
                continue;
            buf_add(out, buf_span(&t->line));
            buf_add_byte(out, '|');
            term_typed_next(t);
        }
    }
    buf_add(out, span_sub(buf_span(&t->line), 0, t->cursor));
    buf_add_byte(out, '^');
    buf_add(out, span_from(buf_span(&t->line), t->cursor));
}

/* At once; and, unless a character would be cut, byte by byte. */
static void
assert_typed(const char *keys, const char *wanted)
{
    bool is_ascii = true;
    for (const char *c = keys; *c != '\0'; c++)
        is_ascii = is_ascii && (unsigned char)*c < 0x80;
    for (int i = 0; i < (is_ascii ? 2 : 1); i++) {
        struct term_typed t = {0};
        struct buf out = {0};
        type(&t, span_of(keys), i == 1 ? 1 : SIZE_MAX / 2, &out);
        assert_span(buf_span(&out), span_of(wanted));
        buf_finish(&out);
        term_typed_finish(&t);
    }
}

static void
test_cursor(void **state)
{
    (void)state;
    assert_typed("hello", "hello^");
    assert_typed("ab" LEFT "c", "ac^b");
    assert_typed("ab\x01" LEFT "c\x05"
                 "d",
                 "cabd^");
    assert_typed("一" FAMILY "二" LEFT LEFT, "一^" FAMILY "二");
    assert_typed("一" FAMILY "二" LEFT "\x7f", "一^二");
    assert_typed("一" FAMILY "二\x01\x1b[3~\x1b[3~", "^二");
    assert_typed("one two  \x1b"
                 "b",
                 "one ^two  ");
    assert_typed("one two\x01\x1b[1;5C", "one^ two");
}

static void
test_what_is_taken_away(void **state)
{
    (void)state;
    assert_typed("one two\x17", "one ^");
    assert_typed("one two\x17\x01\x19", "two^one ");
    assert_typed("ab" LEFT "\x15", "^b");
    assert_typed("ab" LEFT "\x0b", "a^");
    assert_typed("\x7f\x17\x15\x0b\x19\x1b[3~", "^");
}

static void
test_history(void **state)
{
    (void)state;
    assert_typed("a\rb\r" UP UP UP, "a|b|a^");
    assert_typed("a\r\r \ra\rhalf" UP DOWN DOWN, "a|| |a|half^");
    assert_typed("a\r" UP "b\r" UP UP UP, "a|ab|a^");
    assert_typed("a\ra\rb\r" UP UP UP, "a|a|b|a^");
}

static void
test_history_is_short(void **state)
{
    (void)state;
    struct term_typed t = {0};
    struct buf out = {0}, keys = {0};
    for (int i = 0; i < 3 * TERM_TYPED_LINES; i++)
        buf_add_format(&keys, "%d\r", i);
    for (int i = 0; i < 2 * TERM_TYPED_LINES; i++)
        buf_add(&keys, SPAN(UP));
    type(&t, buf_span(&keys), SIZE_MAX / 2, &out);
    assert_span(buf_span(&t.line), SPAN("200"));
    buf_finish(&keys);
    buf_finish(&out);
    term_typed_finish(&t);
}

static void
test_unknown_keys_do_nothing(void **state)
{
    (void)state;
    assert_typed("a\x1b[15~b\x1b[99;99;99Zc\x1bOPd\x1b[200", "abcd^");
    assert_typed("a\x1b\x1b[Db", "b^a"); /* ESC alone, then Left */
    assert_typed("a\x1b好", "a好^");     /* ESC alone, then a word */
    assert_typed("a\x1b\rb", "a|b^");    /* ESC alone, then Enter */
    assert_typed("a\x13\x11\x07\x16"
                 "b",
                 "ab^"); /* Ctrl-S and such */
}

static void
test_the_owners_keys(void **state)
{
    (void)state;
    struct term_typed t = {0};
    struct span keys = SPAN("\x04\ta\x0c\x04");
    assert_int_equal(term_typed_keys(&t, &keys), TERM_TYPED_END);
    assert_int_equal(term_typed_keys(&t, &keys), TERM_TYPED_TAB);
    assert_int_equal(term_typed_keys(&t, &keys), TERM_TYPED_CLEAR);
    assert_int_equal(term_typed_keys(&t, &keys), TERM_TYPED_MORE);
    assert_span(buf_span(&t.line), SPAN("a"));
    term_typed_insert(&t, SPAN("\r\x1b[D\t\x80"));
    assert_int_equal(utf8_find_wrong(buf_span(&t.line)), t.line.n);
    assert_int_equal(span_find(buf_span(&t.line), '\x1b'), t.line.n);
    term_typed_finish(&t);
}

/* Whatever is typed, the cursor stands in the line, between two characters,
 * and the line is bounded, clean UTF-8. */
static void
test_noise(void **state)
{
    static const char *const words[] = {
        "a",         " ",         "好",   FAMILY, "e\u0301", "🇨🇳",      LEFT,
        "\x1b[C",    UP,          DOWN,   "\r",   "\x7f",    "\x1b[3~", "\x01",
        "\x05",      "\x15",      "\x0b", "\x17", "\x19",    "\x1b",    "[",
        "\x1b[1;5D", "\x1b[1;5C", "\x04", "\t",
    };
    (void)state;
    struct term_typed t = {0};
    srand(3);
    for (int i = 0; i < 50000; i++) {
        struct span keys =
            span_of(words[(size_t)rand() % (sizeof(words) / sizeof(*words))]);
        while (keys.n > 0) {
            if (term_typed_keys(&t, &keys) == TERM_TYPED_LINE)
                term_typed_next(&t);
        }
        struct span line = buf_span(&t.line);
        assert_true(t.cursor <= line.n && line.n <= TERM_TYPED_BYTES);
        assert_int_equal(utf8_find_wrong(line), line.n);
        struct span front = span_sub(line, 0, t.cursor);
        assert_int_equal(utf8_find_wrong(front), front.n);
    }
    term_typed_finish(&t);
}

static void
test_a_line_has_an_end(void **state)
{
    (void)state;
    struct term_typed t = {0};
    for (int i = 0; i < 2 * (int)TERM_TYPED_BYTES / 3; i++)
        term_typed_insert(&t, SPAN("好"));
    assert_true(t.line.n <= TERM_TYPED_BYTES);
    assert_true(t.line.n > TERM_TYPED_BYTES - 16);
    assert_int_equal(utf8_find_wrong(buf_span(&t.line)), t.line.n);
    term_typed_finish(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cursor),
        cmocka_unit_test(test_what_is_taken_away),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_history_is_short),
        cmocka_unit_test(test_unknown_keys_do_nothing),
        cmocka_unit_test(test_the_owners_keys),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_a_line_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
