/*
 * What people say: to rooms, to one another, from program to program.
 */
#include "wire/irc/command_priv.h"
#include "wire/irc/isupport.h"

/* The text of one that is said to a program (CTCP) without its \x01's; their
 * second one is often left away. */
static struct span
without_marks(struct span text)
{
    text = span_from(text, 1);
    if (text.n > 0 && span_get(text, text.n - 1) == '\001')
        text.n--;
    return text;
}

/* What is said as `text`, by PRIVMSG or by NOTICE; false: it may not be. */
static bool
put_text(struct msg *msg, struct span text, bool is_notice)
{
    msg->kind = is_notice ? MSG_REMARK : MSG_SAY;
    msg->text = text;
    if (!span_starts(text, SPAN("\001")))
        return true;
    msg->kind = is_notice ? MSG_CTCP_REPLY : MSG_CTCP;
    msg->text = without_marks(text);
    if (span_starts(msg->text, SPAN("ACTION ")) && !is_notice) {
        msg->kind = MSG_ACTION;
        msg->text = span_from(msg->text, 7);
    }
    return !span_starts(msg->text, SPAN("DCC "));
}

/* "@#tea" is "#tea" for its operators (STATUSMSG). */
static struct span
without_sign(struct span target, enum msg_audience *audience)
{
    struct span room = span_from(target, 1);
    if (!wire_irc_is_room(room))
        return target;
    *audience = msg_audience_of((char)span_get(target, 0));
    return *audience == AUDIENCE_ALL ? target : room;
}

static enum irc_made
say(struct irc_maker *m, bool is_notice)
{
    struct span target, text = wire_irc_parameter(m, 1);
    struct span word = is_notice ? SPAN("NOTICE") : SPAN("PRIVMSG");
    enum reply_kind wrong = REPLY_KIND_COUNT;
    if (wire_irc_parameter(m, 0).n == 0)
        wrong = REPLY_SAY_TO_NOBODY;
    else if (text.n == 0)
        wrong = REPLY_SAY_NOTHING;
    if (wrong != REPLY_KIND_COUNT)
        return is_notice ? IRC_MADE_LAST : wire_irc_answer(m, wrong, word);
    if (!wire_irc_list_member(wire_irc_parameter(m, 0), m->step, &target))
        return IRC_MADE_LAST;
    if (m->step >= IRC_TARGETS_MOST) {
        *m->reply =
            (struct reply){.kind = REPLY_TARGETS_TOO_MANY, .text = target};
        return m->step == IRC_TARGETS_MOST ? IRC_MADE_REPLY : IRC_MADE_LAST;
    }
    *m->msg = (struct msg){0};
    if (!put_text(m->msg, text, is_notice))
        return wire_irc_answer(m, REPLY_PROGRAM_REFUSED, SPAN_NONE);
    struct span room = without_sign(target, &m->msg->audience);
    if (wire_irc_is_room(room)) {
        m->msg->room = wire_irc_room_of(room);
    } else {
        m->msg->nick = target.n > 0 ? target : SPAN("*");
        if (m->msg->kind == MSG_SAY)
            m->msg->kind = MSG_PRIVATE;
    }
    return IRC_MADE_MSG;
}

enum irc_made
wire_irc_make_privmsg(struct irc_maker *m)
{
    return say(m, false);
}

enum irc_made
wire_irc_make_notice(struct irc_maker *m)
{
    return say(m, true);
}
