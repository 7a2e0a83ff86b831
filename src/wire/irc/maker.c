#include "wire/irc/command_priv.h"

#include "base/utf8.h"

/* -- parts of a line ----------------------------------------------------------- */

struct span
wire_irc_parameter(const struct irc_maker *m, size_t i)
{
    return i < m->line->n ? m->line->parameters[i] : SPAN_NONE;
}

bool
wire_irc_list_member(struct span list, size_t i, struct span *out)
{
    while (i-- > 0) {
        size_t n = span_find(list, ',');
        if (n == list.n)
            return false;
        list = span_from(list, n + 1);
    }
    *out = span_sub(list, 0, span_find(list, ','));
    return true;
}

struct span
wire_irc_joined(const struct irc_maker *m, size_t first)
{
    buf_truncate(m->scratch, 0);
    for (size_t i = first; i < m->line->n; i++) {
        if (i > first)
            buf_add_byte(m->scratch, ' ');
        buf_add(m->scratch, m->line->parameters[i]);
    }
    return buf_span(m->scratch);
}

struct span
wire_irc_shortened(struct span text, size_t most)
{
    return span_sub(text, 0, utf8_cut(text, most));
}

bool
wire_irc_is_room(struct span name)
{
    return span_starts(name, SPAN("#"));
}

struct span
wire_irc_room_of(struct span name)
{
    return wire_irc_is_room(name) && name.n > 1 ? span_from(name, 1)
                                                : SPAN("#");
}

/* -- answers ---------------------------------------------------------------------- */

enum irc_made
wire_irc_answer(struct irc_maker *m, enum reply_kind kind, struct span text)
{
    *m->reply = (struct reply){.kind = kind, .text = text};
    return m->step == 0 ? IRC_MADE_REPLY : IRC_MADE_LAST;
}

enum irc_made
wire_irc_one(struct irc_maker *m, struct msg msg)
{
    *m->msg = msg;
    return m->step == 0 ? IRC_MADE_MSG : IRC_MADE_LAST;
}
