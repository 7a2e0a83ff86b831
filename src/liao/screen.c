#include "liao/screen.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "liao/heard.h"
#include "liao/names.h"
#include "term/paint.h"
#include "term/term.h"
#include "term/tty.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROMPT "> "

/* What a server replays comes with its greeting; nobody calls you in there. */
#define GREETING "-- liao"
#define REPLAY_MS 300

/* Of a message, in a notification. */
#define NOTICE_BYTES 120

static const char *const commands[] = {
    "/help", "/join", "/leave", "/me",    "/msg",
    "/nick", "/quit", "/rooms", "/topic", "/who",
};

struct liao_screen {
    struct loop *loop;
    const struct liao_options *options;
    struct liao_input *input;
    struct liao_log *log;
    struct term *term;
    struct term_style style;
    bool is_linear; /* the terminal breaks the rows, nothing moves */
    struct loop_watch typing;
    struct loop_watch drawing;
    struct loop_timer midnight;
    enum liao_framing framing;
    uint64_t quiet_until_ms; /* no bell before */
    int day;                 /* of the year, of what was shown last */
    struct buf nick;         /* ours, as the server has it */
    struct liao_names names;
};

/* -- drawing ------------------------------------------------------------------ */

static void
want_drawing(struct liao_screen *s)
{
    bool has_any = term_has_work(s->term) || term_has_output(s->term);
    loop_watch(s->loop, &s->drawing, has_any ? LOOP_WRITE : 0);
}

/* What came in one turn is drawn at once. */
static void
on_drawing(struct loop_watch *w, unsigned events)
{
    struct liao_screen *s = CONTAINER_OF(w, struct liao_screen, drawing);
    (void)events;
    if (!term_has_output(s->term))
        term_draw(s->term);
    if (term_has_output(s->term))
        term_write(s->term);
    want_drawing(s);
}

static struct tm
local_now(const struct liao_screen *s)
{
    time_t seconds = (time_t)(loop_wall_ms(s->loop) / 1000);
    struct tm now;
    localtime_r(&seconds, &now);
    return now;
}

static void
show_day(struct liao_screen *s, const struct tm *now)
{
    if (s->day == now->tm_yday)
        return;
    struct buf line = {0};
    term_paint_day(&s->style, now, &line);
    term_show(s->term, buf_span(&line));
    buf_finish(&line);
    s->day = now->tm_yday;
}

static void
wait_for_midnight(struct liao_screen *s)
{
    struct tm next = local_now(s);
    next.tm_mday++;
    next.tm_hour = next.tm_min = next.tm_sec = 0;
    next.tm_isdst = -1;
    uint64_t due_ms = (uint64_t)mktime(&next) * 1000;
    uint64_t now_ms = loop_wall_ms(s->loop);
    uint64_t wait_ms = due_ms > now_ms ? due_ms - now_ms : 1000;
    loop_timer_set(s->loop, &s->midnight, loop_now_ms(s->loop) + wait_ms);
}

static void
on_midnight(struct loop_timer *t)
{
    struct liao_screen *s = CONTAINER_OF(t, struct liao_screen, midnight);
    struct tm now = local_now(s);
    show_day(s, &now);
    wait_for_midnight(s);
    want_drawing(s);
}

static void
show(struct liao_screen *s, struct term_message *message)
{
    struct buf line = {0};
    message->at = local_now(s);
    if (!s->is_linear)
        s->style.columns = term_tty_screen(STDOUT_FILENO).columns;
    show_day(s, &message->at);
    term_paint(&s->style, message, &line);
    term_show(s->term, buf_span(&line));
    buf_finish(&line);
    want_drawing(s);
}

void
liao_screen_tell(struct liao_screen *s, struct span line)
{
    liao_log_add_line(s->log, line);
    show(s, &(struct term_message){.role = TERM_ROLE_SERVER, .after = line});
}

/* -- what is typed --------------------------------------------------------------- */

static bool
is_command(const struct liao_screen *s, struct span line)
{
    return s->framing != LIAO_FRAMING_LAB && span_starts(line, SPAN("/")) &&
           !span_starts(line, SPAN("//"));
}

/* As others see it; what they don't, or under a name that we don't know,
 * behind the prompt. */
static void
add_own(const struct liao_screen *s, struct span line, struct buf *out)
{
    struct span nick = buf_span(&s->nick);
    struct span rest = line;
    bool is_action = span_equal(span_word(&rest), SPAN("/me"));
    bool is_said = !is_command(s, line);
    if (nick.n == 0 || (!is_said && !is_action)) {
        buf_add(out, SPAN(PROMPT));
        utf8_clean(line, out);
        return;
    }
    buf_add_format(out, is_said ? "%.*s: " : "* %.*s ", SPAN_ARG(nick));
    if (!is_said)
        utf8_clean(rest, out);
    else
        utf8_clean(span_from(line, span_starts(line, SPAN("//")) ? 1 : 0), out);
}

/* The server does not send us our own lines. Commands are not logged: one may
 * hold a password. */
static void
show_own(struct liao_screen *s, struct span line)
{
    struct buf shown = {0};
    struct span rest = line;
    struct span word = span_word(&rest);
    if (is_command(s, line) && span_equal(word, SPAN("/msg")))
        return; /* the server says how it was sent */
    add_own(s, line, &shown);
    if (!is_command(s, line) || span_equal(word, SPAN("/me")))
        liao_log_add_line(s->log, buf_span(&shown));
    if (!s->term->ops->keeps_typed)
        show(s, &(struct term_message){.role = TERM_ROLE_OWN,
                                       .after = buf_span(&shown)});
    buf_finish(&shown);
}

static void
on_line(void *owner, struct span line)
{
    struct liao_screen *s = owner;
    if (span_trim(line).n == 0)
        return;
    if (!span_equal(line, SPAN("q")))
        show_own(s, line);
    liao_input_add_line(s->input, line);
}

/* Who presses Ctrl-D wants to leave, not to wait for answers. */
static void
on_end(void *owner)
{
    struct liao_screen *s = owner;
    liao_input_add_line(s->input, SPAN("q"));
    s->input->is_ended = true;
    loop_watch(s->loop, &s->typing, 0);
}

static void
on_typing(struct loop_watch *w, unsigned events)
{
    struct liao_screen *s = CONTAINER_OF(w, struct liao_screen, typing);
    (void)events;
    term_read(s->term);
    want_drawing(s);
}

static void
offer_if_fits(struct term_offers *offers, struct span word, struct span name)
{
    struct buf front = {0}, folded = {0};
    term_paint_fold(word, &front);
    term_paint_fold(name, &folded);
    if (span_starts(buf_span(&folded), buf_span(&front)))
        term_offer(offers, name);
    buf_finish(&front);
    buf_finish(&folded);
}

static void
complete(void *owner, struct span line, size_t at, struct term_offers *offers)
{
    struct liao_screen *s = owner;
    struct span word = span_from(line, at);
    if (at == 0 && span_starts(word, SPAN("/"))) {
        for (size_t i = 0; i < COUNT_OF(commands); i++)
            offer_if_fits(offers, word, span_of(commands[i]));
        return;
    }
    if (at == 0)
        offers->suffix = SPAN(": ");
    for (size_t i = 0; i < s->names.n; i++)
        offer_if_fits(offers, word, s->names.list[i]);
}

/* -- what is heard ----------------------------------------------------------------- */

static void
set_nick(struct liao_screen *s, struct span nick)
{
    buf_truncate(&s->nick, 0);
    buf_add(&s->nick, nick);
}

static void
learn_names(struct liao_screen *s, struct span names)
{
    struct span name;
    while (liao_heard_name(&names, &name)) {
        if (!span_equal(name, buf_span(&s->nick)))
            liao_names_add(&s->names, name);
    }
}

static void
learn(struct liao_screen *s, const struct liao_heard *h)
{
    switch (h->kind) {
    case LIAO_HEARD_YOU:
        liao_names_remove(&s->names, h->nick);
        set_nick(s, h->nick);
        learn_names(s, h->names);
        break;
    case LIAO_HEARD_NAMES:
        learn_names(s, h->names);
        break;
    case LIAO_HEARD_SAID:
    case LIAO_HEARD_ACTION:
    case LIAO_HEARD_PRIVATE:
    case LIAO_HEARD_CAME:
        liao_names_add(&s->names, h->who);
        break;
    case LIAO_HEARD_WENT:
        liao_names_remove(&s->names, h->who);
        break;
    case LIAO_HEARD_NICK:
        liao_names_remove(&s->names, h->who);
        liao_names_add(&s->names, h->target);
        break;
    case LIAO_HEARD_SENT:
    case LIAO_HEARD_OTHER:
    case LIAO_HEARD_KINDS:
        break;
    }
}

static bool
calls_you(const struct liao_screen *s, const struct liao_heard *h)
{
    if (h->kind == LIAO_HEARD_PRIVATE)
        return true;
    bool is_said = h->kind == LIAO_HEARD_SAID || h->kind == LIAO_HEARD_ACTION;
    return is_said && !span_equal(h->who, buf_span(&s->nick)) &&
           term_paint_says(h->text, buf_span(&s->nick));
}

/* The bell; and for terminals that show notifications, what is said (OSC 9).
 * Its text begins as ours, since some take "9;4;" for more than text. */
static void
ring(struct liao_screen *s, struct span line)
{
    if (loop_now_ms(s->loop) < s->quiet_until_ms)
        return;
    term_signal(s->term, SPAN("\a"));
    if (s->is_linear)
        return;
    struct buf notice = {0};
    buf_add(&notice, SPAN("\x1b]9;liao: "));
    buf_add(&notice, span_sub(line, 0, utf8_cut(line, NOTICE_BYTES)));
    buf_add_byte(&notice, '\a');
    term_signal(s->term, buf_span(&notice));
    buf_finish(&notice);
}

static enum term_role
role_of(const struct liao_heard *h, struct span line)
{
    if (span_starts(line, SPAN("-- ")))
        return TERM_ROLE_SERVER;
    return h->kind == LIAO_HEARD_SENT ? TERM_ROLE_OWN : TERM_ROLE_OTHERS;
}

void
liao_screen_hear(struct liao_screen *s, struct span line)
{
    struct liao_heard h;
    liao_heard_read(s->framing, line, &h);
    struct term_message message = {
        .role = role_of(&h, line),
        .before = h.before,
        .who = h.who,
        .after = h.after,
    };
    learn(s, &h);
    if (span_starts(line, SPAN(GREETING)))
        s->quiet_until_ms = loop_now_ms(s->loop) + REPLAY_MS;
    if (calls_you(s, &h)) {
        message.role = TERM_ROLE_NAMED;
        ring(s, line);
    }
    show(s, &message);
}

/* -- life ---------------------------------------------------------------------------- */

bool
liao_screen_is_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* The best editor that there is; the plain one always is. */
static struct term *
open_term(struct liao_screen *s, bool is_linear)
{
    const struct term_ops *editors[] = {
#ifdef LIAO_HAS_READLINE
        is_linear ? NULL : &term_readline_ops,
#endif
        &term_plain_ops,
    };
    struct term_setup setup = {
        .in = STDIN_FILENO,
        .out = STDOUT_FILENO,
        .prompt = PROMPT,
        .owner = s,
        .on_line = on_line,
        .on_end = on_end,
        .complete = complete,
    };
    struct term *t = NULL;
    for (size_t i = 0; i < COUNT_OF(editors) && t == NULL; i++) {
        if (editors[i] != NULL)
            t = term_create(editors[i], &setup);
    }
    s->is_linear = is_linear || t->ops->keeps_typed;
    return t;
}

static void
choose_style(struct liao_screen *s, bool is_linear)
{
    s->style.times = s->options->times;
    if (!s->options->has_times && s->options->is_plain)
        s->style.times = TERM_TIMES_NONE; /* not to be read aloud each time */
    if (!is_linear)
        s->style.colours = term_paint_colours(
            getenv("NO_COLOR"), getenv("TERM"), getenv("COLORTERM"));
}

struct liao_screen *
liao_screen_create(struct loop *l, const struct liao_options *o,
                   struct liao_input *in, struct liao_log *log)
{
    const char *name = getenv("TERM");
    bool is_dumb = name == NULL || name[0] == '\0' || strcmp(name, "dumb") == 0;
    struct liao_screen *s = ALLOC(struct liao_screen);
    s->loop = l;
    s->options = o;
    s->input = in;
    s->log = log;
    s->typing = (struct loop_watch){.fd = STDIN_FILENO, .on_ready = on_typing};
    s->drawing =
        (struct loop_watch){.fd = STDOUT_FILENO, .on_ready = on_drawing};
    s->midnight = (struct loop_timer){.on_due = on_midnight};
    choose_style(s, o->is_plain || is_dumb);
    s->term = open_term(s, o->is_plain || is_dumb);
    s->day = local_now(s).tm_yday;
    wait_for_midnight(s);
    loop_watch(l, &s->typing, LOOP_READ);
    want_drawing(s);
    return s;
}

void
liao_screen_destroy(struct liao_screen *s)
{
    if (s == NULL)
        return;
    loop_watch(s->loop, &s->typing, 0);
    loop_watch(s->loop, &s->drawing, 0);
    loop_timer_clear(s->loop, &s->midnight);
    term_destroy(s->term);
    liao_names_finish(&s->names);
    buf_finish(&s->nick);
    free(s);
}

void
liao_screen_begin(struct liao_screen *s, enum liao_framing framing)
{
    s->framing = framing;
    /* A liaod replays behind its greeting, a lab server never. */
    s->quiet_until_ms = framing == LIAO_FRAMING_LAB ? 0 : UINT64_MAX;
}

void
liao_screen_want_keys(struct liao_screen *s, bool wants)
{
    bool may = wants && !s->term->is_ended && !s->term->is_suspended;
    loop_watch(s->loop, &s->typing, may ? LOOP_READ : 0);
}

bool
liao_screen_is_full(const struct liao_screen *s)
{
    return term_is_full(s->term);
}

bool
liao_screen_is_written(const struct liao_screen *s)
{
    return !term_has_work(s->term) && !term_has_output(s->term);
}

int
liao_screen_error(const struct liao_screen *s)
{
    return s->term->error;
}

struct span
liao_screen_nick(const struct liao_screen *s)
{
    struct span nick = buf_span(&s->nick);
    return span_starts(nick, SPAN("guest")) ? SPAN_NONE : nick;
}

void
liao_screen_resize(struct liao_screen *s)
{
    term_resize(s->term);
    want_drawing(s);
}

void
liao_screen_resume(struct liao_screen *s)
{
    term_resume(s->term);
    liao_screen_want_keys(s, liao_input_has_room(s->input));
    want_drawing(s);
}

void
liao_screen_stop(struct liao_screen *s)
{
    sigset_t stop, go_on;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigemptyset(&go_on);
    sigaddset(&go_on, SIGCONT);
    term_suspend(s->term);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here we stand still */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    /* What told us to go on is no news any more. */
    sigtimedwait(&go_on, NULL, &(struct timespec){0});
    liao_screen_resume(s);
}
