#include "wire/irc/command.h"

#include "wire/irc/command_priv.h"

static const struct {
    const char *word;
    size_t needs;
    irc_make_fn *make;
    const char *usage;
} commands[] = {
    {"AWAY", 0, wire_irc_make_away,
     "[:TEXT]  you are away; without a text: back"},
    {"BATCH", 1, NULL, "+REFERENCE TYPE #CHANNEL  lines that are one message"},
    {"CAP", 0, NULL, "LS|LIST|REQ|END  what your client can do"},
    {"HELP", 0, wire_irc_make_help, "[COMMAND]  this list, or one of it"},
    {"HELPOP", 0, wire_irc_make_help, "[COMMAND]  the same"},
    {"INFO", 0, wire_irc_make_info, " about the server"},
    {"INVITE", 0, wire_irc_make_invite,
     "[NICK #CHANNEL]  ask somebody to come"},
    {"ISON", 1, wire_irc_make_ison, "NICK...  who of these is here"},
    {"JOIN", 1, wire_irc_make_join,
     "#CHANNEL,... [KEY,...]  enter; 0 leaves all"},
    {"KICK", 2, wire_irc_make_kick,
     "#CHANNEL NICK [:REASON]  turn somebody out"},
    {"KILL", 1, wire_irc_make_kill,
     "NICK [:REASON]  out of the server (operators)"},
    {"LINKS", 0, wire_irc_make_links, " the servers"},
    {"LIST", 0, wire_irc_make_list,
     "[CONDITION,...]  channels: >5, <5, C<60, *tea*"},
    {"LUSERS", 0, wire_irc_make_lusers, " how many are here"},
    {"METADATA", 2, wire_irc_make_metadata,
     "TARGET GET|LIST|SET|CLEAR|SUB|UNSUB|SUBS|SYNC ...  what is noted"},
    {"MODE", 1, wire_irc_make_mode, "#CHANNEL|NICK [MODES [PARAMETERS]]"},
    {"MONITOR", 1, wire_irc_make_monitor,
     "+|- NICK,... or C|L|S  who comes and goes"},
    {"MOTD", 0, wire_irc_make_motd, " the message of the day"},
    {"NAMES", 0, wire_irc_make_names, "[#CHANNEL,...]  who is there"},
    {"NICK", 0, wire_irc_make_nick, "NICK  take another name"},
    {"NOTICE", 0, wire_irc_make_notice,
     "TARGET,... :TEXT  as PRIVMSG; no answers"},
    {"OPER", 2, wire_irc_make_oper, "NAME PASSWORD  become an operator"},
    {"PART", 1, wire_irc_make_part, "#CHANNEL,... [:REASON]  leave a channel"},
    {"PASS", 0, wire_irc_make_register, "PASSWORD  before NICK and USER"},
    {"PING", 0, wire_irc_make_ping, "TEXT  comes back as PONG"},
    {"PONG", 0, wire_irc_make_pong, "TEXT  the answer to PING"},
    {"PRIVMSG", 0, wire_irc_make_privmsg, "TARGET,... :TEXT  say it"},
    {"QUIT", 0, wire_irc_make_quit, "[:REASON]  leave"},
    {"REHASH", 0, wire_irc_make_rehash, " read the configuration (operators)"},
    {"RENAME", 2, wire_irc_make_rename,
     "#CHANNEL #NAME [:REASON]  call a channel otherwise"},
    {"SETNAME", 1, wire_irc_make_setname,
     ":REAL NAME  what you call yourself at length"},
    {"TAGMSG", 1, wire_irc_make_tagmsg, "TARGET,...  tags without a text"},
    {"TIME", 0, wire_irc_make_time, " of the server"},
    {"TOPIC", 1, wire_irc_make_topic,
     "#CHANNEL [:TEXT]  what the channel is about"},
    {"USER", 0, wire_irc_make_register,
     "USER 0 * :REAL NAME  at the beginning"},
    {"USERHOST", 1, wire_irc_make_userhost, "NICK...  where they come from"},
    {"VERSION", 0, wire_irc_make_version, " of the server"},
    {"WALLOPS", 1, wire_irc_make_wallops,
     ":TEXT  to who has mode w (operators)"},
    {"WHO", 0, wire_irc_make_who, "#CHANNEL|MASK [%FIELDS]  who is there"},
    {"WHOIS", 0, wire_irc_make_whois, "NICK  who that is"},
    {"WHOWAS", 1, wire_irc_make_whowas, "NICK [COUNT]  who that was"},
};

enum irc_made
wire_irc_make(const struct irc_line *line, size_t step, struct buf *scratch,
              struct msg *msg, struct reply *reply)
{
    struct irc_maker m = {line, step, scratch, msg, reply};
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (commands[i].make == NULL ||
            !wire_irc_is_word(line->command, commands[i].word))
            continue;
        size_t n = line->n;
        while (n > 0 && line->parameters[n - 1].n == 0)
            n--; /* an empty one is none, where one is needed */
        if (n < commands[i].needs)
            return wire_irc_answer(&m, REPLY_COMMAND_USAGE,
                                   span_of(commands[i].word));
        return commands[i].make(&m);
    }
    return wire_irc_answer(&m, REPLY_COMMAND_UNKNOWN, line->command);
}

const char *
wire_irc_command_word(size_t i)
{
    return i < COUNT_OF(commands) ? commands[i].word : NULL;
}

const char *
wire_irc_command_usage(size_t i)
{
    CHECK(i < COUNT_OF(commands));
    return commands[i].usage;
}
