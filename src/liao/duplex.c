#include "liao/duplex.h"

#include "base/tr.h"
#include "base/utf8.h"
#include "liao/exits.h"
#include "liao/output.h"
#include "net/address.h"
#include "wire/lab.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* So long the other side may take to end. */
#define LEAVE_MS 2000

struct client {
    const struct liao_options *options;
    struct liao_input *in;
    struct trace *trace;
    pthread_mutex_t tracing; /* one thread at a time */
    int fd;
    struct buf held;        /* the front of a character that was cut */
    atomic_bool is_leaving; /* q was typed, or nothing more will be */
    atomic_bool is_lost;    /* the other side ended before that */
};

/* -- the calls, which block ------------------------------------------------------ */

static void
trace_it(struct client *c, enum trace_call call, ssize_t result,
         struct span bytes, size_t asked)
{
    if (c->trace == NULL)
        return;
    size_t n = result > 0 ? (size_t)result : 0;
    pthread_mutex_lock(&c->tracing);
    c->trace->thread = gettid() == getpid() ? 0 : gettid();
    trace_bytes(c->trace, call, c->fd, result, span_sub(bytes, 0, n), asked);
    pthread_mutex_unlock(&c->tracing);
}

/* send(2) may take a part. False: the connection is gone. */
static bool
say(struct client *c, struct span bytes)
{
    while (bytes.n > 0) {
        ssize_t n = send(c->fd, bytes.at, bytes.n, MSG_NOSIGNAL);
        trace_it(c, TRACE_SEND, n, bytes, bytes.n);
        if (n < 0) {
            c->is_lost = true;
            return false;
        }
        bytes = span_from(bytes, (size_t)n);
    }
    return true;
}

static void
show(struct client *c, struct span bytes)
{
    struct buf clean = {0};
    buf_add(&c->held, bytes);
    size_t n = c->held.n - utf8_held_tail(buf_span(&c->held));
    liao_output_clean(span_sub(buf_span(&c->held), 0, n), &clean);
    buf_drop_front(&c->held, n);
    /* The lab's messages have no newline: what one recv returns is one. */
    if (c->options->framing == LIAO_FRAMING_LAB && c->held.n == 0)
        buf_add_byte(&clean, '\n');
    fwrite(clean.at, 1, clean.n, stdout);
    fflush(stdout);
    buf_finish(&clean);
}

/* What has come, as soon as something has. False: nothing more will. */
static bool
hear(struct client *c)
{
    uint8_t bytes[LAB_BLOCK_BYTES];
    ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);
    trace_it(c, TRACE_RECV, n, (struct span){bytes, sizeof(bytes)},
             sizeof(bytes));
    if (n <= 0)
        return false;
    show(c, (struct span){bytes, (size_t)n});
    return true;
}

/* The next line that is typed, as it is to be sent; the last is q. False: it
 * was, or nothing more will be typed. */
static bool
read_message(struct client *c, struct buf *message)
{
    struct liao_piece piece;
    while (!liao_input_take(c->in, LAB_BLOCK_BYTES - 1, &piece)) {
        if (liao_input_is_over(c->in)) {
            c->is_leaving = true;
            return false;
        }
        liao_input_read(c->in); /* waits */
    }
    buf_truncate(message, 0);
    buf_add(message, piece.text);
    bool is_q = span_equal(piece.text, SPAN("q")) && !piece.is_rest;
    if (c->options->framing != LIAO_FRAMING_LAB && piece.ends_line)
        buf_add_byte(message, '\n');
    if (!is_q)
        return true;
    c->is_leaving = true;
    (void)say(c, buf_span(message));
    return false;
}

/* -- the three programs ------------------------------------------------------------ */

/* For ever: type, send. There is no place in it for a recv. */
static void
chat_without_receiving(struct client *c)
{
    struct buf message = {0};
    while (read_message(c, &message) && say(c, buf_span(&message)))
        ;
    buf_finish(&message);

    /* To close while bytes are unread breaks the connection off, and our q
     * might be lost with it: the other side ends first. */
    struct pollfd end = {.fd = c->fd, .events = POLLRDHUP};
    shutdown(c->fd, SHUT_WR);
    (void)poll(&end, 1, LEAVE_MS);
    int unread = 0;
    if (ioctl(c->fd, FIONREAD, &unread) == 0 && unread > 0)
        fprintf(stderr,
                _("liao: bytes that had come and that nobody read: %d\n"),
                unread);
}

/* For ever: type, send, receive. Each waits for the other. */
static void
chat_in_turns(struct client *c)
{
    struct buf message = {0};
    while (read_message(c, &message) && say(c, buf_span(&message))) {
        if (!hear(c)) {
            c->is_lost = true;
            break;
        }
    }
    buf_finish(&message);
}

static void *
receive_for_ever(void *client)
{
    struct client *c = client;
    while (hear(c))
        ;
    /* The other thread sits in read(2), out of which only a key brings it. */
    if (!c->is_leaving) {
        c->is_lost = true;
        fputs(_("liao: the other side has ended; Enter leaves\n"), stderr);
    }
    return NULL;
}

/* The lab's client: two threads, each of which waits for one thing. */
static void
chat_with_threads(struct client *c)
{
    struct buf message = {0};
    pthread_t receiver;
    if (pthread_create(&receiver, NULL, receive_for_ever, c) != 0) {
        c->is_lost = true;
        return;
    }
    while (read_message(c, &message) && !c->is_lost &&
           say(c, buf_span(&message)))
        ;
    /* The other side hears the end of us, ends in turn, and so the receiver
     * comes back from its recv: nobody has to be stopped by force. */
    shutdown(c->fd, SHUT_WR);
    pthread_join(receiver, NULL);
    buf_finish(&message);
}

/* -- beginning and end --------------------------------------------------------------- */

void
liao_duplex_explain(unsigned how)
{
    static const char *const words[] = {
        [LIAO_DUPLEX_POLL] =
            N_("one thread waits for the keyboard and for the other side at "
               "once, in poll(2): you see all at once"),
        [LIAO_DUPLEX_SELECT] =
            N_("one thread waits for the keyboard and for the other side at "
               "once, in select(2): you see all at once"),
        [LIAO_DUPLEX_THREADS] =
            N_("one thread sends what you type, another shows what comes: you "
               "see all at once"),
        [LIAO_DUPLEX_NONE] =
            N_("one thread, which only sends: what others say arrives, but "
               "you will not see it; q leaves"),
        [LIAO_DUPLEX_TURNS] =
            N_("one thread, which sends one message, then waits for one: what "
               "you type meanwhile goes out late, and what others say is shown "
               "late; q leaves"),
    };
    fprintf(stderr, "liao: %s\n", tr(words[how]));
}

/* Tries one address after the other. -1: `why` tells of the last. */
static int
connect_to(const struct net_url *url, struct trace *t, const char **why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    char port[8];
    int fd = -1;
    snprintf(port, sizeof(port), "%u", url->port);
    int error = getaddrinfo(url->host, port, &hints, &found);
    *why = gai_strerror(error);
    if (error != 0)
        return -1;
    for (const struct addrinfo *a = found; a != NULL && fd < 0;
         a = a->ai_next) {
        fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, a->ai_protocol);
        TRACE(t, TRACE_SOCKET, fd, fd, "%s, SOCK_STREAM",
              a->ai_family == AF_INET6 ? "AF_INET6" : "AF_INET");
        int result = connect(fd, a->ai_addr, a->ai_addrlen);
        *why = strerror(errno);
        TRACE(t, TRACE_CONNECT, fd, result, "%s:%s", url->host, port);
        if (result != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

static void
finish(struct client *c)
{
    if (c->trace != NULL)
        trace_close(c->trace, c->fd);
    close(c->fd);
    buf_finish(&c->held);
    pthread_mutex_destroy(&c->tracing);
}

int
liao_duplex(const struct liao_options *o, struct liao_input *in,
            struct trace *t)
{
    struct client c = {
        .options = o,
        .in = in,
        .trace = t,
        .tracing = PTHREAD_MUTEX_INITIALIZER,
    };
    const char *why;
    c.fd = connect_to(&o->server, t, &why);
    if (c.fd < 0) {
        fprintf(stderr, _("liao: cannot connect to %s, port %u: %s\n"),
                o->server.host, o->server.port, why);
        return LIAO_EXIT_NO_SERVER;
    }
    if (o->duplex == LIAO_DUPLEX_THREADS)
        chat_with_threads(&c);
    else if (o->duplex == LIAO_DUPLEX_TURNS)
        chat_in_turns(&c);
    else
        chat_without_receiving(&c);
    finish(&c);
    return c.is_lost ? LIAO_EXIT_LOST : LIAO_EXIT_LEFT;
}
