/*
 * Of the server, and what its operators may do.
 */
#include "wire/irc/command_priv.h"

#include "msg/limits.h"

enum irc_made
wire_irc_make_help(struct irc_maker *m)
{
    return wire_irc_one(
        m, (struct msg){.kind = MSG_HELP, .text = wire_irc_parameter(m, 0)});
}

enum irc_made
wire_irc_make_info(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){.kind = MSG_INFO});
}

enum irc_made
wire_irc_make_links(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){.kind = MSG_LINKS});
}

enum irc_made
wire_irc_make_lusers(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){.kind = MSG_COUNTS});
}

enum irc_made
wire_irc_make_motd(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){.kind = MSG_MOTD});
}

enum irc_made
wire_irc_make_time(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){.kind = MSG_TIME});
}

enum irc_made
wire_irc_make_version(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){.kind = MSG_VERSION});
}

enum irc_made
wire_irc_make_ping(struct irc_maker *m)
{
    if (wire_irc_parameter(m, 0).n == 0)
        return wire_irc_answer(m, REPLY_PING_NOTHING, SPAN_NONE);
    return wire_irc_one(
        m, (struct msg){.kind = MSG_PING, .text = wire_irc_parameter(m, 0)});
}

enum irc_made
wire_irc_make_pong(struct irc_maker *m)
{
    (void)m;
    return IRC_MADE_LAST;
}

enum irc_made
wire_irc_make_quit(struct irc_maker *m)
{
    return wire_irc_one(m,
                        (struct msg){
                            .kind = MSG_QUIT,
                            .text = wire_irc_shortened(wire_irc_parameter(m, 0),
                                                       LIMIT_REASON_BYTES),
                        });
}

enum irc_made
wire_irc_make_register(struct irc_maker *m)
{
    return wire_irc_answer(m, REPLY_REGISTERED_ALREADY, SPAN_NONE);
}

/* -- operators --------------------------------------------------------------------------- */

enum irc_made
wire_irc_make_oper(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){
                               .kind = MSG_OPER,
                               .nick = wire_irc_parameter(m, 0),
                               .text = wire_irc_parameter(m, 1),
                           });
}

enum irc_made
wire_irc_make_kill(struct irc_maker *m)
{
    return wire_irc_one(m,
                        (struct msg){
                            .kind = MSG_KILL,
                            .nick = wire_irc_parameter(m, 0),
                            .text = wire_irc_shortened(wire_irc_parameter(m, 1),
                                                       LIMIT_REASON_BYTES),
                        });
}

enum irc_made
wire_irc_make_wallops(struct irc_maker *m)
{
    return wire_irc_one(
        m, (struct msg){.kind = MSG_WALLOPS, .text = wire_irc_parameter(m, 0)});
}

enum irc_made
wire_irc_make_rehash(struct irc_maker *m)
{
    return wire_irc_one(m, (struct msg){.kind = MSG_REHASH});
}
