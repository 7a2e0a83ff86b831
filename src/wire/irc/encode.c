#include "wire/irc/encode.h"

#include "base/utf8.h"
#include "msg/limits.h"
#include "msg/mask.h"
#include "wire/irc/format.h"
#include "wire/irc/help.h"
#include "wire/irc/isupport.h"
#include "wire/irc/line.h"

#include <inttypes.h>

/* A line without its CR LF. */
#define LINE_MOST (LIMIT_IRC_LINE_BYTES - 2)

/* A line always has room for so much of its flow, whatever its names are. */
#define FLOW_LEAST 64

/* What the holes of a row are filled with: of an entry or of a reply. */
struct fields {
    struct span source; /* "nick!user@host", or the server's name */
    struct span from;
    struct span to;
    struct span nick;
    struct span user;
    struct span target;
    struct span room;
    struct span text;
    struct span names;
    struct span real;
    struct span flow; /* the part of it for this line */
    uint64_t cloak;
    uint64_t count;
    uint64_t other;
    uint64_t time_ms;
    uint32_t flags;
    enum msg_audience audience;
};

/* -- fields -------------------------------------------------------------------- */

/* The civil date of a day since 1970 (Howard Hinnant's days_from_civil, the
 * other way round): no call of the system, which knows time zones. */
static void
add_date(struct buf *out, uint64_t ms)
{
    uint64_t seconds = ms / 1000;
    uint64_t days = seconds / 86400 + 719468;
    uint64_t era = days / 146097, of_era = days % 146097;
    uint64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint64_t of_year =
        of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t m = (5 * of_year + 2) / 153;
    uint64_t month = m < 10 ? m + 3 : m - 9;
    uint64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    buf_add_format(out,
                   "%04" PRIu64 "-%02" PRIu64 "-%02" PRIu64 " %02" PRIu64
                   ":%02" PRIu64 ":%02" PRIu64 " UTC",
                   year, month, of_year - (153 * m + 2) / 5 + 1,
                   seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

static void
add_flags(struct buf *out, uint32_t flags)
{
    buf_add_byte(out, flags & REPLY_IS_AWAY ? 'G' : 'H');
    if (flags & REPLY_IS_OPERATOR)
        buf_add_byte(out, '*');
    if (flags & REPLY_IS_ROOM_OPERATOR)
        buf_add_byte(out, '@');
    else if (flags & REPLY_IS_VOICED)
        buf_add_byte(out, '+');
    if (flags & REPLY_IS_BOT)
        buf_add_byte(out, 'B');
}

/* Whatever it holds, as one parameter that others may follow. */
static void
add_middle(struct buf *out, struct span text)
{
    struct buf clean = {0};
    wire_irc_clean(text, &clean);
    struct span word = buf_span(&clean);
    word = span_sub(word, 0, span_find(word, ' '));
    buf_add(out, wire_irc_is_middle(word) ? word : SPAN("*"));
    buf_finish(&clean);
}

static void
add_text(struct buf *out, struct span text, bool is_last)
{
    if (is_last)
        wire_irc_clean(text, out);
    else
        add_middle(out, text);
}

static void
add_room(struct buf *out, enum msg_audience audience, struct span room,
         struct span otherwise)
{
    if (audience != AUDIENCE_ALL)
        buf_add_byte(out, (uint8_t)msg_audience_sign(audience));
    if (room.n > 0)
        buf_add_byte(out, '#');
    add_middle(out, room.n > 0 ? room : otherwise);
}

static bool
add_number(struct buf *out, uint64_t number)
{
    buf_add_format(out, "%" PRIu64, number);
    return number > 0;
}

/* False when it has nothing to say. */
static bool
add_field(struct buf *out, struct span name, const struct fields *f,
          bool is_last)
{
    const struct {
        struct span name;
        struct span value;
    } texts[] = {
        {SPAN("from"), f->from}, {SPAN("to"), f->to},
        {SPAN("nick"), f->nick}, {SPAN("target"), f->target},
        {SPAN("text"), f->text}, {SPAN("names"), f->names},
        {SPAN("flow"), f->flow}, {SPAN("commas"), f->flow},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (span_equal(name, texts[i].name)) {
            add_text(out, texts[i].value, is_last);
            return texts[i].value.n > 0;
        }
    }
    if (span_equal(name, SPAN("count")))
        return add_number(out, f->count);
    if (span_equal(name, SPAN("other")))
        return add_number(out, f->other);
    if (span_equal(name, SPAN("time")))
        return add_number(out, f->time_ms / 1000);
    if (span_equal(name, SPAN("room")))
        add_room(out, f->audience, f->room, f->text);
    else if (span_equal(name, SPAN("where")))
        add_room(out, f->audience, f->room, f->target);
    else if (span_equal(name, SPAN("real")))
        wire_irc_clean(f->real.n > 0 ? f->real : f->nick, out);
    else if (span_equal(name, SPAN("modes")))
        wire_irc_clean(f->text, out); /* the hub made it: letters, words */
    else if (span_equal(name, SPAN("user")))
        add_middle(out, f->user.n > 0 ? f->user : SPAN(MASK_USER_UNKNOWN));
    else if (span_equal(name, SPAN("host")))
        msg_mask_add_host(out, f->cloak);
    else if (span_equal(name, SPAN("flags")))
        add_flags(out, f->flags);
    else if (span_equal(name, SPAN("symbol")))
        buf_add_byte(out, f->count > 0 ? '@' : '=');
    else if (span_equal(name, SPAN("date")))
        add_date(out, f->time_ms);
    else
        CHECK(false);
    return true;
}

/* -- lines ----------------------------------------------------------------------- */

static bool
is_numeric(struct span row)
{
    return row.n > 3 && span_get(row, 0) >= '0' && span_get(row, 0) <= '9';
}

static void
begin_line(struct buf *out, struct span row, const struct fields *f)
{
    if (span_starts(row, SPAN("ERROR ")))
        return;
    buf_add_byte(out, ':');
    buf_add(out, f->source);
    buf_add_byte(out, ' ');
}

/* One message of a row, without its end. */
static void
expand(struct span row, const struct fields *f, struct buf *out)
{
    size_t group = SIZE_MAX; /* where in `out` the open <group> began */
    bool is_group_full = true, is_last = false;
    begin_line(out, row, f);
    for (size_t at = 0; at < row.n; at++) {
        uint8_t c = span_get(row, at);
        if (c == '{') {
            size_t n = span_find(span_from(row, at), '}');
            CHECK(n < row.n - at);
            if (!add_field(out, span_sub(row, at + 1, n - 1), f, is_last))
                is_group_full = false;
            at += n;
        } else if (c == '<') {
            group = out->n;
            is_group_full = true;
        } else if (c == '>') {
            if (!is_group_full)
                buf_truncate(out, group);
        } else {
            is_last = is_last || c == ':';
            buf_add_byte(out, c);
        }
        if (at == 2 && is_numeric(row)) {
            buf_add_byte(out, ' ');
            add_middle(out, f->to);
        }
    }
}

/* The line that begins at `begin` fits; what is behind that is cut off. */
static void
end_line(struct buf *out, size_t begin)
{
    struct span line = span_from(buf_span(out), begin);
    if (line.n > LINE_MOST)
        buf_truncate(out, begin + utf8_cut(line, LINE_MOST));
    buf_add(out, SPAN("\r\n"));
}

/* How much of `flow` goes into a line that has room for `most`: words, where
 * it is a list of them with `separator` between; else, with 0, up to the end
 * of a grapheme. */
static size_t
cut_flow(struct span flow, size_t most, uint8_t separator)
{
    if (flow.n <= most)
        return flow.n;
    size_t n = utf8_cut(flow, most);
    if (separator == 0)
        return n;
    while (n > 0 && span_get(flow, n) != separator)
        n--;
    return n > 0 ? n : utf8_cut(flow, most);
}

static bool
has_hole(struct span row, struct span hole)
{
    for (size_t i = 0; i < row.n; i++) {
        if (span_starts(span_from(row, i), hole))
            return true;
    }
    return false;
}

/* What the words of a list have between them: the hub says a blank. */
static uint8_t
put_separator(struct span row, bool is_list, struct buf *flow)
{
    if (!is_list || !has_hole(row, SPAN("{commas}")))
        return is_list ? ' ' : 0;
    for (size_t i = 0; i < flow->n; i++) {
        if (flow->at[i] == ' ')
            flow->at[i] = ',';
    }
    return ',';
}

static void
expand_flow(struct span row, struct fields *f, struct span flow, bool is_list,
            struct buf *out)
{
    struct buf clean = {0};
    size_t begin = out->n;
    wire_irc_clean(flow, &clean);
    uint8_t separator = put_separator(row, is_list, &clean);
    f->flow = SPAN_NONE;
    expand(row, f, out);
    size_t around = out->n - begin;
    buf_truncate(out, begin);
    size_t most =
        around + FLOW_LEAST > LINE_MOST ? FLOW_LEAST : LINE_MOST - around;
    struct span rest = buf_span(&clean);
    do {
        size_t n = cut_flow(rest, most, separator);
        f->flow = span_sub(rest, 0, n);
        begin = out->n;
        expand(row, f, out);
        end_line(out, begin);
        while (is_list && n < rest.n && span_get(rest, n) == separator)
            n++;
        rest = span_from(rest, n);
    } while (rest.n > 0);
    buf_finish(&clean);
}

static bool
has_flow(struct span row)
{
    return has_hole(row, SPAN("{flow}")) || has_hole(row, SPAN("{commas}"));
}

static void
expand_row(const char *words, struct fields *f, struct span flow, bool is_list,
           struct buf *out)
{
    struct span rows = span_of(words);
    while (rows.n > 0) {
        struct span row = span_sub(rows, 0, span_find(rows, '\n'));
        rows = span_from(rows, row.n + 1);
        if (span_equal(row, SPAN("{isupport}"))) {
            struct buf network = {0};
            add_middle(&network, f->names);
            wire_irc_isupport(f->from, f->to, buf_span(&network), out);
            buf_finish(&network);
        } else if (span_equal(row, SPAN("{help}"))) {
            wire_irc_help(f->from, f->to, f->text, out);
        } else if (has_flow(row)) {
            expand_flow(row, f, flow, is_list, out);
        } else {
            size_t begin = out->n;
            expand(row, f, out);
            end_line(out, begin);
        }
    }
}

/* -- entries and replies ------------------------------------------------------------ */

void
wire_irc_encode_entry(uint32_t key, const struct entry *e, struct buf *out)
{
    (void)key; /* no capability changes these yet */
    struct buf source = {0};
    if (e->author.v == 0)
        buf_add(&source, e->nick);
    else
        msg_mask_add_name(&source, e->nick, e->user, e->cloak);
    struct fields f = {
        .source = buf_span(&source),
        .nick = e->nick,
        .user = e->user,
        .target = e->target,
        .room = e->room,
        .text = e->text,
        .cloak = e->cloak,
        .audience = e->audience,
    };
    /* Without a reason it is the kicker's nick (RFC 2812, 3.2.8). */
    if (e->kind == ENTRY_KICK && e->text.n == 0)
        f.text = e->nick;
    expand_row(wire_irc_entry_words[e->kind], &f, e->text, false, out);
    buf_finish(&source);
}

/* WHOX (ircv3.net/specs/extensions/whox): the fields asked for, in its own
 * order. "%tcn,42": 42 is the token, t. */
static void
encode_fields_asked(const struct reply *r, const struct fields *f,
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
        add_middle(out, comma < r->text.n ? span_from(r->text, comma + 1)
                                          : SPAN("0"));
    }
    struct fields with_room = *f;
    with_room.text = SPAN_NONE;
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        struct span row = span_of(asked[i].row);
        if (span_find(letters, (uint8_t)asked[i].letter) == letters.n)
            continue;
        size_t brace = span_find(row, '{');
        buf_add(out, span_sub(row, 0, brace));
        if (brace < row.n)
            (void)add_field(out, span_sub(row, brace + 1, row.n - brace - 2),
                            &with_room, false);
    }
    end_line(out, begin);
}

/* "@lobby tea" as "@#lobby #tea". */
static void
add_rooms(struct span names, struct buf *out)
{
    bool is_name = false;
    for (size_t i = 0; i < names.n; i++) {
        uint8_t c = span_get(names, i);
        if (!is_name && c != '@' && c != '+') {
            is_name = true;
            buf_add_byte(out, '#');
        }
        is_name = is_name && c != ' ';
        buf_add_byte(out, c);
    }
}

void
wire_irc_encode_reply(const struct reply *r, struct buf *out)
{
    struct fields f = {
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
    if (r->kind == REPLY_FOUND)
        f.text = SPAN_NONE; /* what was asked is no room's name */
    struct buf rooms = {0};
    if (r->kind == REPLY_WHOIS_ROOMS)
        add_rooms(r->names, &rooms);
    expand_row(wire_irc_reply_words[r->kind], &f,
               rooms.n > 0 ? buf_span(&rooms) : r->names, true, out);
    buf_finish(&rooms);
}
