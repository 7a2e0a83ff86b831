/*
 * The wire of the socket-programming lab: no framing at all; what arrives is
 * said. So texts are found by their mark, whatever stands around them, and
 * who has connected is in. A member does not hear itself.
 *
 * A server that takes one read for one message tears those apart that
 * straddle the end of its buffer: --window 1 keeps them whole.
 */
#include "base/tr.h"
#include "bench/proto.h"
#include "bench/text.h"

static void
greet(const struct proto_who *who, struct buf *out)
{
    (void)who;
    (void)out;
}

static void
frame(size_t text_bytes, struct buf *before, struct buf *behind)
{
    (void)text_bytes;
    (void)before;
    (void)behind;
}

static enum proto_verdict
cut(struct span in, size_t text_bytes, struct proto_piece *out,
    struct buf *answer)
{
    (void)answer;
    if (in.n == 0)
        return PROTO_MORE;
    size_t at = span_find(in, TEXT_MARK);
    out->used = at;
    if (at > 0)
        return PROTO_OTHER; /* who said it; a welcome */
    out->text = span_sub(in, 0, text_bytes);
    out->used = text_bytes;
    return out->text.n == text_bytes ? PROTO_POST : PROTO_MORE;
}

const struct proto proto_lab = {
    .scheme = "lab",
    .name = N_("the lab's wire"),
    .port = 63434,
    .joins_at_once = true,
    .text_most = 900,
    .greet = greet,
    .frame = frame,
    .cut = cut,
};
