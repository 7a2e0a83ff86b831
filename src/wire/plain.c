#include "wire/plain.h"

#include "base/tr.h"
#include "base/utf8.h"
#include "msg/limits.h"

/*
 * The server's own words begin with "-- ", and no name does, so nobody can
 * say something that looks like them.
 */
const char *const wire_plain_entry_words[ENTRY_KIND_COUNT] = {
    [ENTRY_SAY] = "{in}{who}: {text}",
    [ENTRY_ACTION] = "{in}* {who} {text}",
    [ENTRY_REMARK] = "{in}{who}: {text}",
    [ENTRY_CTCP] = "",
    [ENTRY_INVITED] = "",
    [ENTRY_AWAY] = "",
    [ENTRY_REAL] = "",
    [ENTRY_CTCP_REPLY] = "",
    [ENTRY_TAGS] = "",
    [ENTRY_PRIVATE] = N_("[{who} to you] {text}"),
    [ENTRY_PRIVATE_ACTION] = N_("[{who} to you] * {who} {text}"),
    [ENTRY_PRIVATE_REMARK] = N_("[{who} to you] {text}"),
    [ENTRY_JOIN] = N_("-- {in}{who} joined"),
    [ENTRY_PART] = N_("-- {in}{who} left< ({text})>"),
    [ENTRY_QUIT] = N_("-- {who} left< ({text})>"),
    [ENTRY_NICK] = N_("-- {who} is now {target}"),
    [ENTRY_KICK] = N_("-- {in}{target} was removed< by {who}><: {text}>"),
    [ENTRY_KILL] = N_("-- {who} was removed<: {text}>"),
    [ENTRY_MODE] = N_("-- {in}{who} changed the room: {text}"),
    [ENTRY_OWN_MODE] = "",
    [ENTRY_INVITE] =
        N_("-- {who} invites you to {room}; /join {room} takes you there"),
    [ENTRY_WALLOPS] = N_("-- {who} to all: {text}"),
    [ENTRY_TOPIC] = N_("-- {in}{who} changed the topic< to: {text}>"),
    [ENTRY_RENAMED] =
        N_("-- {in}{who} renamed the room; it is {target} now< ({text})>"),
    [ENTRY_RENAME] = "",
    [ENTRY_NOTICE] = N_("-- {text}"),
};

/* As on one screen of 80x24. Wording avoids plurals: "people here: 1". */
#define HELP                                                                   \
    N_("-- type a line and press Enter: everybody in the room reads it\n"      \
       "-- /nick NAME              take a name\n"                              \
       "-- /me TEXT                say what you do: * NAME TEXT\n"             \
       "-- /msg NAME TEXT          say it to one person only\n"                \
       "-- /who [ROOM]             who is here\n"                              \
       "-- /whois NAME             who that is\n"                              \
       "-- /away [TEXT]            you are away; without a text: back\n"       \
       "-- /rooms                  which rooms there are\n"                    \
       "-- /join ROOM [PASSWORD]   enter a room, or talk in it from now on\n"  \
       "-- /invite NAME            ask somebody into your room\n"              \
       "-- /leave [ROOM]           leave a room\n"                             \
       "-- /topic [TEXT]           read or set what the room is about; - "     \
       "ends it\n"                                                             \
       "-- /help                   this list")

/* How it ends for who is a guest, and for the operator at the console. */
#define HELP_MEMBER                                                            \
    N_("-- /quit [REASON]          leave; so does q alone on a line\n"         \
       "-- //TEXT                  say a line that begins with /")
#define HELP_OPERATOR                                                          \
    N_("-- /kick NAME [REASON]     turn somebody out of the server\n"          \
       "-- /ban NAME [REASON]      and let nobody in from where he came\n"     \
       "-- /bans                   who is banned\n"                            \
       "-- /unban NUMBER           let them in again\n"                        \
       "-- /quit                   stop the server; so does q alone on a "     \
       "line\n"                                                                \
       "-- //TEXT                  say a line that begins with /")

const char *const wire_plain_reply_words[REPLY_KIND_COUNT] = {
    [REPLY_WELCOME] =
        N_("-- liao: you are {nick}, in room {room}<; here: {names}>\n"
           "-- type and press Enter to talk; /nick NAME names you, "
           "/help has more, q leaves"),
    [REPLY_WELCOME_OPERATOR] =
        N_("-- liao: you are {nick}, the operator, in room {room}"
           "<; here: {names}>\n"
           "-- type and press Enter to talk; /kick NAME, /ban NAME, /help; q "
           "stops the server"),
    [REPLY_JOINED] = N_("-- you are now talking in {room}<; here: {names}>"),
    [REPLY_LEFT] = N_("-- you left {room}<; you talk in {text} now>"),
    [REPLY_BYE] = N_("-- bye"),
    [REPLY_KICKED] =
        N_("-- you were removed from {room}< by {nick}><: {text}>"),
    [REPLY_KILLED] = N_("-- you were turned out<: {text}>"),
    [REPLY_STOPPING] = N_("-- the server is stopping; bye"),

    [REPLY_NICK_IS] = N_("-- you are now {nick}"),
    [REPLY_TOPIC_IS] = N_("-- the topic of {room} is: {text}"),
    [REPLY_TOPIC_NONE] = N_("-- {room} has no topic; /topic TEXT sets one"),
    [REPLY_WHO] = N_("-- people in {room}: {count}< ({names})>"),
    [REPLY_ROOMS] = N_("-- rooms: {count}< ({names})>"),
    [REPLY_HELP] = HELP,
    [REPLY_HELP_MEMBER] = HELP_MEMBER,
    [REPLY_PRIVATE_REFUSED] =
        N_("-- {nick} has too much left to read; this was not said"),
    [REPLY_PRIVATE_SENT] = N_("[you to {nick}] {text}"),

    [REPLY_MODES_ARE] = N_("-- the modes of {room} are {text}"),
    [REPLY_MASK_BAN] = N_("-- banned from {room}: {text}"),
    [REPLY_MASK_EXCEPT] = N_("-- excepted from bans in {room}: {text}"),
    [REPLY_MASK_INVITE] = N_("-- invited to {room}: {text}"),
    [REPLY_INVITED] = N_("-- {nick} is invited to {room}"),
    [REPLY_AWAY_IS] = N_("-- {nick} is away: {text}"),
    [REPLY_AWAY_SET] = N_("-- you are away: {text}"),
    [REPLY_AWAY_ENDED] = N_("-- you are back"),
    [REPLY_WHOIS] = "-- {nick}< ({real})>",
    [REPLY_WHOIS_ROOMS] = N_("-- {nick} is in {names}"),
    [REPLY_WHOIS_OPERATOR] = N_("-- {nick} is an operator"),
    [REPLY_WHOIS_BOT] = N_("-- {nick} is a program"),
    [REPLY_WHOIS_IDLE] = N_("-- {nick} said nothing for {count} seconds"),

    [REPLY_HELP_OPERATOR] = HELP_OPERATOR,
    [REPLY_BANNED] = N_("-- banned: {names}"),
    [REPLY_BANS] = N_("-- bans: {count}< ({names})>"),
    [REPLY_UNBANNED] = N_("-- no longer banned: {text}"),

    [REPLY_GAP] = N_("-- {in}you read too slowly<; messages missed: {count}>"),
    [REPLY_SLOWED] = N_("-- you send too much at once; from now on it is taken "
                        "more slowly"),
    [REPLY_MENDED] = N_("-- some of what you sent is not UTF-8; others see a "
                        "replacement sign there"),

    [REPLY_PROVE] = N_("-- liao: to come in, type {text}"),

    [REPLY_COMMAND_UNKNOWN] =
        N_("-- there is no command {text}, so this was not "
           "said; /help lists them, //TEXT says /TEXT"),
    [REPLY_COMMAND_USAGE] = N_("-- usage: {text}"),
    [REPLY_COMMAND_TOO_LONG] =
        N_("-- that command is too long (bytes at most: {count}); nothing was "
           "said"),
    [REPLY_NICK_TAKEN] = N_("-- somebody else is called {nick}"),
    [REPLY_NICK_EMPTY] = N_("-- a name needs at least one letter"),
    [REPLY_NICK_TOO_LONG] =
        N_("-- that name is too long (characters at most: {count})"),
    [REPLY_NICK_CHARACTER] =
        N_("-- {nick} cannot be a name: letters, digits and _-.[]{}|^\\` can"),
    [REPLY_NICK_FIRST] = N_("-- a name cannot begin as {nick} does"),
    [REPLY_NICK_MIXED] = N_("-- {nick} mixes letters of several scripts, so it "
                            "could pass for another name"),
    [REPLY_NICK_RESERVED] = N_("-- {nick} looks like the server's own names"),
    [REPLY_NICK_UNKNOWN] = N_("-- there is nobody called {nick}"),
    [REPLY_ROOM_BAD] = N_("-- {room} cannot be a room's name"),
    [REPLY_ROOM_UNKNOWN] = N_("-- there is no room {room}; /rooms lists them"),
    [REPLY_ROOM_NOT_IN] = N_("-- you are not in {room}"),
    [REPLY_ROOM_NONE] = N_("-- you are in no room; /join lobby"),
    [REPLY_ROOM_TOO_MANY] =
        N_("-- you are in too many rooms (at most: {count}); /leave one first"),
    [REPLY_ROOMS_TOO_MANY] = N_("-- there are too many rooms already"),
    [REPLY_TOPIC_TOO_LONG] =
        N_("-- that topic is too long (bytes at most: {count})"),

    [REPLY_NOT_OPERATOR] = N_("-- only the server's operator can do that"),
    [REPLY_BAN_UNKNOWN] = N_("-- there is no ban {text}; /bans lists them"),
    [REPLY_BAN_IMPOSSIBLE] =
        N_("-- {nick} is on this machine itself, which cannot be banned"),

    [REPLY_PASSWORD_BAD] = N_("-- that cannot be the password of {room}"),
    [REPLY_NOT_ROOM_OPERATOR] = N_("-- only an operator of {room} can do that"),
    [REPLY_NICK_NOT_IN_ROOM] = N_("-- {nick} is not in {room}"),
    [REPLY_NICK_IN_ROOM] = N_("-- {nick} is in {room} already"),
    [REPLY_SAY_REFUSED] = N_("-- {room} does not let you speak"),
    [REPLY_ROOM_PASSWORD] = N_("-- {room} has a password; /join ROOM PASSWORD"),
    [REPLY_ROOM_FULL] = N_("-- {room} is full (people at most: {count})"),
    [REPLY_ROOM_INVITE_ONLY] = N_("-- {room} is for who is invited"),
    [REPLY_ROOM_BANNED] = N_("-- you are banned from {room}"),
    [REPLY_MODE_UNKNOWN] = N_("-- there is no mode {text}"),
    [REPLY_MODE_NEEDS] = N_("-- mode {text} needs something behind it"),
    [REPLY_MASKS_FULL] =
        N_("-- that list of {room} is full (at most: {count})"),

    /* Of commands that only programs have, which know the answers. */
    [REPLY_REGISTERED] = "",
    [REPLY_NOT_REGISTERED] = "",
    [REPLY_NAMES] = "",
    [REPLY_LIST_ROOM] = "",
    [REPLY_FOUND] = "",
    [REPLY_OWN_MODES_ARE] = "",
    [REPLY_INVITED_TO] = "",
    [REPLY_WHOWAS] = "",
    [REPLY_WHOWAS_NOBODY] = "",
    [REPLY_USERHOST] = "",
    [REPLY_ISON] = "",
    [REPLY_WATCHED_HERE] = "",
    [REPLY_WATCHED_GONE] = "",
    [REPLY_WATCHES] = "",
    [REPLY_WATCHES_END] = "",
    [REPLY_WATCHES_FULL] = "",
    [REPLY_METADATA] = "",
    [REPLY_METADATA_SET] = "",
    [REPLY_METADATA_SYNC] = "",
    [REPLY_METADATA_LATER] = "",
    [REPLY_METADATA_NEWS] = "",
    [REPLY_WHOIS_METADATA] = "",
    [REPLY_SUBSCRIBED] = "",
    [REPLY_UNSUBSCRIBED] = "",
    [REPLY_SUBSCRIPTIONS] = "",
    [REPLY_METADATA_COMMAND] = "",
    [REPLY_METADATA_TARGET] = "",
    [REPLY_METADATA_KEY_BAD] = "",
    [REPLY_METADATA_VALUE_BAD] = "",
    [REPLY_METADATA_NOT_SET] = "",
    [REPLY_METADATA_REFUSED] = "",
    [REPLY_METADATA_FULL] = "",
    [REPLY_SUBSCRIPTIONS_FULL] = "",
    [REPLY_RENAME_BAD] = "",
    [REPLY_RENAME_TAKEN] = "",
    [REPLY_RENAME_SOON] = "",
    [REPLY_COUNTS] = "",
    [REPLY_COUNTS_OPERATORS] = "",
    [REPLY_COUNTS_ROOMS] = "",
    [REPLY_MOTD_LINE] = "",
    [REPLY_VERSION] = "",
    [REPLY_INFO] = "",
    [REPLY_LINKS] = "",
    [REPLY_PONG] = "",
    [REPLY_OPERATOR_IS] = "",
    [REPLY_REHASHED] = "",
    [REPLY_PASSWORD_WRONG] = "",
    [REPLY_SAY_TO_NOBODY] = "",
    [REPLY_TARGETS_TOO_MANY] = "",
    [REPLY_NOT_UTF_8] = "",
    [REPLY_SAY_NOTHING] = "",
    [REPLY_PROGRAM_REFUSED] = "",
    [REPLY_BATCH_REFERENCE] = "",
    [REPLY_BATCH_TYPE] = "",
    [REPLY_BATCH_TIMEOUT] = "",
    [REPLY_LINES_INVALID] = "",
    [REPLY_LINES_TARGET] = "",
    [REPLY_LINES_TOO_MANY] = "",
    [REPLY_LINES_TOO_LONG] = "",
    [REPLY_OWN_MODE_UNKNOWN] = "",
    [REPLY_REAL_BAD] = "",
    [REPLY_OWN_MODE_OF_OTHER] = "",
    [REPLY_TOPIC_BY] = "",
    [REPLY_NAMES_END] = "",
    [REPLY_LIST_END] = "",
    [REPLY_FOUND_END] = "",
    [REPLY_MASK_BAN_END] = "",
    [REPLY_MASK_EXCEPT_END] = "",
    [REPLY_MASK_INVITE_END] = "",
    [REPLY_INVITED_TO_END] = "",
    [REPLY_WHOIS_SERVER] = "",
    [REPLY_WHOIS_END] = "",
    [REPLY_WHOWAS_END] = "",
    [REPLY_COUNTS_UNKNOWN] = "",
    [REPLY_COUNTS_MOST] = "",
    [REPLY_MOTD_BEGIN] = "",
    [REPLY_MOTD_END] = "",
    [REPLY_MOTD_NONE] = "",
    [REPLY_TIME] = "",
    [REPLY_PING_NOTHING] = "",
    [REPLY_REGISTERED_ALREADY] = "",
    [REPLY_CAPABILITY_COMMAND] = "",

    [REPLY_TALK_WELCOME] =
        N_("-- liao p2p: you are talking with one person; type and press "
           "Enter, q leaves"),
    [REPLY_TALK_WAIT] =
        N_("-- liao p2p: the line is busy; your place in the queue: {count}\n"
           "-- what you type is read when it is your turn; q leaves"),
    [REPLY_TALK_PLACE] = N_("-- your place in the queue: {count}"),
    [REPLY_TALK_TURN] =
        N_("-- it is your turn: you are talking with one person"),
    [REPLY_TALK_MISSED] = N_("-- you hung up before it was your turn; what you "
                             "said was not read"),
    [REPLY_TALK_ENDED] = N_("-- the other side has hung up; bye"),
    [REPLY_TALK_FULL] =
        N_("-- liao p2p: the line is busy, and the queue is full (people at "
           "most: {count}); please come back later"),

    [REPLY_FULL] = N_("-- the room is full (people at most: {count}); "
                      "please come back later"),
    [REPLY_SOURCE_FULL] = N_("-- too many connections come from your address "
                             "(at most: {count})"),
    [REPLY_SOURCE_BANNED] = N_("-- you are banned here"),
    [REPLY_TOO_SLOW] = N_("-- you asked for more than you read; bye"),
    [REPLY_SILENT] = N_("-- nothing was heard of you for too long; bye"),
    [REPLY_MACHINE] = N_("-- this looks like {text}; here people chat in lines "
                         "of text"),
};

/* What a command takes behind its word. */
enum shape {
    TAKES_NOTHING,
    TAKES_TEXT, /* may be empty */
    NEEDS_TEXT,
    NEEDS_NICK,
    NEEDS_NICK_AND_TEXT,
    NEEDS_NICK_TAKES_TEXT,
    TAKES_ROOM,
    NEEDS_ROOM,
    NEEDS_ROOM_TAKES_TEXT,
};

static const struct command {
    struct span word;
    enum msg_kind kind;
    enum shape shape;
    const char *usage;
} commands[] = {
    {SPAN_INIT("/nick"), MSG_NICK, NEEDS_NICK, N_("/nick NAME")},
    {SPAN_INIT("/me"), MSG_ACTION, NEEDS_TEXT, N_("/me TEXT")},
    {SPAN_INIT("/msg"), MSG_PRIVATE, NEEDS_NICK_AND_TEXT, N_("/msg NAME TEXT")},
    {SPAN_INIT("/who"), MSG_WHO, TAKES_ROOM, N_("/who [ROOM]")},
    {SPAN_INIT("/rooms"), MSG_ROOMS, TAKES_NOTHING, N_("/rooms")},
    {SPAN_INIT("/join"), MSG_JOIN, NEEDS_ROOM_TAKES_TEXT,
     N_("/join ROOM [PASSWORD]")},
    {SPAN_INIT("/leave"), MSG_PART, TAKES_ROOM, N_("/leave [ROOM]")},
    {SPAN_INIT("/topic"), MSG_TOPIC, TAKES_TEXT, N_("/topic [TEXT]")},
    {SPAN_INIT("/whois"), MSG_WHOIS, NEEDS_NICK, N_("/whois NAME")},
    {SPAN_INIT("/away"), MSG_AWAY, TAKES_TEXT, N_("/away [TEXT]")},
    {SPAN_INIT("/invite"), MSG_INVITE, NEEDS_NICK, N_("/invite NAME")},
    {SPAN_INIT("/mode"), MSG_MODE, TAKES_TEXT, N_("/mode [CHANGE]")},
    {SPAN_INIT("/help"), MSG_HELP, TAKES_NOTHING, N_("/help")},
    {SPAN_INIT("/kick"), MSG_KICK, NEEDS_NICK_TAKES_TEXT,
     N_("/kick NAME [REASON]")},
    {SPAN_INIT("/ban"), MSG_BAN, NEEDS_NICK_TAKES_TEXT,
     N_("/ban NAME [REASON]")},
    {SPAN_INIT("/bans"), MSG_BANS, TAKES_NOTHING, N_("/bans")},
    {SPAN_INIT("/unban"), MSG_UNBAN, NEEDS_TEXT, N_("/unban NUMBER")},
    {SPAN_INIT("/quit"), MSG_QUIT, TAKES_TEXT, N_("/quit [REASON]")},
};

static const struct command *
find_command(struct span word)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (span_equal(commands[i].word, word))
            return &commands[i];
    }
    return NULL;
}

bool
wire_plain_command(size_t i, struct span *word, bool *is_servers)
{
    if (i >= COUNT_OF(commands))
        return false;
    enum msg_kind kind = commands[i].kind;
    *word = commands[i].word;
    *is_servers = kind == MSG_BAN || kind == MSG_BANS || kind == MSG_UNBAN;
    return true;
}

/* Rooms are written as IRC writes them, too. */
static struct span
room_word(struct span *rest)
{
    struct span word = span_word(rest);
    return span_starts(word, SPAN("#")) ? span_from(word, 1) : word;
}

/* "/msg @tea TEXT" is for the operators of that room alone. */
static void
say_to_some(struct msg *out)
{
    enum msg_audience audience = msg_audience_of((char)span_get(out->nick, 0));
    if (audience == AUDIENCE_ALL || out->nick.n == 1)
        return;
    struct span name = span_from(out->nick, 1);
    *out = (struct msg){
        .kind = MSG_SAY,
        .was_mended = out->was_mended,
        .audience = audience,
        .room = room_word(&name),
        .text = out->text,
    };
}

/* Fill the fields that `command` takes from `rest`; false: used wrongly. */
static bool
parse_arguments(const struct command *command, struct span rest,
                struct msg *out)
{
    switch (command->shape) {
    case TAKES_NOTHING:
        return rest.n == 0;
    case TAKES_TEXT:
        out->text = rest;
        return true;
    case NEEDS_TEXT:
        out->text = rest;
        return rest.n > 0;
    case NEEDS_NICK:
        out->nick = span_word(&rest);
        return out->nick.n > 0 && rest.n == 0;
    case NEEDS_NICK_AND_TEXT:
        out->nick = span_word(&rest);
        out->text = rest;
        return out->nick.n > 0 && rest.n > 0;
    case NEEDS_NICK_TAKES_TEXT:
        out->nick = span_word(&rest);
        out->text = rest;
        return out->nick.n > 0;
    case TAKES_ROOM:
        out->room = room_word(&rest);
        return rest.n == 0;
    case NEEDS_ROOM:
        out->room = room_word(&rest);
        return out->room.n > 0 && rest.n == 0;
    case NEEDS_ROOM_TAKES_TEXT:
        out->room = room_word(&rest);
        out->text = span_word(&rest);
        return out->room.n > 0 && rest.n == 0;
    }
    return false;
}

static void
parse_command(struct span line, struct msg *out)
{
    struct span rest = line;
    struct span word = span_word(&rest);
    const struct command *command = find_command(word);
    if (command == NULL) {
        out->kind = MSG_UNKNOWN;
        out->text = word;
        return;
    }
    out->kind = command->kind;
    out->text = SPAN_NONE;
    if (!parse_arguments(command, rest, out)) {
        bool was_mended = out->was_mended;
        *out = (struct msg){
            .kind = MSG_USAGE,
            .was_mended = was_mended,
            .text = span_of(tr(command->usage)),
        };
    }
    if (out->kind == MSG_PRIVATE)
        say_to_some(out);
    /* A topic that says nothing is none. */
    if (out->kind == MSG_TOPIC && span_equal(out->text, SPAN("-"))) {
        out->kind = MSG_TOPIC_END;
        out->text = SPAN_NONE;
    }
}

/*
 * A blank before a command: it is one all the same, since what was meant for
 * one person, or a password, must not be said aloud. Indented code, whose
 * lines may begin with "//" or "/ *", is said.
 */
static bool
is_slip(struct span line)
{
    struct span word = span_trim(line);
    return word.n >= 2 && span_get(word, 0) == '/' &&
           (span_get(word, 1) | 0x20) >= 'a' &&
           (span_get(word, 1) | 0x20) <= 'z';
}

/* Only what is wrong is copied. */
static struct span
mend(struct span line, struct buf *scratch, bool *was_mended)
{
    *was_mended = utf8_find_wrong(line) < line.n;
    if (!*was_mended)
        return line;
    buf_truncate(scratch, 0);
    (void)utf8_mend(line, scratch);
    return buf_span(scratch);
}

void
wire_plain_parse(struct span line, bool is_rest, struct buf *scratch,
                 struct msg *out)
{
    *out = (struct msg){.kind = MSG_SAY};
    line = mend(line, scratch, &out->was_mended);
    out->text = line;
    if (is_rest)
        return;
    if (span_trim(line).n == 0)
        *out = (struct msg){.kind = MSG_EMPTY};
    else if (span_equal(line, SPAN("q")))
        *out = (struct msg){.kind = MSG_QUIT};
    else if (span_starts(line, SPAN("//")))
        out->text = span_from(line, 1);
    else if (span_starts(line, SPAN("/")) || is_slip(line))
        parse_command(line, out);
}
