#include "net/listener.h"

#include "base/tr.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
on_rested(struct loop_timer *t)
{
    struct net_listener *l = CONTAINER_OF(t, struct net_listener, rest);
    loop_watch(l->loop, &l->watch, LOOP_READ);
}

static void
take_a_rest(struct net_listener *l, const char *why)
{
    if (!l->is_resting)
        diag_say(l->diag, DIAG_WARNING,
                 N_("cannot accept connections: %s; trying again every "
                    "second"),
                 why);
    l->is_resting = true;
    loop_watch(l->loop, &l->watch, 0);
    loop_timer_set(l->loop, &l->rest, loop_now_ms(l->loop) + NET_REST_MS);
}

/* These are about one connection, which was gone before we came, not about
 * the listener (accept(2)). */
static bool
is_passing(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO ||
           error == ENETDOWN || error == EHOSTUNREACH || error == ENETUNREACH;
}

static bool
welcome(struct net_listener *l, int fd, const struct net_address *from)
{
    struct net_offer o = net_tcp_offer(fd, LOOP_GUEST);
    if (!l->on_accept(l, &o, from))
        return false;
    if (l->is_resting)
        diag_say(l->diag, DIAG_INFO, N_("accepting connections again"));
    l->is_resting = false;
    return true;
}

static void
trace_accept(const struct net_listener *l, int fd,
             const struct net_address *from)
{
    char who[NET_ADDRESS_TEXT] = "";
    if (fd >= 0)
        net_address_text(from, who);
    trace_call(loop_trace(l->loop), TRACE_ACCEPT, l->watch.fd, fd, "%s", who);
}

/* False: there is nobody else now. */
static bool
accept_one(struct net_listener *l)
{
    struct net_address from = {.n = sizeof(from.u)};
    int fd = accept4(l->watch.fd, &from.u.any, &from.n,
                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (loop_trace(l->loop) != NULL)
        trace_accept(l, fd, &from);
    if (fd < 0 && is_passing(errno))
        return true;
    if (fd < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            take_a_rest(l, diag_errno(l->diag, errno));
        return false;
    }
    if (welcome(l, fd, &from))
        return true;
    take_a_rest(l, loop_engine(l->loop)->limit);
    close(fd);
    return false;
}

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct net_listener *l = CONTAINER_OF(w, struct net_listener, watch);
    int most = loop_engine(l->loop)->is_one_by_one ? 1 : NET_ACCEPTS_A_TURN;
    (void)events;
    while (most > 0 && accept_one(l))
        most--;
}

static const struct loop_watcher readiness_watcher = {on_ready};

static void
set_option(struct trace *t, int fd, int level, int name, const char *text)
{
    int on = 1;
    int result = setsockopt(fd, level, name, &on, sizeof(on));
    TRACE(t, TRACE_SETSOCKOPT, fd, result, "%s, 1", text);
}

static int
open_socket(struct trace *t, int family)
{
    bool is_v6 = family == AF_INET6;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    TRACE(t, TRACE_SOCKET, fd, fd, "%s, SOCK_STREAM",
          is_v6 ? "AF_INET6" : "AF_INET");
    if (fd < 0)
        return fd;
    if (is_v6)
        set_option(t, fd, IPPROTO_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY");
    /* A restart must not wait for connections in TIME_WAIT. */
    set_option(t, fd, SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR");
    return fd;
}

static bool
bind_and_listen(struct trace *t, int fd, const struct net_address *at)
{
    int result = bind(fd, &at->u.any, at->n);
    if (t != NULL) {
        char where[NET_ADDRESS_TEXT];
        net_address_text(at, where);
        trace_call(t, TRACE_BIND, fd, result, "%s", where);
    }
    if (result != 0)
        return false;
    result = listen(fd, NET_BACKLOG);
    TRACE(t, TRACE_LISTEN, fd, result, "%d", NET_BACKLOG);
    return result == 0;
}

bool
net_listener_open(struct net_listener *l, const struct net_address *at)
{
    struct trace *t = loop_trace(l->loop);
    int fd = open_socket(t, at->u.any.sa_family);
    if (fd < 0)
        return false;
    if (bind_and_listen(t, fd, at) && net_listener_adopt(l, fd)) {
        l->is_own = true;
        return true;
    }
    int error = errno;
    close(fd);
    errno = error;
    return false;
}

bool
net_listener_adopt(struct net_listener *l, int fd)
{
    l->address.n = sizeof(l->address.u);
    if (getsockname(fd, &l->address.u.any, &l->address.n) != 0)
        return false;
    l->watch = (struct loop_watch){
        .fd = fd, .role = LOOP_DOOR, .watcher = &readiness_watcher};
    l->rest = (struct loop_timer){.on_due = on_rested};
    if (!loop_add(l->loop, &l->watch)) {
        l->watch.watcher = NULL; /* closed, for net_listener_close() */
        return false;
    }
    loop_watch(l->loop, &l->watch, LOOP_READ);
    return true;
}

void
net_listener_close(struct net_listener *l)
{
    if (l->watch.watcher == NULL)
        return;
    loop_timer_clear(l->loop, &l->rest);
    /* Its own thread may close it a moment later; the port is free now. What
     * a service manager has, too, goes on listening there. */
    if (l->is_own)
        shutdown(l->watch.fd, SHUT_RD);
    loop_close(l->loop, &l->watch);
    l->watch.watcher = NULL;
}
