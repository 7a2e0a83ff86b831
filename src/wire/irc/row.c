#include "wire/irc/row.h"

#include "base/utf8.h"
#include "msg/limits.h"
#include "msg/mask.h"
#include "msg/reply.h"
#include "wire/irc/cap.h"
#include "wire/irc/date.h"
#include "wire/irc/format.h"
#include "wire/irc/help.h"
#include "wire/irc/isupport.h"
#include "wire/irc/line.h"
#include "wire/irc/tags.h"

#include <inttypes.h>

/* A line without its CR LF. */
#define LINE_MOST (LIMIT_IRC_LINE_BYTES - 2)

/* A line always has room for so much of its flow, whatever its names are. */
#define FLOW_LEAST 64

/* -- fields -------------------------------------------------------------------- */

void
wire_irc_add_ranks(struct buf *out, uint32_t flags, uint32_t key)
{
    bool is_operator = (flags & REPLY_IS_ROOM_OPERATOR) != 0;
    if (is_operator)
        buf_add_byte(out, '@');
    if ((flags & REPLY_IS_VOICED) &&
        (!is_operator || (key & IRC_CAP_MULTI_PREFIX)))
        buf_add_byte(out, '+');
}

static void
add_flags(struct buf *out, uint32_t flags, uint32_t key)
{
    buf_add_byte(out, flags & REPLY_IS_AWAY ? 'G' : 'H');
    if (flags & REPLY_IS_OPERATOR)
        buf_add_byte(out, '*');
    wire_irc_add_ranks(out, flags, key);
    if (flags & REPLY_IS_BOT)
        buf_add_byte(out, 'B');
}

void
wire_irc_add_middle(struct buf *out, struct span text)
{
    size_t begin = out->n;
    wire_irc_clean(text, out);
    struct span word = span_from(buf_span(out), begin);
    word = span_sub(word, 0, span_find(word, ' '));
    bool is_middle = wire_irc_is_middle(word);
    buf_truncate(out, begin + (is_middle ? word.n : 0));
    if (!is_middle)
        buf_add_byte(out, '*');
}

static void
add_text(struct buf *out, struct span text, bool is_last)
{
    if (is_last)
        wire_irc_clean(text, out);
    else
        wire_irc_add_middle(out, text);
}

static void
add_room(struct buf *out, enum msg_audience audience, struct span room,
         struct span otherwise)
{
    if (audience != AUDIENCE_ALL)
        buf_add_byte(out, (uint8_t)msg_audience_sign(audience));
    if (room.n > 0)
        buf_add_byte(out, '#');
    wire_irc_add_middle(out, room.n > 0 ? room : otherwise);
}

static bool
add_number(struct buf *out, uint64_t number)
{
    buf_add_format(out, "%" PRIu64, number);
    return number > 0;
}

bool
wire_irc_add_field(struct buf *out, struct span name,
                   const struct irc_fields *f, bool is_last)
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
    else if (span_equal(name, SPAN("whose")))
        add_room(out, AUDIENCE_ALL, f->room, f->nick);
    else if (span_equal(name, SPAN("keys")))
        wire_irc_clean(f->names, out); /* they are checked: words */
    else if (span_equal(name, SPAN("real")))
        wire_irc_clean(f->real.n > 0 ? f->real : f->nick, out);
    else if (span_equal(name, SPAN("modes")))
        wire_irc_clean(f->text, out); /* the hub made it: letters, words */
    else if (span_equal(name, SPAN("user")))
        wire_irc_add_middle(out,
                            f->user.n > 0 ? f->user : SPAN(MASK_USER_UNKNOWN));
    else if (span_equal(name, SPAN("host")))
        msg_mask_add_host(out, f->cloak);
    else if (span_equal(name, SPAN("flags")))
        add_flags(out, f->flags, f->key);
    else if (span_equal(name, SPAN("symbol")))
        buf_add_byte(out, f->count > 0 ? '@' : '=');
    else if (span_equal(name, SPAN("date")))
        wire_irc_add_date(out, f->time_ms);
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
begin_line(struct buf *out, struct span row, const struct irc_fields *f)
{
    if (span_starts(row, SPAN("ERROR ")))
        return;
    buf_add_byte(out, ':');
    buf_add(out, f->source);
    buf_add_byte(out, ' ');
}

/* What stands at the front as it is: up to the next hole or group. */
static struct span
literal(struct span row)
{
    size_t n = 0;
    while (n < row.n && span_get(row, n) != '{' && span_get(row, n) != '<' &&
           span_get(row, n) != '>')
        n++;
    return span_sub(row, 0, n);
}

/* A numeric's first parameter is whom it is for; rows leave it away. */
static size_t
begin_numeric(struct buf *out, struct span row, const struct irc_fields *f)
{
    if (!is_numeric(row))
        return 0;
    buf_add(out, span_sub(row, 0, 3));
    buf_add_byte(out, ' ');
    wire_irc_add_middle(out, f->to);
    return 3;
}

/* One message of a row, without its end. */
static void
expand(struct span row, const struct irc_fields *f, struct buf *out)
{
    size_t group = SIZE_MAX; /* where in `out` the open <group> began */
    bool is_group_full = true, is_last = false;
    begin_line(out, row, f);
    size_t at = begin_numeric(out, row, f);
    while (at < row.n) {
        uint8_t c = span_get(row, at);
        size_t used = 1;
        if (c == '{') {
            size_t n = span_find(span_from(row, at), '}');
            CHECK(n < row.n - at);
            if (!wire_irc_add_field(out, span_sub(row, at + 1, n - 1), f,
                                    is_last))
                is_group_full = false;
            used = n + 1;
        } else if (c == '<') {
            group = out->n;
            is_group_full = true;
        } else if (c == '>') {
            if (!is_group_full)
                buf_truncate(out, group);
        } else {
            struct span words = literal(span_from(row, at));
            is_last = is_last || span_find(words, ':') < words.n;
            buf_add(out, words);
            used = words.n;
        }
        at += used;
    }
}

void
wire_irc_add_head(const char *row, struct irc_fields *f, struct buf *out)
{
    f->flow = SPAN_NONE;
    expand(span_of(row), f, out);
}

void
wire_irc_end_line(struct buf *out, size_t begin)
{
    struct span line = span_from(buf_span(out), begin);
    if (line.n > LINE_MOST)
        buf_truncate(out, begin + utf8_cut(line, LINE_MOST));
    buf_add(out, SPAN("\r\n"));
}

void
wire_irc_add_row(struct span row, const struct irc_fields *f, struct buf *out)
{
    size_t begin = out->n;
    expand(row, f, out);
    wire_irc_end_line(out, begin);
}

size_t
wire_irc_room_for_flow(struct span row, struct irc_fields *f)
{
    struct buf around = {0};
    f->flow = SPAN_NONE;
    expand(row, f, &around);
    size_t n = around.n;
    buf_finish(&around);
    return n + FLOW_LEAST > LINE_MOST ? FLOW_LEAST : LINE_MOST - n;
}

/* A line of a row, with all that belongs to it. Tags have a limit of their
 * own, which what we say ourselves does not come near. False: it was too long,
 * and was cut. */
static bool
add_line(struct span row, struct irc_fields *f, struct buf *out)
{
    if (f->event != NULL)
        wire_irc_add_tags(f->key, f->event, f->lines, out);
    size_t begin = out->n;
    expand(row, f, out);
    bool is_whole = out->n - begin <= LINE_MOST;
    wire_irc_end_line(out, begin);
    f->lines++;
    return is_whole;
}

/* Nearly always all of it fits into a line. False: it does not; nothing was
 * added. */
static bool
add_one_line(struct span row, struct irc_fields *f, struct span flow,
             struct buf *out)
{
    size_t begin = out->n;
    f->flow = flow;
    if (add_line(row, f, out))
        return true;
    buf_truncate(out, begin);
    f->lines--;
    return false;
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
        if (span_get(row, i) == '{' && span_starts(span_from(row, i), hole))
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
expand_flow(struct span row, struct irc_fields *f, struct span flow,
            bool is_list, struct buf *out)
{
    struct buf clean = {0};
    wire_irc_clean(flow, &clean);
    uint8_t separator = put_separator(row, is_list, &clean);
    size_t most = wire_irc_room_for_flow(row, f);
    struct span rest = buf_span(&clean);
    do {
        size_t n = cut_flow(rest, most, separator);
        f->flow = span_sub(rest, 0, n);
        (void)add_line(row, f, out);
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

void
wire_irc_expand(const char *words, struct irc_fields *f, struct span flow,
                bool is_list, struct buf *out)
{
    struct span rows = span_of(words);
    while (rows.n > 0) {
        struct span row = span_sub(rows, 0, span_find(rows, '\n'));
        rows = span_from(rows, row.n + 1);
        if (span_equal(row, SPAN("{isupport}"))) {
            struct buf network = {0};
            wire_irc_add_middle(&network, f->names);
            wire_irc_isupport(f->from, f->to, buf_span(&network), out);
            buf_finish(&network);
        } else if (span_equal(row, SPAN("{help}"))) {
            wire_irc_help(f->from, f->to, f->text, out);
        } else if (has_flow(row)) {
            if (is_list || !add_one_line(row, f, flow, out))
                expand_flow(row, f, flow, is_list, out);
        } else {
            (void)add_line(row, f, out);
        }
    }
}
