/*
 * The two tables from what the hub says to what IRC calls it. Numerics and
 * their parameters are those of RFC 2812, 5, and of modern.ircdocs.horse.
 */
#include "wire/irc/encode.h"
#include "wire/irc/isupport.h"

const char *const wire_irc_entry_words[ENTRY_KIND_COUNT] = {
    [ENTRY_SAY] = "PRIVMSG {room} :{flow}",
    [ENTRY_ACTION] = "PRIVMSG {room} :\001ACTION {flow}\001",
    [ENTRY_REMARK] = "NOTICE {room} :{flow}",
    [ENTRY_CTCP] = "PRIVMSG {where} :\001{text}\001",
    [ENTRY_CTCP_REPLY] = "NOTICE {where} :\001{text}\001",
    [ENTRY_TAGS] = "TAGMSG {where}",
    [ENTRY_PRIVATE] = "PRIVMSG {target} :{flow}",
    [ENTRY_PRIVATE_ACTION] = "PRIVMSG {target} :\001ACTION {flow}\001",
    [ENTRY_PRIVATE_REMARK] = "NOTICE {target} :{flow}",
    [ENTRY_JOIN] = "JOIN {room}",
    [ENTRY_PART] = "PART {room}< :{text}>",
    [ENTRY_QUIT] = "QUIT :{text}",
    [ENTRY_NICK] = "NICK {target}",
    [ENTRY_KICK] = "KICK {room} {target} :{text}",
    [ENTRY_KILL] = "QUIT :Killed ({target}< ({text})>)",
    [ENTRY_TOPIC] = "TOPIC {room} :{text}",
    [ENTRY_MODE] = "MODE {room} {modes}",
    [ENTRY_OWN_MODE] = "MODE {target} {modes}",
    [ENTRY_INVITE] = "INVITE {target} {room}",
    /* For who has the capability alone: encode.c. */
    [ENTRY_INVITED] = "",
    [ENTRY_AWAY] = "",
    [ENTRY_REAL] = "",
    /* Programs are told alone: RENAME, or that they left and came. */
    [ENTRY_RENAMED] = "",
    [ENTRY_RENAME] = "RENAME {room} #{target} :{text}",
    [ENTRY_WALLOPS] = "WALLOPS :{flow}",
    [ENTRY_NOTICE] = "NOTICE {room} :{flow}",
};

const char *const wire_irc_reply_words[REPLY_KIND_COUNT] = {
    /* People who keep track are told by entries. */
    [REPLY_WELCOME] = "",
    [REPLY_WELCOME_OPERATOR] = "",
    [REPLY_JOINED] = "",
    [REPLY_LEFT] = "",
    [REPLY_KICKED] = "",
    [REPLY_NICK_IS] = "",
    [REPLY_PRIVATE_SENT] = "",

    [REPLY_REGISTERED] =
        "001 :Welcome to {names}, {to}\n"
        "002 :Your host is {from}, running liaod-" LIAO_VERSION "\n"
        "003 :This server was started {date}\n"
        "004 {from} liaod-" LIAO_VERSION " " IRC_USER_MODES " " IRC_ROOM_MODES
        " " IRC_ROOM_MODES_WITH_PARAMETER "\n"
        "{isupport}",
    [REPLY_NOT_REGISTERED] = "451 :You have not registered",
    [REPLY_BYE] = "ERROR :Closing link: ({host}) Quit<: {text}>",
    [REPLY_KILLED] = "KILL {to} :{nick}<: {text}>\n"
                     "ERROR :Closing link: Killed ({nick}< ({text})>)",
    [REPLY_STOPPING] = "NOTICE {to} :The server is stopping\n"
                       "ERROR :Closing link: the server is stopping",

    [REPLY_TOPIC_IS] = "332 {room} :{text}",
    [REPLY_TOPIC_BY] = "333 {room} {nick} {time}",
    [REPLY_TOPIC_NONE] = "331 {room} :No topic is set",
    [REPLY_WHO] = "",
    [REPLY_ROOMS] = "",
    [REPLY_HELP] = "{help}",
    [REPLY_PRIVATE_REFUSED] =
        "NOTICE {to} :{nick} has too much left to read; this was not sent",
    [REPLY_NAMES] = "353 {symbol} {room} :{flow}",
    [REPLY_NAMES_END] = "366 {room} :End of /NAMES list",
    [REPLY_LIST_ROOM] = "322 {room} {count} :{text}",
    [REPLY_LIST_END] = "323 :End of /LIST",
    [REPLY_FOUND] = "352 {room} {user} {host} {from} {nick} {flags} :0 {real}",
    [REPLY_FOUND_END] = "315 {room} :End of /WHO list",
    [REPLY_MODES_ARE] = "324 {room} {modes}\n329 {room} {time}",
    [REPLY_OWN_MODES_ARE] = "221 {modes}",
    [REPLY_MASK_BAN] = "367 {room} {text} {nick} {time}",
    [REPLY_MASK_BAN_END] = "368 {room} :End of channel ban list",
    [REPLY_MASK_EXCEPT] = "348 {room} {text} {nick} {time}",
    [REPLY_MASK_EXCEPT_END] = "349 {room} :End of channel exception list",
    [REPLY_MASK_INVITE] = "346 {room} {text} {nick} {time}",
    [REPLY_MASK_INVITE_END] =
        "347 {room} :End of channel invite exception list",
    [REPLY_INVITED] = "341 {nick} {room}",
    [REPLY_INVITED_TO] = "336 {room}",
    [REPLY_INVITED_TO_END] = "337 :End of /INVITE list",
    [REPLY_AWAY_IS] = "301 {nick} :{text}",
    [REPLY_AWAY_SET] = "306 :You have been marked as being away",
    [REPLY_AWAY_ENDED] = "305 :You are no longer marked as being away",
    [REPLY_WHOIS] = "311 {nick} {user} {host} * :{real}",
    [REPLY_WHOIS_ROOMS] = "319 {nick} :{flow}",
    [REPLY_WHOIS_SERVER] = "312 {nick} {from} :{text}",
    [REPLY_WHOIS_OPERATOR] = "313 {nick} :is an operator",
    [REPLY_WHOIS_BOT] = "335 {nick} :is a bot",
    [REPLY_WHOIS_IDLE] = "317 {nick} {count} {time} :seconds idle, signon time",
    [REPLY_WHOIS_END] = "318 {nick} :End of /WHOIS list",
    [REPLY_WHOWAS] = "314 {nick} {user} {host} * :{real}\n"
                     "312 {nick} {from} :{date}",
    [REPLY_WHOWAS_NOBODY] = "406 {nick} :There was no such nickname",
    [REPLY_WHOWAS_END] = "369 {nick} :End of WHOWAS",
    [REPLY_USERHOST] = "302 :{names}",
    [REPLY_ISON] = "303 :{names}",
    [REPLY_WATCHED_HERE] = "730 :{commas}",
    [REPLY_WATCHED_GONE] = "731 :{commas}",
    [REPLY_WATCHES] = "732 :{commas}",
    [REPLY_WATCHES_END] = "733 :End of MONITOR list",
    /* These six, and what clients of the second draft read: metadata.c. */
    [REPLY_METADATA] = "761 {whose} {names} * :{text}",
    [REPLY_METADATA_SET] = "761 {whose} {names} * :{text}",
    [REPLY_METADATA_SYNC] = "761 {whose} {names} * :{text}",
    [REPLY_METADATA_NEWS] = "761 {whose} {names} * :{text}",
    [REPLY_WHOIS_METADATA] = "760 {whose} {names} * :{text}",
    [REPLY_METADATA_LATER] = "774 {whose}",
    [REPLY_SUBSCRIBED] = "770 {keys}",
    [REPLY_UNSUBSCRIBED] = "771 {keys}",
    [REPLY_SUBSCRIPTIONS] = "772 {keys}",
    [REPLY_COUNTS] = "251 :There are {count} users and {other} invisible on 1 "
                     "servers",
    [REPLY_COUNTS_OPERATORS] = "252 {count} :operator(s) online",
    [REPLY_COUNTS_UNKNOWN] = "253 {count} :unknown connection(s)",
    [REPLY_COUNTS_ROOMS] = "254 {count} :channels formed",
    [REPLY_COUNTS_MOST] =
        "255 :I have {count} clients and 0 servers\n"
        "265 {count} {other} :Current local users {count}, max {other}\n"
        "266 {count} {other} :Current global users {count}, max {other}",
    [REPLY_MOTD_BEGIN] = "375 :- {from} Message of the day -",
    [REPLY_MOTD_LINE] = "372 :- {text}",
    [REPLY_MOTD_END] = "376 :End of /MOTD command",
    [REPLY_MOTD_NONE] = "422 :There is no message of the day",
    [REPLY_VERSION] = "351 liaod-" LIAO_VERSION
                      " {from} :any IRC client is at home\n{isupport}",
    [REPLY_INFO] =
        "371 :liaod " LIAO_VERSION ", a chat server that speaks IRC, too\n"
        "371 :Started {date}\n"
        "374 :End of /INFO list",
    [REPLY_TIME] = "391 {from} :{date}",
    [REPLY_LINKS] = "364 {from} {from} :0 {text}\n"
                    "365 * :End of /LINKS list",
    [REPLY_PONG] = "PONG {from} :{text}",

    [REPLY_HELP_MEMBER] = "",
    [REPLY_HELP_OPERATOR] = "",
    [REPLY_BANNED] = "NOTICE {to} :Banned: {names}",
    [REPLY_BANS] = "NOTICE {to} :Bans: {count}< ({flow})>",
    [REPLY_UNBANNED] = "NOTICE {to} :No longer banned: {text}",
    [REPLY_OPERATOR_IS] = "381 :You are now an IRC operator",
    [REPLY_REHASHED] = "382 liaod.conf :Rehashing",

    [REPLY_GAP] = "NOTICE {where} :You read too slowly<; messages missed: "
                  "{count}>",
    [REPLY_SLOWED] =
        "NOTICE {to} :You send too much at once; from now on it is "
        "taken more slowly",
    [REPLY_MENDED] = "NOTICE {to} :Some of what you sent is not UTF-8; others "
                     "see a replacement sign there",

    [REPLY_COMMAND_UNKNOWN] = "421 {text} :Unknown command",
    [REPLY_COMMAND_USAGE] = "461 {text} :Not enough parameters",
    [REPLY_COMMAND_TOO_LONG] = "417 :Input line was too long",
    [REPLY_NICK_TAKEN] = "433 {nick} :Nickname is already in use",
    [REPLY_NICK_EMPTY] = "431 :No nickname given",
    [REPLY_NICK_TOO_LONG] = "432 {nick} :Nickname is too long",
    [REPLY_NICK_CHARACTER] =
        "432 {nick} :Erroneous nickname: a letter that no nickname can have",
    [REPLY_NICK_FIRST] =
        "432 {nick} :Erroneous nickname: it cannot begin like that",
    [REPLY_NICK_MIXED] =
        "432 {nick} :Erroneous nickname: it mixes letters of several scripts",
    [REPLY_NICK_RESERVED] =
        "432 {nick} :Erroneous nickname: it looks like the server's own",
    [REPLY_REAL_BAD] = "FAIL SETNAME INVALID_REALNAME :It is empty, or longer "
                       "than {count} bytes",
    [REPLY_NICK_UNKNOWN] = "401 {nick} :No such nick/channel",
    [REPLY_ROOM_BAD] = "403 {room} :That cannot be a channel's name",
    [REPLY_ROOM_UNKNOWN] = "403 {room} :No such channel",
    [REPLY_ROOM_NOT_IN] = "442 {room} :You're not on that channel",
    [REPLY_ROOM_NONE] = "442 * :You're not on any channel",
    [REPLY_ROOM_TOO_MANY] = "405 {room} :You have joined too many channels",
    [REPLY_ROOMS_TOO_MANY] = "437 {room} :There are too many channels already",
    [REPLY_RENAME_BAD] = "FAIL RENAME CANNOT_RENAME {room} #{text} :That "
                         "cannot be a channel's name",
    [REPLY_RENAME_TAKEN] = "FAIL RENAME CHANNEL_NAME_IN_USE {room} #{text} "
                           ":There is a channel of that name",
    [REPLY_RENAME_SOON] = "FAIL RENAME CANNOT_RENAME {room} #{text} :It was "
                          "renamed less than a minute ago",
    [REPLY_TOPIC_TOO_LONG] =
        "NOTICE {to} :That topic is too long (bytes at most: {count})",
    [REPLY_NOT_OPERATOR] = "481 :Permission denied: you're not an IRC operator",
    [REPLY_BAN_UNKNOWN] = "NOTICE {to} :There is no ban {text}",
    [REPLY_BAN_IMPOSSIBLE] =
        "NOTICE {to} :{nick} is on this machine itself, which cannot be banned",
    [REPLY_PASSWORD_WRONG] = "464 :Password incorrect",
    [REPLY_PASSWORD_BAD] = "525 {room} :Key is not well-formed",
    [REPLY_NOT_ROOM_OPERATOR] = "482 {room} :You're not channel operator",
    [REPLY_NICK_NOT_IN_ROOM] = "441 {nick} {room} :They aren't on that channel",
    [REPLY_NICK_IN_ROOM] = "443 {nick} {room} :is already on channel",
    [REPLY_SAY_REFUSED] = "404 {room} :Cannot send to channel",
    [REPLY_SAY_TO_NOBODY] = "411 :No recipient given ({text})",
    [REPLY_PING_NOTHING] = "409 :No origin specified",
    [REPLY_TARGETS_TOO_MANY] = "407 {text} :Too many recipients",
    [REPLY_NOT_UTF_8] = "FAIL {text} INVALID_UTF8 :Message rejected: it is not "
                        "UTF-8",
    [REPLY_REGISTERED_ALREADY] = "462 :You may not reregister",
    [REPLY_CAPABILITY_COMMAND] = "410 {text} :Invalid CAP command",
    [REPLY_SAY_NOTHING] = "412 :No text to send",
    [REPLY_PROGRAM_REFUSED] =
        "NOTICE {to} :DCC would show your address and is not encrypted; it "
        "was not sent",
    [REPLY_BATCH_REFERENCE] =
        "FAIL BATCH INVALID_REFTAG {text} :A reference has letters, digits and "
        "hyphens",
    [REPLY_BATCH_TYPE] =
        "FAIL BATCH UNKNOWN_TYPE {text} {names} :There is no such batch",
    [REPLY_BATCH_TIMEOUT] =
        "FAIL BATCH TIMEOUT {text} :The batch was open for too long",
    [REPLY_LINES_INVALID] =
        "FAIL BATCH MULTILINE_INVALID :That is no message of several lines",
    [REPLY_LINES_TARGET] = "FAIL BATCH MULTILINE_INVALID_TARGET {text} {names} "
                           ":One message has one target",
    [REPLY_LINES_TOO_MANY] =
        "FAIL BATCH MULTILINE_MAX_LINES {count} :Too many lines",
    [REPLY_LINES_TOO_LONG] =
        "FAIL BATCH MULTILINE_MAX_BYTES {count} :Too many bytes",
    [REPLY_ROOM_PASSWORD] = "475 {room} :Cannot join channel (+k)",
    [REPLY_ROOM_FULL] = "471 {room} :Cannot join channel (+l)",
    [REPLY_ROOM_INVITE_ONLY] = "473 {room} :Cannot join channel (+i)",
    [REPLY_ROOM_BANNED] = "474 {room} :Cannot join channel (+b)",
    [REPLY_WATCHES_FULL] = "734 {count} {commas} :Monitor list is full",
    [REPLY_METADATA_COMMAND] =
        "FAIL METADATA SUBCOMMAND_INVALID {text} :There is no such subcommand",
    [REPLY_METADATA_TARGET] =
        "FAIL METADATA INVALID_TARGET {whose} :There is no such target",
    [REPLY_METADATA_KEY_BAD] =
        "FAIL METADATA INVALID_KEY {text} :A key has a-z 0-9 _ . / -",
    [REPLY_METADATA_VALUE_BAD] =
        "FAIL METADATA INVALID_VALUE {text} :It is longer than {count} bytes",
    [REPLY_METADATA_NOT_SET] = "766 {whose} {text} :key not set",
    [REPLY_METADATA_REFUSED] =
        "FAIL METADATA KEY_NO_PERMISSION {whose} {text} :That is not for you",
    [REPLY_METADATA_FULL] =
        "FAIL METADATA LIMIT_REACHED {whose} SET :There are {count} already",
    [REPLY_SUBSCRIPTIONS_FULL] =
        "FAIL METADATA LIMIT_REACHED {text} SUB :There are {count} already",
    [REPLY_MODE_UNKNOWN] = "472 {text} :is unknown mode char to me",
    [REPLY_MODE_NEEDS] = "696 {room} {text} * :You must specify a parameter",
    [REPLY_MASKS_FULL] = "478 {room} {text} :Channel list is full",
    [REPLY_OWN_MODE_UNKNOWN] = "501 :Unknown MODE flag",
    [REPLY_OWN_MODE_OF_OTHER] = "502 :Can't change mode for other users",

    /* p2p: IRC clients do not talk there. */
    [REPLY_TALK_WELCOME] = "",
    [REPLY_TALK_WAIT] = "",
    [REPLY_TALK_PLACE] = "",
    [REPLY_TALK_TURN] = "",
    [REPLY_TALK_MISSED] = "",
    [REPLY_TALK_ENDED] = "",
    [REPLY_TALK_FULL] = "ERROR :Closing link: the line is busy",

    [REPLY_PROVE] = "", /* udp:// alone says it, and speaks plain */
    [REPLY_SILENT] = "ERROR :Closing link: Ping timeout",

    [REPLY_FULL] = "ERROR :Closing link: the server is full (people at most: "
                   "{count})",
    [REPLY_SOURCE_FULL] = "ERROR :Closing link: too many connections come from "
                          "your address (at most: {count})",
    [REPLY_SOURCE_BANNED] = "465 :You are banned from this server\n"
                            "ERROR :Closing link: you are banned here",
    [REPLY_TOO_SLOW] = "ERROR :Closing link: you asked for more than you read",
    [REPLY_MACHINE] = "ERROR :Closing link: this looks like {text}",
};
