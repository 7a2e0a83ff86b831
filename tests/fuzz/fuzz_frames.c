/*
 * Cutting bytes into messages: whatever comes in whatever pieces, no byte is
 * lost or made up, no message is too long, and lines are the same however
 * they were cut on their way.
 *
 * Input: a byte for the framing, one for the length of pieces, bytes. 0x01 to
 * 0x08 stand for many letters, so that short inputs make long lines.
 */
#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reader {
    struct wire_frames frames;
    struct buf in;
    struct buf joined;  /* all texts */
    struct buf started; /* all texts, and a newline where one begins */
    size_t lost;        /* bytes of commands that were too long */
};

static void
feed(struct reader *r, struct span piece, bool is_end)
{
    size_t at = 0;
    buf_add(&r->in, piece);
    for (;;) {
        struct span rest = span_from(buf_span(&r->in), at);
        struct wire_frame frame = {0};
        size_t used = 0;
        enum wire_result result =
            wire_frames_next(&r->frames, rest, is_end, &frame, &used);
        CHECK(used <= rest.n);
        if (result == WIRE_MORE && used == 0)
            break;
        CHECK(used > 0);
        if (result == WIRE_OK) {
            CHECK(frame.text.n <= LIMIT_TEXT_BYTES);
            CHECK(frame.text.n > 0 || !frame.is_rest);
            CHECK(span_find(frame.text, '\n') == frame.text.n);
            CHECK(span_equal(frame.text, span_sub(rest, 0, frame.text.n)));
            buf_add(&r->joined, frame.text);
            if (!frame.is_rest)
                buf_add_byte(&r->started, '\n');
            buf_add(&r->started, frame.text);
        } else {
            r->lost += used;
        }
        at += used;
    }
    buf_drop_front(&r->in, at);
    CHECK(r->in.n <= LIMIT_TEXT_BYTES + 4);
    CHECK(!r->frames.by_burst || r->in.n <= 3);
}

static void
finish(struct reader *r)
{
    buf_finish(&r->in);
    buf_finish(&r->joined);
    buf_finish(&r->started);
}

static void
read_all(struct reader *r, struct span all, size_t piece)
{
    for (size_t at = 0; at < all.n; at += piece)
        feed(r, span_sub(all, at, piece), false);
    feed(r, SPAN_NONE, true);
    CHECK(r->in.n == 0);
}

static void
expand(struct span in, struct buf *out)
{
    static const size_t many[] = {1,    500,  1000, 4090, 4093,
                                  4094, 4095, 4096, 8192};
    for (size_t i = 0; i < in.n; i++) {
        uint8_t c = span_get(in, i);
        size_t n = c < COUNT_OF(many) ? many[c] : 1;
        for (size_t k = 0; k < n; k++)
            buf_add_byte(out, n > 1 ? (uint8_t)('a' + k % 26) : c);
    }
}

/* What is neither said nor refused is newlines, and CR before them or where
 * a burst ends. */
static size_t
count_ends(struct span all)
{
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        n += span_get(all, i) == '\n' || span_get(all, i) == '\r';
    return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {data, size};
    if (size < 2 || size > 60)
        return 0;
    bool by_burst = span_get(in, 0) & 1;
    size_t piece = 1 + (size_t)span_get(in, 1) * span_get(in, 1);
    struct buf all = {0};
    expand(span_from(in, 2), &all);
    piece += all.n / 500; /* a piece costs a look at all that is unfinished */

    struct reader r = {.frames.by_burst = by_burst};
    read_all(&r, buf_span(&all), piece);
    CHECK(r.joined.n + r.lost <= all.n);
    CHECK(r.joined.n + r.lost + count_ends(buf_span(&all)) >= all.n);
    if (!by_burst) {
        struct reader whole = {0};
        read_all(&whole, buf_span(&all), all.n + 1);
        CHECK(span_equal(buf_span(&r.started), buf_span(&whole.started)));
        CHECK(span_equal(buf_span(&r.joined), buf_span(&whole.joined)));
        finish(&whole);
    }
    finish(&r);
    buf_finish(&all);
    return 0;
}
