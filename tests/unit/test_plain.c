/*
 * What people with nc and telnet send, by the vectors of tests/vectors/plain:
 * whole, cut at every byte, and byte by byte.
 */
#include "unit/decode.h"

#include "msg/limits.h"

/* In pieces of `step`, the first of `cut` when that is not 0. */
static void
run_in_pieces(const struct vector *v, struct span in, size_t cut, size_t step)
{
    struct decoder d = {0};
    for (size_t at = 0; at < in.n;) {
        size_t n = at == 0 && cut > 0 ? cut : step;
        struct span piece = span_sub(in, at, n);
        decode_feed(&d, piece, false);
        at += piece.n;
    }
    if (decode_has_end(v))
        decode_feed(&d, SPAN_NONE, true);
    struct buf want = decode_expected(v);
    if (!span_equal(buf_span(&d.described), buf_span(&want)))
        fprintf(stderr, "%s: cut at %zu, steps of %zu\n", v->name, cut, step);
    assert_span(buf_span(&d.described), buf_span(&want));
    buf_finish(&want);
    decode_finish(&d);
}

static void
run(const struct vector *v)
{
    struct buf in = {0};
    for (size_t i = 0; i < v->n; i++) {
        if (decode_is(&v->lines[i], "in"))
            buf_add(&in, buf_span(&v->lines[i].value));
    }
    for (size_t cut = 0; cut < in.n; cut++)
        run_in_pieces(v, buf_span(&in), cut, in.n);
    for (size_t step = 1; step < 4; step++)
        run_in_pieces(v, buf_span(&in), 0, step);
    buf_finish(&in);
}

static void
test_vectors(void **state)
{
    (void)state;
    printf("%zu vectors\n", vectors_each("plain", run));
}

/* The rest of a long line is said as it is, whatever it looks like. */
static void
test_the_rest_of_a_long_line_is_no_command(void **state)
{
    (void)state;
    static const struct span rests[] = {
        SPAN_INIT("q"),
        SPAN_INIT("/quit"),
        SPAN_INIT("//x"),
        SPAN_INIT("  "),
    };
    struct buf scratch = {0};
    for (size_t i = 0; i < COUNT_OF(rests); i++) {
        struct msg m;
        wire_plain_parse(rests[i], true, &scratch, &m);
        assert_int_equal(m.kind, MSG_SAY);
        assert_span(m.text, rests[i]);
    }
    buf_finish(&scratch);
}

static void
test_a_long_line_of_commands(void **state)
{
    (void)state;
    struct decoder d = {0};
    struct buf line = {0}, want = {0};
    while (line.n < 3 * LIMIT_TEXT_BYTES)
        buf_add(&line, SPAN("x/quit q"));
    for (size_t at = 0; at < line.n; at += LIMIT_TEXT_BYTES) {
        struct msg m = {
            .kind = MSG_SAY,
            .text = span_sub(buf_span(&line), at, LIMIT_TEXT_BYTES),
        };
        decode_describe(&m, &want);
    }
    buf_add(&line, SPAN("\n"));
    decode_feed(&d, buf_span(&line), false);
    assert_span(buf_span(&d.described), buf_span(&want));
    buf_finish(&line);
    buf_finish(&want);
    decode_finish(&d);
}

/* What is right is not copied; what is wrong borrows from the scratch. */
static void
test_only_what_is_wrong_is_copied(void **state)
{
    (void)state;
    struct buf scratch = {0};
    struct msg m;
    struct span right = SPAN("hello"), wrong = SPAN("hell\xff");
    wire_plain_parse(right, false, &scratch, &m);
    assert_ptr_equal(m.text.at, right.at);
    wire_plain_parse(wrong, false, &scratch, &m);
    assert_ptr_equal(m.text.at, scratch.at);
    assert_true(m.was_mended);
    wire_plain_parse(right, false, &scratch, &m);
    assert_false(m.was_mended);
    buf_finish(&scratch);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_the_rest_of_a_long_line_is_no_command),
        cmocka_unit_test(test_a_long_line_of_commands),
        cmocka_unit_test(test_only_what_is_wrong_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
