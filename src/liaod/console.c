#include "liaod/console.h"

#include "base/alloc.h"
#include "hub/hub.h"
#include "term/tty.h"
#include "term/watch.h"
#include "wire/plain.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES 4096

struct console {
    struct loop *loop;
    struct peers *peers;
    struct term_watch terminal;
    struct loop_watch hearing; /* our end of the pair */
    struct buf typed;          /* not passed on yet */
    struct buf heard;          /* half a line */
    bool is_shut;              /* the hub knows that no more will be typed */
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
    bool is_full = term_is_full(c->terminal.term);
    term_watch_want_keys(&c->terminal, !is_typed);
    loop_watch(c->loop, &c->hearing,
               (is_full ? 0 : LOOP_READ) | (is_typed ? LOOP_WRITE : 0));
}

/* -- what is typed ------------------------------------------------------------ */

static void
offer_commands(struct term_offers *offers, struct span word)
{
    struct span command;
    bool is_servers;
    for (size_t i = 0; wire_plain_command(i, &command, &is_servers); i++)
        term_offer_if_fits(offers, word, command);
}

struct name_offers {
    struct term_offers *offers;
    struct span word;
};

static void
offer_name(void *ctx, struct span nick)
{
    const struct name_offers *o = ctx;
    term_offer_if_fits(o->offers, o->word, nick);
}

/* As liao does it; but here the hub itself knows who is there. */
static void
complete(void *owner, struct span line, size_t at, struct term_offers *offers)
{
    const struct console *c = owner;
    struct name_offers names = {offers, span_from(line, at)};
    if (at == 0 && span_starts(names.word, SPAN("/"))) {
        offer_commands(offers, names.word);
        return;
    }
    if (at == 0)
        offers->suffix = SPAN(": ");
    hub_each_nick(peers_hub(c->peers), offer_name, &names);
}

/* A paste may outrun the hub: what the pair does not take now waits, and the
 * terminal with it. */
static void
pass_on(struct console *c)
{
    while (c->typed.n > 0) {
        ssize_t n = send(c->hearing.fd, c->typed.at, c->typed.n, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        /* If not, the hub has left: its end is heard. */
        buf_drop_front(&c->typed, n < 0 ? c->typed.n : (size_t)n);
    }
    if (c->terminal.term->is_ended && !c->is_shut) {
        c->is_shut = true;
        shutdown(c->hearing.fd, SHUT_WR);
    }
}

static void
on_line(void *owner, struct span line)
{
    struct console *c = owner;
    term_watch_show_typed(&c->terminal, line);
    buf_add(&c->typed, line);
    buf_add_byte(&c->typed, '\n');
    pass_on(c);
    want(c);
}

static void
on_typed_out(void *owner)
{
    struct console *c = owner;
    pass_on(c);
    want(c);
}

/* -- what is heard ------------------------------------------------------------ */

/* False: nothing is there, or the end. */
static bool
hear(struct console *c, ssize_t *n)
{
    uint8_t *at = buf_reserve(&c->heard, READ_BYTES);
    *n = recv(c->hearing.fd, at, READ_BYTES, 0);
    if (*n <= 0)
        return false;
    c->heard.n += (size_t)*n;
    struct span rest = buf_span(&c->heard);
    size_t end;
    while ((end = span_find(rest, '\n')) < rest.n) {
        term_watch_show(&c->terminal, span_sub(rest, 0, end));
        rest = span_from(rest, end + 1);
    }
    buf_drop_front(&c->heard, c->heard.n - rest.n);
    return true;
}

static void
on_heard(struct loop_watch *w, unsigned events)
{
    struct console *c = CONTAINER_OF(w, struct console, hearing);
    ssize_t n;
    if (events & LOOP_WRITE)
        pass_on(c);
    bool is_over = (events & LOOP_READ) && !hear(c, &n) &&
                   (n == 0 || (errno != EAGAIN && errno != EINTR));
    want(c);
    if (is_over) {
        loop_watch(c->loop, w, 0);
        term_watch_leave(&c->terminal);
        c->on_end(c->owner);
    }
}

static const struct loop_watcher heard_watcher = {on_heard};

bool
console_show(void *owner, struct span line)
{
    struct console *c = owner;
    return term_watch_try_show(&c->terminal, line);
}

void
console_on_signal(struct console *c, int number)
{
    term_watch_on_signal(&c->terminal, number);
}

/* -- life --------------------------------------------------------------------- */

static void
open_terminal(struct console *c)
{
    struct term_setup setup = {
        .in = STDIN_FILENO,
        .out = STDOUT_FILENO,
        .prompt = "> ",
        .owner = c,
        .on_line = on_line,
        .on_end = on_typed_out,
        .complete = complete,
    };
    struct term *t = NULL;
    if (!term_tty_is_dumb(getenv("TERM")))
        t = term_create(&term_edit_ops, &setup);
    if (t == NULL)
        t = term_create(&term_plain_ops, &setup);
    term_watch_init(&c->terminal, c->loop, t);
}

struct console *
console_open(struct loop *l, struct peers *set, bool is_lab,
             void (*on_end)(void *owner), void *owner)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                   pair) != 0)
        return NULL;
    struct net_offer hub = net_tcp_offer(pair[1], LOOP_OURS);
    if (!peer_accept_console(set, &hub, is_lab)) {
        close(pair[0]);
        close(pair[1]);
        return NULL;
    }
    struct console *c = ALLOC(struct console);
    c->loop = l;
    c->peers = set;
    c->on_end = on_end;
    c->owner = owner;
    c->hearing = (struct loop_watch){.fd = pair[0], .watcher = &heard_watcher};
    open_terminal(c);
    want(c);
    return c;
}

void
console_close(struct console *c)
{
    if (c == NULL)
        return;
    loop_watch(c->loop, &c->hearing, 0);
    for (ssize_t n; hear(c, &n);) /* the hub's last words */
        continue;
    term_watch_finish(&c->terminal);
    loop_close(c->loop, &c->hearing);
    buf_finish(&c->typed);
    buf_finish(&c->heard);
    free(c);
}
