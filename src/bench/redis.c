/*
 * Redis' publish and subscribe, in RESP2 (redis.io, "Redis serialization
 * protocol specification"). In RESP2 who subscribes may not publish, so
 * senders have a second connection; and they get what they publish.
 */
#include "base/tr.h"
#include "bench/proto.h"
#include "bench/text.h"

#include <stdio.h>

/* A bulk string's or array's own limit is 512 MB; ours says what we take. */
#define DEPTH_MOST 16

static void
greet(const struct proto_who *who, struct buf *out)
{
    if (who->is_poster)
        buf_add(out, SPAN("*1\r\n$4\r\nPING\r\n"));
    else
        buf_add(out, SPAN("*2\r\n$9\r\nSUBSCRIBE\r\n$5\r\n" PROTO_ROOM "\r\n"));
}

static void
frame(size_t text_bytes, struct buf *before, struct buf *behind)
{
    buf_add_format(before,
                   "*3\r\n$7\r\nPUBLISH\r\n$5\r\n" PROTO_ROOM "\r\n$%zu\r\n",
                   text_bytes);
    buf_add(behind, SPAN("\r\n"));
}

/*
 * One value: "+OK", ":1", "$5" and its bytes, or "*3" and its values. *at
 * moves behind it; *last is the last string or line of it.
 */
static enum proto_verdict
skip_value(struct span in, size_t *at, unsigned depth, struct span *last)
{
    struct span line, bytes;
    size_t used;
    uint64_t n;
    if (!proto_line(span_from(in, *at), &line, &used))
        return PROTO_MORE;
    if (line.n == 0)
        return PROTO_BAD;
    *at += used;
    *last = span_from(line, 1);
    switch (span_get(line, 0)) {
    case '+':
    case '-':
    case ':':
        return PROTO_OTHER;
    case '$':
        if (span_equal(*last, SPAN("-1")))
            return PROTO_OTHER;
        if (!span_number(*last, PROTO_PIECE_MOST, &n))
            return PROTO_BAD;
        bytes = span_sub(in, *at, n + 2);
        if (bytes.n < n + 2)
            return PROTO_MORE;
        *last = span_sub(bytes, 0, n);
        *at += n + 2;
        return PROTO_OTHER;
    case '*':
        if (depth == 0 || !span_number(*last, DEPTH_MOST, &n))
            return PROTO_BAD;
        while (n-- > 0) {
            enum proto_verdict v = skip_value(in, at, depth - 1, last);
            if (v != PROTO_OTHER)
                return v;
        }
        return PROTO_OTHER;
    default:
        return PROTO_BAD;
    }
}

/* Anything but a delivery, which goes a shorter way. */
static enum proto_verdict
cut_other(struct span in, struct proto_piece *out)
{
    size_t at = 0;
    struct span last = SPAN_NONE;
    enum proto_verdict v = skip_value(in, &at, 2, &last);
    if (v == PROTO_MORE)
        return proto_more(in);
    if (v != PROTO_OTHER)
        return v;
    out->used = at;
    out->text = last;
    if (span_starts(in, SPAN("-")))
        return PROTO_REFUSED;
    if (span_starts(in, SPAN("*3\r\n$9\r\nsubscribe\r\n")) ||
        span_starts(in, SPAN("+PONG\r\n")))
        return PROTO_JOINED;
    return PROTO_OTHER;
}

static enum proto_verdict
cut(struct span in, size_t text_bytes, struct proto_piece *out,
    struct buf *answer)
{
    (void)answer;
    static const struct span head =
        SPAN_INIT("*3\r\n$7\r\nmessage\r\n$5\r\n" PROTO_ROOM "\r\n$");
    struct span line;
    size_t used;
    uint64_t n;
    if (!span_starts(in, head))
        return cut_other(in, out);
    struct span rest = span_from(in, head.n);
    if (!proto_line(rest, &line, &used))
        return proto_more(in);
    if (!span_number(line, PROTO_PIECE_MOST, &n))
        return PROTO_BAD;
    if (rest.n - used < n + 2)
        return proto_more(in);
    out->used = head.n + used + n + 2;
    out->text = span_sub(rest, used, n);
    return n == text_bytes ? PROTO_POST : PROTO_OTHER;
}

const struct proto proto_redis = {
    .scheme = "redis",
    .name = N_("Redis publish/subscribe"),
    .port = 6379,
    .echoes = true,
    .posts_apart = true,
    .text_most = TEXT_BYTES_MOST,
    .greet = greet,
    .frame = frame,
    .cut = cut,
};
