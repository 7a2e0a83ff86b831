#include "wire/irc/encode.h"

#include "msg/mask.h"
#include "wire/irc/cap.h"
#include "wire/irc/lines.h"
#include "wire/irc/metadata.h"
#include "wire/irc/names.h"
#include "wire/irc/row.h"

/* Whoever has a capability reads these instead. */
static const struct {
    enum entry_kind kind;
    uint32_t cap;
    const char *words;
} richer[] = {
    {ENTRY_JOIN, IRC_CAP_EXTENDED_JOIN, "JOIN {room} * :{real}"},
    {ENTRY_INVITED, IRC_CAP_INVITE_NOTIFY, "INVITE {target} {room}"},
    {ENTRY_AWAY, IRC_CAP_AWAY_NOTIFY, "AWAY< :{text}>"},
    {ENTRY_REAL, IRC_CAP_SETNAME, "SETNAME :{text}"},
};

static const char *
entry_words(uint32_t key, enum entry_kind kind)
{
    for (size_t i = 0; i < COUNT_OF(richer); i++) {
        if (richer[i].kind == kind && (key & richer[i].cap))
            return richer[i].words;
    }
    return wire_irc_entry_words[kind];
}

void
wire_irc_encode_entry(uint32_t key, const struct entry *e, struct buf *out)
{
    struct buf source = {0};
    if (e->author.v == 0)
        buf_add(&source, e->nick);
    else
        msg_mask_add_name(&source, e->nick, e->user, e->cloak);
    struct irc_fields f = {
        .key = key,
        .event = e,
        .source = buf_span(&source),
        .nick = e->nick,
        .user = e->user,
        .target = e->target,
        .room = e->room,
        .text = e->text,
        .real = e->real,
        .cloak = e->cloak,
        .audience = e->audience,
    };
    /* Without a reason it is the kicker's nick (RFC 2812, 3.2.8). */
    if (e->kind == ENTRY_KICK && e->text.n == 0)
        f.text = e->nick;
    const char *words = entry_words(key, e->kind);
    if (e->kind == ENTRY_TAGS && !(key & IRC_CAP_MESSAGE_TAGS))
        words = "";
    if (wire_irc_may_need_lines(e))
        wire_irc_add_lines(words, &f, e, out);
    else
        wire_irc_expand(words, &f, e->text, false, out);
    buf_finish(&source);
}

/* WHOX (ircv3.net/specs/extensions/whox): the fields asked for, in its own
 * order. "%tcn,42": 42 is the token, t. */
static void
encode_fields_asked(const struct reply *r, const struct irc_fields *f,
                    struct buf *out)
{
    static const struct {
        char letter;
        const char *row;
    } asked[] = {
        {'c', " {room}"},  {'u', " {user}"}, {'i', " 255.255.255.255"},
        {'h', " {host}"},  {'s', " {from}"}, {'n', " {nick}"},
        {'f', " {flags}"}, {'d', " 0"},      {'l', " {other}"},
        {'a', " 0"},       {'o', " n/a"},    {'r', " :{real}"},
    };
    size_t comma = span_find(r->text, ',');
    struct span letters = span_sub(r->text, 0, comma);
    size_t begin = out->n;
    buf_add_format(out, ":%.*s 354 %.*s", SPAN_ARG(f->source), SPAN_ARG(f->to));
    if (span_find(letters, 't') < letters.n) {
        buf_add_byte(out, ' ');
        wire_irc_add_middle(
            out, comma < r->text.n ? span_from(r->text, comma + 1) : SPAN("0"));
    }
    struct irc_fields with_room = *f;
    with_room.text = SPAN_NONE;
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        struct span row = span_of(asked[i].row);
        if (span_find(letters, (uint8_t)asked[i].letter) == letters.n)
            continue;
        size_t brace = span_find(row, '{');
        buf_add(out, span_sub(row, 0, brace));
        if (brace < row.n)
            (void)wire_irc_add_field(
                out, span_sub(row, brace + 1, row.n - brace - 2), &with_room,
                false);
    }
    wire_irc_end_line(out, begin);
}

/* Members of a room, with blanks between. */
static void
add_people(const struct reply *r, uint32_t key, struct buf *out)
{
    for (size_t i = 0; i < r->people_n; i++) {
        const struct reply_person *person = &r->people[i];
        if (i > 0)
            buf_add_byte(out, ' ');
        wire_irc_add_person(out, person, key);
    }
}

/* "@+lobby tea" as "@#lobby #tea", or with all signs. */
static void
add_rooms(struct span names, uint32_t key, struct buf *out)
{
    bool is_name = false, has_sign = false;
    for (size_t i = 0; i < names.n; i++) {
        uint8_t c = span_get(names, i);
        bool is_sign = !is_name && (c == '@' || c == '+');
        if (is_sign && has_sign && !(key & IRC_CAP_MULTI_PREFIX))
            continue;
        if (!is_sign && !is_name)
            buf_add_byte(out, '#');
        is_name = !is_sign && c != ' ';
        has_sign = is_sign;
        buf_add_byte(out, c);
    }
}

void
wire_irc_encode_reply(uint32_t key, const struct reply *r, struct buf *out)
{
    bool is_of_metadata = wire_irc_is_of_metadata(r->kind);
    if ((r->flags & REPLY_IS_UNASKED) && (key & IRC_CAP_NO_IMPLICIT_NAMES) &&
        !is_of_metadata)
        return;
    struct buf names = {0};
    struct irc_fields f = {
        .key = key,
        .source = r->from,
        .from = r->from,
        .to = r->to.n > 0 ? r->to : SPAN("*"),
        .target = r->to,
        .nick = r->nick,
        .user = r->user,
        .room = r->room,
        .text = r->text,
        .names = r->names,
        .real = r->real,
        .cloak = r->cloak,
        .count = r->count,
        .other = r->other,
        .time_ms = r->time_ms,
        .flags = r->flags,
    };
    if (r->kind == REPLY_FOUND && span_starts(r->text, SPAN("%"))) {
        encode_fields_asked(r, &f, out);
        return;
    }
    if (is_of_metadata) {
        wire_irc_add_metadata(r, &f, out);
        return;
    }
    if (r->roll != NULL) {
        wire_irc_add_names(wire_irc_reply_words[r->kind], r->roll, &f, out);
        return;
    }
    if (r->kind == REPLY_FOUND)
        f.text = SPAN_NONE; /* what was asked is no room's name */
    struct span flow = r->names;
    if (r->people_n > 0)
        add_people(r, key, &names);
    else if (r->kind == REPLY_WHOIS_ROOMS)
        add_rooms(r->names, key, &names);
    if (names.n > 0)
        flow = buf_span(&names);
    wire_irc_expand(wire_irc_reply_words[r->kind], &f, flow, true, out);
    buf_finish(&names);
}
