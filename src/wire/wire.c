#include "wire/wire.h"

#include "base/tr.h"
#include "base/utf8.h"
#include "msg/lines.h"
#include "wire/irc/cap.h"
#include "wire/irc/encode.h"
#include "wire/lab.h"
#include "wire/plain.h"
#include "wire/words.h"

/*
 * One row a dialect. Where a dialect has no words of its own for a kind, it
 * uses those of plain.
 */
static const struct {
    const char *const *entries;
    const char *const *replies;
    bool names_are_addresses;
    bool is_in_blocks;
} dialects[WIRE_DIALECT_COUNT] = {
    [WIRE_PLAIN] = {wire_plain_entry_words, wire_plain_reply_words, false,
                    false},
    [WIRE_LAB] = {wire_lab_entry_words, wire_lab_reply_words, false, true},
    [WIRE_LAB_ADDRESS] = {wire_lab_entry_words, wire_lab_reply_words, true,
                          true},
    [WIRE_LAB_CONSOLE] = {wire_lab_console_entry_words, wire_plain_reply_words,
                          true, false},
    [WIRE_IRC] = {wire_irc_entry_words, wire_irc_reply_words, false, false},
};

uint32_t
wire_key_for_rooms(uint32_t key, size_t rooms)
{
    enum wire_dialect dialect = wire_key_dialect(key);
    if (dialect == WIRE_IRC)
        return key;
    return wire_key(dialect, rooms > 1 ? WIRE_SHOWS_ROOM : 0);
}

uint32_t
wire_key_of_room(uint32_t key)
{
    bool is_irc = wire_key_dialect(key) == WIRE_IRC;
    return is_irc ? wire_irc_key_of_room(key) : key;
}

uint32_t
wire_key_for_entry(uint32_t key, const struct entry *e)
{
    bool is_irc = wire_key_dialect(key) == WIRE_IRC;
    return is_irc ? wire_irc_key_for_entry(key, e) : key;
}

bool
wire_key_has_echo(uint32_t key, const struct entry *e)
{
    return !entry_is_said(e) ||
           (wire_key_dialect(key) == WIRE_IRC && (key & IRC_CAP_ECHO_MESSAGE));
}

bool
wire_key_has_watched(uint32_t key)
{
    return wire_key_dialect(key) == WIRE_IRC &&
           (key & IRC_CAP_EXTENDED_MONITOR);
}

bool
wire_key_has_rename(uint32_t key)
{
    return wire_key_dialect(key) == WIRE_IRC && (key & IRC_CAP_CHANNEL_RENAME);
}

bool
wire_is_in_blocks(enum wire_dialect dialect)
{
    return dialects[dialect].is_in_blocks;
}

const char *
wire_entry_words(enum wire_dialect dialect, enum entry_kind kind)
{
    const char *own = dialects[dialect].entries[kind];
    if (dialect == WIRE_IRC) /* whose words are the protocol's */
        return own;
    const char *words = own != NULL ? own : wire_plain_entry_words[kind];
    /* There is no word of ours in what people say, and they say a lot. */
    bool has_words =
        kind != ENTRY_SAY && kind != ENTRY_ACTION && kind != ENTRY_REMARK;
    return has_words ? tr(words) : words;
}

const char *
wire_reply_words(enum wire_dialect dialect, enum reply_kind kind)
{
    const char *own = dialects[dialect].replies[kind];
    if (dialect == WIRE_IRC)
        return own;
    return tr(own != NULL ? own : wire_plain_reply_words[kind]);
}

/* How a member is called: on lab:// by the address he came from, or, when he
 * came another way and has none to show, as (nick,0). */
static struct span
name_of(enum wire_dialect dialect, struct span nick, struct span label,
        struct buf *made)
{
    if (!dialects[dialect].names_are_addresses || nick.n == 0)
        return nick;
    if (label.n > 0)
        return label;
    buf_add(made, SPAN("("));
    buf_add(made, nick);
    buf_add(made, SPAN(",0)"));
    return buf_span(made);
}

/*
 * A lab program shows each block that it reads as a line of its own. So what
 * is too long for a block becomes several lines, each of which says whose
 * words they are: the rest of a text could else pass for somebody else's.
 */
static void
expand_for_lab(const char *words, struct words_fields fields, struct buf *out)
{
    size_t begin = out->n;
    wire_words_expand(words, &fields, out);
    size_t line = out->n - begin; /* with its newline, which is not sent */
    if (line <= LAB_BLOCK_BYTES + 1)
        return;
    struct buf text = {0};
    utf8_clean(fields.text, &text);
    size_t around = line - 1 - text.n; /* names, which have limits */
    CHECK(around < LAB_BLOCK_BYTES / 2);
    buf_truncate(out, begin);
    for (size_t at = 0; at < text.n; at += fields.text.n) {
        struct span rest = span_from(buf_span(&text), at);
        size_t n = utf8_cut(rest, LAB_BLOCK_BYTES - around);
        fields.text = span_sub(rest, 0, n);
        wire_words_expand(words, &fields, out);
    }
    buf_finish(&text);
}

static void
expand_line(enum wire_dialect dialect, const char *words,
            struct words_fields fields, struct buf *out)
{
    if (dialects[dialect].is_in_blocks)
        expand_for_lab(words, fields, out);
    else
        wire_words_expand(words, &fields, out);
}

/* A text of several lines is said line by line. */
static void
expand_lines(enum wire_dialect dialect, const char *words,
             struct words_fields fields, struct buf *out)
{
    struct buf line = {0};
    struct span rest = fields.text;
    bool is_more = true;
    while (is_more) {
        is_more = msg_lines_whole(&rest, &line);
        fields.text = buf_span(&line);
        if (span_trim(fields.text).n > 0)
            expand_line(dialect, words, fields, out);
    }
    buf_finish(&line);
}

void
wire_encode_entry(uint32_t key, const struct entry *e, struct buf *out)
{
    enum wire_dialect dialect = wire_key_dialect(key);
    if (dialect == WIRE_IRC) {
        wire_irc_encode_entry(key, e, out);
        return;
    }
    struct buf who = {0}, target = {0};
    bool is_of_room = e->kind == ENTRY_RENAMED;
    struct words_fields fields = {
        .who = name_of(dialect, e->nick, e->label, &who),
        .target = is_of_room
                      ? e->target
                      : name_of(dialect, e->target, e->target_label, &target),
        .room = e->room,
        .text = e->text,
        .shows_room = (key & WIRE_SHOWS_ROOM) != 0,
        .sign = msg_audience_sign(e->audience),
    };
    const char *words = wire_entry_words(dialect, e->kind);
    if (e->has_lines)
        expand_lines(dialect, words, fields, out);
    else
        expand_line(dialect, words, fields, out);
    buf_finish(&who);
    buf_finish(&target);
}

static struct words_fields
fields_of(const struct reply *r)
{
    return (struct words_fields){
        .who = r->nick,
        .nick = r->nick,
        .room = r->room,
        .text = r->text,
        .names = r->names,
        .real = r->real,
        .to = r->to,
        .from = r->from,
        .count = r->count,
    };
}

void
wire_encode_reply(uint32_t key, const struct reply *r, struct buf *out)
{
    enum wire_dialect dialect = wire_key_dialect(key);
    if (dialect == WIRE_IRC) {
        wire_irc_encode_reply(key, r, out);
        return;
    }
    struct words_fields fields = fields_of(r);
    fields.shows_room = (key & WIRE_SHOWS_ROOM) != 0;
    wire_words_expand(wire_reply_words(dialect, r->kind), &fields, out);
}

void
wire_log_reply(const struct reply *r, struct buf *out)
{
    struct words_fields fields = fields_of(r);
    struct buf words = {0};
    wire_words_expand(wire_plain_reply_words[r->kind], &fields, &words);
    struct span line = buf_span(&words);
    line = span_sub(line, 0, span_find(line, '\n'));
    bool is_ours = span_starts(line, SPAN("-- "));
    buf_add(out, span_from(line, is_ours ? 3 : 0));
    buf_finish(&words);
}
