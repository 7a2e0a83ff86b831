/*
 * Of people, oneself among them.
 */
#include "wire/irc/command_priv.h"

#include "msg/limits.h"

enum irc_made
wire_irc_make_nick(struct irc_maker *m)
{
    if (wire_irc_parameter(m, 0).n == 0)
        return wire_irc_answer(m, REPLY_NICK_EMPTY, SPAN_NONE);
    return wire_irc_one(
        m, (struct msg){.kind = MSG_NICK, .nick = wire_irc_parameter(m, 0)});
}

enum irc_made
wire_irc_make_who(struct irc_maker *m)
{
    struct span mask = wire_irc_parameter(m, 0);
    struct msg msg = {.kind = MSG_FIND, .text = wire_irc_parameter(m, 1)};
    if (mask.n == 0)
        mask = SPAN("*");
    if (wire_irc_is_room(mask))
        msg.room = wire_irc_room_of(mask);
    else
        msg.nick = mask;
    return wire_irc_one(m, msg);
}

/* "WHOIS server nick" asks the server where nick is; all are here. */
enum irc_made
wire_irc_make_whois(struct irc_maker *m)
{
    struct span nick = wire_irc_parameter(m, m->line->n > 1 ? 1 : 0);
    if (nick.n == 0)
        return wire_irc_answer(m, REPLY_NICK_EMPTY, SPAN_NONE);
    nick = span_sub(nick, 0, span_find(nick, ','));
    return wire_irc_one(m, (struct msg){.kind = MSG_WHOIS, .nick = nick});
}

enum irc_made
wire_irc_make_whowas(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){
                               .kind = MSG_WHOWAS,
                               .nick = wire_irc_parameter(m, 0),
                               .text = wire_irc_parameter(m, 1),
                           });
}

enum irc_made
wire_irc_make_userhost(struct irc_maker *m)
{
    return wire_irc_one(
        m, (struct msg){.kind = MSG_USERHOST, .text = wire_irc_joined(m, 0)});
}

enum irc_made
wire_irc_make_ison(struct irc_maker *m)
{
    return wire_irc_one(
        m, (struct msg){.kind = MSG_ISON, .text = wire_irc_joined(m, 0)});
}

/* "a,b" as "a b". */
static struct span
spaced(const struct irc_maker *m, struct span list)
{
    buf_truncate(m->scratch, 0);
    for (size_t i = 0; i < list.n; i++)
        buf_add_byte(m->scratch,
                     span_get(list, i) == ',' ? ' ' : span_get(list, i));
    return buf_span(m->scratch);
}

enum irc_made
wire_irc_make_monitor(struct irc_maker *m)
{
    static const struct {
        const char *sign;
        enum msg_kind kind;
        bool has_list;
    } forms[] = {
        {"+", MSG_WATCH, true},    {"-", MSG_UNWATCH, true},
        {"C", MSG_UNWATCH, false}, {"L", MSG_WATCHES, false},
        {"S", MSG_WATCHED, false},
    };
    struct span list = span_trim(spaced(m, wire_irc_parameter(m, 1)));
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (!wire_irc_is_word(wire_irc_parameter(m, 0), forms[i].sign) ||
            (forms[i].has_list && list.n == 0))
            continue;
        struct span text = forms[i].has_list ? list : SPAN_NONE;
        return wire_irc_one(m,
                            (struct msg){.kind = forms[i].kind, .text = text});
    }
    return wire_irc_answer(m, REPLY_COMMAND_USAGE, SPAN("MONITOR"));
}

enum irc_made
wire_irc_make_away(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){
                               .kind = MSG_AWAY,
                               .text = wire_irc_shortened(
                                   wire_irc_parameter(m, 0), LIMIT_AWAY_BYTES),
                           });
}

enum irc_made
wire_irc_make_setname(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){
                               .kind = MSG_REAL,
                               .text = wire_irc_parameter(m, 0),
                           });
}
