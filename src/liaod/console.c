#include "liaod/console.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* A terminal that is ready for writing takes so many bytes without making
 * us wait (Linux wakes writers at 256). */
#define TERMINAL_TAKES 256

#define READ_BYTES 4096

struct console {
    struct loop *loop;
    struct loop_watch typing;  /* standard input */
    struct loop_watch hearing; /* our end of the pair */
    struct loop_watch showing; /* standard output, while `shown` has bytes */
    struct buf typed;          /* not passed on yet */
    struct buf shown;          /* heard, not printed yet */
    bool is_typed_out;         /* the end of the input */
    void (*on_end)(void *owner);
    void *owner;
};

bool
console_is_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
           tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* Type no more than the hub takes, hear no more than is printed. */
static void
want(struct console *c)
{
    bool is_typed = c->typed.n > 0;
    loop_watch(c->loop, &c->typing,
               is_typed || c->is_typed_out ? 0 : LOOP_READ);
    loop_watch(c->loop, &c->hearing,
               (c->shown.n == 0 ? LOOP_READ : 0) | (is_typed ? LOOP_WRITE : 0));
    loop_watch(c->loop, &c->showing, c->shown.n > 0 ? LOOP_WRITE : 0);
}

/* A paste may outrun the hub: what the pair does not take now waits, and the
 * terminal with it. */
static void
pass_on(struct console *c)
{
    ssize_t n = send(c->hearing.fd, c->typed.at, c->typed.n, MSG_NOSIGNAL);
    if (n >= 0)
        buf_drop_front(&c->typed, (size_t)n);
    else if (errno != EAGAIN && errno != EINTR)
        buf_truncate(&c->typed, 0); /* the hub has left: its end is heard */
}

static void
on_typed(struct loop_watch *w, unsigned events)
{
    struct console *c = CONTAINER_OF(w, struct console, typing);
    (void)events;
    uint8_t *at = buf_reserve(&c->typed, READ_BYTES);
    ssize_t n = read(w->fd, at, READ_BYTES);
    if (n > 0) {
        c->typed.n += (size_t)n;
        pass_on(c);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        c->is_typed_out = true;
        shutdown(c->hearing.fd, SHUT_WR);
    }
    want(c);
}

static void
on_heard(struct loop_watch *w, unsigned events)
{
    struct console *c = CONTAINER_OF(w, struct console, hearing);
    if (events & LOOP_WRITE)
        pass_on(c);
    if (!(events & LOOP_READ)) {
        want(c);
        return;
    }
    uint8_t *at = buf_reserve(&c->shown, READ_BYTES);
    ssize_t n = recv(w->fd, at, READ_BYTES, 0);
    if (n > 0)
        c->shown.n += (size_t)n;
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))) {
        want(c);
    } else {
        loop_watch(c->loop, w, 0);
        c->on_end(c->owner);
    }
}

static void
on_room_to_show(struct loop_watch *w, unsigned events)
{
    struct console *c = CONTAINER_OF(w, struct console, showing);
    (void)events;
    size_t most = c->shown.n < TERMINAL_TAKES ? c->shown.n : TERMINAL_TAKES;
    ssize_t n = write(w->fd, c->shown.at, most);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        n = (ssize_t)c->shown.n; /* the terminal is gone: SIGHUP tells */
    if (n > 0)
        buf_drop_front(&c->shown, (size_t)n);
    want(c);
}

struct console *
console_open(struct loop *l, struct peers *set, bool is_lab,
             void (*on_end)(void *owner), void *owner)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                   pair) != 0)
        return NULL;
    struct net_stream *hub = net_tcp_open(l, pair[1], LOOP_OURS);
    if (hub == NULL) {
        close(pair[0]);
        close(pair[1]);
        return NULL;
    }
    struct console *c = ALLOC(struct console);
    c->loop = l;
    c->on_end = on_end;
    c->owner = owner;
    c->typing = (struct loop_watch){.fd = STDIN_FILENO, .on_ready = on_typed};
    c->hearing = (struct loop_watch){.fd = pair[0], .on_ready = on_heard};
    c->showing =
        (struct loop_watch){.fd = STDOUT_FILENO, .on_ready = on_room_to_show};
    want(c);
    peer_accept_console(set, hub, is_lab);
    return c;
}

void
console_close(struct console *c)
{
    if (c == NULL)
        return;
    loop_remove(c->loop, &c->typing);
    loop_close(c->loop, &c->hearing);
    loop_remove(c->loop, &c->showing);
    buf_finish(&c->typed);
    buf_finish(&c->shown);
    free(c);
}
