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
take_a_rest(struct net_listener *l)
{
    if (!l->is_resting)
        diag_say(l->diag, DIAG_WARNING,
                 N_("cannot accept connections: %s; trying again every "
                    "second"),
                 diag_errno(l->diag, errno));
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

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct net_listener *l = CONTAINER_OF(w, struct net_listener, watch);
    (void)events;
    for (int i = 0; i < NET_ACCEPTS_A_TURN; i++) {
        struct net_address from = {.n = sizeof(from.u)};
        int fd =
            accept4(w->fd, &from.u.any, &from.n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (is_passing(errno))
                continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                take_a_rest(l);
            return;
        }
        if (l->is_resting)
            diag_say(l->diag, DIAG_INFO, N_("accepting connections again"));
        l->is_resting = false;
        l->on_accept(l, net_tcp_open(l->loop, fd), &from);
    }
}

bool
net_listener_open(struct net_listener *l, const struct net_address *at)
{
    int fd = socket(at->u.any.sa_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    int on = 1;
    if (at->u.any.sa_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    /* A restart must not wait for connections in TIME_WAIT. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, &at->u.any, at->n) == 0 && listen(fd, NET_BACKLOG) == 0 &&
        net_listener_adopt(l, fd))
        return true;
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
    l->watch = (struct loop_watch){.fd = fd, .on_ready = on_ready};
    l->rest = (struct loop_timer){.on_due = on_rested};
    loop_watch(l->loop, &l->watch, LOOP_READ);
    return true;
}

void
net_listener_close(struct net_listener *l)
{
    if (l->watch.on_ready == NULL)
        return;
    loop_timer_clear(l->loop, &l->rest);
    loop_watch(l->loop, &l->watch, 0);
    close(l->watch.fd);
    l->watch.on_ready = NULL;
}
