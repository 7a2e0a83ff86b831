/*
 * Members with nc -u: a datagram is a line, or several; each line that they
 * are sent is a datagram. Nobody knows whether it arrives.
 */
#include "base/utf8.h"
#include "msg/limits.h"
#include "udp/hall_priv.h"

#include <string.h>

/* A line that is too long becomes several datagrams. Each but the first
 * begins with this, as no name can: else what somebody said could pass for
 * another's line when the front of it is lost. */
#define GOES_ON "... "

#define PIECE_BYTES (DATAGRAM_MOST_BYTES - sizeof(GOES_ON) - 1)

unsigned
udp_lines_readiness(struct udp_member *m)
{
    unsigned events = 0;
    bool is_over = m->fate > UDP_SILENT || m->has_ended;
    if (m->in.n > 0 || is_over || (m->fate == UDP_SILENT && !m->was_told))
        events |= LOOP_READ;
    if (is_over || udp_member_may_send(m))
        events |= LOOP_WRITE;
    return events;
}

void
udp_lines_hear(struct udp_member *m, struct span datagram)
{
    if (m->in.n + datagram.n >= LIMIT_DATAGRAM_UNREAD_BYTES && m->in.n > 0)
        return; /* lost, as on the way */
    buf_add(&m->in, datagram);
    if (datagram.n == 0 || span_get(datagram, datagram.n - 1) != '\n')
        buf_add_byte(&m->in, '\n');
}

static ssize_t
lines_read(struct net_stream *s, uint8_t *at, size_t n)
{
    struct udp_member *m = udp_member_of(s);
    if (m->has_ended) /* nothing tells his end; ours is */
        return 0;
    if (m->in.n == 0)
        return udp_member_read_fate(m);
    if (n > m->in.n)
        n = m->in.n;
    memcpy(at, m->in.at, n);
    buf_drop_front(&m->in, n);
    if (m->in.n == 0)
        buf_finish(&m->in);
    return (ssize_t)n;
}

/* `line` without its newline. */
static void
send_line(struct udp_member *m, struct span line)
{
    struct buf out = {0};
    do {
        size_t n = utf8_cut(line, PIECE_BYTES);
        buf_add(&out, span_sub(line, 0, n));
        buf_add_byte(&out, '\n');
        udp_member_send(m, buf_span(&out));
        line = span_from(line, n);
        buf_truncate(&out, 0);
        buf_add(&out, SPAN(GOES_ON));
    } while (line.n > 0);
    buf_finish(&out);
}

static void
send_held(struct udp_member *m)
{
    send_line(m, buf_span(&m->line));
    buf_truncate(&m->line, 0);
}

/* What is not a whole line yet is held until it is. */
static ssize_t
lines_write(struct net_stream *s, struct span bytes)
{
    struct udp_member *m = udp_member_of(s);
    size_t taken = 0;
    if (m->fate > UDP_SILENT || m->has_ended)
        return NET_LOST;
    while (taken < bytes.n && udp_member_may_send(m)) {
        struct span rest = span_from(bytes, taken);
        size_t n = span_find(rest, '\n');
        buf_add(&m->line, span_sub(rest, 0, n));
        taken += n;
        if (n < rest.n) {
            send_held(m);
            taken++;
        }
    }
    if (m->line.n == 0)
        buf_finish(&m->line);
    udp_member_touch(m);
    return taken > 0 ? (ssize_t)taken : NET_AGAIN;
}

static size_t
lines_unacknowledged(struct net_stream *s)
{
    (void)s;
    return 0; /* nobody ever does */
}

static void
lines_end(struct net_stream *s)
{
    struct udp_member *m = udp_member_of(s);
    if (m->line.n > 0)
        send_held(m);
    m->has_ended = true;
    udp_member_forget_address(m);
    udp_member_touch(m);
}

const struct net_stream_ops udp_lines_ops = {
    .open = udp_stream_open,
    .read = lines_read,
    .write = lines_write,
    .unacknowledged = lines_unacknowledged,
    .want = udp_stream_want,
    .end = lines_end,
    .reset = udp_stream_reset,
    .close = udp_stream_close,
    .is_forgeable = true,
};
