/*
 * From the input to the server: as lines, or as a lab program speaks.
 */
#include "liao/session_priv.h"

#include "base/tr.h"
#include "base/utf8.h"
#include "wire/lab.h"

/* A line in pieces: as long as it is, it goes through this. */
#define PIECE_BYTES 4096

/* A lab server that does not take what we say is looked at less and less
 * often. */
#define PACE_MOST_MS 500

/* The end of the turn does what the timer is for. */
static void
on_pace(struct loop_timer *t)
{
    (void)t;
}

void
liao_say_init(struct liao_session *s)
{
    s->say = (struct liao_say){.pace = {.on_due = on_pace}};
}

void
liao_say_finish(struct liao_session *s)
{
    loop_timer_clear(s->loop, &s->say.pace);
    buf_finish(&s->say.queue);
}

/* True when all `bytes` are gone; what is gone is dropped from the queue. */
static bool
send_front(struct liao_session *s, size_t bytes)
{
    struct liao_say *say = &s->say;
    struct span front = span_sub(buf_span(&say->queue), 0, bytes);
    ssize_t n = net_stream_ops(&s->stream)->write(&s->stream, front);
    if (n == NET_LOST) {
        /* There may be words to read that tell why. */
        say->is_cut = true;
        buf_truncate(&say->queue, 0);
        return false;
    }
    size_t sent = n == NET_AGAIN ? 0 : (size_t)n;
    buf_drop_front(&say->queue, sent);
    say->is_blocked = sent < bytes;
    return !say->is_blocked;
}

/* -- in lines ------------------------------------------------------------- */

/* The words that every liaod takes as a goodbye. */
static bool
is_goodbye(const struct liao_piece *piece)
{
    struct span rest = piece->text;
    if (piece->is_rest || !piece->ends_line)
        return false;
    return span_equal(rest, SPAN("q")) ||
           span_equal(span_word(&rest), SPAN("/quit"));
}

/*
 * An empty line first, which is never said aloud: it settles that we speak in
 * lines, whatever the first message looks like ("NICK bob", a lone letter).
 */
static void
open_lines(struct liao_session *s)
{
    if (!s->say.has_opened)
        buf_add_byte(&s->say.queue, '\n');
    s->say.has_opened = true;
}

void
liao_say_open(struct liao_session *s)
{
    /* To be greeted at once. One who was greeted already is only listening
     * until he says something. */
    if (s->framing != LIAO_FRAMING_LINES)
        return;
    if (s->options->framing == LIAO_FRAMING_LINES || s->nick.n > 0)
        open_lines(s);
}

bool
liao_say_awaits_greeting(const struct liao_session *s)
{
    return s->framing == LIAO_FRAMING_LINES && s->nick.n > 0 &&
           !s->say.has_named;
}

void
liao_say_name(struct liao_session *s)
{
    if (!liao_say_awaits_greeting(s))
        return;
    s->say.has_named = true;
    if (s->prefix.mode == LIAO_PREFIX_SERVER) {
        diag_say(s->diag, DIAG_WARNING,
                 N_("here one talks with one person: --name has no effect"));
        return;
    }
    s->answers.awaits_name = true;
    buf_add_format(&s->say.queue, "/nick %.*s\n", SPAN_ARG(buf_span(&s->nick)));
}

static void
fill_lines(struct liao_session *s)
{
    struct liao_say *say = &s->say;
    struct liao_piece piece;
    while (!say->is_quitting && say->queue.n < LIAO_SAY_BYTES &&
           !liao_say_awaits_greeting(s) &&
           liao_input_take(s->input, PIECE_BYTES, &piece)) {
        say->is_quitting = say->has_asked = is_goodbye(&piece);
        if (!say->is_quitting)
            open_lines(s);
        buf_add(&say->queue, piece.text);
        if (piece.ends_line)
            buf_add_byte(&say->queue, '\n');
    }
}

static bool
say_lines(struct liao_session *s)
{
    for (;;) {
        fill_lines(s);
        if (s->say.queue.n == 0)
            return s->say.is_quitting || (liao_input_is_over(s->input) &&
                                          !liao_say_awaits_greeting(s));
        if (!send_front(s, s->say.queue.n))
            return false;
    }
}

/* -- as a lab program ------------------------------------------------------- */

static void
ask_to_leave(struct liao_session *s)
{
    struct liao_say *say = &s->say;
    buf_add_byte(&say->queue, 'q');
    say->is_rest = false;
    say->is_quitting = say->has_asked = true;
    loop_timer_set(s->loop, &s->patience, loop_now_ms(s->loop) + LIAO_LEAVE_MS);
}

/* The next message, or q when there is none and never will be. */
static void
fill_message(struct liao_session *s)
{
    struct liao_say *say = &s->say;
    struct liao_piece piece;
    while (!say->is_quitting && say->queue.n == 0 &&
           liao_input_take(s->input, LAB_BLOCK_BYTES, &piece)) {
        bool is_whole = !piece.is_rest && piece.ends_line;
        say->is_rest = piece.is_rest;
        if (is_whole && span_equal(piece.text, SPAN("q")))
            say->is_quitting = true;
        else /* a lab program dies of what is not UTF-8 */
            (void)utf8_mend(piece.text, &say->queue);
    }
    bool is_over = say->is_quitting || liao_input_is_over(s->input);
    if (is_over && say->queue.n == 0 && !say->has_asked)
        ask_to_leave(s);
}

/* What one recv(1024) takes. False: there is nothing to say. */
static bool
begin_block(struct liao_session *s)
{
    struct liao_say *say = &s->say;
    if (say->queue.n == 0)
        fill_message(s);
    if (say->queue.n == 0)
        return false;
    /* The end of a long message must not read as a goodbye. */
    if (say->is_rest && span_equal(buf_span(&say->queue), SPAN("q")))
        buf_add_byte(&say->queue, ' ');
    say->block_bytes = utf8_cut(buf_span(&say->queue), LAB_BLOCK_BYTES);
    say->is_rest = true; /* if anything is left */
    return true;
}

static void
wait_a_pace(struct liao_session *s, uint64_t pace_ms)
{
    s->say.pace_ms = pace_ms;
    loop_timer_set(s->loop, &s->say.pace, loop_now_ms(s->loop) + pace_ms);
}

/*
 * Nothing frames a message on the lab's wire, so each goes alone: when the
 * other side's system has the last one, and its program had time to read it.
 */
static bool
say_message(struct liao_session *s)
{
    struct liao_say *say = &s->say;
    if (say->pace.slot != 0)
        return false;
    if (say->block_bytes == 0 &&
        net_stream_ops(&s->stream)->unacknowledged(&s->stream)) {
        uint64_t next_ms = say->pace_ms * 2;
        wait_a_pace(s, next_ms < PACE_MOST_MS ? next_ms : PACE_MOST_MS);
        return false;
    }
    if (say->block_bytes == 0 && !begin_block(s))
        return say->has_asked;
    size_t before = say->queue.n;
    bool is_sent = send_front(s, say->block_bytes);
    say->block_bytes -= before - say->queue.n;
    if (is_sent)
        wait_a_pace(s, say->has_spoken ? LAB_PACE_MS : LIAO_FIRST_PACE_MS);
    say->has_spoken = say->has_spoken || is_sent;
    return false;
}

bool
liao_say_more(struct liao_session *s)
{
    if (s->say.is_cut || s->say.is_blocked)
        return false;
    return s->framing == LIAO_FRAMING_LAB ? say_message(s) : say_lines(s);
}
