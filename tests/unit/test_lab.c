/*
 * The lab's wire: bursts in, by the vectors of tests/vectors/lab; blocks out.
 */
#include "unit/decode.h"

#include "base/utf8.h"
#include "support/random.h"
#include "wire/lab.h"

#include <stdlib.h>

/* -- in ---------------------------------------------------------------------- */

static void
run(const struct vector *v)
{
    struct decoder d = {.frames.by_burst = true};
    for (size_t i = 0; i < v->n; i++) {
        if (decode_is(&v->lines[i], "in"))
            decode_feed(&d, buf_span(&v->lines[i].value), false);
    }
    if (decode_has_end(v))
        decode_feed(&d, SPAN_NONE, true);
    struct buf want = decode_expected(v);
    if (!span_equal(buf_span(&d.described), buf_span(&want)))
        fprintf(stderr, "%s\n", v->name);
    assert_span(buf_span(&d.described), buf_span(&want));
    buf_finish(&want);
    decode_finish(&d);
}

static void
test_vectors(void **state)
{
    (void)state;
    printf("%zu vectors\n", vectors_each("lab", run));
}

/* -- out --------------------------------------------------------------------- */

static bool
ends_between_characters(struct span s, size_t at)
{
    return at >= s.n || (span_get(s, at) & 0xc0) != 0x80;
}

/* Take all blocks of `queued`, as they would be sent; check each. */
static size_t
take_blocks(struct span queued)
{
    size_t blocks = 0;
    for (size_t at = 0; at < queued.n; blocks++) {
        struct buf block = {0};
        struct span rest = span_from(queued, at);
        size_t used = wire_lab_block(rest, &block);
        struct span sent = buf_span(&block);
        assert_true(used > 0 && used <= rest.n);
        assert_true(sent.n > 0 && sent.n <= LAB_BLOCK_BYTES);
        assert_true(span_get(sent, sent.n - 1) != '\n');
        /* It is what was queued, but for the newline that ended it. */
        assert_span(sent, span_sub(rest, 0, sent.n));
        assert_true(used == sent.n ||
                    (used == sent.n + 1 && span_get(rest, sent.n) == '\n'));
        assert_true(ends_between_characters(rest, used));
        /* A line is not cut if it fits in a block; a block takes as many
         * lines as fit. */
        bool is_cut = used == sent.n && used < rest.n;
        if (is_cut)
            assert_true(span_find(rest, '\n') > LAB_BLOCK_BYTES);
        if (!is_cut && used < rest.n) {
            size_t next = span_find(span_from(rest, used), '\n');
            assert_true(used + next > LAB_BLOCK_BYTES);
        }
        buf_finish(&block);
        at += used;
    }
    return blocks;
}

static const struct span words[] = {
    SPAN_INIT("a"),
    SPAN_INIT("你好"),
    SPAN_INIT(" "),
    SPAN_INIT("e\xcc\x81"),
    SPAN_INIT("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d"
              "\xf0\x9f\x91\xa7"),
};

static void
add_line(struct dice *dice, size_t n, struct buf *out)
{
    size_t end = out->n + n;
    buf_add(out, SPAN("x"));
    while (out->n < end)
        buf_add(out, words[dice_below(dice, COUNT_OF(words))]);
    buf_add(out, SPAN("\n"));
}

static void
test_blocks_of_random_lines(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct dice dice = {seed};
        struct buf queued = {0};
        size_t most = seed % 3 == 0 ? 5000 : seed % 3 == 1 ? 1100 : 60;
        for (int i = 0; i < 40; i++)
            add_line(&dice, dice_below(&dice, most), &queued);
        assert_true(take_blocks(buf_span(&queued)) > 0);
        buf_finish(&queued);
    }
    printf("seeds 1 to 500\n");
}

/* Lines of each length around a block's. */
static void
test_blocks_of_lines_about_as_long_as_a_block(void **state)
{
    (void)state;
    uint8_t text[2 * LAB_BLOCK_BYTES + 5];
    memset(text, 'a', sizeof(text));
    for (size_t n = 1; n < sizeof(text); n++) {
        struct buf queued = {0};
        buf_add(&queued, (struct span){text, n});
        buf_add(&queued, SPAN("\nb\n"));
        size_t blocks = take_blocks(buf_span(&queued));
        size_t want = (n + 2 + LAB_BLOCK_BYTES - 1) / LAB_BLOCK_BYTES;
        assert_int_equal(blocks, want);
        buf_finish(&queued);
    }
}

/* A long line is cut between graphemes. */
static void
test_blocks_of_one_long_line(void **state)
{
    (void)state;
    struct span flag = SPAN("\xf0\x9f\x87\xa8\xf0\x9f\x87\xb3"); /* 8 bytes */
    struct buf queued = {0};
    buf_add(&queued, SPAN("abc"));
    while (queued.n < 3000)
        buf_add(&queued, flag);
    buf_add(&queued, SPAN("\n"));
    struct buf block = {0};
    assert_int_equal(wire_lab_block(buf_span(&queued), &block), 1024 - 5);
    assert_span(buf_span(&block), span_sub(buf_span(&queued), 0, 1024 - 5));
    buf_finish(&block);
    (void)take_blocks(buf_span(&queued));
    buf_finish(&queued);
}

static void
test_a_block_is_appended(void **state)
{
    (void)state;
    struct buf block = {0};
    assert_int_equal(wire_lab_block(SPAN_NONE, &block), 0);
    assert_int_equal(block.n, 0);
    assert_int_equal(wire_lab_block(SPAN("one\ntwo\n"), &block), 8);
    assert_span(buf_span(&block), SPAN("one\ntwo"));
    buf_finish(&block);
    assert_int_equal(wire_lab_block(SPAN("one\ntw"), &block), 6);
    assert_span(buf_span(&block), SPAN("one\ntw"));
    buf_finish(&block);
}

/* A reader that takes 1,024 bytes at once cuts where we did. */
static void
test_padding_fills_a_block(void **state)
{
    (void)state;
    for (size_t n = 0; n <= LAB_BLOCK_BYTES; n++) {
        struct buf block = {0};
        for (size_t i = 0; i < n; i++)
            buf_add(&block, SPAN("x"));
        wire_lab_pad(&block);
        assert_int_equal(block.n, LAB_BLOCK_BYTES);
        assert_int_equal(span_find(buf_span(&block), ' '), n);
        assert_int_equal(span_trim(buf_span(&block)).n, n);
        buf_finish(&block);
    }
}

static void
test_labels(void **state)
{
    (void)state;
    struct buf out = {0};
    wire_lab_label(&out, "192.0.2.1", 65535);
    wire_lab_label(&out, "::1", 0);
    assert_span(buf_span(&out), SPAN("(192.0.2.1,65535)(::1,0)"));
    buf_finish(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_blocks_of_random_lines),
        cmocka_unit_test(test_blocks_of_lines_about_as_long_as_a_block),
        cmocka_unit_test(test_blocks_of_one_long_line),
        cmocka_unit_test(test_a_block_is_appended),
        cmocka_unit_test(test_padding_fills_a_block),
        cmocka_unit_test(test_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
