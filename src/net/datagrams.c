#include "net/datagrams.h"

#include "base/alloc.h"
#include "net/beside.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Datagrams in one system call, each way. */
#define AT_ONCE 32

/* System calls that read in one turn: so that a flood does not keep others
 * waiting. */
#define READS_A_TURN 4

/* Enough for the session's id and more (RFC 1812, 4.3.2.3). */
#define QUOTED_BYTES 576

struct queued {
    struct net_address to;
    struct net_address from;
    size_t at; /* in udp.out */
    size_t n;
};

struct udp {
    struct net_datagrams datagrams;
    struct loop *loop;
    struct loop_watch watch;
    unsigned loopback; /* its interface's number */
    bool is_connected;
    struct queued queue[AT_ONCE];
    size_t queue_n;
    struct buf out;
    /* What is read lands here; pages that nothing landed on cost nothing. */
    uint8_t (*in)[NET_DATAGRAM_MOST_BYTES];
};

static struct udp *
udp_of(struct net_datagrams *s)
{
    return CONTAINER_OF(s, struct udp, datagrams);
}

/* -- --trace ------------------------------------------------------------------------- */

static void
trace_address(struct trace *t, enum trace_call call, int fd, int result,
              const struct net_address *a)
{
    char where[NET_ADDRESS_TEXT];
    int error = errno;
    if (t == NULL)
        return;
    net_address_text(a, where);
    errno = error;
    trace_call(t, call, fd, result, "%s", where);
}

static void
trace_one(struct udp *u, enum trace_way way, const struct net_address *a,
          struct span bytes, bool is_cut)
{
    struct trace *t = loop_trace(u->loop);
    char who[NET_ADDRESS_TEXT];
    if (t == NULL)
        return;
    struct trace_header h = {0};
    if (u->datagrams.header_of != NULL)
        h = u->datagrams.header_of(bytes);
    h.is_cut = is_cut;
    net_address_text(a, who);
    trace_datagram(t, way, who, bytes, &h);
}

/* Of a message that has no address the socket's one peer is meant. */
static void
trace_message(struct udp *u, enum trace_way way, const struct mmsghdr *m)
{
    struct net_address a = {.n = sizeof(a.u)};
    struct span bytes = {m->msg_hdr.msg_iov->iov_base, m->msg_len};
    if (loop_trace(u->loop) == NULL)
        return;
    if (m->msg_hdr.msg_name == NULL)
        (void)getpeername(u->watch.fd, &a.u.any, &a.n);
    else
        memcpy(&a.u, m->msg_hdr.msg_name, sizeof(a.u));
    trace_one(u, way, &a, bytes, false);
}

/* -- reading -------------------------------------------------------------------------- */

/* False: there is none. */
static bool
read_error(struct udp *u)
{
    struct net_address who = {.n = sizeof(who.u)};
    uint8_t quoted[QUOTED_BYTES];
    struct net_beside beside;
    struct iovec part = {quoted, sizeof(quoted)};
    struct msghdr m = {
        .msg_name = &who.u,
        .msg_namelen = sizeof(who.u),
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &beside,
        .msg_controllen = sizeof(beside),
    };
    struct trace *t = loop_trace(u->loop);
    ssize_t n = recvmsg(u->watch.fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (n < 0) {
        TRACE(t, TRACE_RECVMSG, u->watch.fd, n, "MSG_ERRQUEUE");
        return false;
    }
    int error = net_beside_icmp(&m);
    struct span sent = {quoted, (size_t)n};
    who.n = m.msg_namelen;
    TRACE(t, TRACE_RECVMSG, u->watch.fd, n, "MSG_ERRQUEUE: %s",
          error == 0 ? "0" : strerrorname_np(error));
    trace_one(u, TRACE_TO, &who, sent, true);
    if (error == ECONNREFUSED)
        u->datagrams.on_refused(&u->datagrams, &who, sent);
    return true;
}

static void
read_errors(struct udp *u)
{
    for (int i = 0; i < AT_ONCE; i++) {
        if (!read_error(u))
            return;
    }
}

/*
 * For what this machine sends to an address of its own the system names the
 * interface that has the address, not the one that it came over. But from
 * outside nothing can come from the very address that it is sent to: Linux
 * drops that (RFC 1812, 5.3.8). Of IPv6 it does not.
 */
static bool
is_own(const struct net_datagram *d)
{
    return d->from.u.any.sa_family == AF_INET &&
           d->to.u.any.sa_family == AF_INET &&
           d->from.u.v4.sin_addr.s_addr == d->to.u.v4.sin_addr.s_addr;
}

static void
hand_up(struct udp *u, struct msghdr *m, size_t bytes, const uint8_t *at)
{
    struct net_datagram d = {.bytes = {at, bytes}};
    if (m->msg_namelen > sizeof(d.from.u))
        return;
    memcpy(&d.from.u, m->msg_name, m->msg_namelen);
    d.from.n = m->msg_namelen;
    unsigned interface = net_beside_get(m, &d.to);
    d.is_local = (interface != 0 && interface == u->loopback) || is_own(&d);
    u->datagrams.on_datagram(&u->datagrams, &d);
}

/* How many came. */
static int
read_some(struct udp *u)
{
    struct mmsghdr messages[AT_ONCE];
    struct iovec parts[AT_ONCE];
    struct sockaddr_storage names[AT_ONCE];
    struct net_beside besides[AT_ONCE];
    memset(messages, 0, sizeof(messages));
    for (size_t i = 0; i < AT_ONCE; i++) {
        parts[i] = (struct iovec){u->in[i], sizeof(u->in[i])};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &names[i],
            .msg_namelen = sizeof(names[i]),
            .msg_iov = &parts[i],
            .msg_iovlen = 1,
            .msg_control = &besides[i],
            .msg_controllen = sizeof(besides[i]),
        };
    }
    int n = recvmmsg(u->watch.fd, messages, AT_ONCE, MSG_DONTWAIT, NULL);
    TRACE(loop_trace(u->loop), TRACE_RECVMMSG, u->watch.fd, n, "%d", AT_ONCE);
    for (int i = 0; i < n; i++)
        trace_message(u, TRACE_FROM, &messages[i]);
    for (int i = 0; i < n; i++)
        hand_up(u, &messages[i].msg_hdr, messages[i].msg_len, u->in[i]);
    return n;
}

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct udp *u = CONTAINER_OF(w, struct udp, watch);
    (void)events;
    read_errors(u);
    for (int i = 0; i < READS_A_TURN; i++) {
        if (read_some(u) < AT_ONCE)
            break;
    }
}

static const struct loop_watcher readiness_watcher = {on_ready};

/* -- sending --------------------------------------------------------------------------- */

static void
fill_message(struct udp *u, struct queued *q, struct msghdr *m,
             struct iovec *part, struct net_beside *beside)
{
    *part = (struct iovec){u->out.at + q->at, q->n};
    *m = (struct msghdr){.msg_iov = part, .msg_iovlen = 1};
    if (!u->is_connected) {
        m->msg_name = &q->to.u;
        m->msg_namelen = q->to.n;
    }
    if (!u->is_connected && q->from.n > 0)
        net_beside_put(m, beside, &q->from);
}

static void
trace_sent(struct udp *u, int result, const struct mmsghdr *messages, size_t n)
{
    TRACE(loop_trace(u->loop), TRACE_SENDMMSG, u->watch.fd, result, "%zu", n);
    for (int i = 0; i < result; i++)
        trace_message(u, TRACE_TO, &messages[i]);
}

/*
 * An error is about the first one: skip it, and go on. Or it is an older one
 * about somebody else, which the system tells to whoever asks next: then the
 * second try of the same goes through.
 */
static void
send_all(struct udp *u, struct mmsghdr *messages, size_t n)
{
    size_t at = 0;
    bool is_second_try = false;
    while (at < n) {
        int sent = sendmmsg(u->watch.fd, messages + at, (unsigned)(n - at),
                            MSG_DONTWAIT | MSG_NOSIGNAL);
        trace_sent(u, sent, messages + at, n - at);
        if (sent > 0) {
            at += (size_t)sent;
            is_second_try = false;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return; /* lost, as on the way */
        } else if (is_second_try) {
            at++;
            is_second_try = false;
        } else {
            is_second_try = true;
        }
    }
}

static void
udp_flush(struct net_datagrams *s)
{
    struct udp *u = udp_of(s);
    struct mmsghdr messages[AT_ONCE];
    struct iovec parts[AT_ONCE];
    struct net_beside besides[AT_ONCE];
    memset(messages, 0, sizeof(messages));
    memset(besides, 0, sizeof(besides));
    for (size_t i = 0; i < u->queue_n; i++)
        fill_message(u, &u->queue[i], &messages[i].msg_hdr, &parts[i],
                     &besides[i]);
    send_all(u, messages, u->queue_n);
    u->queue_n = 0;
    buf_truncate(&u->out, 0);
}

static void
udp_send(struct net_datagrams *s, const struct net_address *to,
         const struct net_address *from, struct span bytes)
{
    struct udp *u = udp_of(s);
    if (u->queue_n == AT_ONCE)
        udp_flush(s);
    u->queue[u->queue_n++] =
        (struct queued){.to = *to, .from = *from, .at = u->out.n, .n = bytes.n};
    buf_add(&u->out, bytes);
}

static void
udp_close(struct net_datagrams *s)
{
    struct udp *u = udp_of(s);
    udp_flush(s);
    loop_close(u->loop, &u->watch);
    buf_finish(&u->out);
    free(u->in);
    free(u);
}

static const struct net_datagrams_ops udp_ops = {
    .send = udp_send,
    .flush = udp_flush,
    .close = udp_close,
};

/* -- opening --------------------------------------------------------------------------- */

/* Everybody's datagrams wait in one queue until it is their turn; the system
 * gives less if it may not give as much. */
#define QUEUE_BYTES (4 << 20)

#define SET_OPTION(t, fd, level, name, value)                                  \
    set_option((t), (fd), (level), (name), #name, (value))

static void
set_option(struct trace *t, int fd, int level, int name, const char *text,
           int value)
{
    int result = setsockopt(fd, level, name, &value, sizeof(value));
    TRACE(t, TRACE_SETSOCKOPT, fd, result, "%s, %d", text, value);
}

static void
set_options(struct trace *t, int fd, int family)
{
    if (family == AF_INET6) {
        SET_OPTION(t, fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
        SET_OPTION(t, fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    } else {
        SET_OPTION(t, fd, IPPROTO_IP, IP_RECVERR, 1);
        SET_OPTION(t, fd, IPPROTO_IP, IP_PKTINFO, 1);
    }
    SET_OPTION(t, fd, SOL_SOCKET, SO_RCVBUF, QUEUE_BYTES);
    SET_OPTION(t, fd, SOL_SOCKET, SO_SNDBUF, QUEUE_BYTES);
}

/* NULL with errno; then the descriptor stays open. */
static struct udp *
udp_create(struct loop *l, int fd)
{
    struct udp *u = ALLOC(struct udp);
    u->datagrams.ops = &udp_ops;
    u->loop = l;
    u->watch = (struct loop_watch){
        .fd = fd, .role = LOOP_DOOR, .watcher = &readiness_watcher};
    u->loopback = if_nametoindex("lo");
    u->in = alloc_zeroed(AT_ONCE * sizeof(*u->in));
    struct net_address *here = &u->datagrams.address;
    here->n = sizeof(here->u);
    int result = getsockname(fd, &here->u.any, &here->n);
    trace_address(loop_trace(l), TRACE_GETSOCKNAME, fd, result, here);
    set_options(loop_trace(l), fd, here->u.any.sa_family);
    if (!loop_add(l, &u->watch)) {
        free(u->in);
        free(u);
        return NULL;
    }
    loop_watch(l, &u->watch, LOOP_READ);
    return u;
}

static int
open_socket(struct trace *t, const struct net_address *at)
{
    bool is_v6 = at->u.any.sa_family == AF_INET6;
    int fd = socket(at->u.any.sa_family,
                    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    TRACE(t, TRACE_SOCKET, fd, fd, "%s, SOCK_DGRAM",
          is_v6 ? "AF_INET6" : "AF_INET");
    if (fd >= 0 && is_v6)
        SET_OPTION(t, fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    return fd;
}

static bool
bind_socket(struct trace *t, int fd, const struct net_address *at)
{
    int result = bind(fd, &at->u.any, at->n);
    trace_address(t, TRACE_BIND, fd, result, at);
    return result == 0;
}

static bool
connect_socket(struct trace *t, int fd, const struct net_address *to)
{
    int result = connect(fd, &to->u.any, to->n);
    trace_address(t, TRACE_CONNECT_UDP, fd, result, to);
    return result == 0;
}

static void
close_failed(struct trace *t, int fd)
{
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && t != NULL)
        trace_close(t, fd);
    errno = error;
}

struct net_datagrams *
net_datagrams_open(struct loop *l, const struct net_address *at)
{
    int fd = open_socket(loop_trace(l), at);
    struct udp *u = NULL;
    if (fd >= 0 && bind_socket(loop_trace(l), fd, at))
        u = udp_create(l, fd);
    if (u == NULL) {
        close_failed(loop_trace(l), fd);
        return NULL;
    }
    return &u->datagrams;
}

struct net_datagrams *
net_datagrams_adopt(struct loop *l, int fd)
{
    int type = 0;
    socklen_t n = sizeof(type);
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) != 0)
        return NULL;
    if (type != SOCK_DGRAM) {
        errno = EPROTOTYPE;
        return NULL;
    }
    struct udp *u = udp_create(l, fd);
    return u != NULL ? &u->datagrams : NULL;
}

struct net_datagrams *
net_datagrams_connect(struct loop *l, const struct net_address *to)
{
    int fd = open_socket(loop_trace(l), to);
    struct udp *u = NULL;
    if (fd >= 0 && connect_socket(loop_trace(l), fd, to))
        u = udp_create(l, fd);
    if (u == NULL) {
        close_failed(loop_trace(l), fd);
        return NULL;
    }
    u->is_connected = true;
    return &u->datagrams;
}
