/*
 * Of rooms: coming, going, and what they are.
 */
#include "wire/irc/command_priv.h"

#include "msg/limits.h"

enum irc_made
wire_irc_make_join(struct irc_maker *m)
{
    struct span room, password = SPAN_NONE;
    if (span_equal(wire_irc_parameter(m, 0), SPAN("0")))
        return wire_irc_one(m, (struct msg){.kind = MSG_PART_ALL});
    if (!wire_irc_list_member(wire_irc_parameter(m, 0), m->step, &room))
        return IRC_MADE_LAST;
    (void)wire_irc_list_member(wire_irc_parameter(m, 1), m->step, &password);
    if (!wire_irc_is_room(room)) {
        *m->reply = (struct reply){.kind = REPLY_ROOM_BAD, .text = room};
        return IRC_MADE_REPLY;
    }
    *m->msg = (struct msg){
        .kind = MSG_JOIN, .room = wire_irc_room_of(room), .text = password};
    return IRC_MADE_MSG;
}

enum irc_made
wire_irc_make_part(struct irc_maker *m)
{
    struct span room;
    if (!wire_irc_list_member(wire_irc_parameter(m, 0), m->step, &room))
        return IRC_MADE_LAST;
    *m->msg = (struct msg){
        .kind = MSG_PART,
        .room = wire_irc_room_of(room),
        .text =
            wire_irc_shortened(wire_irc_parameter(m, 1), LIMIT_REASON_BYTES),
    };
    return IRC_MADE_MSG;
}

enum irc_made
wire_irc_make_kick(struct irc_maker *m)
{
    struct span nick, room;
    if (!wire_irc_list_member(wire_irc_parameter(m, 1), m->step, &nick))
        return IRC_MADE_LAST;
    /* One room, or as many as people (RFC 2812, 3.2.8). */
    if (!wire_irc_list_member(wire_irc_parameter(m, 0), m->step, &room))
        room = wire_irc_parameter(m, 0);
    *m->msg = (struct msg){
        .kind = MSG_KICK,
        .room = wire_irc_room_of(room),
        .nick = nick,
        .text =
            wire_irc_shortened(wire_irc_parameter(m, 2), LIMIT_REASON_BYTES),
    };
    return IRC_MADE_MSG;
}

enum irc_made
wire_irc_make_invite(struct irc_maker *m)
{
    if (m->line->n == 0)
        return wire_irc_one(m, (struct msg){.kind = MSG_INVITES});
    if (m->line->n < 2)
        return wire_irc_answer(m, REPLY_COMMAND_USAGE, SPAN("INVITE"));
    return wire_irc_one(m,
                        (struct msg){
                            .kind = MSG_INVITE,
                            .nick = wire_irc_parameter(m, 0),
                            .room = wire_irc_room_of(wire_irc_parameter(m, 1)),
                        });
}

enum irc_made
wire_irc_make_topic(struct irc_maker *m)
{
    struct msg msg = {
        .kind = MSG_TOPIC,
        .room = wire_irc_room_of(wire_irc_parameter(m, 0)),
        .text = wire_irc_shortened(wire_irc_parameter(m, 1), LIMIT_TOPIC_BYTES),
    };
    if (m->line->n > 1 && msg.text.n == 0)
        msg.kind = MSG_TOPIC_END;
    return wire_irc_one(m, msg);
}

enum irc_made
wire_irc_make_rename(struct irc_maker *m)
{
    struct span name = wire_irc_parameter(m, 1);
    if (!wire_irc_is_room(name)) {
        *m->reply = (struct reply){.kind = REPLY_ROOM_BAD, .text = name};
        return m->step == 0 ? IRC_MADE_REPLY : IRC_MADE_LAST;
    }
    return wire_irc_one(
        m, (struct msg){
               .kind = MSG_RENAME,
               .room = wire_irc_room_of(wire_irc_parameter(m, 0)),
               .nick = wire_irc_room_of(name),
               .text = wire_irc_shortened(wire_irc_parameter(m, 2),
                                          LIMIT_RENAME_REASON_BYTES),
           });
}

enum irc_made
wire_irc_make_mode(struct irc_maker *m)
{
    struct span target = wire_irc_parameter(m, 0);
    struct msg msg = {.kind = MSG_OWN_MODE, .nick = target};
    if (wire_irc_is_room(target)) {
        msg.kind = MSG_MODE;
        msg.nick = SPAN_NONE;
        msg.room = wire_irc_room_of(target);
    }
    msg.text = wire_irc_joined(m, 1);
    return wire_irc_one(m, msg);
}

enum irc_made
wire_irc_make_names(struct irc_maker *m)
{
    struct span room, next, whole = wire_irc_parameter(m, 0);
    if (whole.n == 0)
        return wire_irc_one(m,
                            (struct msg){.kind = MSG_NAMES, .text = SPAN("*")});
    if (!wire_irc_list_member(whole, m->step, &room))
        return IRC_MADE_LAST;
    *m->msg = (struct msg){.kind = MSG_NAMES, .room = wire_irc_room_of(room)};
    if (!wire_irc_list_member(whole, m->step + 1, &next))
        m->msg->text = whole;
    return IRC_MADE_MSG;
}

enum irc_made
wire_irc_make_list(struct irc_maker *m)
{
    return wire_irc_one(
        m, (struct msg){.kind = MSG_LIST, .text = wire_irc_parameter(m, 0)});
}
