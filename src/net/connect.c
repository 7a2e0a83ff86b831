#include "net/connect.h"

#include "net/address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
stop_trying(struct net_connect *c)
{
    loop_timer_clear(c->loop, &c->timer);
    if (c->is_trying)
        loop_close(c->loop, &c->watch);
    c->is_trying = false;
    net_stream_close(&c->called);
}

void
net_connect_close(struct net_connect *c)
{
    if (c->loop != NULL)
        stop_trying(c);
    if (c->addresses != NULL)
        freeaddrinfo(c->addresses);
    c->addresses = c->next = NULL;
}

/* A machine without IPv6 says so of every IPv6 address; what another address
 * said is worth more. */
static bool
is_about_us(int error)
{
    return error == ENETUNREACH || error == EADDRNOTAVAIL ||
           error == EAFNOSUPPORT;
}

static void
note_failure(struct net_connect *c, int error)
{
    if (is_about_us(error) && c->verdict != NET_CONNECT_OK)
        return;
    c->verdict = error == ECONNREFUSED ? NET_CONNECT_REFUSED
                 : error == ETIMEDOUT  ? NET_CONNECT_TIMED_OUT
                                       : NET_CONNECT_FAILED;
    c->why = strerror(error);
}

/* A port in the ephemeral range on which nothing listens may be given to the
 * very socket that connects to it: then it talks to itself (RFC 9293, 3.5). */
static bool
is_own_end(int fd)
{
    struct sockaddr_storage here, there;
    socklen_t here_n = sizeof(here), there_n = sizeof(there);
    memset(&here, 0, sizeof(here));
    memset(&there, 0, sizeof(there));
    return getsockname(fd, (struct sockaddr *)&here, &here_n) == 0 &&
           getpeername(fd, (struct sockaddr *)&there, &there_n) == 0 &&
           here_n == there_n && memcmp(&here, &there, here_n) == 0;
}

static int
outcome_of(struct trace *t, int fd)
{
    int error = 0;
    socklen_t n = sizeof(error);
    int result = getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n);
    if (result != 0)
        error = errno;
    TRACE(t, TRACE_GETSOCKOPT, fd, result, "SO_ERROR: %s",
          error == 0 ? "0" : strerrorname_np(error));
    if (error == 0 && is_own_end(fd))
        return ECONNREFUSED;
    return error;
}

/* Somebody answered the call, or it is certain that nobody will. What failed
 * can't be closed here, but in on_timer(). */
static void
on_call_ready(struct loop_watch *w, unsigned events)
{
    struct net_stream *s = net_stream_of(w);
    struct net_connect *c = net_streams_of(s)->owner;
    const struct net_stream_ops *ops = net_stream_ops(s);
    (void)events;
    if (ops->write(s, SPAN_NONE) == NET_LOST) {
        note_failure(c, errno);
        ops->want(s, 0);
        c->has_failed = true;
        loop_timer_set(c->loop, &c->timer, loop_now_ms(c->loop));
        return;
    }
    *s = (struct net_stream){0}; /* it is offered anew */
    net_connect_close(c);
    c->verdict = NET_CONNECT_OK;
    c->on_done(c, &c->calling);
}

static bool
call_address(struct net_connect *c, const struct addrinfo *a)
{
    struct net_address to = {.n = a->ai_addrlen};
    memcpy(&to.u, a->ai_addr, a->ai_addrlen);
    if (!c->call(c->loop, &to, &c->calling)) {
        note_failure(c, errno);
        return false;
    }
    CHECK(net_stream_open(&c->called, &c->calls, &c->calling));
    net_stream_ops(&c->called)->want(&c->called, LOOP_WRITE);
    return true;
}

static int
open_socket(struct trace *t, const struct addrinfo *a)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    a->ai_protocol);
    TRACE(t, TRACE_SOCKET, fd, fd, "%s, SOCK_STREAM",
          a->ai_family == AF_INET6 ? "AF_INET6" : "AF_INET");
    return fd;
}

/* False with errno; what connects at once is reported writable at once. */
static bool
begin_to_connect(struct trace *t, int fd, const struct addrinfo *a)
{
    int result = connect(fd, a->ai_addr, a->ai_addrlen);
    if (t != NULL) {
        struct net_address to = {.n = a->ai_addrlen};
        char where[NET_ADDRESS_TEXT];
        int error = errno;
        memcpy(&to.u, a->ai_addr, a->ai_addrlen);
        net_address_text(&to, where);
        errno = error;
        trace_call(t, TRACE_CONNECT, fd, result, "%s", where);
    }
    return result == 0 || errno == EINPROGRESS;
}

/* True: connecting, on_watch_ready() or on_timer() will tell more. */
static bool
connect_address(struct net_connect *c, const struct addrinfo *a)
{
    int fd = open_socket(loop_trace(c->loop), a);
    if (fd < 0) {
        note_failure(c, errno);
        return false;
    }
    if (!begin_to_connect(loop_trace(c->loop), fd, a)) {
        note_failure(c, errno);
        close(fd);
        return false;
    }
    c->watch.fd = fd;
    c->is_trying = true;
    loop_watch(c->loop, &c->watch, LOOP_WRITE);
    return true;
}

static bool
try_address(struct net_connect *c, const struct addrinfo *a)
{
    c->has_failed = false;
    if (c->call != NULL ? !call_address(c, a) : !connect_address(c, a))
        return false;
    loop_timer_set(c->loop, &c->timer,
                   loop_now_ms(c->loop) + NET_CONNECT_TRY_MS);
    return true;
}

static void
try_next(struct net_connect *c)
{
    while (c->next != NULL) {
        const struct addrinfo *a = c->next;
        c->next = a->ai_next;
        if (try_address(c, a))
            return;
    }
    net_connect_close(c);
    c->on_done(c, NULL);
}

static void
on_watch_ready(struct loop_watch *w, unsigned events)
{
    struct net_connect *c = CONTAINER_OF(w, struct net_connect, watch);
    (void)events;
    int error = outcome_of(loop_trace(c->loop), w->fd);
    if (error != 0) {
        note_failure(c, error);
        stop_trying(c);
        try_next(c);
        return;
    }
    loop_remove(c->loop, w);
    c->is_trying = false; /* the descriptor is the stream's now */
    net_connect_close(c);
    c->verdict = NET_CONNECT_OK;
    struct net_offer o = net_tcp_offer(w->fd, LOOP_GUEST);
    c->on_done(c, &o);
}

static const struct loop_watcher readiness_watcher = {on_watch_ready};

/* The address had its time; or it is the very first one's turn. */
static void
on_timer(struct loop_timer *t)
{
    struct net_connect *c = CONTAINER_OF(t, struct net_connect, timer);
    bool is_trying = c->is_trying || net_stream_is_open(&c->called);
    if (is_trying && !c->has_failed)
        note_failure(c, ETIMEDOUT);
    stop_trying(c);
    try_next(c);
}

static void
look_up(struct net_connect *c, const char *host, uint16_t port)
{
    char service[8];
    snprintf(service, sizeof(service), "%u", port);
    struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM, /* each address once, whatever for */
        .ai_flags = AI_NUMERICSERV,
    };
    int error = getaddrinfo(host, service, &hints, &c->addresses);
    if (error == 0)
        return;
    bool is_unknown = error == EAI_NONAME || error == EAI_NODATA;
    c->addresses = NULL;
    c->verdict = is_unknown ? NET_CONNECT_NO_HOST : NET_CONNECT_NO_LOOKUP;
    c->why = error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
}

void
net_connect_open(struct net_connect *c, const char *host, uint16_t port)
{
    c->verdict = NET_CONNECT_OK;
    c->why = "";
    c->is_trying = c->has_failed = false;
    c->called = (struct net_stream){0};
    c->calls = (struct net_streams){
        .watcher = {on_call_ready}, .loop = c->loop, .owner = c};
    c->watch =
        (struct loop_watch){.role = LOOP_GUEST, .watcher = &readiness_watcher};
    c->timer = (struct loop_timer){.on_due = on_timer};
    look_up(c, host, port);
    c->next = c->addresses;
    loop_timer_set(c->loop, &c->timer, loop_now_ms(c->loop));
}
