/*
 * liao-bench's cutters: the first byte says which protocol, the rest is what
 * a server sends. Whatever it is, pieces lie inside it, what is kept is
 * bounded, and the deliveries are the same however the bytes were split.
 */
#include "bench/proto.h"
#include "bench/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_BYTES 26

static bool
is_inside(struct span inner, struct span outer)
{
    return inner.n == 0 ||
           ((uintptr_t)inner.at >= (uintptr_t)outer.at &&
            (uintptr_t)inner.at + inner.n <= (uintptr_t)outer.at + outer.n);
}

/* Cut what is whole off `held`; false: nothing more can be cut, ever. */
static bool
cut_all(const struct proto *p, struct buf *held, struct buf *story)
{
    for (;;) {
        struct proto_piece piece = {0, SPAN_NONE};
        struct span in = buf_span(held);
        enum proto_verdict v = p->cut(in, TEXT_BYTES, &piece, story);
        if (v == PROTO_MORE) {
            CHECK(held->n <= PROTO_PIECE_MOST);
            return true;
        }
        if (v != PROTO_OTHER)
            buf_add_byte(story, (uint8_t)v);
        if (v == PROTO_BAD)
            return false;
        CHECK(is_inside(piece.text, in) || v == PROTO_REFUSED);
        CHECK(v != PROTO_POST || piece.text.n == TEXT_BYTES);
        if (v == PROTO_POST)
            buf_add(story, piece.text);
        if (v == PROTO_REFUSED)
            return false;
        CHECK(piece.used > 0 && piece.used <= in.n);
        buf_drop_front(held, piece.used);
    }
}

static void
tell(const struct proto *p, struct span in, size_t step, struct buf *story)
{
    struct buf held = {0};
    bool goes_on = true;
    for (size_t at = 0; at < in.n && goes_on; at += step) {
        buf_add(&held, span_sub(in, at, step));
        goes_on = cut_all(p, &held, story);
    }
    buf_finish(&held);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {data, size};
    size_t protocols = 0;
    while (proto_all[protocols] != NULL)
        protocols++;
    if (size < 2)
        return 0;
    const struct proto *p = proto_all[span_get(in, 0) % protocols];
    in = span_from(in, 1);
    struct buf whole = {0};
    tell(p, in, in.n, &whole);
    for (size_t step = 1; step <= 3; step++) {
        struct buf split = {0};
        tell(p, in, step, &split);
        CHECK(span_equal(buf_span(&split), buf_span(&whole)));
        buf_finish(&split);
    }
    buf_finish(&whole);
    struct text_stamp stamp;
    (void)!text_read(in, &stamp);
    return 0;
}
