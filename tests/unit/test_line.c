#include "unit/cmocka_all.h"

#include "term/line.h"

/* How a line goes: one of a single row, and one of more. */
#define ONE "\r\x1b[K"
#define MORE "\r\x1b[K\x1b[1B\x1b[J\x1b[1A"

static const struct term_screen narrow = {.columns = 10, .rows = 6};

/* What is sent to draw `text` with the cursor at `cursor`; *hidden is what
 * takes it off again on a screen of `columns`. */
static void
draw(struct span text, size_t cursor, unsigned columns, struct buf *drawn,
     struct buf *hidden)
{
    struct term_line line = {0};
    drawn->n = hidden->n = 0;
    term_line_draw(&line, narrow, SPAN("> "), text, cursor, drawn);
    term_line_hide(&line, columns, hidden);
    assert_false(line.is_drawn);
    term_line_hide(&line, columns, hidden); /* does nothing */
    term_line_finish(&line);
}

static void
test_rows(void **state)
{
    (void)state;
    static const struct {
        struct span text;
        size_t cursor;
        struct span drawn;
        struct span hidden;
    } cases[] = {
        {SPAN_INIT(""), 0, SPAN_INIT("> "), SPAN_INIT(ONE)},
        {SPAN_INIT("abc"), 3, SPAN_INIT("> abc"), SPAN_INIT(ONE)},
        {SPAN_INIT("abc"), 1, SPAN_INIT("> abc\r> a"), SPAN_INIT(ONE)},
        /* a full row: the cursor goes below */
        {SPAN_INIT("12345678"), 8, SPAN_INIT("> 12345678\r\n"),
         SPAN_INIT("\x1b[1A" MORE)},
        {SPAN_INIT("12345678"), 0, SPAN_INIT("> 12345678\r> "), SPAN_INIT(ONE)},
        /* a wide character does not fit into one column */
        {SPAN_INIT("1234567你"), 10, SPAN_INIT("> 1234567\r\n你"),
         SPAN_INIT("\x1b[1A" MORE)},
        {SPAN_INIT("1234567你"), 7, SPAN_INIT("> 1234567\r\n你\r"),
         SPAN_INIT("\x1b[1A" MORE)},
        /* the cursor inside a cluster stands before it */
        {SPAN_INIT("e\xcc\x81"), 1, SPAN_INIT("> e\xcc\x81\r> "),
         SPAN_INIT(ONE)},
        {SPAN_INIT("a\tb\x1b\xff"), 5, SPAN_INIT("> a b^[\xef\xbf\xbd"),
         SPAN_INIT(ONE)},
    };
    struct buf drawn = {0}, hidden = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        draw(cases[i].text, cases[i].cursor, 10, &drawn, &hidden);
        assert_span(buf_span(&drawn), cases[i].drawn);
        assert_span(buf_span(&hidden), cases[i].hidden);
    }
    buf_finish(&drawn);
    buf_finish(&hidden);
}

static void
test_narrower_meanwhile(void **state)
{
    (void)state;
    struct buf drawn = {0}, hidden = {0};
    /* 10 and 2 columns; on 4 the first row has become three. */
    draw(SPAN("1234567890"), 10, 4, &drawn, &hidden);
    assert_span(buf_span(&hidden), SPAN("\x1b[3A" MORE));
    draw(SPAN("1234567890"), 10, 30, &drawn, &hidden);
    assert_span(buf_span(&hidden), SPAN("\x1b[1A" MORE));
    draw(SPAN("123456"), 6, 4, &drawn, &hidden); /* waits in the last column */
    assert_span(buf_span(&hidden), SPAN("\x1b[1A" MORE));
    draw(SPAN("123456"), 3, 4, &drawn, &hidden);
    assert_span(buf_span(&hidden), SPAN("\x1b[1A" MORE));
    buf_finish(&drawn);
    buf_finish(&hidden);
}

static void
test_higher_than_the_screen(void **state)
{
    (void)state;
    struct buf drawn = {0}, hidden = {0};
    struct span text = SPAN("aaaaaaaa"
                            "bbbbbbbbbb"
                            "cccccccccc"
                            "dddddddddd"
                            "eeeeeeeeee"
                            "ffffffffff"
                            "g");
    draw(text, text.n, 10, &drawn, &hidden);
    assert_span(buf_span(&drawn),
                SPAN("cccccccccc\r\ndddddddddd\r\neeeeeeeeee\r\n"
                     "ffffffffff\r\ng"));
    assert_span(buf_span(&hidden), SPAN("\x1b[4A" MORE));
    draw(text, 0, 10, &drawn, &hidden);
    assert_span(buf_span(&drawn),
                SPAN("> aaaaaaaa\r\nbbbbbbbbbb\r\ncccccccccc\r\n"
                     "dddddddddd\r\neeeeeeeeee\x1b[4A\r> "));
    assert_span(buf_span(&hidden), SPAN(MORE));
    buf_finish(&drawn);
    buf_finish(&hidden);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_narrower_meanwhile),
        cmocka_unit_test(test_higher_than_the_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
