#include "wire/irc/isupport.h"

#include "msg/limits.h"

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

/* RFC 2812's and modern.ircdocs.horse's limit of 15 parameters a message. */
#define TOKENS_A_LINE 12

static const char *const tokens[] = {
    "AWAYLEN=" TEXT(LIMIT_AWAY_BYTES),
    "BOT=B",
    "CASEMAPPING=ascii",
    "CHANLIMIT=#:" TEXT(LIMIT_ROOMS_PER_USER),
    "CHANMODES=Ibe,k,l,Cimnst",
    "CHANNELLEN=" TEXT(LIMIT_ROOM_NAME_BYTES),
    "CHANTYPES=#",
    "ELIST=CMNTU",
    "EXCEPTS=e",
    "EXTBAN=,m",
    "HOSTLEN=18",
    "INVEX=I",
    "KEYLEN=" TEXT(LIMIT_ROOM_PASSWORD_BYTES),
    "KICKLEN=" TEXT(LIMIT_REASON_BYTES),
    "LINELEN=" TEXT(LIMIT_IRC_LINE_BYTES),
    "MAXLIST=Ibe:" TEXT(LIMIT_ROOM_MASKS),
    "MAXTARGETS=" TEXT(4),
    "MODES=" TEXT(LIMIT_MODES_A_LINE),
    "MONITOR=" TEXT(LIMIT_WATCHES),
    "NAMELEN=" TEXT(LIMIT_REAL_BYTES),
    "NICKLEN=" TEXT(LIMIT_NICK_CHARACTERS),
    "PREFIX=(ov)@+",
    "SAFELIST",
    "STATUSMSG=@+",
    "TARGMAX=JOIN:,PART:,NAMES:,KICK:,LIST:" TEXT(
        LIMIT_LIST_CONDITIONS) ",MONITOR:,WHOIS:1,PRIVMSG:4,NOTICE:4",
    "TOPICLEN=" TEXT(LIMIT_TOPIC_BYTES),
    "USERLEN=" TEXT(LIMIT_USER_BYTES),
    "UTF8ONLY",
    "WHOX",
};

static void
begin_line(struct span server, struct span nick, struct buf *out)
{
    buf_add_format(out, ":%.*s 005 %.*s", SPAN_ARG(server), SPAN_ARG(nick));
}

static void
end_line(struct buf *out)
{
    buf_add(out, SPAN(" :are supported by this server\r\n"));
}

void
wire_irc_isupport(struct span server, struct span nick, struct span network,
                  struct buf *out)
{
    size_t in_line = 1;
    begin_line(server, nick, out);
    buf_add_format(out, " NETWORK=%.*s", SPAN_ARG(network));
    for (size_t i = 0; i < COUNT_OF(tokens); i++) {
        if (in_line == TOKENS_A_LINE) {
            end_line(out);
            begin_line(server, nick, out);
            in_line = 0;
        }
        buf_add_byte(out, ' ');
        buf_add(out, span_of(tokens[i]));
        in_line++;
    }
    end_line(out);
}
