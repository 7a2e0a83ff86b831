#include "wire/datagram.h"

#define SESSION_AT DATAGRAM_SESSION_AT
#define NUMBER_AT (SESSION_AT + DATAGRAM_SESSION_BYTES)
#define HEARD_AT 14
#define NEXT_AT 18
#define BEYOND_AT 22
#define ROOM_AT 26
#define SEGMENT_AT 27

static uint64_t
number_at(struct span in, size_t at, size_t bytes)
{
    uint64_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n = n << 8 | span_get(in, at + i);
    return n;
}

static void
add_number(struct buf *out, uint64_t n, size_t bytes)
{
    while (bytes-- > 0)
        buf_add_byte(out, (uint8_t)(n >> bytes * 8));
}

static bool
decode_state(struct span in, struct datagram *out)
{
    bool has_segment = wire_datagram_has_segment(out->kind);
    if (has_segment ? in.n < DATAGRAM_HEADER_BYTES : in.n != DATAGRAM_ACK_BYTES)
        return false;
    out->number = (uint32_t)number_at(in, NUMBER_AT, 4);
    out->heard = (uint32_t)number_at(in, HEARD_AT, 4);
    out->next = (uint32_t)number_at(in, NEXT_AT, 4);
    out->beyond = (uint32_t)number_at(in, BEYOND_AT, 4);
    out->room = span_get(in, ROOM_AT);
    if (!has_segment)
        return true;
    out->segment = (uint32_t)number_at(in, SEGMENT_AT, 4);
    out->bytes = span_from(in, DATAGRAM_HEADER_BYTES);
    return out->kind != DATAGRAM_END || out->bytes.n == 0;
}

bool
wire_datagram_decode(struct span in, struct datagram *out)
{
    *out = (struct datagram){.kind = DATAGRAM_RESET};
    if (in.n < NUMBER_AT || in.n > DATAGRAM_MOST_BYTES ||
        span_get(in, 0) != DATAGRAM_FIRST_BYTE)
        return false;
    out->session = number_at(in, SESSION_AT, DATAGRAM_SESSION_BYTES);
    switch (span_get(in, 1)) {
    case DATAGRAM_OPEN:
    case DATAGRAM_DATA:
    case DATAGRAM_END:
    case DATAGRAM_ACK:
        out->kind = (enum datagram_kind)span_get(in, 1);
        return decode_state(in, out);
    case DATAGRAM_TOKEN:
        out->kind = DATAGRAM_TOKEN;
        out->bytes = span_from(in, NUMBER_AT);
        return true;
    case DATAGRAM_RESET:
        return in.n == NUMBER_AT;
    }
    return false;
}

bool
wire_datagram_is_of(struct span front, uint64_t session)
{
    return front.n >= NUMBER_AT && span_get(front, 0) == DATAGRAM_FIRST_BYTE &&
           number_at(front, SESSION_AT, DATAGRAM_SESSION_BYTES) == session;
}

void
wire_datagram_encode(const struct datagram *d, struct buf *out)
{
    buf_add_byte(out, DATAGRAM_FIRST_BYTE);
    buf_add_byte(out, (uint8_t)d->kind);
    add_number(out, d->session, 8);
    if (d->kind != DATAGRAM_TOKEN && d->kind != DATAGRAM_RESET) {
        add_number(out, d->number, 4);
        add_number(out, d->heard, 4);
        add_number(out, d->next, 4);
        add_number(out, d->beyond, 4);
        add_number(out, d->room, 1);
    }
    if (wire_datagram_has_segment(d->kind))
        add_number(out, d->segment, 4);
    buf_add(out, d->bytes);
}
