#include "unit/cmocka_all.h"

#include "term/paste.h"

/* What all of `keys` amounts to: typed as it is, pasted in brackets. They
 * arrive `crumb` bytes at a time. */
static void
read_keys(struct span keys, size_t crumb, struct buf *out)
{
    struct term_paste p = {0};
    for (size_t at = 0; at < keys.n; at += crumb) {
        buf_add(&p.keys, span_sub(keys, at, crumb));
        enum term_paste_found found;
        while ((found = term_paste_next(&p, out)) != TERM_PASTE_MORE) {
            if (found != TERM_PASTE_WHOLE)
                continue;
            /* It came alone, as a key; whoever takes a paste forgets it. */
            if (out->n > 0 && out->at[out->n - 1] == '\x1b')
                buf_truncate(out, out->n - 1);
            buf_add_format(out, "(%.*s)", SPAN_ARG(buf_span(&p.text)));
            buf_truncate(&p.text, 0);
        }
    }
    term_paste_finish(&p);
}

static void
assert_read(struct span keys, struct span wanted)
{
    for (size_t crumb = 1; crumb <= keys.n; crumb++) {
        struct buf out = {0};
        read_keys(keys, crumb, &out);
        assert_span(buf_span(&out), wanted);
        buf_finish(&out);
    }
}

static void
test_told_apart(void **state)
{
    (void)state;
    assert_read(SPAN("hi"), SPAN("hi"));
    assert_read(SPAN("h\x1b[200~a\rb\x1b[201~i"), SPAN("h(a\rb)i"));
    assert_read(SPAN("\x1b[200~\x1b[201~"), SPAN("()"));
    assert_read(SPAN("\x1b[200~你\x1b[201~\x1b[200~好\x1b[201~"),
                SPAN("(你)(好)"));
    /* Another key that begins as the mark does. */
    assert_read(SPAN("\x1b[2~x\x1b[20~"), SPAN("\x1b[2~x\x1b[20~"));
    /* A mark inside is text; an end without a beginning is a key. */
    assert_read(SPAN("\x1b[200~\x1b[200~\x1b[201~"), SPAN("(\x1b[200~)"));
    assert_read(SPAN("a\x1b[201~"), SPAN("a\x1b[201~"));
    assert_read(SPAN("\x1b[\x1b[200~a\x1b[201~"), SPAN("\x1b[(a)"));
}

static void
test_whole_characters(void **state)
{
    (void)state;
    assert_read(SPAN("你a\xe4x"), SPAN("你a\xef\xbf\xbdx"));
}

/* A lone ESC is a key: it must not wait for what may follow. */
static void
test_escape_is_a_key(void **state)
{
    (void)state;
    struct term_paste p = {0};
    struct buf out = {0};
    buf_add(&p.keys, SPAN("\x1b"));
    assert_int_equal(term_paste_next(&p, &out), TERM_PASTE_TYPED);
    assert_span(buf_span(&out), SPAN("\x1b"));
    buf_finish(&out);
    term_paste_finish(&p);
}

static void
test_too_large_a_paste_is_cut(void **state)
{
    (void)state;
    struct term_paste p = {0};
    struct buf out = {0};
    buf_add(&p.keys, SPAN("\x1b[200~"));
    for (int i = 0; i < 1500; i++) {
        for (int k = 0; k < 1000; k++)
            buf_add_byte(&p.keys, 'x');
        while (term_paste_next(&p, &out) != TERM_PASTE_MORE)
            continue;
        assert_true(p.text.n <= 1 << 20);
    }
    buf_add(&p.keys, SPAN("\x1b[201~!"));
    assert_int_equal(term_paste_next(&p, &out), TERM_PASTE_WHOLE);
    assert_int_equal(p.text.n, 1 << 20);
    buf_finish(&out);
    term_paste_finish(&p);
}

static void
test_lines(void **state)
{
    (void)state;
    assert_int_equal(term_paste_count(SPAN("")), 0);
    assert_int_equal(term_paste_count(SPAN("a")), 1);
    assert_int_equal(term_paste_count(SPAN("a\r")), 1);
    assert_int_equal(term_paste_count(SPAN("a\rb")), 2);
    assert_int_equal(term_paste_count(SPAN("a\r\nb\nc\r\rd")), 5);
    struct span rest = SPAN("a\r\n\nb"), line;
    assert_true(term_paste_line(&rest, &line));
    assert_span(line, SPAN("a"));
    assert_true(term_paste_line(&rest, &line));
    assert_int_equal(line.n, 0);
    assert_true(term_paste_line(&rest, &line));
    assert_span(line, SPAN("b"));
    assert_false(term_paste_line(&rest, &line));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told_apart),
        cmocka_unit_test(test_whole_characters),
        cmocka_unit_test(test_escape_is_a_key),
        cmocka_unit_test(test_too_large_a_paste_is_cut),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
