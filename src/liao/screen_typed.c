/*
 * What is typed. The server does not send us our own lines, so they are shown
 * from here, as others see them; all goes to the input, as if it had been
 * piped.
 */
#include "liao/screen_priv.h"

#include "base/utf8.h"
#include "wire/plain.h"

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
    struct span nick = buf_span(&s->people.nick);
    struct span rest = line;
    bool is_action = span_equal(span_word(&rest), SPAN("/me"));
    bool is_said = !is_command(s, line);
    if (nick.n == 0 || (!is_said && !is_action)) {
        buf_add(out, SPAN(LIAO_PROMPT));
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
        liao_screen_show(s, &(struct term_message){.role = TERM_ROLE_OWN,
                                                   .after = buf_span(&shown)});
    buf_finish(&shown);
}

void
liao_screen_on_line(void *owner, struct span line)
{
    struct liao_screen *s = owner;
    if (span_trim(line).n == 0)
        return;
    if (!span_equal(line, SPAN("q")))
        show_own(s, line);
    liao_input_add_line(s->input, line);
}

/* Who presses Ctrl-D wants to leave, not to wait for answers. */
void
liao_screen_on_end(void *owner)
{
    struct liao_screen *s = owner;
    bool is_listening = s->options->is_listening; /* there q only hangs up */
    liao_input_add_line(s->input, is_listening ? SPAN("/quit") : SPAN("q"));
    s->input->is_ended = true;
}

static void
offer_commands(struct term_offers *offers, struct span word)
{
    struct span command;
    bool is_servers;
    for (size_t i = 0; wire_plain_command(i, &command, &is_servers); i++) {
        if (!is_servers)
            term_offer_if_fits(offers, word, command);
    }
}

void
liao_screen_complete(void *owner, struct span line, size_t at,
                     struct term_offers *offers)
{
    struct liao_screen *s = owner;
    struct span word = span_from(line, at);
    bool is_listening = s->options->is_listening; /* it has one command */
    if (is_listening && at == 0)
        term_offer_if_fits(offers, word, SPAN("/quit"));
    if (at == 0 && span_starts(word, SPAN("/"))) {
        if (!is_listening)
            offer_commands(offers, word);
        return;
    }
    if (at == 0)
        offers->suffix = SPAN(": ");
    for (size_t i = 0; i < s->people.names.n; i++)
        term_offer_if_fits(offers, word, s->people.names.list[i]);
}
