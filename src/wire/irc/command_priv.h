/*
 * Inside the commands: what each is made from, and who makes it. A file for
 * each idea: command_say.c, command_rooms.c, command_people.c,
 * command_metadata.c, command_server.c.
 */
#ifndef WIRE_IRC_COMMAND_PRIV_H
#define WIRE_IRC_COMMAND_PRIV_H

#include "wire/irc/command.h"

/* What a command makes its messages from. */
struct irc_maker {
    const struct irc_line *line;
    size_t step;
    struct buf *scratch;
    struct msg *msg;
    struct reply *reply;
};

typedef enum irc_made irc_make_fn(struct irc_maker *m);

/* maker.c: parts of a line */
struct span wire_irc_parameter(const struct irc_maker *m, size_t i);

/* Member number `i` of "a,b,c"; false behind the last. */
bool wire_irc_list_member(struct span list, size_t i, struct span *out);

/* Parameters from `first` on, blanks between. */
struct span wire_irc_joined(const struct irc_maker *m, size_t first);
struct span wire_irc_shortened(struct span text, size_t most);

/* A room is called "lobby" here and "#lobby" there; what has no sign is no
 * room, so it becomes a name that none can have. */
bool wire_irc_is_room(struct span name);
struct span wire_irc_room_of(struct span name);

/* What it was answered, and that is all that the line asked for. */
enum irc_made wire_irc_answer(struct irc_maker *m, enum reply_kind kind,
                              struct span text);

/* The only message of its line. */
enum irc_made wire_irc_one(struct irc_maker *m, struct msg msg);

/* command_say.c */
irc_make_fn wire_irc_make_privmsg, wire_irc_make_notice, wire_irc_make_tagmsg;

/* To whom it is said: a room, some of a room, or a person. */
void wire_irc_aim(struct msg *msg, struct span target);

/* command_rooms.c */
irc_make_fn wire_irc_make_join, wire_irc_make_part, wire_irc_make_kick,
    wire_irc_make_invite, wire_irc_make_topic, wire_irc_make_mode,
    wire_irc_make_names, wire_irc_make_list, wire_irc_make_rename;

/* command_people.c */
irc_make_fn wire_irc_make_nick, wire_irc_make_who, wire_irc_make_whois,
    wire_irc_make_whowas, wire_irc_make_userhost, wire_irc_make_ison,
    wire_irc_make_monitor, wire_irc_make_away, wire_irc_make_setname;

/* command_metadata.c */
irc_make_fn wire_irc_make_metadata;

/* command_server.c */
irc_make_fn wire_irc_make_help, wire_irc_make_info, wire_irc_make_links,
    wire_irc_make_lusers, wire_irc_make_motd, wire_irc_make_time,
    wire_irc_make_version, wire_irc_make_ping, wire_irc_make_pong,
    wire_irc_make_quit, wire_irc_make_register, wire_irc_make_oper,
    wire_irc_make_kill, wire_irc_make_wallops, wire_irc_make_rehash;

#endif
