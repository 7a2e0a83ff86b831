/*
 * MQTT 3.1.1 at QoS 0 (OASIS, mqtt-v3.1.1). Who posts to a topic that it
 * follows hears itself.
 */
#include "base/tr.h"
#include "bench/proto.h"
#include "bench/text.h"

/* Types of packets, in the upper half of the first byte (2.2.1). */
enum { CONNECT = 1, CONNACK, PUBLISH, SUBSCRIBE = 8, SUBACK };

#define SUBSCRIBE_FLAGS 2 /* fixed (3.8.1) */
#define CONNECT_CLEAN 2   /* no session of an earlier connection (3.1.2.4) */
#define SUBACK_FAILURE 0x80
#define LENGTH_BYTES_MOST 4

static void
add_head(unsigned type, unsigned flags, size_t n, struct buf *out)
{
    buf_add_byte(out, (uint8_t)(type << 4 | flags));
    for (; n > 0x7f; n >>= 7)
        buf_add_byte(out, (uint8_t)(0x80 | (n & 0x7f)));
    buf_add_byte(out, (uint8_t)n);
}

static void
add_string(struct span s, struct buf *out)
{
    buf_add_byte(out, (uint8_t)(s.n >> 8));
    buf_add_byte(out, (uint8_t)s.n);
    buf_add(out, s);
}

static void
greet(const struct proto_who *who, struct buf *out)
{
    struct buf rest = {0};
    add_string(SPAN("MQTT"), &rest);
    buf_add_byte(&rest, 4); /* 3.1.1 */
    buf_add_byte(&rest, CONNECT_CLEAN);
    buf_add(&rest, SPAN("\0\0")); /* no keep-alive: silence is no fault */
    struct buf id = {0};
    buf_add_format(&id, "bench%03x%x", who->run, who->number);
    add_string(buf_span(&id), &rest);
    add_head(CONNECT, 0, rest.n, out);
    buf_add(out, buf_span(&rest));
    buf_finish(&id);
    buf_finish(&rest);
}

static void
subscribe(struct buf *out)
{
    struct span topic = SPAN(PROTO_ROOM);
    add_head(SUBSCRIBE, SUBSCRIBE_FLAGS, 2 + 2 + topic.n + 1, out);
    buf_add(out, SPAN("\0\1")); /* the packet's number */
    add_string(topic, out);
    buf_add_byte(out, 0); /* QoS */
}

static void
frame(size_t text_bytes, struct buf *before, struct buf *behind)
{
    (void)behind;
    struct span topic = SPAN(PROTO_ROOM);
    add_head(PUBLISH, 0, 2 + topic.n + text_bytes, before);
    add_string(topic, before);
}

/* One packet: its first byte and what is behind the length (2.2.3). */
static enum proto_verdict
cut_packet(struct span in, struct span *rest, size_t *used)
{
    size_t n = 0;
    for (size_t i = 1; i < in.n; i++) {
        if (i > LENGTH_BYTES_MOST)
            return PROTO_BAD;
        uint8_t byte = span_get(in, i);
        n |= (size_t)(byte & 0x7f) << 7 * (i - 1);
        if (byte > 0x7f)
            continue;
        *rest = span_sub(in, i + 1, n);
        *used = i + 1 + n;
        return rest->n < n ? proto_more(in) : PROTO_OTHER;
    }
    return PROTO_MORE;
}

static enum proto_verdict
judge_publish(struct span rest, size_t text_bytes, struct proto_piece *out)
{
    if (rest.n < 2)
        return PROTO_BAD;
    size_t topic = (size_t)span_get(rest, 0) << 8 | span_get(rest, 1);
    if (rest.n < 2 + topic)
        return PROTO_BAD;
    out->text = span_from(rest, 2 + topic);
    return out->text.n == text_bytes ? PROTO_POST : PROTO_OTHER;
}

/* The code of a CONNACK (3.2.2.3), or of a SUBACK (3.9.3), is its last. */
static enum proto_verdict
refuse(struct proto_piece *out)
{
    out->text = span_of(_("not authorized, or not MQTT 3.1.1"));
    return PROTO_REFUSED;
}

static enum proto_verdict
cut(struct span in, size_t text_bytes, struct proto_piece *out,
    struct buf *answer)
{
    struct span rest;
    enum proto_verdict v = cut_packet(in, &rest, &out->used);
    if (v != PROTO_OTHER)
        return v;
    unsigned type = span_get(in, 0) >> 4;
    if (type == PUBLISH)
        return judge_publish(rest, text_bytes, out);
    if (type != CONNACK && type != SUBACK)
        return PROTO_OTHER;
    if (rest.n < 2)
        return PROTO_BAD;
    uint8_t code = span_get(rest, rest.n - 1);
    if (type == CONNACK && code == 0)
        subscribe(answer);
    else if (type == CONNACK || code == SUBACK_FAILURE)
        return refuse(out);
    return type == SUBACK ? PROTO_JOINED : PROTO_OTHER;
}

const struct proto proto_mqtt = {
    .scheme = "mqtt",
    .name = "MQTT 3.1.1, QoS 0",
    .port = 1883,
    .echoes = true,
    .text_most = TEXT_BYTES_MOST,
    .greet = greet,
    .frame = frame,
    .cut = cut,
};
