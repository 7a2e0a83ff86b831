/*
 * Every limit of the chat in one place, each with its reason. What a peer
 * chose is compared with one of these before it is allocated.
 */
#ifndef MSG_LIMITS_H
#define MSG_LIMITS_H

/* One message's text, in bytes; longer lines become several messages. About
 * 1,300 Chinese characters: more than one screen, less than a nuisance. */
#define LIMIT_TEXT_BYTES 4096

/* Lines of one message that has several (draft/multiline): a screen of them;
 * its bytes are those of any message. And how long it may be on its way. */
#define LIMIT_LINES 32
#define LIMIT_BATCH_MS 30000

/* Names: as wide as irctest expects (20 characters and more), and no wider
 * than a narrow terminal can show beside a message. */
#define LIMIT_NICK_BYTES 64
#define LIMIT_NICK_CHARACTERS 30
#define LIMIT_ROOM_NAME_BYTES 96
#define LIMIT_ROOM_NAME_CHARACTERS 50

/* A topic that fits in one IRC line with its prefix. */
#define LIMIT_TOPIC_BYTES 390

/* Rooms a member may sit in, and rooms in all: each costs two allocations. */
#define LIMIT_ROOMS_PER_USER 20
#define LIMIT_ROOMS 10000

/* What an IRC line holds with its CR LF (RFC 2812, 2.3), and its tags before
 * that, with their '@' and blank: those that a client sends, and all that one
 * is sent (IRCv3, message-tags). */
#define LIMIT_IRC_LINE_BYTES 512
#define LIMIT_IRC_CLIENT_TAGS_BYTES 4096
#define LIMIT_IRC_TAGS_BYTES 8191

/* How a client calls one line of its, so that it knows the answers (IRCv3,
 * labeled-response). */
#define LIMIT_IRC_LABEL_BYTES 64

/* What an IRC program says of who sits at it: longer is cut, as everywhere. */
#define LIMIT_USER_BYTES 16
#define LIMIT_REAL_BYTES 150
#define LIMIT_AWAY_BYTES 300

/* Reasons for leaving and kicking: what fits in one IRC line. */
#define LIMIT_REASON_BYTES 300

/* A room's password, and how many may be banned, excepted and invited by mask
 * in each of its three lists; and changes that one MODE may ask for. */
#define LIMIT_ROOM_PASSWORD_BYTES 32
#define LIMIT_ROOM_MASKS 60
#define LIMIT_MASK_BYTES 150
#define LIMIT_MODES_A_LINE 12

/* A room is renamed no more often than that: all who cannot follow are told its
 * names anew. */
#define LIMIT_RENAME_MS 60000
#define LIMIT_RENAME_REASON_BYTES 200 /* beside both names, in a line of IRC */

/* Conditions of one LIST: each is held against each room. */
#define LIMIT_LIST_CONDITIONS 20

/* People who were invited by name and have not come yet: the oldest goes. */
#define LIMIT_ROOM_INVITES 50

/* People whom one watches (MONITOR): as others allow, and an allocation each. */
#define LIMIT_WATCHES 100

/* What programs note of a person or a room (METADATA): a key, its value, and
 * how many there are. The longest of them, of the longest names, still goes
 * whole into a line of IRC. And keys that one wants to be told of. */
#define LIMIT_METADATA_KEY_BYTES 32
#define LIMIT_METADATA_VALUE_BYTES 240
#define LIMIT_METADATA_KEYS 20
#define LIMIT_SUBSCRIPTIONS 50

/* In a room with more people than that, who comes in is not told at once what
 * is noted of them; and if he asks, he is told as he reads. */
#define LIMIT_METADATA_PEOPLE 100

/* Who left and is still remembered, for /WHOWAS. */
#define LIMIT_WHOWAS 200

/* Who has begun to register and does not end it goes after so long. */
#define LIMIT_REGISTRATION_MS 60000

/* An IRC client that is silent for so long is asked whether it is there, and
 * is taken for gone after as long again: what others do, and often enough that
 * a router on the way does not forget the connection. */
#define LIMIT_IRC_SILENT_MS 120000

/* Names listed in one reply to a person; the rest is a number. */
#define LIMIT_NAMES_LISTED 200

/* Unread bytes that one track of a room keeps for slow readers, and those
 * that all rooms keep together; past that the oldest go, and who had not
 * read them is told how many. */
#define LIMIT_TRACK_BYTES (4u << 20)
#define LIMIT_SEGMENT_BYTES_ALL (64u << 20)

/* Replies that one peer may leave unread; past that nothing more is answered,
 * and who goes on asking without reading is closed, told why. */
#define LIMIT_PRIVATE_BYTES (256u << 10)

/* Replies that all peers together leave unread, as much as rooms keep; past
 * that whoever left most is closed, told why. It is 256 who reached the limit
 * above; 10,000 who do not read may leave 6 KiB each. */
#define LIMIT_PRIVATE_BYTES_ALL (64u << 20)

/* Lists that may be long, of rooms or of people, are told so much at a time:
 * what comes next when this was read. */
#define LIMIT_LISTED_BYTES (64u << 10)
#define LIMIT_FOUND_AT_ONCE 256 /* people, of 200 bytes or so */

/* All that may be answered at once, if one question's answer has to be: as much
 * as a room keeps. It is the names of 30,000 members. */
#define LIMIT_ANSWER_BYTES (4u << 20)

/* Logs that one peer reads: one a room, and those that are left from before it
 * changed its dialect; past that it is closed, told why, as above. */
#define LIMIT_LEGS 256

/* Connections from one source (an IPv4 address, an IPv6 /64), and those of
 * them that have not yet shown what they speak. Loopback is excepted. */
#define LIMIT_PER_SOURCE 64
#define LIMIT_PER_SOURCE_UNKNOWN 16

/* Who has not yet shown what he speaks can't be told in his dialect that the
 * room is full: so many may be over --max-clients until they have. */
#define LIMIT_UNKNOWN_OVER_FULL 64

/* Flood: what one may ask for a second for long, and at once before that, in
 * lines that are said, if nobody says otherwise. A pasted page is taken at
 * once, a log file as fast as somebody can read it. From one source comes so
 * many times as much. So many bytes of text cost as much as another line. */
#define LIMIT_FLOOD_A_SECOND 20
#define LIMIT_FLOOD_AT_ONCE 200
#define LIMIT_FLOOD_SOURCE_TIMES 8
#define LIMIT_FLOOD_TEXT 512

/* Between two flushes, rooms rest as long as the last one took, and no longer
 * than this, if nobody says otherwise: 10,000 members take about so long. */
#define LIMIT_REST_MS 50

/* Who is refused keeps his descriptor for the seconds in which he may read
 * why; no more than so many at a time: the next is closed on the spot. */
#define LIMIT_TURNED_AWAY 64

/* UDP: who is silent for so long has left, if nobody says otherwise. */
#define LIMIT_UDP_IDLE_S 300

/* UDP: what one address is sent in a second, and at once. A busy room's worth,
 * and little enough that nobody's line is filled by it. */
#define LIMIT_DATAGRAM_BYTES_A_SECOND (256u << 10)
#define LIMIT_DATAGRAM_BYTES_AT_ONCE (64u << 10)

/* UDP: what came from one address and was not taken yet; past that more is
 * lost. */
#define LIMIT_DATAGRAM_UNREAD_BYTES (64u << 10)

/* UDP: one who has not proved his address gets one datagram so long for each
 * of his, and no more than so many times what he sent, headers counted (RFC
 * 9000, 8.1). */
#define LIMIT_UNPROVEN_BYTES 64
#define LIMIT_UNPROVEN_TIMES 3

/* UDP: wrong tokens in a second, from everywhere together; past that only long
 * ones count. At this rate it takes 68 years to guess one of 2^39. */
#define LIMIT_WRONG_TOKENS 256

/* p2p: people who talk or wait, if nobody says otherwise; more than anybody
 * can hold the line for. */
#define LIMIT_TALK_CALLERS 32

/* p2p: what one who waits may type meanwhile; past that he is not read. */
#define LIMIT_TALK_HELD_BYTES (16u << 10)

/* p2p: lines of the operator that the other side has not read yet; past that
 * he is asked to wait. */
#define LIMIT_TALK_UNSENT_BYTES (64u << 10)

#endif
