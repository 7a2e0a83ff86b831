/*
 * What people say: to rooms, to one another, from program to program.
 */
#include "wire/irc/command_priv.h"
#include "wire/irc/isupport.h"
#include "wire/irc/tags.h"

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

void
wire_irc_aim(struct msg *msg, struct span target)
{
    struct span room = without_sign(target, &msg->audience);
    if (wire_irc_is_room(room)) {
        msg->room = wire_irc_room_of(room);
    } else {
        msg->nick = target.n > 0 ? target : SPAN("*");
        if (msg->kind == MSG_SAY)
            msg->kind = MSG_PRIVATE;
    }
}

static void
put_tags(struct irc_maker *m)
{
    buf_truncate(m->scratch, 0);
    wire_irc_client_tags(m->line->tags, m->scratch);
    m->msg->tags = buf_span(m->scratch);
}

/* The target number `step` of "a,b,c"; false: *made is the end of it. */
static bool
next_target(struct irc_maker *m, struct span *target, enum irc_made *made)
{
    *made = IRC_MADE_LAST;
    if (!wire_irc_list_member(wire_irc_parameter(m, 0), m->step, target))
        return false;
    if (m->step < IRC_TARGETS_MOST)
        return true;
    *m->reply = (struct reply){.kind = REPLY_TARGETS_TOO_MANY, .text = *target};
    if (m->step == IRC_TARGETS_MOST)
        *made = IRC_MADE_REPLY;
    return false;
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
    enum irc_made made;
    if (!next_target(m, &target, &made))
        return made;
    *m->msg = (struct msg){0};
    if (!put_text(m->msg, text, is_notice))
        return wire_irc_answer(m, REPLY_PROGRAM_REFUSED, SPAN_NONE);
    wire_irc_aim(m->msg, target);
    put_tags(m);
    return IRC_MADE_MSG;
}

enum irc_made
wire_irc_make_privmsg(struct irc_maker *m)
{
    return say(m, false);
}

/* Tags alone, whatever they are: others read those of its client. */
enum irc_made
wire_irc_make_tagmsg(struct irc_maker *m)
{
    struct span target;
    enum irc_made made;
    if (!next_target(m, &target, &made))
        return made;
    *m->msg = (struct msg){.kind = MSG_TAGS};
    wire_irc_aim(m->msg, target);
    put_tags(m);
    return IRC_MADE_MSG;
}

enum irc_made
wire_irc_make_notice(struct irc_maker *m)
{
    return say(m, true);
}
