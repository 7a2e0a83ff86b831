/*
 * What the server says, on its way to the output: first what it is, then
 * lines or bursts.
 */
#include "liao/session_priv.h"

#include "base/tr.h"
#include "wire/lab.h"
#include "wire/plain.h"

/* A liaod that has no more to say to a reader who lags fills a block with
 * blanks (wire_lab_pad). */
static struct span
without_padding(struct span block)
{
    if (block.n < LAB_BLOCK_BYTES)
        return block;
    while (block.n > 0 && span_get(block, block.n - 1) == ' ')
        block.n--;
    return block;
}

static void
hear_lines(struct liao_session *s, struct span bytes)
{
    struct buf shown = {0};
    liao_prefix_add(&s->prefix, bytes, &shown);
    liao_output_add(&s->output, buf_span(&shown));
    buf_finish(&shown);
    if (s->prefix.mode == LIAO_PREFIX_UNKNOWN || !liao_say_awaits_greeting(s))
        return;
    liao_say_name(s);
    if (s->signal == 0)
        loop_timer_clear(s->loop, &s->patience);
}

static void
hear(struct liao_session *s, struct span bytes)
{
    if (s->framing == LIAO_FRAMING_LAB)
        liao_output_add_burst(&s->output, without_padding(bytes));
    else
        hear_lines(s, bytes);
    /* It is answering. */
    if (s->state == LIAO_LEAVING && !s->say.has_asked && s->signal == 0)
        liao_session_be_patient(s, LIAO_ANSWER_MS);
}

void
liao_hear_begin(struct liao_session *s, enum liao_framing framing)
{
    s->framing = framing;
    s->state = LIAO_TALKING;
    loop_timer_clear(s->loop, &s->patience);
    if (s->screen != NULL)
        liao_screen_begin(s->screen, framing);
    liao_say_open(s);
    if (liao_say_awaits_greeting(s))
        liao_session_be_patient(s, LIAO_GREETING_MS);
    if (framing == LIAO_FRAMING_LAB && s->nick.n > 0)
        diag_say(s->diag, DIAG_WARNING,
                 N_("there are no names on the lab's wire: --name has no "
                    "effect"));
    if (s->opening.n > 0)
        hear(s, buf_span(&s->opening));
    buf_finish(&s->opening);
}

void
liao_hear_no_greeting(struct liao_session *s)
{
    diag_say(s->diag, DIAG_INFO, N_("no greeting: talking to a lab server"));
    liao_hear_begin(s, LIAO_FRAMING_LAB);
}

/*
 * A liaod greets, or says in its own words why it does not (the room is
 * full). Lab servers never begin as it does, but with "(ip,port)".
 */
static void
judge_opening(struct liao_session *s)
{
    struct span own_words = span_sub(SPAN(PLAIN_GREETING), 0, 3); /* "-- " */
    struct span opening = buf_span(&s->opening);
    if (span_starts(opening, own_words))
        liao_hear_begin(s, LIAO_FRAMING_LINES);
    else if (!span_starts(own_words, opening))
        liao_hear_no_greeting(s);
}

void
liao_hear(struct liao_session *s, struct span bytes)
{
    if (s->state != LIAO_GREETING) {
        hear(s, bytes);
        return;
    }
    buf_add(&s->opening, bytes);
    judge_opening(s);
}

void
liao_hear_end(struct liao_session *s)
{
    struct buf rest = {0};
    if (s->opening.n > 0 && s->state != LIAO_OVER) /* too short to judge */
        hear(s, buf_span(&s->opening));
    buf_finish(&s->opening);
    liao_prefix_finish(&s->prefix, &rest);
    liao_output_add(&s->output, buf_span(&rest));
    buf_finish(&rest);
    liao_output_end(&s->output);
}
