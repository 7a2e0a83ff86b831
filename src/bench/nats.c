/*
 * NATS ("NATS client protocol", docs.nats.io). With echo off who posts does
 * not hear itself, as in a chat.
 */
#include "bench/proto.h"
#include "bench/text.h"

static void
greet(const struct proto_who *who, struct buf *out)
{
    (void)who;
    /* The PONG comes after the subscription was taken. */
    buf_add(out, SPAN("CONNECT {\"verbose\":false,\"pedantic\":false,"
                      "\"echo\":false,\"protocol\":1,\"lang\":\"c\","
                      "\"version\":\"" LIAO_VERSION "\"}\r\n"
                      "SUB " PROTO_ROOM " 1\r\nPING\r\n"));
}

static void
frame(size_t text_bytes, struct buf *before, struct buf *behind)
{
    buf_add_format(before, "PUB " PROTO_ROOM " %zu\r\n", text_bytes);
    buf_add(behind, SPAN("\r\n"));
}

/* "MSG subject id [reply] bytes", then the bytes on a line of their own. */
static enum proto_verdict
cut_message(struct span in, struct span line, size_t text_bytes,
            struct proto_piece *out)
{
    size_t at = line.n;
    uint64_t n;
    while (at > 0 && span_get(line, at - 1) != ' ')
        at--;
    if (!span_number(span_from(line, at), PROTO_PIECE_MOST, &n))
        return PROTO_BAD;
    out->text = span_sub(in, out->used, n);
    if (in.n - out->used < n + 2)
        return proto_more(in);
    out->used += n + 2;
    return n == text_bytes ? PROTO_POST : PROTO_OTHER;
}

static enum proto_verdict
cut(struct span in, size_t text_bytes, struct proto_piece *out,
    struct buf *answer)
{
    struct span line;
    if (!proto_line(in, &line, &out->used))
        return proto_more(in);
    if (span_starts(line, SPAN("MSG ")))
        return cut_message(in, line, text_bytes, out);
    if (span_equal(line, SPAN("PONG")))
        return PROTO_JOINED;
    if (span_starts(line, SPAN("-ERR"))) {
        out->text = line;
        return PROTO_REFUSED;
    }
    if (span_equal(line, SPAN("PING")))
        buf_add(answer, SPAN("PONG\r\n"));
    else if (!span_starts(line, SPAN("INFO ")) &&
             !span_equal(line, SPAN("+OK")))
        return PROTO_BAD;
    return PROTO_OTHER;
}

const struct proto proto_nats = {
    .scheme = "nats",
    .name = "NATS",
    .port = 4222,
    .text_most = TEXT_BYTES_MOST,
    .greet = greet,
    .frame = frame,
    .cut = cut,
};
