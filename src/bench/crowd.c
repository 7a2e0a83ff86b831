#include "bench/crowd.h"

#include "base/alloc.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "bench/text.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_A_TURN 256
/* At an edge, since then the kernel need not look again at each socket that
 * was just emptied. */
#define WATCHED ((uint32_t)(EPOLLIN | EPOLLRDHUP | EPOLLET))
#define OVER ((uint32_t)(EPOLLRDHUP | EPOLLHUP | EPOLLERR))

enum conn_state {
    CONN_NEW,
    CONN_CONNECTING,
    CONN_GREETED,
    CONN_IN,
    CONN_STALLED, /* in, and never read again */
    CONN_GONE,
};

struct crowd_conn {
    int fd;
    enum conn_state state;
    bool is_unsent; /* is in crowd.unsent */
    bool is_full;   /* the kernel takes no more: waits for EPOLLOUT */
    bool is_answered;
    struct buf in; /* a piece that is not whole */
    struct buf out;
};

uint64_t
crowd_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* -- beginning and end ------------------------------------------------------- */

static void complain(struct crowd *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What went wrong first is what explains the rest. */
static void
complain(struct crowd *c, const char *format, ...)
{
    if (c->why[0] != '\0')
        return;
    va_list ap;
    va_start(ap, format);
    vsnprintf(c->why, sizeof(c->why), format, ap);
    va_end(ap);
}

uint32_t
crowd_size(const struct proto *p, uint32_t members, uint32_t senders)
{
    return members + (p->posts_apart ? senders : 0);
}

bool
crowd_open(struct crowd *c)
{
    c->n = crowd_size(c->proto, c->members, c->senders);
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (c->epoll < 0) {
        complain(c, _("cannot wait for connections: %s"), strerror(errno));
        return false;
    }
    c->conns = alloc_zeroed(c->n * sizeof(*c->conns));
    c->unsent = alloc_zeroed(c->n * sizeof(*c->unsent));
    c->in = alloc_zeroed(CROWD_READ_BYTES + PROTO_PIECE_MOST);
    c->heard = ALLOC(struct heard);
    c->joined_ns = crowd_clock_ns();
    c->proto->frame(c->text_bytes, &c->before, &c->behind);
    return true;
}

static void
close_conn(struct crowd_conn *conn)
{
    if (conn->state == CONN_NEW || conn->state == CONN_GONE)
        return;
    /* A reset, not an end: thousands of ports in TIME_WAIT would be in the
     * way of the next run. */
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    close(conn->fd);
    buf_finish(&conn->in);
    buf_finish(&conn->out);
    conn->state = CONN_GONE;
}

void
crowd_close(struct crowd *c)
{
    if (c->conns == NULL)
        return;
    for (uint32_t i = 0; i < c->n; i++)
        close_conn(&c->conns[i]);
    close(c->epoll);
    free(c->conns);
    free(c->unsent);
    free(c->in);
    buf_finish(&c->heard->bytes);
    free(c->heard);
    buf_finish(&c->answer);
    buf_finish(&c->before);
    buf_finish(&c->behind);
    c->conns = NULL;
}

/* A connection is over that should not be. */
static void
lose(struct crowd *c, uint32_t i)
{
    struct crowd_conn *conn = &c->conns[i];
    bool was_in = conn->state == CONN_IN;
    if (conn->state == CONN_GONE)
        return;
    close_conn(conn);
    if (!was_in) {
        c->has_failed = true;
        return;
    }
    c->gone++;
    if (i < c->members)
        c->on_gone(c, i);
}

/* -- out --------------------------------------------------------------------- */

static void
watch(struct crowd *c, uint32_t i, int operation, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.u32 = i};
    CHECK(epoll_ctl(c->epoll, operation, c->conns[i].fd, &e) == 0);
}

static void
set_full(struct crowd *c, uint32_t i, bool is_full)
{
    if (c->conns[i].is_full == is_full)
        return;
    c->conns[i].is_full = is_full;
    watch(c, i, EPOLL_CTL_MOD, WATCHED | (is_full ? (uint32_t)EPOLLOUT : 0));
}

static void
send_out(struct crowd *c, uint32_t i)
{
    struct crowd_conn *conn = &c->conns[i];
    ssize_t n = send(conn->fd, conn->out.at, conn->out.n, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        complain(c, _("the server broke a connection: %s"), strerror(errno));
        lose(c, i);
        return;
    }
    if (n > 0)
        buf_drop_front(&conn->out, (size_t)n);
    set_full(c, i, conn->out.n > 0);
}

static void
will_send(struct crowd *c, uint32_t i)
{
    struct crowd_conn *conn = &c->conns[i];
    if (!conn->is_unsent && !conn->is_full)
        c->unsent[c->unsent_n++] = i;
    conn->is_unsent = !conn->is_full;
}

static void
flush(struct crowd *c)
{
    for (uint32_t k = 0; k < c->unsent_n; k++) {
        uint32_t i = c->unsent[k];
        c->conns[i].is_unsent = false;
        if (c->conns[i].state != CONN_GONE)
            send_out(c, i);
    }
    c->unsent_n = 0;
}

void
crowd_post(struct crowd *c, uint32_t sender, const struct text_stamp *stamp)
{
    uint32_t i = sender + (c->proto->posts_apart ? c->members : 0);
    struct crowd_conn *conn = &c->conns[i];
    if (conn->state != CONN_IN)
        return; /* it is lost, and so is the message: the ledger will tell */
    buf_add(&conn->out, buf_span(&c->before));
    text_write(stamp, c->text_bytes, &conn->out);
    buf_add(&conn->out, buf_span(&c->behind));
    will_send(c, i);
}

/* -- joining ------------------------------------------------------------------ */

bool
crowd_is_in(const struct crowd *c)
{
    return c->joined == c->n;
}

int
crowd_descriptor(const struct crowd *c, uint32_t member)
{
    const struct crowd_conn *conn = &c->conns[member];
    return conn->state == CONN_IN ? conn->fd : -1;
}

static void
on_joined(struct crowd *c, uint32_t i)
{
    struct crowd_conn *conn = &c->conns[i];
    if (conn->state != CONN_GREETED)
        return;
    conn->state = CONN_IN;
    c->joined++;
    c->joined_ns = crowd_clock_ns();
    if (i < c->members && i >= c->members - c->stalled) {
        conn->state = CONN_STALLED;
        watch(c, i, EPOLL_CTL_DEL, 0);
    }
}

static void
greet(struct crowd *c, uint32_t i)
{
    struct proto_who who = {
        .run = c->run, .number = i, .is_poster = i >= c->members};
    c->conns[i].state = CONN_GREETED;
    c->proto->greet(&who, &c->conns[i].out);
    send_out(c, i);
    if (c->proto->joins_at_once)
        on_joined(c, i);
}

/* Loopback has sixteen million addresses: take another when the ports of one
 * run short. Elsewhere the kernel chooses. */
static bool
bind_source(const struct crowd *c, int fd, uint32_t i)
{
    if (c->to.u.any.sa_family != AF_INET || !net_address_is_loopback(&c->to) ||
        i < CROWD_PER_SOURCE)
        return true;
    int on = 1;
    uint8_t source[4] = {127, 0, 1, (uint8_t)(i / CROWD_PER_SOURCE)};
    struct net_address a = net_address_make(source, sizeof(source), 0);
    (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    return bind(fd, &a.u.any, a.n) == 0;
}

static void
start_one(struct crowd *c)
{
    uint32_t i = c->started++;
    struct crowd_conn *conn = &c->conns[i];
    int on = 1;
    conn->fd = socket(c->to.u.any.sa_family,
                      SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (conn->fd < 0) {
        complain(c, _("cannot open connection %u: %s"), i + 1, strerror(errno));
        c->has_failed = true;
        return;
    }
    conn->state = CONN_CONNECTING;
    (void)setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (!bind_source(c, conn->fd, i) ||
        (connect(conn->fd, &c->to.u.any, c->to.n) != 0 &&
         errno != EINPROGRESS)) {
        complain(c, _("cannot connect: %s"), strerror(errno));
        lose(c, i);
        return;
    }
    conn->is_full = true;
    watch(c, i, EPOLL_CTL_ADD, WATCHED | EPOLLOUT);
}

static bool
may_start(const struct crowd *c)
{
    const struct proto *p = c->proto;
    if (c->has_failed || c->started == c->n ||
        c->started - c->joined >= c->joining_most)
        return false;
    if (p->joins_at_once)
        return crowd_clock_ns() - c->started_ns >= CROWD_JOIN_GAP_NS;
    return p->unanswered_most == 0 || c->unanswered < p->unanswered_most;
}

static void
start_joins(struct crowd *c)
{
    while (may_start(c)) {
        c->started_ns = crowd_clock_ns();
        c->unanswered++;
        start_one(c);
    }
}

static void
on_connected(struct crowd *c, uint32_t i)
{
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(c->conns[i].fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0) {
        greet(c, i);
        return;
    }
    complain(c, _("cannot connect: %s"), strerror(error));
    lose(c, i);
}

/* -- in ------------------------------------------------------------------------ */

/* Its words go to a terminal. */
static void
complain_refused(struct crowd *c, struct span words)
{
    struct buf clean = {0};
    utf8_clean(span_sub(words, 0, sizeof(c->why)), &clean);
    complain(c, _("the server refuses: %.*s"), SPAN_ARG(buf_span(&clean)));
    buf_finish(&clean);
}

/* What to do with a piece that is no delivery; false: the connection is over. */
static bool
take(struct crowd *c, uint32_t i, enum proto_verdict verdict,
     const struct proto_piece *piece)
{
    switch (verdict) {
    case PROTO_JOINED:
        on_joined(c, i);
        break;
    case PROTO_REFUSED:
        complain_refused(c, piece->text);
        lose(c, i);
        return false;
    case PROTO_BAD:
        complain(c, _("what the server says is not %s"), tr(c->proto->name));
        lose(c, i);
        return false;
    case PROTO_OTHER:
    case PROTO_POST:
    case PROTO_MORE:
        break;
    }
    if (c->answer.n > 0) {
        buf_add(&c->conns[i].out, buf_span(&c->answer));
        c->answer.n = 0;
        will_send(c, i);
    }
    return c->conns[i].state != CONN_STALLED;
}

/* A delivery that was not heard before; at which number it stands. */
static uint32_t
deliver(struct crowd *c, uint32_t i, struct span whole, struct span text)
{
    struct text_stamp stamp;
    if (!text_read(text, &stamp)) {
        c->damaged++;
        return HEARD_NONE;
    }
    c->on_text(c, i, &stamp);
    return heard_add(c->heard, whole, &stamp);
}

/* Cut all that is whole; what is left stays with the connection. */
static void
cut_all(struct crowd *c, uint32_t i, struct span in)
{
    uint32_t at = HEARD_NONE; /* what he will be told next, we guess */
    uint64_t posts = 0;
    for (;;) {
        const struct heard_piece *heard = heard_match(c->heard, at, in);
        if (heard != NULL) {
            c->on_text(c, i, &heard->stamp);
            in = span_from(in, heard->n);
            at++;
            posts++;
            continue;
        }
        struct proto_piece piece = {0, SPAN_NONE};
        enum proto_verdict verdict =
            c->proto->cut(in, c->text_bytes, &piece, &c->answer);
        if (verdict == PROTO_MORE)
            break;
        if (verdict == PROTO_POST) {
            at = deliver(c, i, span_sub(in, 0, piece.used), piece.text) + 1;
            posts++;
        } else if (!take(c, i, verdict, &piece)) {
            return;
        }
        in = span_from(in, piece.used);
    }
    c->reads += posts > 0;
    c->conns[i].in.n = 0;
    buf_add(&c->conns[i].in, in);
}

/* One read; how many bytes, or none for whatever reason. */
static size_t
read_in(struct crowd *c, uint32_t i)
{
    struct crowd_conn *conn = &c->conns[i];
    size_t kept = conn->in.n;
    CHECK(kept <= PROTO_PIECE_MOST);
    if (kept > 0)
        memcpy(c->in, conn->in.at, kept);
    ssize_t n = recv(conn->fd, &c->in[kept], CROWD_READ_BYTES, 0);
    if (n > 0) {
        c->unanswered -= !conn->is_answered;
        conn->is_answered = true;
        c->now_ns = crowd_clock_ns();
        cut_all(c, i, (struct span){c->in, kept + (size_t)n});
        return (size_t)n;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n == 0)
        complain(c, "%s", _("the server closed a connection"));
    else
        complain(c, _("the server broke a connection: %s"), strerror(errno));
    lose(c, i);
    return 0;
}

static bool
is_read(const struct crowd_conn *conn)
{
    return conn->state == CONN_GREETED || conn->state == CONN_IN;
}

static void
on_ready(struct crowd *c, uint32_t i, uint32_t events)
{
    struct crowd_conn *conn = &c->conns[i];
    if (conn->state == CONN_CONNECTING)
        on_connected(c, i);
    else if ((events & EPOLLOUT) != 0 && is_read(conn))
        send_out(c, i);
    if ((events & ~(uint32_t)EPOLLOUT) == 0)
        return;
    /* No edge comes any more for the end behind the last bytes. */
    size_t enough = (events & OVER) != 0 ? 1 : CROWD_READ_BYTES;
    while (is_read(conn) && read_in(c, i) >= enough) {
    }
}

/* A pace of 400 a second wants better than milliseconds; a kernel that is
 * older than 5.11, or a sandbox, may have nothing better. */
static int
wait_until(struct crowd *c, struct epoll_event *events, uint64_t until_ns)
{
    uint64_t now_ns = crowd_clock_ns();
    uint64_t ns = until_ns > now_ns ? until_ns - now_ns : 0;
    struct timespec t = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
    int n = epoll_pwait2(c->epoll, events, EVENTS_A_TURN, &t, NULL);
    if (n >= 0 || (errno != ENOSYS && errno != EPERM))
        return n;
    return epoll_wait(c->epoll, events, EVENTS_A_TURN,
                      (int)((ns + 999999u) / 1000000u));
}

void
crowd_turn(struct crowd *c, uint64_t until_ns)
{
    struct epoll_event events[EVENTS_A_TURN];
    start_joins(c);
    flush(c); /* what was posted since the last turn */
    if (c->proto->joins_at_once && c->started < c->n &&
        until_ns > c->started_ns + CROWD_JOIN_GAP_NS)
        until_ns = c->started_ns + CROWD_JOIN_GAP_NS;
    int n = wait_until(c, events, until_ns);
    for (int k = 0; k < n; k++)
        on_ready(c, events[k].data.u32, events[k].events);
    flush(c);
    if (!crowd_is_in(c) && !c->has_failed &&
        crowd_clock_ns() - c->joined_ns > CROWD_JOIN_PATIENCE_NS) {
        complain(c, _("the server let %u of %u in, and then nobody for %u s"),
                 c->joined, c->n,
                 (unsigned)(CROWD_JOIN_PATIENCE_NS / 1000000000u));
        c->has_failed = true;
    }
}
