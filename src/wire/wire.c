#include "wire/wire.h"

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
} dialects[WIRE_DIALECT_COUNT] = {
    [WIRE_PLAIN] = {wire_plain_entry_words, wire_plain_reply_words, false},
    [WIRE_LAB] = {wire_lab_entry_words, wire_lab_reply_words, false},
    [WIRE_LAB_ADDRESS] = {wire_lab_entry_words, wire_lab_reply_words, true},
};

const char *
wire_entry_words(enum wire_dialect dialect, enum entry_kind kind)
{
    const char *own = dialects[dialect].entries[kind];
    return own != NULL ? own : wire_plain_entry_words[kind];
}

const char *
wire_reply_words(enum wire_dialect dialect, enum reply_kind kind)
{
    const char *own = dialects[dialect].replies[kind];
    return own != NULL ? own : wire_plain_reply_words[kind];
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

void
wire_encode_entry(uint32_t key, const struct entry *e, struct buf *out)
{
    enum wire_dialect dialect = wire_key_dialect(key);
    struct buf who = {0}, target = {0};
    struct words_fields fields = {
        .who = name_of(dialect, e->nick, e->label, &who),
        .target = name_of(dialect, e->target, e->target_label, &target),
        .room = e->room,
        .text = e->text,
        .shows_room = (key & WIRE_SHOWS_ROOM) != 0,
    };
    wire_words_expand(wire_entry_words(dialect, e->kind), &fields, out);
    buf_finish(&who);
    buf_finish(&target);
}

void
wire_encode_reply(uint32_t key, const struct reply *r, struct buf *out)
{
    enum wire_dialect dialect = wire_key_dialect(key);
    struct words_fields fields = {
        .who = r->nick,
        .nick = r->nick,
        .room = r->room,
        .text = r->text,
        .names = r->names,
        .count = r->count,
        .shows_room = (key & WIRE_SHOWS_ROOM) != 0,
    };
    wire_words_expand(wire_reply_words(dialect, r->kind), &fields, out);
}
