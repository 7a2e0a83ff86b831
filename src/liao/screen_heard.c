/*
 * What is heard: how it looks, and whether it rings.
 */
#include "liao/screen_priv.h"

#include "base/utf8.h"

/* What a server replays comes with its greeting; nobody calls you in there. */
#define GREETING "-- liao"
#define REPLAY_MS 300

/* Of a message, in a notification. */
#define NOTICE_BYTES 120

/* The bell; and for terminals that show notifications, what is said (OSC 9).
 * Its text begins as ours, since some take "9;4;" for more than text. */
void
liao_screen_ring(struct liao_screen *s, struct span line)
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
    liao_heard_read(&s->phrases, s->framing, line, &h);
    struct term_message message = {
        .role = role_of(&h, line),
        .before = h.before,
        .who = h.who,
        .after = h.after,
    };
    liao_people_learn(&s->people, &h);
    if (span_starts(line, SPAN(GREETING)))
        s->quiet_until_ms = loop_now_ms(s->loop) + REPLAY_MS;
    if (liao_people_are_calling(&s->people, &h)) {
        message.role = TERM_ROLE_NAMED;
        liao_screen_ring(s, line);
    }
    liao_screen_show(s, &message);
}
