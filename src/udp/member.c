/*
 * One address: its life, its timer, what goes out; and the stream over
 * wire/arq.
 */
#include "base/alloc.h"
#include "msg/limits.h"
#include "udp/hall_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* -- how much may go out ---------------------------------------------------------- */

static struct bucket_rate
bytes_out(void)
{
    return bucket_rate(LIMIT_DATAGRAM_BYTES_A_SECOND,
                       LIMIT_DATAGRAM_BYTES_AT_ONCE);
}

static uint64_t
send_wait_ms(const struct udp_member *m)
{
    return bucket_wait_ms(m->bucket, bytes_out(), loop_now_ms(m->hall->loop));
}

bool
udp_member_may_send(const struct udp_member *m)
{
    return send_wait_ms(m) == 0;
}

void
udp_member_send(struct udp_member *m, struct span datagram)
{
    bool is_v6 = m->at.u.any.sa_family == AF_INET6;
    size_t headers = is_v6 ? NET_DATAGRAM_HEADERS_V6 : NET_DATAGRAM_HEADERS_V4;
    bucket_take(&m->bucket, bytes_out(), loop_now_ms(m->hall->loop),
                (uint32_t)(datagram.n + headers));
    m->door->socket->ops->send(m->door->socket, &m->at, &m->here, datagram);
}

/* -- the timer: whatever may happen next -------------------------------------------- */

static bool
is_over(const struct udp_member *m)
{
    return m->fate > UDP_SILENT || (m->arq != NULL && m->arq->state > ARQ_OPEN);
}

static unsigned
readiness(struct udp_member *m)
{
    unsigned events = 0;
    if (m->arq == NULL)
        return udp_lines_readiness(m);
    if (m->arq->in.n > 0 || m->arq->is_ended || is_over(m) ||
        (m->fate == UDP_SILENT && !m->was_told))
        events |= LOOP_READ;
    if (wire_arq_can_write(m->arq) || is_over(m))
        events |= LOOP_WRITE;
    return events;
}

static uint64_t
idle_due_ms(const struct udp_member *m)
{
    uint64_t idle_ms = m->hall->owner.idle_ms;
    bool is_watched = idle_ms > 0 && m->fate == UDP_HERE && !m->is_closed;
    return is_watched ? m->heard_ms + idle_ms : UINT64_MAX;
}

/* What has to be sent goes when there is leave to. */
static uint64_t
send_due_ms(const struct udp_member *m, uint64_t now_ms)
{
    bool is_waiting = (m->wanted & LOOP_WRITE) != 0;
    uint64_t due = m->arq != NULL ? wire_arq_due_ms(m->arq, now_ms)
                   : is_waiting   ? now_ms
                                  : UINT64_MAX;
    return due <= now_ms ? now_ms + send_wait_ms(m) : due;
}

/* Never at once: inside a callback that would be again and again. */
static void
set_timer(struct udp_member *m)
{
    uint64_t now_ms = loop_now_ms(m->hall->loop);
    uint64_t due = idle_due_ms(m);
    uint64_t send = is_over(m) ? UINT64_MAX : send_due_ms(m, now_ms);
    due = send < due ? send : due;
    if (m->is_closed && m->close_ms < due)
        due = m->close_ms;
    if ((readiness(m) & m->wanted) != 0 || due <= now_ms)
        due = now_ms + 1;
    if (due == UINT64_MAX)
        loop_timer_clear(m->hall->loop, &m->timer);
    else
        loop_timer_set(m->hall->loop, &m->timer, due);
}

/* He may have something to send, or to be closed for: the end of the turn
 * looks. */
void
udp_member_touch(struct udp_member *m)
{
    if (list_is_empty(&m->dirty_link))
        list_add(&m->hall->dirty, &m->dirty_link);
    /* If that hook is over already: the next turn. */
    if (!m->is_calling)
        loop_timer_set(m->hall->loop, &m->timer, loop_now_ms(m->hall->loop));
}

/* Tell the layer above what it waits for. */
void
udp_member_wake(struct udp_member *m)
{
    unsigned events = readiness(m) & m->wanted;
    if (events == 0 || m->stream == NULL)
        return;
    m->is_calling = true;
    m->stream->watcher->on_ready(&m->stream->watch, events);
    m->is_calling = false;
}

static void
on_due(struct loop_timer *t)
{
    struct udp_member *m = CONTAINER_OF(t, struct udp_member, timer);
    if (loop_now_ms(m->hall->loop) >= idle_due_ms(m))
        m->fate = UDP_SILENT;
    udp_member_wake(m);
    if (list_is_empty(&m->dirty_link))
        list_add(&m->hall->dirty, &m->dirty_link);
}

/* -- life ----------------------------------------------------------------------------- */

struct udp_member *
udp_member_create(struct udp_door *door, const uint8_t *key,
                  const struct net_address *at, const struct net_address *here)
{
    struct udp_hall *h = door->hall;
    struct udp_member *m = ALLOC(struct udp_member);
    m->hall = h;
    m->door = door;
    door->members++;
    m->at = *at;
    m->here = *here;
    m->heard_ms = loop_now_ms(h->loop);
    m->timer.on_due = on_due;
    list_init(&m->dirty_link);
    list_add(&h->all, &m->all_link);
    memcpy(m->key, key, sizeof(m->key));
    map_add(&h->members, m);
    return m;
}

/* What comes from his address from now on is from somebody else. */
void
udp_member_forget_address(struct udp_member *m)
{
    struct span key = {m->key, sizeof(m->key)};
    if (map_find(&m->hall->members, key) == m)
        map_remove(&m->hall->members, key);
}

void
udp_member_destroy(struct udp_member *m)
{
    udp_member_forget_address(m);
    m->door->members--;
    list_remove(&m->dirty_link);
    list_remove(&m->all_link);
    loop_timer_clear(m->hall->loop, &m->timer);
    if (m->arq != NULL)
        wire_arq_finish(m->arq);
    free(m->arq);
    buf_finish(&m->in);
    buf_finish(&m->line);
    free(m);
}

void
udp_member_hear(struct udp_member *m, struct span datagram)
{
    uint64_t now_ms = loop_now_ms(m->hall->loop);
    if (m->arq == NULL)
        udp_lines_hear(m, datagram);
    else if (!wire_arq_hear(m->arq, datagram, now_ms))
        return;
    m->heard_ms = now_ms;
    udp_member_touch(m);
}

void
udp_member_end(struct udp_member *m, enum udp_fate fate)
{
    m->fate = fate;
    udp_member_forget_address(m);
    udp_member_touch(m);
}

/* -- at the end of the turn ------------------------------------------------------------ */

static void
send_reset(struct udp_member *m)
{
    struct buf out = {0};
    struct datagram d = {.kind = DATAGRAM_RESET, .session = m->arq->session};
    wire_datagram_encode(&d, &out);
    udp_member_send(m, buf_span(&out));
    buf_finish(&out);
}

static void
send_arq(struct udp_member *m)
{
    uint64_t now_ms = loop_now_ms(m->hall->loop);
    struct buf out = {0};
    while (udp_member_may_send(m) && wire_arq_next(m->arq, now_ms, &out)) {
        udp_member_send(m, buf_span(&out));
        buf_truncate(&out, 0);
    }
    buf_finish(&out);
}

/* Of one who is closed: is there nothing left to do? */
static bool
is_finished(const struct udp_member *m)
{
    return m->arq == NULL || is_over(m) || m->fate == UDP_SILENT ||
           m->wants_reset || wire_arq_is_done(m->arq) ||
           loop_now_ms(m->hall->loop) >= m->close_ms;
}

void
udp_member_send_some(struct udp_member *m)
{
    if (m->arq != NULL && !is_over(m))
        send_arq(m);
    if (!m->is_closed || !is_finished(m)) {
        set_timer(m);
        return;
    }
    if (m->arq != NULL && !is_over(m) && !wire_arq_is_done(m->arq))
        send_reset(m);
    udp_member_destroy(m);
}

/* -- the stream: what both kinds do --------------------------------------------------- */

struct udp_member *
udp_member_of(struct net_stream *s)
{
    return s->body;
}

bool
udp_stream_open(struct net_stream *s, const struct net_offer *o)
{
    struct udp_member *m = o->body;
    s->body = m;
    m->stream = s;
    return true;
}

/* When there are no bytes to be read. */
ssize_t
udp_member_read_fate(struct udp_member *m)
{
    if (m->fate == UDP_SILENT && !m->was_told) {
        m->was_told = true;
        return NET_SILENT;
    }
    return is_over(m) ? NET_LOST : NET_AGAIN;
}

void
udp_stream_want(struct net_stream *s, unsigned events)
{
    struct udp_member *m = udp_member_of(s);
    m->wanted = events;
    if (!m->is_calling && (readiness(m) & events) != 0)
        udp_member_touch(m);
    else if (!m->is_calling)
        set_timer(m);
}

void
udp_stream_reset(struct net_stream *s)
{
    udp_member_of(s)->wants_reset = true;
}

void
udp_stream_close(struct net_stream *s)
{
    struct udp_member *m = udp_member_of(s);
    struct udp_hall *h = m->hall;
    m->stream = NULL;
    m->is_closed = true;
    m->wanted = 0;
    m->close_ms = loop_now_ms(h->loop) + UDP_CLOSE_MS;
    if (m->arq != NULL && !m->arq->has_ended)
        wire_arq_end(m->arq);
    if (!h->is_callers) {
        udp_member_touch(m);
        return;
    }
    /* Who calls is gone with this: nobody is there to repeat anything. */
    m->close_ms = 0;
    udp_member_send_some(m);
    udp_hall_destroy(h);
}

/* -- the stream over arq ------------------------------------------------------------------ */

static ssize_t
arq_read(struct net_stream *s, uint8_t *at, size_t n)
{
    struct udp_member *m = udp_member_of(s);
    size_t got = wire_arq_read(m->arq, at, n);
    udp_member_touch(m); /* there is room again */
    if (got > 0)
        return (ssize_t)got;
    ssize_t fate = udp_member_read_fate(m);
    return wire_arq_is_at_end(m->arq) && fate != NET_SILENT ? 0 : fate;
}

static ssize_t
arq_write(struct net_stream *s, struct span bytes)
{
    struct udp_member *m = udp_member_of(s);
    if (is_over(m) || m->arq->has_ended) {
        errno = m->arq->state == ARQ_LOST ? ETIMEDOUT : ECONNREFUSED;
        return NET_LOST;
    }
    if (m->arq->state == ARQ_OPENING)
        return NET_AGAIN;
    size_t taken = wire_arq_write(m->arq, bytes);
    udp_member_touch(m);
    return taken > 0 || bytes.n == 0 ? (ssize_t)taken : NET_AGAIN;
}

static size_t
arq_unacknowledged(struct net_stream *s)
{
    struct udp_member *m = udp_member_of(s);
    return is_over(m) ? 0 : wire_arq_unacknowledged(m->arq);
}

static void
arq_end(struct net_stream *s)
{
    struct udp_member *m = udp_member_of(s);
    if (!m->arq->has_ended)
        wire_arq_end(m->arq);
    udp_member_touch(m);
}

static const struct net_stream_ops arq_ops = {
    .open = udp_stream_open,
    .read = arq_read,
    .write = arq_write,
    .unacknowledged = arq_unacknowledged,
    .want = udp_stream_want,
    .end = arq_end,
    .reset = udp_stream_reset,
    .close = udp_stream_close,
};

struct net_offer
udp_member_offer(struct udp_member *m)
{
    return (struct net_offer){
        .ops = m->arq == NULL ? &udp_lines_ops : &arq_ops,
        .body = m,
    };
}
