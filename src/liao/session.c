#include "liao/session.h"

#include "base/alloc.h"
#include "base/tr.h"
#include "liao/session_priv.h"
#include "udp/call.h"
#include "wire/lab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Asked for at one read. */
#define READ_BYTES (16u << 10)

/* Reads when patience is at an end: what has come already is still shown. */
#define LAST_READS 256

void
liao_session_be_patient(struct liao_session *s, uint64_t ms)
{
    loop_timer_set(s->loop, &s->patience, loop_now_ms(s->loop) + ms);
}

/* -- the end --------------------------------------------------------------- */

/* The first reason counts; `why` may be NULL. */
static void
be_over(struct liao_session *s, int code, const char *why)
{
    if (s->state == LIAO_OVER)
        return;
    s->state = LIAO_OVER;
    s->exit = s->signal != 0 ? LIAO_EXIT_SIGNALLED + s->signal : code;
    if (why != NULL && s->signal == 0)
        buf_add(&s->last_words, span_of(why));
    loop_timer_clear(s->loop, &s->patience);
    loop_timer_clear(s->loop, &s->say.pace);
    liao_hear_end(s);
}

/* Nobody reads our output any more: a closed pipe is no news, a full disk
 * is. */
static void
on_output_failed(struct liao_session *s)
{
    int error = liao_output_error(&s->output);
    be_over(s, LIAO_EXIT_NO_OUTPUT, NULL);
    if (s->exit == LIAO_EXIT_LEFT) /* but nobody has read the answers */
        s->exit = LIAO_EXIT_NO_OUTPUT;
    if (error != EPIPE && s->last_words.n == 0)
        buf_add_format(&s->last_words, _("cannot write to standard output: %s"),
                       strerror(error));
}

/* -- what comes -------------------------------------------------------------- */

/* The server ended it, in words. At a terminal they have just been read. */
static void
on_farewell(struct liao_session *s)
{
    be_over(s, LIAO_EXIT_ENDED, NULL);
    if (s->screen == NULL && s->signal == 0)
        buf_add_format(&s->last_words, _("the server ended it: %.*s"),
                       SPAN_ARG(liao_answers_last(s)));
}

static void
on_end(struct liao_session *s, const char *why)
{
    const struct liao_say *say = &s->say;
    bool has_left = say->has_asked && say->queue.n == 0 && !say->is_cut;
    liao_hear_end(s);
    if (!has_left && liao_answers_say_bye(s))
        on_farewell(s);
    else if (s->state == LIAO_LEAVING || has_left)
        be_over(s, LIAO_EXIT_LEFT, NULL);
    else
        be_over(s, LIAO_EXIT_LOST, why);
}

/* A reset instead of an end: the answers may not be all. */
static void
on_reset(struct liao_session *s)
{
    bool awaits_answers = s->state == LIAO_LEAVING && !s->say.has_asked;
    if (awaits_answers && !liao_answers_say_bye(s))
        be_over(s, LIAO_EXIT_LOST, _("connection lost"));
    on_end(s, _("connection lost"));
}

/* False: nothing is there to be read now. */
static bool
read_once(struct liao_session *s)
{
    uint8_t bytes[READ_BYTES];
    /* A block of a lab server has to be read alone. */
    size_t most =
        s->framing == LIAO_FRAMING_LINES ? sizeof(bytes) : LAB_BLOCK_BYTES;
    ssize_t n = net_stream_ops(&s->stream)->read(&s->stream, bytes, most);
    if (n > 0)
        liao_hear(s, (struct span){bytes, (size_t)n});
    else if (n == 0)
        on_end(s, _("connection lost: the server closed it"));
    else if (n == NET_LOST)
        on_reset(s);
    return n > 0;
}

static void
on_stream_ready(struct loop_watch *w, unsigned events)
{
    struct liao_session *s = net_streams_of(net_stream_of(w))->owner;
    if (s->state == LIAO_OVER)
        return;
    if (events & LOOP_WRITE)
        s->say.is_blocked = false;
    if (events & LOOP_READ)
        (void)read_once(s);
}

/* -- patience ----------------------------------------------------------------- */

static void
give_up(struct liao_session *s)
{
    for (int i = 0; i < LAST_READS && s->state != LIAO_OVER; i++) {
        if (!read_once(s))
            break;
    }
    if (s->say.has_asked || s->framing == LIAO_FRAMING_LAB)
        be_over(s, LIAO_EXIT_LEFT, NULL);
    else
        be_over(s, LIAO_EXIT_LOST,
                _("all was sent, but the server did not answer to the end"));
}

/* Over a slow link, what our system took from us may be long on its way. */
static bool
is_still_sending(struct liao_session *s)
{
    size_t before = s->unacknowledged;
    s->unacknowledged = net_stream_ops(&s->stream)->unacknowledged(&s->stream);
    return s->unacknowledged > 0 && s->unacknowledged != before;
}

/* Over UDP, what is not acknowledged when we go is lost; and on a bad network
 * the last words take their time. */
static bool
is_leaving_slowly(struct liao_session *s)
{
    if (s->state != LIAO_LEAVING || s->connect.call == NULL || s->signal != 0)
        return false;
    unsigned most = net_stream_ops(&s->stream)->unacknowledged(&s->stream) > 0
                        ? LIAO_LEAVE_TIMES_UNSENT
                        : LIAO_LEAVE_TIMES;
    return ++s->leave_times < most;
}

static void
on_patience(struct loop_timer *t)
{
    struct liao_session *s = CONTAINER_OF(t, struct liao_session, patience);
    bool awaits_answers = s->state == LIAO_LEAVING && !s->say.has_asked;
    if (s->state == LIAO_GREETING)
        liao_hear_no_greeting(s);
    else if (liao_say_awaits_greeting(s) && s->signal == 0)
        liao_say_name(s);
    else if (awaits_answers && s->signal == 0 && is_still_sending(s))
        liao_session_be_patient(s, LIAO_ANSWER_MS);
    else if (is_leaving_slowly(s))
        liao_session_be_patient(s, LIAO_LEAVE_MS);
    else
        give_up(s);
}

/* All was said. */
static void
begin_to_leave(struct liao_session *s)
{
    s->state = LIAO_LEAVING;
    if (s->screen != NULL)
        liao_screen_leave(s->screen);
    if (s->framing == LIAO_FRAMING_LAB) {
        liao_session_be_patient(s, LIAO_LAST_WORDS_MS);
        return;
    }
    /* The server answers what it has, and closes its end in turn. */
    net_stream_ops(&s->stream)->end(&s->stream);
    if (s->signal == 0)
        liao_session_be_patient(s, s->say.has_asked ? LIAO_LEAVE_MS
                                                    : LIAO_ANSWER_MS);
}

void
liao_session_interrupt(struct liao_session *s, int signal)
{
    bool is_talking = s->state == LIAO_TALKING && s->signal == 0;
    s->signal = signal;
    if (is_talking) {
        s->say.is_quitting = true;
        liao_session_be_patient(s, LIAO_LEAVE_MS);
        return;
    }
    /* Even what is not written yet has to wait no longer. */
    be_over(s, 0, NULL);
    s->exit = LIAO_EXIT_SIGNALLED + signal;
    liao_output_drop(&s->output);
}

/* -- connecting ----------------------------------------------------------------- */

static void
explain_failure(struct liao_session *s)
{
    const struct net_connect *c = &s->connect;
    const char *host = s->options->server.host;
    unsigned port = s->options->server.port;
    struct buf *out = &s->last_words;
    switch (c->verdict) {
    case NET_CONNECT_NO_HOST:
        buf_add_format(out,
                       _("host not found: %s (%s); is it spelled right? Its IP "
                         "address would do, too"),
                       host, c->why);
        return;
    case NET_CONNECT_NO_LOOKUP:
        buf_add_format(out,
                       _("cannot look up the host %s (%s); is this machine "
                         "online? An IP address needs no looking up"),
                       host, c->why);
        return;
    case NET_CONNECT_REFUSED:
        buf_add_format(out,
                       _("connection refused: nothing listens at %s, port %u; "
                         "is the server running, and is that its port?"),
                       host, port);
        return;
    case NET_CONNECT_TIMED_OUT:
        buf_add_format(out,
                       _("no answer from %s, port %u (timed out); is the "
                         "address right, and does no firewall stand between?"),
                       host, port);
        return;
    case NET_CONNECT_FAILED:
    case NET_CONNECT_OK:
        buf_add_format(out,
                       _("cannot connect to %s, port %u: %s; is the network "
                         "up?"),
                       host, port, c->why);
        return;
    }
}

static void
on_connected(struct net_connect *c, const struct net_offer *o)
{
    struct liao_session *s = c->owner;
    if (o == NULL) {
        be_over(s, LIAO_EXIT_NO_SERVER, NULL);
        explain_failure(s);
        return;
    }
    /* Its descriptor was being watched until now. */
    CHECK(net_stream_open(&s->stream, &s->streams, o));
    s->was_connected = true;
    s->state = LIAO_GREETING;
    liao_session_be_patient(s, LIAO_GREETING_MS);
    if (s->options->framing != LIAO_FRAMING_ANY)
        liao_hear_begin(s, s->options->framing);
}

/* -- turns ---------------------------------------------------------------------- */

static void
on_typed(struct loop_watch *w, unsigned events)
{
    struct liao_session *s = CONTAINER_OF(w, struct liao_session, typing);
    (void)events;
    liao_input_read(s->input);
    if (s->input->error != 0)
        diag_say(s->diag, DIAG_ERROR, N_("cannot read standard input: %s"),
                 strerror(s->input->error));
}

static const struct loop_watcher typed_watcher = {on_typed};

/* Each side is read only as fast as the other one takes it. */
static void
set_wants(struct liao_session *s)
{
    bool reads_input =
        (s->state == LIAO_GREETING || s->state == LIAO_TALKING) &&
        !s->say.is_quitting && !s->say.is_cut && liao_input_has_room(s->input);
    /* At a terminal one may type at any time. */
    if (s->screen != NULL)
        liao_screen_want_keys(s->screen, liao_input_has_room(s->input));
    else
        loop_watch(s->loop, &s->typing, reads_input ? LOOP_READ : 0);
    if (!net_stream_is_open(&s->stream))
        return;
    unsigned events = liao_output_is_full(&s->output) ? 0 : LOOP_READ;
    if (s->say.is_blocked)
        events |= LOOP_WRITE;
    net_stream_ops(&s->stream)->want(&s->stream, events);
}

static void
close_all(struct liao_session *s)
{
    net_connect_close(&s->connect);
    loop_watch(s->loop, &s->typing, 0);
    net_stream_close(&s->stream);
}

static void
stop_when_written(struct liao_session *s)
{
    if (!liao_output_is_written(&s->output))
        return;
    if (s->last_words.n > 0)
        diag_say(s->diag, DIAG_ERROR, "%.*s",
                 SPAN_ARG(buf_span(&s->last_words)));
    loop_stop(s->loop);
}

static void
on_turn_end(struct loop_hook *h)
{
    struct liao_session *s = CONTAINER_OF(h, struct liao_session, turn_end);
    if (s->state == LIAO_TALKING && liao_say_more(s))
        begin_to_leave(s);
    if (liao_output_error(&s->output) != 0)
        on_output_failed(s);
    if (s->state != LIAO_OVER) {
        set_wants(s);
        return;
    }
    close_all(s);
    stop_when_written(s);
}

/* -- life --------------------------------------------------------------------- */

struct liao_session *
liao_session_create(struct loop *l, struct diag *d,
                    const struct liao_options *o, struct liao_input *in,
                    struct liao_log *log)
{
    struct liao_session *s = ALLOC(struct liao_session);
    s->loop = l;
    s->diag = d;
    s->options = o;
    s->input = in;
    s->streams = (struct net_streams){
        .watcher = {on_stream_ready}, .loop = l, .owner = s};
    s->typing = (struct loop_watch){.fd = in->fd, .watcher = &typed_watcher};
    s->patience = (struct loop_timer){.on_due = on_patience};
    s->turn_end = (struct loop_hook){.on_turn_end = on_turn_end};
    loop_hook_add(l, &s->turn_end);
    liao_output_init(&s->output, l, 1, log);
    s->output.on_line = liao_answers_on_line;
    s->output.owner = s;
    liao_answers_init(s);
    liao_say_init(s);
    s->connect = (struct net_connect){
        .loop = l,
        .on_done = on_connected,
        .owner = s,
        .call = strcmp(o->server.scheme, "udp") == 0 ? udp_call : NULL,
    };
    net_connect_open(&s->connect, o->server.host, o->server.port);
    return s;
}

void
liao_session_destroy(struct liao_session *s)
{
    if (s == NULL)
        return;
    close_all(s);
    loop_timer_clear(s->loop, &s->patience);
    liao_say_finish(s);
    liao_output_finish(&s->output);
    liao_answers_finish(s);
    list_remove(&s->turn_end.link);
    buf_finish(&s->nick);
    buf_finish(&s->prefix.front);
    buf_finish(&s->opening);
    buf_finish(&s->last_words);
    free(s);
}

void
liao_session_set_screen(struct liao_session *s, struct liao_screen *screen)
{
    s->screen = screen;
    s->output.screen = screen;
}

void
liao_session_set_name(struct liao_session *s, struct span nick)
{
    buf_truncate(&s->nick, 0);
    buf_add(&s->nick, nick);
}

bool
liao_session_was_connected(const struct liao_session *s)
{
    return s->was_connected;
}

bool
liao_session_is_unwanted(const struct liao_session *s)
{
    return s->is_unwanted;
}

int
liao_session_exit(const struct liao_session *s)
{
    return s->exit;
}
