/*
 * What the session itself goes by, of all that the server says: how it took
 * our name, and how it took leave.
 */
#include "liao/session_priv.h"

#include "base/tr.h"
#include "term/language.h"
#include "wire/plain.h"

void
liao_answers_init(struct liao_session *s)
{
    term_language_each(liao_phrases_learn, &s->answers.phrases);
}

void
liao_answers_finish(struct liao_session *s)
{
    buf_finish(&s->answers.last);
}

/* Without the mark of the server's own words. */
static struct span
without_mark(struct span line)
{
    return span_starts(line, SPAN("-- ")) ? span_from(line, 3) : line;
}

static enum liao_heard_kind
kind_of(const struct liao_session *s, struct span line, struct span *nick)
{
    struct liao_heard h;
    liao_heard_read(&s->answers.phrases, s->framing, line, &h);
    *nick = h.nick;
    return h.kind;
}

/* One who asked for a name may not look at the screen; so it is said twice. */
static void
judge_name(struct liao_session *s, struct span line)
{
    struct span nick;
    enum liao_heard_kind kind = kind_of(s, line, &nick);
    if (kind == LIAO_HEARD_YOU && span_equal(nick, buf_span(&s->nick)))
        s->answers.awaits_name = false;
    if (kind != LIAO_HEARD_REFUSED)
        return;
    s->answers.awaits_name = false;
    struct span why = without_mark(line);
    diag_say(s->diag, DIAG_WARNING,
             N_("you are not called %.*s here: %.*s; /nick NAME takes another "
                "name"),
             SPAN_ARG(buf_span(&s->nick)), SPAN_ARG(why));
}

void
liao_answers_on_line(void *owner, struct span line)
{
    struct liao_session *s = owner;
    buf_truncate(&s->answers.last, 0);
    buf_add(&s->answers.last, line);
    if (s->answers.awaits_name)
        judge_name(s, line);
}

bool
liao_answers_say_bye(struct liao_session *s)
{
    struct span nick, line = buf_span(&s->answers.last);
    enum liao_heard_kind kind = kind_of(s, line, &nick);
    s->is_unwanted = kind == LIAO_HEARD_OUT;
    return kind == LIAO_HEARD_CLOSING || kind == LIAO_HEARD_OUT;
}

struct span
liao_answers_last(const struct liao_session *s)
{
    return without_mark(buf_span(&s->answers.last));
}
