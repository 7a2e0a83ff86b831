#include "liao/screen_priv.h"

#include "base/alloc.h"
#include "term/language.h"
#include "term/tty.h"

#include <stdlib.h>
#include <unistd.h>

/* -- drawing ------------------------------------------------------------------ */

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
    term_watch_update(&s->terminal);
}

void
liao_screen_show(struct liao_screen *s, struct term_message *message)
{
    struct buf line = {0};
    message->at = local_now(s);
    if (!s->is_linear)
        s->style.columns = term_tty_screen(STDOUT_FILENO).columns;
    show_day(s, &message->at);
    term_paint(&s->style, message, &line);
    term_show(s->term, buf_span(&line));
    buf_finish(&line);
    term_watch_update(&s->terminal);
}

void
liao_screen_tell(struct liao_screen *s, struct span line)
{
    liao_log_add_line(s->log, line);
    liao_screen_show(
        s, &(struct term_message){.role = TERM_ROLE_SERVER, .after = line});
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
        .prompt = LIAO_PROMPT,
        .owner = s,
        .on_line = liao_screen_on_line,
        .on_end = liao_screen_on_end,
        .complete = liao_screen_complete,
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
    if (s->options->times != OPT_UNSAID)
        s->style.times = (enum term_times)s->options->times;
    else if (is_linear)
        s->style.times = TERM_TIMES_NONE; /* not to be read aloud each time */
    if (!is_linear)
        s->style.colours = term_paint_colours(
            getenv("NO_COLOR"), getenv("TERM"), getenv("COLORTERM"));
}

struct liao_screen *
liao_screen_create(struct loop *l, const struct liao_options *o,
                   struct liao_input *in, struct liao_log *log)
{
    bool is_dumb = term_tty_is_dumb(getenv("TERM"));
    struct liao_screen *s = ALLOC(struct liao_screen);
    s->loop = l;
    s->options = o;
    s->input = in;
    s->log = log;
    s->midnight = (struct loop_timer){.on_due = on_midnight};
    term_language_each(liao_phrases_learn, &s->phrases);
    choose_style(s, o->is_plain || is_dumb);
    s->term = open_term(s, o->is_plain || is_dumb);
    term_watch_init(&s->terminal, l, s->term);
    s->day = local_now(s).tm_yday;
    wait_for_midnight(s);
    return s;
}

void
liao_screen_destroy(struct liao_screen *s)
{
    if (s == NULL)
        return;
    loop_timer_clear(s->loop, &s->midnight);
    term_watch_finish(&s->terminal);
    liao_people_finish(&s->people);
    free(s);
}

void
liao_screen_leave(struct liao_screen *s)
{
    term_watch_leave(&s->terminal);
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
    term_watch_want_keys(&s->terminal, wants);
}

bool
liao_screen_is_full(const struct liao_screen *s)
{
    return term_is_full(s->term);
}

bool
liao_screen_is_written(const struct liao_screen *s)
{
    return term_watch_is_written(&s->terminal);
}

int
liao_screen_error(const struct liao_screen *s)
{
    return s->term->error;
}

struct span
liao_screen_nick(const struct liao_screen *s)
{
    struct span nick = buf_span(&s->people.nick);
    return span_starts(nick, SPAN("guest")) ? SPAN_NONE : nick;
}

void
liao_screen_on_signal(struct liao_screen *s, int number)
{
    term_watch_on_signal(&s->terminal, number);
}
