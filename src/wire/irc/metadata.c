#include "wire/irc/metadata.h"

#include "wire/irc/cap.h"
#include "wire/irc/encode.h"

/* Nothing else of ours stands between the two ends of a batch, so that one
 * reference does for all. */
#define REFERENCE "metadata"

/* The longest that there are fit into a line. */
#define KEYS_A_LINE 10

#define NOT_SET "766 {whose} {names} :key not set"

/* Rows beside those of words.c; NULL: they are the same in both drafts. */
static const struct {
    enum reply_kind kind;
    const char *batch;   /* its type; NULL: lines alone */
    const char *old;     /* in the second draft */
    const char *not_set; /* of a key that is not set */
    const char *old_not_set;
} rows[] = {
    {REPLY_METADATA, "metadata", NULL, NOT_SET, NULL},
    {REPLY_METADATA_SET, NULL, NULL, NOT_SET, NULL},
    {REPLY_METADATA_SYNC, "metadata", "METADATA {whose} {names} * :{text}",
     NULL, NULL},
    {REPLY_METADATA_NEWS, NULL, "METADATA {whose} {names} * :{text}", NOT_SET,
     "METADATA {whose} {names} *"},
    {REPLY_WHOIS_METADATA, NULL, NULL, NULL, NULL},
    {REPLY_METADATA_LATER, NULL, NULL, NULL, NULL},
    {REPLY_SUBSCRIBED, NULL, NULL, NULL, NULL},
    {REPLY_UNSUBSCRIBED, NULL, NULL, NULL, NULL},
    {REPLY_SUBSCRIPTIONS, "metadata-subs", NULL, NULL, NULL},
    {REPLY_METADATA_KEY_BAD, NULL,
     "FAIL METADATA KEY_INVALID {text} :A key has a-z 0-9 _ . / -", NULL, NULL},
    {REPLY_METADATA_VALUE_BAD, NULL,
     "FAIL METADATA VALUE_INVALID :It is longer than {count} bytes", NULL,
     NULL},
    {REPLY_METADATA_NOT_SET, NULL,
     "FAIL METADATA KEY_NOT_SET {whose} {text} :key not set", NULL, NULL},
    {REPLY_METADATA_FULL, NULL,
     "FAIL METADATA LIMIT_REACHED {whose} :There are {count} already", NULL,
     NULL},
    {REPLY_SUBSCRIPTIONS_FULL, NULL,
     "FAIL METADATA TOO_MANY_SUBS {text} :There are {count} already", NULL,
     NULL},
};

static size_t
find(enum reply_kind kind)
{
    size_t i = 0;
    while (i < COUNT_OF(rows) && rows[i].kind != kind)
        i++;
    return i;
}

bool
wire_irc_is_of_metadata(enum reply_kind kind)
{
    return find(kind) < COUNT_OF(rows);
}

static bool
is_old(uint32_t key)
{
    return (key & IRC_CAPS_OF_METADATA) == IRC_CAP_METADATA_2;
}

static const char *
row_of(enum reply_kind kind, uint32_t key)
{
    const char *old = rows[find(kind)].old;
    return is_old(key) && old != NULL ? old : wire_irc_reply_words[kind];
}

static const char *
row_of_note(enum reply_kind kind, uint32_t key, enum reply_note_state state)
{
    size_t i = find(kind);
    if (state == NOTE_HAS_BAD_KEY)
        return row_of(REPLY_METADATA_KEY_BAD, key);
    if (state == NOTE_IS_SET)
        return row_of(kind, key);
    CHECK(rows[i].not_set != NULL);
    return is_old(key) && rows[i].old_not_set != NULL ? rows[i].old_not_set
                                                      : rows[i].not_set;
}

static void
add_line(const char *row, const struct irc_fields *f, bool is_in_batch,
         struct buf *out)
{
    if (is_in_batch)
        buf_add(out, SPAN("@batch=" REFERENCE " "));
    wire_irc_add_row(span_of(row), f, out);
}

/* Of each its own fields. */
static void
add_notes(const struct reply *r, struct irc_fields f, bool is_in_batch,
          struct buf *out)
{
    for (size_t i = 0; i < r->notes_n; i++) {
        const struct reply_note *note = &r->notes[i];
        bool is_bad = note->state == NOTE_HAS_BAD_KEY;
        f.nick = note->nick;
        f.room = note->room;
        f.names = note->key;
        f.text = is_bad ? note->key : note->value;
        add_line(row_of_note(r->kind, f.key, note->state), &f, is_in_batch,
                 out);
    }
}

static void
add_keys(const struct reply *r, struct irc_fields f, bool is_in_batch,
         struct buf *out)
{
    struct span rest = r->names;
    while (rest.n > 0) {
        struct span from = rest;
        for (int i = 0; i < KEYS_A_LINE && rest.n > 0; i++)
            (void)span_word(&rest);
        f.names = span_trim(span_sub(from, 0, from.n - rest.n));
        add_line(row_of(r->kind, f.key), &f, is_in_batch, out);
    }
}

static void
add_lines(const struct reply *r, struct irc_fields *f, bool is_in_batch,
          struct buf *out)
{
    switch (r->kind) {
    case REPLY_METADATA:
    case REPLY_METADATA_SET:
    case REPLY_METADATA_SYNC:
    case REPLY_METADATA_NEWS:
    case REPLY_WHOIS_METADATA:
        add_notes(r, *f, is_in_batch, out);
        break;
    case REPLY_SUBSCRIBED:
    case REPLY_UNSUBSCRIBED:
    case REPLY_SUBSCRIPTIONS:
        add_keys(r, *f, is_in_batch, out);
        break;
    default:
        add_line(row_of(r->kind, f->key), f, is_in_batch, out);
        break;
    }
}

static void
begin_batch(const char *type, const struct reply *r, struct irc_fields *f,
            struct buf *out)
{
    buf_add_format(out, ":%.*s BATCH +" REFERENCE " %s", SPAN_ARG(f->source),
                   type);
    if (r->kind != REPLY_SUBSCRIPTIONS) {
        buf_add_byte(out, ' ');
        (void)wire_irc_add_field(out, SPAN("whose"), f, false);
    }
    buf_add(out, SPAN("\r\n"));
}

void
wire_irc_add_metadata(const struct reply *r, struct irc_fields *f,
                      struct buf *out)
{
    const char *type = rows[find(r->kind)].batch;
    bool has_batch = type != NULL && (f->key & IRC_CAP_BATCH);
    if ((r->flags & REPLY_IS_UNASKED) && !(f->key & IRC_CAPS_OF_METADATA))
        return;
    if (has_batch && !(r->flags & REPLY_HAS_BEGUN))
        begin_batch(type, r, f, out);
    add_lines(r, f, has_batch, out);
    if (has_batch && !(r->flags & REPLY_IS_UNFINISHED))
        buf_add_format(out, ":%.*s BATCH -" REFERENCE "\r\n",
                       SPAN_ARG(f->source));
}
