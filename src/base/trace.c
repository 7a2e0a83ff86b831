#include "base/trace.h"

#include "base/alloc.h"
#include "base/secrets.h"
#include "base/tr.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of what was sent or received, so much is shown. */
#define BYTES_SHOWN 100

/* Notes stand in this column, if the call leaves room. */
#define NOTE_COLUMN 48

static const char *const names[TRACE_CALLS] = {
    [TRACE_SOCKET] = "socket",
    [TRACE_BIND] = "bind",
    [TRACE_LISTEN] = "listen",
    [TRACE_ACCEPT] = "accept",
    [TRACE_CONNECT] = "connect",
    [TRACE_CONNECT_UDP] = "connect",
    [TRACE_GETSOCKNAME] = "getsockname",
    [TRACE_GETSOCKOPT] = "getsockopt",
    [TRACE_SETSOCKOPT] = "setsockopt",
    [TRACE_SEND] = "send",
    [TRACE_RECV] = "recv",
    [TRACE_SENDMMSG] = "sendmmsg",
    [TRACE_RECVMMSG] = "recvmmsg",
    [TRACE_RECVMSG] = "recvmsg",
    [TRACE_SHUTDOWN] = "shutdown",
    [TRACE_CLOSE] = "close",
};

/* -- notes: what it means ------------------------------------------------------ */

/* Outcomes that are no errno. */
#define FINE 0
#define ZERO (-1) /* no bytes */
#define PART (-2) /* fewer than there were */

static const struct {
    enum trace_call call;
    int outcome;
    const char *words;
} notes[] = {
    {TRACE_SOCKET, FINE, N_("a descriptor; it has no address yet")},
    {TRACE_BIND, FINE, N_("this address is ours now")},
    {TRACE_BIND, EADDRINUSE, N_("another program has this address")},
    {TRACE_LISTEN, FINE,
     N_("from now on the kernel completes handshakes and queues them")},
    {TRACE_ACCEPT, FINE,
     N_("the first of the queue, with a descriptor of its own")},
    {TRACE_ACCEPT, EAGAIN, N_("the queue is empty")},
    {TRACE_CONNECT, FINE, N_("the handshake is done")},
    {TRACE_CONNECT, EINPROGRESS,
     N_("the handshake has begun; writable means that it is over")},
    {TRACE_CONNECT, ECONNREFUSED, N_("nothing listens there")},
    {TRACE_CONNECT_UDP, FINE,
     N_("no packet goes; it binds our side, as a first sendto would")},
    {TRACE_GETSOCKNAME, FINE, N_("our address")},
    {TRACE_SEND, FINE, N_("our system has it; the other side perhaps not yet")},
    {TRACE_SEND, PART,
     N_("our system takes no more: the other side does not read")},
    {TRACE_SEND, EAGAIN,
     N_("our system takes nothing now: the other side does not read")},
    {TRACE_SEND, EPIPE, N_("the other side has closed")},
    {TRACE_SEND, ECONNRESET, N_("the other side broke off")},
    {TRACE_RECV, FINE, N_("bytes, not messages: what has come so far")},
    {TRACE_RECV, ZERO, N_("the other side has ended: no more will come")},
    {TRACE_RECV, EAGAIN, N_("nothing is there now")},
    {TRACE_RECV, ECONNRESET, N_("the other side broke off")},
    {TRACE_SENDMMSG, FINE,
     N_("datagrams; our system has them, and nobody tells if one is lost")},
    {TRACE_SENDMMSG, EAGAIN, N_("no room: they are lost, as on the way")},
    {TRACE_SENDMMSG, ECONNREFUSED,
     N_("about one sent earlier: ICMP says that nobody is there")},
    {TRACE_SENDMMSG, EMSGSIZE, N_("more than a datagram carries")},
    {TRACE_RECVMMSG, FINE, N_("datagrams: each is whole, and has its sender")},
    {TRACE_RECVMMSG, EAGAIN, N_("nothing is there now")},
    {TRACE_RECVMMSG, ECONNREFUSED,
     N_("about one that we sent: ICMP says that nobody is there")},
    {TRACE_RECVMSG, EAGAIN, N_("no ICMP error has come")},
    {TRACE_SHUTDOWN, FINE,
     N_("our side has ended: the other side's recv will return 0")},
    {TRACE_CLOSE, FINE, N_("the number is free for the next connection")},
};

/* Else the first of these that the arguments name tells. */
static const struct {
    const char *option;
    const char *words;
} option_notes[] = {
    {"SO_REUSEADDR", N_("a restart need not wait for old connections")},
    {"IPV6_V6ONLY", N_("IPv4 has a socket of its own")},
    {"TCP_NODELAY", N_("small messages go at once")},
    {"SO_KEEPALIVE", N_("a link that breaks without a word is noticed")},
    {"SO_LINGER", N_("close will break the connection off")},
    {"SO_ERROR", N_("how did the handshake end?")},
    {"RECVERR", N_("ICMP errors are kept for us, with the address each is of")},
    {"PKTINFO", N_("each datagram says which of our addresses it came to")},
    {"SO_RCVBUF", N_("room for datagrams that wait for us; more are lost")},
    {"SO_SNDBUF", N_("room for datagrams that wait to go out")},
    {"ECONNREFUSED", N_("ICMP came back: nobody is at that port (any more)")},
    {"MSG_ERRQUEUE", N_("ICMP came back about what we sent")},
};

static const char *
note_of(enum trace_call call, int outcome, const char *args)
{
    for (size_t i = 0; i < COUNT_OF(notes); i++) {
        if (notes[i].call == call && notes[i].outcome == outcome)
            return tr(notes[i].words);
    }
    for (size_t i = 0; i < COUNT_OF(option_notes); i++) {
        if (strstr(args, option_notes[i].option) != NULL)
            return tr(option_notes[i].words);
    }
    return "";
}

/* -- secrets --------------------------------------------------------------------- */

/* How far each descriptor's lines have come, in both directions. */
struct trace_lines {
    struct secrets_line of[2];
};

static struct trace_lines *
lines_of(struct trace *t, int fd)
{
    if ((size_t)fd >= t->lines_n) {
        size_t n = ((size_t)fd + 1) * 2;
        t->lines = alloc_resize(t->lines, n * sizeof(*t->lines));
        memset(&t->lines[t->lines_n], 0, (n - t->lines_n) * sizeof(*t->lines));
        t->lines_n = n;
    }
    return &t->lines[fd];
}

/*
 * Where the text of numbered datagrams ended, for that of the next number. A
 * place of the table belongs to whoever had it last: of one who lost his,
 * nothing is shown up to the end of the line.
 */
#define ENDS 1024

struct trace_end {
    enum trace_way way;
    uint64_t stream;
    uint32_t number;
    bool is_taken;
    struct secrets_line line;
};

static struct trace_end *
end_of(struct trace *t, enum trace_way way, uint64_t stream, uint32_t number)
{
    uint64_t spread = (stream + number) * 2 + way;
    if (t->ends == NULL)
        t->ends = alloc_zeroed(ENDS * sizeof(*t->ends));
    return &t->ends[spread * 0x9e3779b97f4a7c15u >> 54];
}

static struct secrets_line
line_before(struct trace *t, enum trace_way way, const struct trace_header *h)
{
    if (!h->is_numbered || h->number == 0)
        return (struct secrets_line){0};
    const struct trace_end *e = end_of(t, way, h->stream, h->number - 1);
    bool is_known = e->is_taken && e->way == way && e->stream == h->stream &&
                    e->number == h->number - 1;
    return is_known ? e->line : SECRETS_UNKNOWN;
}

static void
keep_end(struct trace *t, enum trace_way way, const struct trace_header *h,
         struct secrets_line line)
{
    if (h->is_numbered && !h->is_cut)
        *end_of(t, way, h->stream, h->number) =
            (struct trace_end){way, h->stream, h->number, true, line};
}

/* -- bytes ------------------------------------------------------------------------- */

static void
quote_one(struct span character, int32_t cp, struct buf *out)
{
    struct buf clean = {0};
    utf8_clean(character, &clean);
    if (cp == '\n' || cp == '\r' || cp == '\t')
        buf_add_format(out, "\\%c", cp == '\n' ? 'n' : cp == '\r' ? 'r' : 't');
    else if (cp == '"' || cp == '\\')
        buf_add_format(out, "\\%c", (char)cp);
    else if (cp >= 0 && span_equal(character, buf_span(&clean)))
        buf_add(out, character);
    else
        for (size_t i = 0; i < character.n; i++)
            buf_add_format(out, "\\x%02x", span_get(character, i));
    buf_finish(&clean);
}

static void
quote(struct span bytes, struct buf *out)
{
    bool is_cut = bytes.n > BYTES_SHOWN;
    struct span shown =
        is_cut ? span_sub(bytes, 0, utf8_cut(bytes, BYTES_SHOWN)) : bytes;
    buf_add_byte(out, '"');
    while (shown.n > 0) {
        int32_t cp;
        size_t n = utf8_next(shown, &cp);
        quote_one(span_sub(shown, 0, n), cp, out);
        shown = span_from(shown, n);
    }
    buf_add(out, is_cut ? SPAN("\"...") : SPAN("\""));
}

/* -- lines --------------------------------------------------------------------------- */

static void
begin(const struct trace *t, struct buf *line)
{
    buf_add(line, SPAN("~ "));
    if (t->thread != 0)
        buf_add_format(line, _("[thread %d] "), t->thread);
}

/* Nearly: term/width.h knows better, but is above us. What takes three bytes or
 * more is mostly Chinese, and two columns wide. */
static size_t
columns_of(struct span text)
{
    size_t columns = 0;
    while (text.n > 0) {
        int32_t cp;
        size_t bytes = utf8_next(text, &cp);
        columns += bytes >= 3 ? 2 : 1;
        text = span_from(text, bytes);
    }
    return columns;
}

static void
end(struct trace *t, struct buf *line, const char *note)
{
    if (note[0] != '\0') {
        buf_add_byte(line, ' ');
        for (size_t at = columns_of(buf_span(line)); at < NOTE_COLUMN; at++)
            buf_add_byte(line, ' ');
        buf_add_format(line, "# %s", note);
    }
    t->sink(t, buf_span(line));
    buf_finish(line);
}

static void
add_result(struct buf *line, long result, int error)
{
    buf_add_format(line, ") = %ld", result);
    if (result < 0)
        buf_add_format(line, " %s (%s)", strerrorname_np(error),
                       strerror(error));
}

void
trace_call(struct trace *t, enum trace_call call, int fd, long result,
           const char *args, ...)
{
    int error = errno;
    struct buf line = {0};
    char text[200];
    va_list ap;
    va_start(ap, args);
    vsnprintf(text, sizeof(text), args, ap);
    va_end(ap);
    begin(t, &line);
    buf_add_format(&line, "%s(", names[call]);
    if (call != TRACE_SOCKET)
        buf_add_format(&line, "%d%s", fd, text[0] != '\0' ? ", " : "");
    buf_add(&line, span_of(text));
    add_result(&line, result, error);
    end(t, &line, note_of(call, result < 0 ? error : FINE, text));
    errno = error;
}

void
trace_close(struct trace *t, int fd)
{
    /* Another connection's lines begin anew. */
    *lines_of(t, fd) = (struct trace_lines){0};
    trace_call(t, TRACE_CLOSE, fd, 0, "%s", "");
}

void
trace_bytes(struct trace *t, enum trace_call call, int fd, long result,
            struct span bytes, size_t asked)
{
    int error = errno;
    struct buf line = {0}, shown = {0};
    begin(t, &line);
    secrets_hide(&lines_of(t, fd)->of[call == TRACE_SEND], bytes, &shown);
    buf_add_format(&line, "%s(%d, ", names[call], fd);
    quote(buf_span(&shown), &line);
    buf_add_format(&line, ", %zu", asked);
    add_result(&line, result, error);
    bool is_part = call == TRACE_SEND && (size_t)result < asked;
    end(t, &line,
        note_of(call,
                result < 0    ? error
                : result == 0 ? ZERO
                : is_part     ? PART
                              : FINE,
                ""));
    buf_finish(&shown);
    errno = error;
}

/* The header, but for what is secret in it. */
static void
add_header(const struct trace_header *h, struct span bytes, struct buf *out)
{
    size_t behind = h->secret_at + h->secret_n;
    buf_add(out, span_sub(bytes, 0, h->secret_at));
    if (h->secret_n > 0)
        buf_add(out, SPAN("***"));
    buf_add(out, span_sub(bytes, behind, h->text_at - behind));
}

void
trace_datagram(struct trace *t, enum trace_way way, const char *address,
               struct span bytes, const struct trace_header *h)
{
    int error = errno;
    struct secrets_line at = line_before(t, way, h);
    struct buf line = {0}, text = {0}, shown = {0};
    begin(t, &line);
    buf_add_format(&line, way == TRACE_FROM ? _("  from %s: ") : _("  to %s: "),
                   address);
    add_header(h, bytes, &shown);
    secrets_hide(&at, span_from(bytes, h->text_at), &text);
    bool has_token = secrets_hide_token(buf_span(&text), &shown);
    if (has_token) /* it is no part of a line */
        at = (struct secrets_line){0};
    keep_end(t, way, h, at);
    quote(buf_span(&shown), &line);
    end(t, &line, has_token ? _("what looks like a token is not shown") : "");
    buf_finish(&text);
    buf_finish(&shown);
    errno = error;
}

void
trace_ready(struct trace *t, const char *wait, int fd, bool is_readable,
            bool is_writable)
{
    int error = errno;
    struct buf line = {0};
    begin(t, &line);
    buf_add_format(&line,
                   is_readable && is_writable
                       ? _("%s: %d is readable and writable")
                   : is_readable ? _("%s: %d is readable")
                                 : _("%s: %d is writable"),
                   wait, fd);
    end(t, &line, fd == 0 ? _("somebody has typed") : "");
    errno = error;
}

void
trace_timeout(struct trace *t, const char *wait, int timeout_ms)
{
    int error = errno;
    struct buf line = {0};
    begin(t, &line);
    buf_add_format(&line, _("%s: nothing for %d ms"), wait, timeout_ms);
    end(t, &line, "");
    errno = error;
}

void
trace_to_stderr(struct trace *t, struct span line)
{
    (void)t;
    fprintf(stderr, "%.*s\n", SPAN_ARG(line));
}

void
trace_finish(struct trace *t)
{
    free(t->lines);
    free(t->ends);
    t->lines = NULL;
    t->lines_n = 0;
    t->ends = NULL;
}
