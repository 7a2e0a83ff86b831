/*
 * Lines, as nc would speak them: see liao-wire(7). Who comes is greeted with
 * "-- liao: ..." and sits in the lobby; "name: text" is what another says. A
 * member does not hear itself.
 */
#include "base/tr.h"
#include "bench/proto.h"
#include "bench/text.h"

static void
greet(const struct proto_who *who, struct buf *out)
{
    (void)who;
    /* A blank line is said to nobody, and settles on a listener that tells
     * by the first bytes that we speak lines. */
    buf_add(out, SPAN("\n"));
}

static void
frame(size_t text_bytes, struct buf *before, struct buf *behind)
{
    (void)text_bytes;
    (void)before;
    buf_add(behind, SPAN("\n"));
}

static enum proto_verdict
cut(struct span in, size_t text_bytes, struct proto_piece *out,
    struct buf *answer)
{
    (void)answer;
    struct span line;
    if (!proto_line(in, &line, &out->used))
        return proto_more(in);
    if (proto_text(line, text_bytes, &out->text))
        return PROTO_POST;
    if (span_starts(line, SPAN("-- liao: ")))
        return PROTO_JOINED;
    return PROTO_OTHER;
}

const struct proto proto_plain = {
    .scheme = "plain",
    .name = N_("plain lines"),
    .port = 63434,
    .text_most = TEXT_BYTES_MOST,
    .greet = greet,
    .frame = frame,
    .cut = cut,
};
