/*
 * Cutting bytes into messages. What a line or a burst means is in the
 * vectors (test_plain.c); here it is about length, and about where the
 * network happens to cut.
 */
#include "unit/cmocka_all.h"

#include "base/utf8.h"
#include "msg/limits.h"
#include "support/random.h"
#include "wire/frames.h"

#include <stdlib.h>

#define PIECE_BYTES 16384

/* A peer: what is unfinished, and what came out, one after the other. */
struct peer {
    struct wire_frames frames;
    struct buf in;
    struct buf said;   /* all texts, each ended by a newline */
    struct buf joined; /* all texts, as they are */
    size_t messages;
    size_t rests;
    size_t too_long;
    size_t most_held;
};

static void
peer_finish(struct peer *p)
{
    buf_finish(&p->in);
    buf_finish(&p->said);
    buf_finish(&p->joined);
}

/* As peer/in.c does it. */
static void
feed(struct peer *p, struct span piece, bool is_end)
{
    size_t at = 0;
    buf_add(&p->in, piece);
    for (;;) {
        struct wire_frame frame = {0};
        size_t used = 0;
        enum wire_result result = wire_frames_next(
            &p->frames, span_from(buf_span(&p->in), at), is_end, &frame, &used);
        assert_true(used <= p->in.n - at);
        if (result == WIRE_MORE && used == 0)
            break;
        if (result != WIRE_MORE)
            assert_true(used > 0);
        if (result == WIRE_TOO_LONG)
            p->too_long++;
        if (result == WIRE_OK) {
            assert_true(frame.text.n <= LIMIT_TEXT_BYTES);
            assert_int_equal(span_find(frame.text, '\n'), frame.text.n);
            buf_add(&p->joined, frame.text);
            buf_add(&p->said, frame.text);
            buf_add_byte(&p->said, '\n');
            p->messages++;
            p->rests += frame.is_rest;
        }
        at += used;
    }
    buf_drop_front(&p->in, at);
    if (p->in.n > p->most_held)
        p->most_held = p->in.n;
}

/* -- long lines ----------------------------------------------------------------- */

static const struct span graphemes[] = {
    SPAN_INIT("a"),
    SPAN_INIT("你"),
    SPAN_INIT("e\xcc\x81"), /* e, acute */
    SPAN_INIT("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d"
              "\xf0\x9f\x91\xa7\xe2\x80\x8d\xf0\x9f\x91\xa6"), /* a family */
    SPAN_INIT("\xf0\x9f\x87\xa8\xf0\x9f\x87\xb3"),             /* a flag */
    SPAN_INIT("o\xcc\x82\xcc\x81"),
};

static struct buf
long_text(uint64_t seed, size_t n, uint8_t *is_boundary)
{
    struct dice dice = {seed};
    struct buf text = {0};
    while (text.n < n) {
        is_boundary[text.n] = 1;
        buf_add(&text, graphemes[dice_below(&dice, COUNT_OF(graphemes))]);
    }
    is_boundary[text.n] = 1;
    return text;
}

/* Each message is cut between graphemes, and joined they are the line. */
static void
check_long_line(bool by_burst, size_t n, size_t piece_bytes)
{
    uint8_t *is_boundary = calloc(1, n + 100);
    struct buf text = long_text(n + piece_bytes, n, is_boundary);
    struct peer p = {.frames.by_burst = by_burst};
    for (size_t at = 0; at < text.n; at += piece_bytes)
        feed(&p, span_sub(buf_span(&text), at, piece_bytes), false);
    feed(&p, SPAN("\n"), false);
    feed(&p, SPAN("hello\n"), false);

    assert_int_equal(p.too_long, 0);
    assert_true(p.most_held <= LIMIT_TEXT_BYTES + 4);
    size_t messages = 0;
    for (size_t at = 0, start = 0; at < p.said.n; at++) {
        if (p.said.at[at] != '\n')
            continue;
        size_t in_text = at - messages; /* newlines were put in between */
        if (messages < p.messages - 1 && !is_boundary[in_text])
            fail_msg("cut inside a grapheme at byte %zu of %zu", in_text,
                     text.n);
        if (messages < p.messages - 2) /* and not too early */
            assert_true(at - start > LIMIT_TEXT_BYTES - 30);
        start = at + 1;
        messages++;
    }
    buf_add(&text, SPAN("hello"));
    assert_true(span_equal(buf_span(&p.joined), buf_span(&text)));
    if (!by_burst)
        assert_int_equal(p.rests, p.messages - 2); /* all but two */
    free(is_boundary);
    buf_finish(&text);
    peer_finish(&p);
}

static void
test_ten_megabytes_without_a_newline(void **state)
{
    (void)state;
    check_long_line(false, 10 << 20, PIECE_BYTES);
}

static void
test_long_lines_in_odd_pieces(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 40; piece++)
        check_long_line(false, 3 * LIMIT_TEXT_BYTES + piece, piece);
    for (size_t piece = 4000; piece < 4200; piece += 3)
        check_long_line(false, 5 * LIMIT_TEXT_BYTES, piece);
}

/* However it is cut on its way, a line is the same messages. */
static void
check_cuts(struct span line, size_t from, struct span want, size_t want_long)
{
    for (size_t cut = from; cut <= line.n; cut++) {
        struct peer p = {0};
        feed(&p, span_sub(line, 0, cut), false);
        feed(&p, span_from(line, cut), false);
        if (!span_equal(buf_span(&p.said), want))
            fprintf(stderr, "cut at %zu of %zu: %zu messages\n", cut, line.n,
                    p.messages);
        assert_span(buf_span(&p.said), want);
        assert_int_equal(p.too_long, want_long);
        assert_int_equal(p.in.n, 0);
        peer_finish(&p);
    }
    struct peer p = {0};
    feed(&p, span_sub(line, 0, from), false);
    for (size_t at = from; at < line.n; at++)
        feed(&p, span_sub(line, at, 1), false);
    assert_span(buf_span(&p.said), want);
    peer_finish(&p);
}

static void
check_length(size_t n, struct span ending)
{
    struct buf line = {0}, want = {0};
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && i % LIMIT_TEXT_BYTES == 0)
            buf_add_byte(&want, '\n');
        buf_add_byte(&line, (uint8_t)('a' + i % 26));
        buf_add_byte(&want, (uint8_t)('a' + i % 26));
    }
    buf_add_byte(&want, '\n');
    buf_add(&line, ending);
    check_cuts(buf_span(&line), n - 5, buf_span(&want), 0);
    buf_finish(&line);
    buf_finish(&want);
}

static void
test_lines_about_as_long_as_the_limit(void **state)
{
    (void)state;
    for (size_t n = LIMIT_TEXT_BYTES - 4; n < LIMIT_TEXT_BYTES + 6; n++) {
        check_length(n, SPAN("\n"));
        check_length(n, SPAN("\r\n"));
        check_length(n + LIMIT_TEXT_BYTES, SPAN("\r\n"));
    }
}

/* A letter and its accent at the limit, cut wherever. */
static void
test_a_grapheme_at_the_limit(void **state)
{
    (void)state;
    for (size_t before = LIMIT_TEXT_BYTES - 30; before <= LIMIT_TEXT_BYTES;
         before++) {
        for (size_t i = 2; i < COUNT_OF(graphemes); i++) {
            struct buf line = {0}, want = {0};
            for (size_t k = 0; k < before; k++)
                buf_add_byte(&line, 'b');
            buf_add(&want, buf_span(&line));
            buf_add(&line, graphemes[i]);
            buf_add(&line, SPAN("zz\n"));
            size_t all = before + graphemes[i].n;
            if (all > LIMIT_TEXT_BYTES)
                buf_add_byte(&want, '\n');
            buf_add(&want, graphemes[i]);
            if (all <= LIMIT_TEXT_BYTES && all + 2 > LIMIT_TEXT_BYTES) {
                size_t fits = LIMIT_TEXT_BYTES - all;
                buf_add(&want, span_sub(SPAN("zz"), 0, fits));
                buf_add_byte(&want, '\n');
                buf_add(&want, span_from(SPAN("zz"), fits));
            } else {
                buf_add(&want, SPAN("zz"));
            }
            buf_add_byte(&want, '\n');
            check_cuts(buf_span(&line), LIMIT_TEXT_BYTES - 2, buf_span(&want),
                       0);
            buf_finish(&line);
            buf_finish(&want);
        }
    }
}

/* A CR that is not the line's end is text, wherever the cut falls. */
static void
test_cr_inside_a_line(void **state)
{
    (void)state;
    struct buf line = {0}, want = {0};
    for (size_t i = 0; i < LIMIT_TEXT_BYTES - 1; i++)
        buf_add_byte(&line, 'a');
    buf_add(&line, SPAN("\r"));
    buf_add(&want, buf_span(&line));
    buf_add(&want, SPAN("\nbcdefgh\n"));
    buf_add(&line, SPAN("bcdefgh\r\n"));
    check_cuts(buf_span(&line), LIMIT_TEXT_BYTES - 3, buf_span(&want), 0);
    check_cuts(SPAN("a\rb\n"), 0, SPAN("a\rb\n"), 0);
    check_cuts(SPAN("\r\r\n"), 0, SPAN("\r\n"), 0);
    buf_finish(&line);
    buf_finish(&want);
}

/* -- long commands ---------------------------------------------------------------- */

static void
test_a_long_command_is_refused_whole(void **state)
{
    (void)state;
    struct buf line = {0};
    buf_add(&line, SPAN("/nick "));
    while (line.n < LIMIT_TEXT_BYTES + 1)
        buf_add(&line, SPAN("x"));
    buf_add(&line, SPAN("\nhello\n"));
    check_cuts(buf_span(&line), LIMIT_TEXT_BYTES - 5, SPAN("hello\n"), 1);

    /* As long as it may be. */
    struct buf fits = {0};
    buf_add(&fits, SPAN("/msg bob "));
    while (fits.n < LIMIT_TEXT_BYTES)
        buf_add(&fits, SPAN("x"));
    struct buf want = {0};
    buf_add(&want, buf_span(&fits));
    buf_add(&want, SPAN("\n"));
    buf_add(&fits, SPAN("\r\n"));
    check_cuts(buf_span(&fits), LIMIT_TEXT_BYTES - 5, buf_span(&want), 0);
    buf_finish(&line);
    buf_finish(&fits);
    buf_finish(&want);
}

static void
test_a_very_long_command_holds_no_memory(void **state)
{
    (void)state;
    struct peer p = {0};
    uint8_t piece[PIECE_BYTES];
    memset(piece, 's', sizeof(piece));
    feed(&p, SPAN("/secret "), false);
    for (int i = 0; i < 64; i++)
        feed(&p, (struct span){piece, sizeof(piece)}, false);
    feed(&p, SPAN("still secret\nhello\n"), false);
    assert_span(buf_span(&p.said), SPAN("hello\n"));
    assert_int_equal(p.too_long, 1);
    assert_true(p.most_held <= LIMIT_TEXT_BYTES + 4);
    peer_finish(&p);
}

/* "//x" is said, however long it is; its rest may begin with "/". */
static void
test_a_long_text_with_slashes(void **state)
{
    (void)state;
    struct peer p = {0};
    struct buf line = {0};
    while (line.n < 2 * LIMIT_TEXT_BYTES)
        buf_add(&line, SPAN("/"));
    feed(&p, buf_span(&line), false);
    feed(&p, SPAN("\n"), false);
    assert_int_equal(p.too_long, 0);
    assert_int_equal(p.messages, 2);
    assert_int_equal(p.rests, 1);
    assert_span(buf_span(&p.joined), buf_span(&line));
    buf_finish(&line);
    peer_finish(&p);
}

/* Nor is a rest refused that looks like a command and is long itself. */
static void
test_a_long_rest_with_a_slash(void **state)
{
    (void)state;
    struct peer p = {0};
    struct buf line = {0};
    while (line.n < LIMIT_TEXT_BYTES)
        buf_add(&line, SPAN("a"));
    buf_add(&line, SPAN("/quit "));
    while (line.n < 3 * LIMIT_TEXT_BYTES + 10)
        buf_add(&line, SPAN("b"));
    feed(&p, buf_span(&line), false);
    feed(&p, SPAN("\n"), false);
    assert_int_equal(p.too_long, 0);
    assert_span(buf_span(&p.joined), buf_span(&line));
    assert_int_equal(p.rests, 3);
    buf_finish(&line);
    peer_finish(&p);
}

/* -- bursts -------------------------------------------------------------------------- */

static void
test_a_burst_is_a_message(void **state)
{
    (void)state;
    struct peer p = {.frames.by_burst = true};
    feed(&p, SPAN("hello"), false);
    feed(&p, SPAN("q"), false);
    feed(&p, SPAN("hi\n(9.9.9.9,1):forged"), false);
    feed(&p, SPAN("a\r\n"), false);
    feed(&p, SPAN("\n"), false);
    assert_span(buf_span(&p.said),
                SPAN("hello\nq\nhi\n(9.9.9.9,1):forged\na\n\n"));
    assert_int_equal(p.rests, 0);
    peer_finish(&p);
}

/* A character that two reads share waits for its second half. */
static void
test_a_character_between_bursts(void **state)
{
    (void)state;
    struct span text = SPAN("你好\xf0\x9f\x91\x8d!");
    for (size_t cut = 1; cut < text.n; cut++) {
        struct peer p = {.frames.by_burst = true};
        feed(&p, span_sub(text, 0, cut), false);
        for (size_t at = 0; at < p.said.n;) {
            int32_t cp;
            at += utf8_next(span_from(buf_span(&p.said), at), &cp);
            assert_true(cp >= 0);
        }
        feed(&p, span_from(text, cut), false);
        assert_span(buf_span(&p.joined), text);
        assert_true(p.messages <= 2);
        peer_finish(&p);
    }
}

static void
test_a_held_tail_that_nothing_completes(void **state)
{
    (void)state;
    struct peer p = {.frames.by_burst = true};
    feed(&p, SPAN("a\xe4\xbd"), false);
    feed(&p, SPAN("b"), false);
    feed(&p, SPAN("\xe4"), false);
    feed(&p, SPAN_NONE, true);
    assert_span(buf_span(&p.said), SPAN("a\n\xe4\xbd"
                                        "b\n\xe4\n"));
    peer_finish(&p);
}

static void
test_a_burst_beyond_the_limit(void **state)
{
    (void)state;
    uint8_t text[3 * LIMIT_TEXT_BYTES];
    memset(text, 'a', sizeof(text));
    for (size_t n = LIMIT_TEXT_BYTES - 3; n < LIMIT_TEXT_BYTES + 5; n++) {
        struct peer p = {.frames.by_burst = true};
        feed(&p, (struct span){text, n}, false);
        assert_int_equal(p.joined.n, n);
        assert_int_equal(p.messages, n > LIMIT_TEXT_BYTES ? 2 : 1);
        assert_int_equal(p.in.n, 0);
        feed(&p, SPAN("/quit"), false); /* is no rest of it */
        assert_int_equal(p.rests, n > LIMIT_TEXT_BYTES ? 1 : 0);
        peer_finish(&p);
    }
    /* It ends inside a character, just behind the limit. */
    struct peer p = {.frames.by_burst = true};
    text[LIMIT_TEXT_BYTES] = 0xe4;
    feed(&p, (struct span){text, LIMIT_TEXT_BYTES + 1}, false);
    assert_int_equal(p.messages, 1);
    feed(&p, SPAN("\xbd\xa0"), false);
    assert_int_equal(p.messages, 2);
    assert_int_equal(p.rests, 0);
    assert_int_equal(p.joined.n, LIMIT_TEXT_BYTES + 3);
    peer_finish(&p);
}

/* A long command in one burst takes nothing with it of the next. */
static void
test_a_long_command_in_a_burst(void **state)
{
    (void)state;
    uint8_t text[LIMIT_TEXT_BYTES + 100];
    memset(text, '/', 1);
    memset(text + 1, 's', sizeof(text) - 1);
    struct peer p = {.frames.by_burst = true};
    feed(&p, (struct span){text, sizeof(text)}, false);
    assert_int_equal(p.too_long, 1);
    feed(&p, SPAN("hello"), false);
    assert_span(buf_span(&p.said), SPAN("hello\n"));
    peer_finish(&p);
}

/* -- the end ------------------------------------------------------------------------- */

static void
test_the_end_completes_a_line(void **state)
{
    (void)state;
    struct peer p = {0};
    feed(&p, SPAN("hello\nwor"), false);
    assert_int_equal(p.messages, 1);
    feed(&p, SPAN("ld"), true);
    feed(&p, SPAN_NONE, true);
    assert_span(buf_span(&p.said), SPAN("hello\nworld\n"));
    peer_finish(&p);
}

static void
test_the_end_of_a_line_about_as_long_as_the_limit(void **state)
{
    (void)state;
    uint8_t text[LIMIT_TEXT_BYTES + 6];
    memset(text, 'a', sizeof(text));
    for (size_t n = LIMIT_TEXT_BYTES - 2; n < sizeof(text); n++) {
        struct peer p = {0};
        feed(&p, (struct span){text, n}, false);
        feed(&p, SPAN_NONE, true);
        assert_int_equal(p.joined.n, n);
        assert_int_equal(p.messages, n > LIMIT_TEXT_BYTES ? 2 : 1);
        peer_finish(&p);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_megabytes_without_a_newline),
        cmocka_unit_test(test_long_lines_in_odd_pieces),
        cmocka_unit_test(test_lines_about_as_long_as_the_limit),
        cmocka_unit_test(test_a_grapheme_at_the_limit),
        cmocka_unit_test(test_cr_inside_a_line),
        cmocka_unit_test(test_a_long_command_is_refused_whole),
        cmocka_unit_test(test_a_very_long_command_holds_no_memory),
        cmocka_unit_test(test_a_long_text_with_slashes),
        cmocka_unit_test(test_a_long_rest_with_a_slash),
        cmocka_unit_test(test_a_burst_is_a_message),
        cmocka_unit_test(test_a_character_between_bursts),
        cmocka_unit_test(test_a_held_tail_that_nothing_completes),
        cmocka_unit_test(test_a_burst_beyond_the_limit),
        cmocka_unit_test(test_a_long_command_in_a_burst),
        cmocka_unit_test(test_the_end_completes_a_line),
        cmocka_unit_test(test_the_end_of_a_line_about_as_long_as_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
