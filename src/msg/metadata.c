#include "msg/metadata.h"

#include "base/alloc.h"
#include "msg/limits.h"

#include <stdlib.h>

/* -- texts ------------------------------------------------------------------- */

bool
msg_metadata_is_key(struct span key)
{
    for (size_t i = 0; i < key.n; i++) {
        uint8_t c = span_get(key, i);
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!is_letter && c != '_' && c != '.' && c != '/' && c != '-')
            return false;
    }
    return key.n > 0 && key.n <= LIMIT_METADATA_KEY_BYTES;
}

bool
msg_metadata_next(struct span *rest, struct reply_note *note)
{
    struct span line = span_sub(*rest, 0, span_find(*rest, '\n'));
    note->state = NOTE_IS_SET;
    note->key = span_sub(line, 0, span_find(line, ' '));
    note->value = span_from(line, note->key.n + 1);
    *rest = span_from(*rest, line.n + 1);
    return line.n > 0;
}

static bool
find(struct span values, struct span key, struct reply_note *note)
{
    while (msg_metadata_next(&values, note)) {
        if (span_equal(note->key, key))
            return true;
    }
    return false;
}

bool
msg_metadata_is_subscribed(struct span keys, struct span key)
{
    struct span word;
    while ((word = span_word(&keys)).n > 0) {
        if (span_equal(word, key))
            return true;
    }
    return false;
}

static void
replace(struct span *text, struct buf *made)
{
    span_free(text);
    *text = span_copy(buf_span(made));
    buf_finish(made);
}

static void
add_line(struct buf *out, struct span key, struct span value)
{
    buf_add(out, key);
    buf_add_byte(out, ' ');
    buf_add(out, value);
    buf_add_byte(out, '\n');
}

static void
add_word(struct buf *out, struct span word)
{
    if (out->n > 0)
        buf_add_byte(out, ' ');
    buf_add(out, word);
}

void
msg_notes_add(struct notes *notes, const struct reply_note *note)
{
    if (notes->n == notes->cap) {
        notes->cap = notes->cap == 0 ? 8 : 2 * notes->cap;
        notes->at = alloc_resize(notes->at, notes->cap * sizeof(*notes->at));
    }
    notes->at[notes->n++] = *note;
}

void
msg_notes_finish(struct notes *notes)
{
    free(notes->at);
    *notes = (struct notes){0};
}

/* -- values ------------------------------------------------------------------ */

static void
tell_notes(const struct metadata *m, enum reply_kind kind,
           const struct notes *notes, metadata_tell_fn *tell, void *ctx)
{
    tell(ctx, &(struct reply){.kind = kind,
                              .nick = m->nick,
                              .room = m->room,
                              .notes = notes->at,
                              .notes_n = notes->n});
}

static void
refuse(const struct metadata *m, enum reply_kind kind, struct span key,
       uint64_t most, metadata_tell_fn *tell, void *ctx)
{
    tell(ctx, &(struct reply){.kind = kind,
                              .nick = m->nick,
                              .room = m->room,
                              .text = key,
                              .count = most});
}

static bool
has(const struct notes *notes, struct span key)
{
    for (size_t i = 0; i < notes->n; i++) {
        if (span_equal(notes->at[i].key, key))
            return true;
    }
    return false;
}

/* All of them, or those asked for, one by one: each once, or a short line would
 * have a long answer. */
static void
show(const struct metadata *m, struct span asked, metadata_tell_fn *tell,
     void *ctx)
{
    struct notes notes = {0};
    struct reply_note note;
    struct span rest = *m->values, key;
    bool is_all = asked.n == 0;
    while (is_all && msg_metadata_next(&rest, &note)) {
        note.nick = m->nick;
        note.room = m->room;
        msg_notes_add(&notes, &note);
    }
    while ((key = span_word(&asked)).n > 0) {
        if (has(&notes, key))
            continue;
        if (!find(*m->values, key, &note))
            note = (struct reply_note){
                .state = msg_metadata_is_key(key) ? NOTE_IS_NOT_SET
                                                  : NOTE_HAS_BAD_KEY,
                .key = key,
            };
        note.nick = m->nick;
        note.room = m->room;
        msg_notes_add(&notes, &note);
    }
    tell_notes(m, REPLY_METADATA, &notes, tell, ctx);
    msg_notes_finish(&notes);
}

/* Where it was, or behind the last. False: there are too many already. */
static bool
put(struct span *values, struct span key, struct span value)
{
    struct buf made = {0};
    struct span rest = *values;
    struct reply_note note;
    bool is_put = false;
    size_t n = 0;
    for (; msg_metadata_next(&rest, &note); n++) {
        bool is_it = span_equal(note.key, key);
        add_line(&made, note.key, is_it ? value : note.value);
        is_put = is_put || is_it;
    }
    if (!is_put && n < LIMIT_METADATA_KEYS) {
        add_line(&made, key, value);
        is_put = true;
    }
    if (is_put)
        replace(values, &made);
    buf_finish(&made);
    return is_put;
}

static void
take_away(struct span *values, struct span key)
{
    struct buf made = {0};
    struct span rest = *values;
    struct reply_note note;
    while (msg_metadata_next(&rest, &note)) {
        if (!span_equal(note.key, key))
            add_line(&made, note.key, note.value);
    }
    replace(values, &made);
}

static bool
set(const struct metadata *m, const struct msg *asked, metadata_tell_fn *tell,
    void *ctx)
{
    struct span key = span_sub(asked->text, 0, span_find(asked->text, ' '));
    struct span value = span_from(asked->text, key.n + 1);
    struct reply_note note = {.nick = m->nick, .room = m->room, .key = key};
    struct reply_note old;
    if (!msg_metadata_is_key(key)) {
        refuse(m, REPLY_METADATA_KEY_BAD, key, 0, tell, ctx);
        return false;
    }
    if (value.n > LIMIT_METADATA_VALUE_BYTES ||
        span_find(value, '\n') < value.n) {
        refuse(m, REPLY_METADATA_VALUE_BAD, key, LIMIT_METADATA_VALUE_BYTES,
               tell, ctx);
        return false;
    }
    if (asked->kind == MSG_METADATA_UNSET) {
        if (!find(*m->values, key, &old)) {
            refuse(m, REPLY_METADATA_NOT_SET, key, 0, tell, ctx);
            return false;
        }
        note.state = NOTE_IS_NOT_SET;
        take_away(m->values, key);
    } else if (!put(m->values, key, value)) {
        refuse(m, REPLY_METADATA_FULL, key, LIMIT_METADATA_KEYS, tell, ctx);
        return false;
    }
    note.value = value;
    tell_notes(m, REPLY_METADATA_SET, &(struct notes){.at = &note, .n = 1},
               tell, ctx);
    return true;
}

static bool
clear(const struct metadata *m, metadata_tell_fn *tell, void *ctx)
{
    struct notes notes = {0};
    struct reply_note note;
    struct span rest = *m->values;
    bool is_change = rest.n > 0;
    while (msg_metadata_next(&rest, &note)) {
        note.state = NOTE_IS_NOT_SET;
        note.nick = m->nick;
        note.room = m->room;
        msg_notes_add(&notes, &note);
    }
    tell_notes(m, REPLY_METADATA, &notes, tell, ctx);
    msg_notes_finish(&notes);
    span_free(m->values);
    return is_change;
}

/* -- subscriptions ----------------------------------------------------------- */

static size_t
count_words(struct span words)
{
    size_t n = 0;
    while (span_word(&words).n > 0)
        n++;
    return n;
}

static void
tell_keys(enum reply_kind kind, struct span keys, metadata_tell_fn *tell,
          void *ctx)
{
    if (keys.n > 0)
        tell(ctx, &(struct reply){.kind = kind, .names = keys});
}

/* In order; at the first one that is too many it ends. */
static bool
subscribe(const struct metadata *m, struct span asked, metadata_tell_fn *tell,
          void *ctx)
{
    struct buf keys = {0}, done = {0};
    struct span key;
    size_t n = count_words(*m->keys), before = n;
    buf_add(&keys, *m->keys);
    while ((key = span_word(&asked)).n > 0) {
        bool is_new = !msg_metadata_is_subscribed(buf_span(&keys), key);
        if (!msg_metadata_is_key(key)) {
            refuse(m, REPLY_METADATA_KEY_BAD, key, 0, tell, ctx);
            continue;
        }
        if (is_new && n == LIMIT_SUBSCRIPTIONS) {
            refuse(m, REPLY_SUBSCRIPTIONS_FULL, key, n, tell, ctx);
            break;
        }
        add_word(&done, key);
        if (is_new) {
            add_word(&keys, key);
            n++;
        }
    }
    tell_keys(REPLY_SUBSCRIBED, buf_span(&done), tell, ctx);
    replace(m->keys, &keys);
    buf_finish(&done);
    return n > before;
}

static void
unsubscribe(const struct metadata *m, struct span asked, metadata_tell_fn *tell,
            void *ctx)
{
    struct buf keys = {0}, done = {0};
    struct span rest = *m->keys, key;
    while ((key = span_word(&rest)).n > 0) {
        if (!msg_metadata_is_subscribed(asked, key))
            add_word(&keys, key);
    }
    while ((key = span_word(&asked)).n > 0) {
        if (msg_metadata_is_key(key))
            add_word(&done, key);
        else
            refuse(m, REPLY_METADATA_KEY_BAD, key, 0, tell, ctx);
    }
    tell_keys(REPLY_UNSUBSCRIBED, buf_span(&done), tell, ctx);
    replace(m->keys, &keys);
    buf_finish(&done);
}

bool
msg_metadata_is_of_keys(enum msg_kind kind)
{
    return kind == MSG_SUBSCRIBE || kind == MSG_UNSUBSCRIBE ||
           kind == MSG_SUBSCRIPTIONS;
}

bool
msg_metadata_apply(const struct metadata *m, const struct msg *asked,
                   metadata_tell_fn *tell, void *ctx)
{
    CHECK(!msg_metadata_is_of_keys(asked->kind) || m->keys != NULL);
    switch (asked->kind) {
    case MSG_METADATA:
        show(m, asked->text, tell, ctx);
        return false;
    case MSG_METADATA_SET:
    case MSG_METADATA_UNSET:
        return set(m, asked, tell, ctx);
    case MSG_METADATA_CLEAR:
        return clear(m, tell, ctx);
    case MSG_SUBSCRIBE:
        return subscribe(m, asked->text, tell, ctx);
    case MSG_UNSUBSCRIBE:
        unsubscribe(m, asked->text, tell, ctx);
        return false;
    default:
        CHECK(asked->kind == MSG_SUBSCRIPTIONS);
        tell(ctx,
             &(struct reply){.kind = REPLY_SUBSCRIPTIONS, .names = *m->keys});
        return false;
    }
}
