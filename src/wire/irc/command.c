#include "wire/irc/command.h"

#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/irc/isupport.h"

/* What a command makes its messages from. */
struct maker {
    const struct irc_line *line;
    size_t step;
    struct buf *scratch;
    struct msg *msg;
    struct reply *reply;
};

typedef enum irc_made make_fn(struct maker *m);

/* -- parts of a line ----------------------------------------------------------- */

static struct span
parameter(const struct maker *m, size_t i)
{
    return i < m->line->n ? m->line->parameters[i] : SPAN_NONE;
}

/* Member number `i` of "a,b,c"; false behind the last. */
static bool
list_member(struct span list, size_t i, struct span *out)
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

/* Parameters from `first` on, blanks between. */
static struct span
joined(const struct maker *m, size_t first)
{
    buf_truncate(m->scratch, 0);
    for (size_t i = first; i < m->line->n; i++) {
        if (i > first)
            buf_add_byte(m->scratch, ' ');
        buf_add(m->scratch, m->line->parameters[i]);
    }
    return buf_span(m->scratch);
}

static struct span
cut(struct span text, size_t most)
{
    return span_sub(text, 0, utf8_cut(text, most));
}

static bool
is_room(struct span name)
{
    return span_starts(name, SPAN("#"));
}

/* A room is called "lobby" here and "#lobby" there; what has no sign is no
 * room, so it becomes a name that none can have. */
static struct span
room_of(struct span name)
{
    return is_room(name) && name.n > 1 ? span_from(name, 1) : SPAN("#");
}

/* -- answers ---------------------------------------------------------------------- */

static enum irc_made
answer(struct maker *m, enum reply_kind kind, struct span text)
{
    *m->reply = (struct reply){.kind = kind, .text = text};
    return m->step == 0 ? IRC_MADE_REPLY : IRC_MADE_LAST;
}

/* The only message of its line. */
static enum irc_made
one(struct maker *m, struct msg msg)
{
    *m->msg = msg;
    return m->step == 0 ? IRC_MADE_MSG : IRC_MADE_LAST;
}

/* -- one function a shape ------------------------------------------------------------ */

static make_fn make_away, make_help, make_info, make_invite, make_ison,
    make_join, make_kick, make_kill, make_links, make_list, make_lusers,
    make_mode, make_motd, make_names, make_nick, make_notice, make_oper,
    make_part, make_ping, make_pong, make_privmsg, make_quit, make_register,
    make_rehash, make_time, make_topic, make_userhost, make_version,
    make_wallops, make_who, make_whois, make_whowas;

static const struct {
    const char *word;
    size_t needs;
    make_fn *make;
    const char *usage;
} commands[] = {
    {"AWAY", 0, make_away, "[:TEXT]  you are away; without a text: back"},
    {"CAP", 0, NULL, "LS|LIST|REQ|END  what your client can do"},
    {"HELP", 0, make_help, "[COMMAND]  this list, or one of it"},
    {"HELPOP", 0, make_help, "[COMMAND]  the same"},
    {"INFO", 0, make_info, " about the server"},
    {"INVITE", 0, make_invite, "[NICK #CHANNEL]  ask somebody to come"},
    {"ISON", 1, make_ison, "NICK...  who of these is here"},
    {"JOIN", 1, make_join, "#CHANNEL,... [KEY,...]  enter; 0 leaves all"},
    {"KICK", 2, make_kick, "#CHANNEL NICK [:REASON]  turn somebody out"},
    {"KILL", 1, make_kill, "NICK [:REASON]  out of the server (operators)"},
    {"LINKS", 0, make_links, " the servers"},
    {"LIST", 0, make_list, "[CONDITION,...]  channels: >5, <5, C<60, *tea*"},
    {"LUSERS", 0, make_lusers, " how many are here"},
    {"MODE", 1, make_mode, "#CHANNEL|NICK [MODES [PARAMETERS]]"},
    {"MOTD", 0, make_motd, " the message of the day"},
    {"NAMES", 0, make_names, "[#CHANNEL,...]  who is there"},
    {"NICK", 0, make_nick, "NICK  take another name"},
    {"NOTICE", 0, make_notice, "TARGET,... :TEXT  as PRIVMSG; no answers"},
    {"OPER", 2, make_oper, "NAME PASSWORD  become an operator"},
    {"PART", 1, make_part, "#CHANNEL,... [:REASON]  leave a channel"},
    {"PASS", 0, make_register, "PASSWORD  before NICK and USER"},
    {"PING", 0, make_ping, "TEXT  comes back as PONG"},
    {"PONG", 0, make_pong, "TEXT  the answer to PING"},
    {"PRIVMSG", 0, make_privmsg, "TARGET,... :TEXT  say it"},
    {"QUIT", 0, make_quit, "[:REASON]  leave"},
    {"REHASH", 0, make_rehash, " read the configuration (operators)"},
    {"TIME", 0, make_time, " of the server"},
    {"TOPIC", 1, make_topic, "#CHANNEL [:TEXT]  what the channel is about"},
    {"USER", 0, make_register, "USER 0 * :REAL NAME  at the beginning"},
    {"USERHOST", 1, make_userhost, "NICK...  where they come from"},
    {"VERSION", 0, make_version, " of the server"},
    {"WALLOPS", 1, make_wallops, ":TEXT  to who has mode w (operators)"},
    {"WHO", 0, make_who, "#CHANNEL|MASK [%FIELDS]  who is there"},
    {"WHOIS", 0, make_whois, "NICK  who that is"},
    {"WHOWAS", 1, make_whowas, "NICK [COUNT]  who that was"},
};

enum irc_made
wire_irc_make(const struct irc_line *line, size_t step, struct buf *scratch,
              struct msg *msg, struct reply *reply)
{
    struct maker m = {line, step, scratch, msg, reply};
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (commands[i].make == NULL ||
            !wire_irc_is_word(line->command, commands[i].word))
            continue;
        size_t n = line->n;
        while (n > 0 && line->parameters[n - 1].n == 0)
            n--; /* an empty one is none, where one is needed */
        if (n < commands[i].needs)
            return answer(&m, REPLY_COMMAND_USAGE, span_of(commands[i].word));
        return commands[i].make(&m);
    }
    return answer(&m, REPLY_COMMAND_UNKNOWN, line->command);
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

/* -- what people say ------------------------------------------------------------------ */

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

static enum irc_made
say(struct maker *m, bool is_notice)
{
    struct span target, text = parameter(m, 1);
    struct span word = is_notice ? SPAN("NOTICE") : SPAN("PRIVMSG");
    enum reply_kind wrong = REPLY_KIND_COUNT;
    if (parameter(m, 0).n == 0)
        wrong = REPLY_SAY_TO_NOBODY;
    else if (text.n == 0)
        wrong = REPLY_SAY_NOTHING;
    if (wrong != REPLY_KIND_COUNT)
        return is_notice ? IRC_MADE_LAST : answer(m, wrong, word);
    if (!list_member(parameter(m, 0), m->step, &target))
        return IRC_MADE_LAST;
    if (m->step >= IRC_TARGETS_MOST) {
        *m->reply =
            (struct reply){.kind = REPLY_TARGETS_TOO_MANY, .text = target};
        return m->step == IRC_TARGETS_MOST ? IRC_MADE_REPLY : IRC_MADE_LAST;
    }
    *m->msg = (struct msg){0};
    if (!put_text(m->msg, text, is_notice))
        return answer(m, REPLY_PROGRAM_REFUSED, SPAN_NONE);
    if (is_room(target)) {
        m->msg->room = room_of(target);
    } else {
        m->msg->nick = target.n > 0 ? target : SPAN("*");
        if (m->msg->kind == MSG_SAY)
            m->msg->kind = MSG_PRIVATE;
    }
    return IRC_MADE_MSG;
}

static enum irc_made
make_privmsg(struct maker *m)
{
    return say(m, false);
}

static enum irc_made
make_notice(struct maker *m)
{
    return say(m, true);
}

/* -- rooms ------------------------------------------------------------------------------ */

static enum irc_made
make_join(struct maker *m)
{
    struct span room, password = SPAN_NONE;
    if (span_equal(parameter(m, 0), SPAN("0")))
        return one(m, (struct msg){.kind = MSG_PART_ALL});
    if (!list_member(parameter(m, 0), m->step, &room))
        return IRC_MADE_LAST;
    (void)list_member(parameter(m, 1), m->step, &password);
    if (!is_room(room)) {
        *m->reply = (struct reply){.kind = REPLY_ROOM_BAD, .text = room};
        return IRC_MADE_REPLY;
    }
    *m->msg =
        (struct msg){.kind = MSG_JOIN, .room = room_of(room), .text = password};
    return IRC_MADE_MSG;
}

static enum irc_made
make_part(struct maker *m)
{
    struct span room;
    if (!list_member(parameter(m, 0), m->step, &room))
        return IRC_MADE_LAST;
    *m->msg = (struct msg){
        .kind = MSG_PART,
        .room = room_of(room),
        .text = cut(parameter(m, 1), LIMIT_REASON_BYTES),
    };
    return IRC_MADE_MSG;
}

static enum irc_made
make_kick(struct maker *m)
{
    struct span nick, room;
    if (!list_member(parameter(m, 1), m->step, &nick))
        return IRC_MADE_LAST;
    /* One room, or as many as people (RFC 2812, 3.2.8). */
    if (!list_member(parameter(m, 0), m->step, &room))
        room = parameter(m, 0);
    *m->msg = (struct msg){
        .kind = MSG_KICK,
        .room = room_of(room),
        .nick = nick,
        .text = cut(parameter(m, 2), LIMIT_REASON_BYTES),
    };
    return IRC_MADE_MSG;
}

static enum irc_made
make_invite(struct maker *m)
{
    if (m->line->n == 0)
        return one(m, (struct msg){.kind = MSG_INVITES});
    if (m->line->n < 2)
        return answer(m, REPLY_COMMAND_USAGE, SPAN("INVITE"));
    return one(m, (struct msg){
                      .kind = MSG_INVITE,
                      .nick = parameter(m, 0),
                      .room = room_of(parameter(m, 1)),
                  });
}

static enum irc_made
make_topic(struct maker *m)
{
    struct msg msg = {
        .kind = MSG_TOPIC,
        .room = room_of(parameter(m, 0)),
        .text = cut(parameter(m, 1), LIMIT_TOPIC_BYTES),
    };
    if (m->line->n > 1 && msg.text.n == 0)
        msg.kind = MSG_TOPIC_END;
    return one(m, msg);
}

static enum irc_made
make_mode(struct maker *m)
{
    struct span target = parameter(m, 0);
    struct msg msg = {.kind = MSG_OWN_MODE, .nick = target};
    if (is_room(target)) {
        msg.kind = MSG_MODE;
        msg.nick = SPAN_NONE;
        msg.room = room_of(target);
    }
    msg.text = joined(m, 1);
    return one(m, msg);
}

static enum irc_made
make_names(struct maker *m)
{
    struct span room, next, whole = parameter(m, 0);
    if (whole.n == 0)
        return one(m, (struct msg){.kind = MSG_NAMES, .text = SPAN("*")});
    if (!list_member(whole, m->step, &room))
        return IRC_MADE_LAST;
    *m->msg = (struct msg){.kind = MSG_NAMES, .room = room_of(room)};
    if (!list_member(whole, m->step + 1, &next))
        m->msg->text = whole;
    return IRC_MADE_MSG;
}

static enum irc_made
make_list(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_LIST, .text = parameter(m, 0)});
}

/* -- people ------------------------------------------------------------------------------ */

static enum irc_made
make_nick(struct maker *m)
{
    if (parameter(m, 0).n == 0)
        return answer(m, REPLY_NICK_EMPTY, SPAN_NONE);
    return one(m, (struct msg){.kind = MSG_NICK, .nick = parameter(m, 0)});
}

static enum irc_made
make_who(struct maker *m)
{
    struct span mask = parameter(m, 0);
    struct msg msg = {.kind = MSG_FIND, .text = parameter(m, 1)};
    if (mask.n == 0)
        mask = SPAN("*");
    if (is_room(mask))
        msg.room = room_of(mask);
    else
        msg.nick = mask;
    return one(m, msg);
}

/* "WHOIS server nick" asks the server where nick is; all are here. */
static enum irc_made
make_whois(struct maker *m)
{
    struct span nick = parameter(m, m->line->n > 1 ? 1 : 0);
    if (nick.n == 0)
        return answer(m, REPLY_NICK_EMPTY, SPAN_NONE);
    nick = span_sub(nick, 0, span_find(nick, ','));
    return one(m, (struct msg){.kind = MSG_WHOIS, .nick = nick});
}

static enum irc_made
make_whowas(struct maker *m)
{
    return one(m, (struct msg){
                      .kind = MSG_WHOWAS,
                      .nick = parameter(m, 0),
                      .text = parameter(m, 1),
                  });
}

static enum irc_made
make_userhost(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_USERHOST, .text = joined(m, 0)});
}

static enum irc_made
make_ison(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_ISON, .text = joined(m, 0)});
}

static enum irc_made
make_away(struct maker *m)
{
    return one(m, (struct msg){
                      .kind = MSG_AWAY,
                      .text = cut(parameter(m, 0), LIMIT_AWAY_BYTES),
                  });
}

/* -- the server ---------------------------------------------------------------------------- */

static enum irc_made
make_help(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_HELP, .text = parameter(m, 0)});
}

static enum irc_made
make_info(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_INFO});
}

static enum irc_made
make_links(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_LINKS});
}

static enum irc_made
make_lusers(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_COUNTS});
}

static enum irc_made
make_motd(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_MOTD});
}

static enum irc_made
make_time(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_TIME});
}

static enum irc_made
make_version(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_VERSION});
}

static enum irc_made
make_ping(struct maker *m)
{
    if (parameter(m, 0).n == 0)
        return answer(m, REPLY_PING_NOTHING, SPAN_NONE);
    return one(m, (struct msg){.kind = MSG_PING, .text = parameter(m, 0)});
}

static enum irc_made
make_pong(struct maker *m)
{
    (void)m;
    return IRC_MADE_LAST;
}

static enum irc_made
make_quit(struct maker *m)
{
    return one(m, (struct msg){
                      .kind = MSG_QUIT,
                      .text = cut(parameter(m, 0), LIMIT_REASON_BYTES),
                  });
}

static enum irc_made
make_register(struct maker *m)
{
    return answer(m, REPLY_REGISTERED_ALREADY, SPAN_NONE);
}

/* -- operators --------------------------------------------------------------------------- */

static enum irc_made
make_oper(struct maker *m)
{
    return one(m, (struct msg){
                      .kind = MSG_OPER,
                      .nick = parameter(m, 0),
                      .text = parameter(m, 1),
                  });
}

static enum irc_made
make_kill(struct maker *m)
{
    return one(m, (struct msg){
                      .kind = MSG_KILL,
                      .nick = parameter(m, 0),
                      .text = cut(parameter(m, 1), LIMIT_REASON_BYTES),
                  });
}

static enum irc_made
make_wallops(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_WALLOPS, .text = parameter(m, 0)});
}

static enum irc_made
make_rehash(struct maker *m)
{
    return one(m, (struct msg){.kind = MSG_REHASH});
}
