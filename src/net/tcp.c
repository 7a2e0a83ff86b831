#include "net/stream.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* A link that broke without a word is noticed after about two minutes. */
#define KEEPALIVE_IDLE_S 60
#define KEEPALIVE_INTERVAL_S 15
#define KEEPALIVE_PROBES 4

/* Who wants to see what becomes of it; NULL: nobody. A pair within the
 * program is not of interest. */
static struct trace *
trace_of(const struct net_stream *s)
{
    return s->watch.role == LOOP_OURS ? NULL
                                      : loop_trace(net_streams_of(s)->loop);
}

static ssize_t
outcome(ssize_t n)
{
    if (n >= 0)
        return n;
    bool is_later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return is_later ? NET_AGAIN : NET_LOST;
}

static ssize_t
tcp_read(struct net_stream *s, uint8_t *at, size_t n)
{
    ssize_t got = recv(s->watch.fd, at, n, MSG_DONTWAIT);
    TRACE_BYTES(trace_of(s), TRACE_RECV, s->watch.fd, got,
                ((struct span){at, got > 0 ? (size_t)got : 0}), n);
    return outcome(got);
}

static ssize_t
tcp_write(struct net_stream *s, struct span bytes)
{
    ssize_t n =
        send(s->watch.fd, bytes.at, bytes.n, MSG_DONTWAIT | MSG_NOSIGNAL);
    TRACE_BYTES(trace_of(s), TRACE_SEND, s->watch.fd, n,
                span_sub(bytes, 0, n > 0 ? (size_t)n : 0), bytes.n);
    return outcome(n);
}

static size_t
tcp_unacknowledged(struct net_stream *s)
{
    int fd = s->watch.fd;
    int n = 0;
    if (ioctl(fd, SIOCOUTQ, &n) != 0 || n < 0)
        return 0;
    /* After a reset the number stands still, but nobody will acknowledge
     * any of it; the next write tells. */
    struct tcp_info info = {0};
    socklen_t size = sizeof(info);
    if (n > 0 && getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
        info.tcpi_state == TCP_CLOSE)
        return 0;
    return (size_t)n;
}

static void
tcp_want(struct net_stream *s, unsigned events)
{
    loop_watch(net_streams_of(s)->loop, &s->watch, events);
}

static void
tcp_end(struct net_stream *s)
{
    int result = shutdown(s->watch.fd, SHUT_WR);
    TRACE(trace_of(s), TRACE_SHUTDOWN, s->watch.fd, result, "SHUT_WR");
}

static void
tcp_reset(struct net_stream *s)
{
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    int result =
        setsockopt(s->watch.fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    TRACE(trace_of(s), TRACE_SETSOCKOPT, s->watch.fd, result, "SO_LINGER, 0 s");
}

static int
tcp_descriptor(struct net_stream *s)
{
    return s->watch.fd;
}

static void
tcp_close(struct net_stream *s)
{
    loop_close(net_streams_of(s)->loop, &s->watch);
}

/* Each is a help, none a need. */
static const struct {
    int level;
    int name;
    int value;
    const char *text;
} options[] = {
    {IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"},
    {SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE"},
    {IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S, "TCP_KEEPIDLE"},
    {IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S, "TCP_KEEPINTVL"},
    {IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES, "TCP_KEEPCNT"},
};

static void
set_options(const struct net_stream *s)
{
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        int value = options[i].value;
        int result = setsockopt(s->watch.fd, options[i].level, options[i].name,
                                &value, sizeof(value));
        TRACE(trace_of(s), TRACE_SETSOCKOPT, s->watch.fd, result, "%s, %d",
              options[i].text, value);
    }
}

static bool
tcp_open(struct net_stream *s, const struct net_offer *o)
{
    s->watch.fd = o->fd;
    s->watch.role = o->role;
    if (!loop_add(net_streams_of(s)->loop, &s->watch))
        return false;
    if (o->role != LOOP_OURS)
        set_options(s);
    return true;
}

static const struct net_stream_ops tcp_ops = {
    .open = tcp_open,
    .read = tcp_read,
    .write = tcp_write,
    .unacknowledged = tcp_unacknowledged,
    .want = tcp_want,
    .end = tcp_end,
    .reset = tcp_reset,
    .descriptor = tcp_descriptor,
    .close = tcp_close,
};

struct net_offer
net_tcp_offer(int fd, enum loop_role role)
{
    return (struct net_offer){.ops = &tcp_ops, .fd = fd, .role = role};
}
