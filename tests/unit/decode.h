/*
 * Runs a vector of what peers send:
 *
 *     in BYTES    they come at once
 *     end         nothing will follow
 *     msg KIND    is what they mean, with these fields:
 *         nick room text
 *         sign    of those in the room who are meant
 *         mended  the bytes were not UTF-8
 */
#ifndef UNIT_DECODE_H
#define UNIT_DECODE_H

#include "unit/cmocka_all.h"

#include "msg/msg.h"
#include "support/vectors.h"
#include "wire/frames.h"
#include "wire/plain.h"

#include <ctype.h>

static const char *const decode_kinds[] = {
#define X(name) #name,
    MSG_KINDS(X)
#undef X
};

/* A message in words, so that messages can be compared and shown. */
static inline void
decode_describe(const struct msg *m, struct buf *out)
{
    buf_add_format(out, "%s%s", decode_kinds[m->kind],
                   m->was_mended ? ", mended" : "");
    const struct span fields[] = {m->nick, m->room, m->text};
    static const char *const names[] = {"nick", "room", "text"};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (fields[i].n == 0)
            continue;
        buf_add_format(out, ", %s: ", names[i]);
        buf_add(out, fields[i]);
    }
    if (m->audience != AUDIENCE_ALL)
        buf_add_format(out, ", sign: %c", msg_audience_sign(m->audience));
    buf_add(out, SPAN("\n"));
}

struct decoder {
    struct wire_frames frames;
    struct buf in;
    struct buf scratch;
    struct buf described;
};

static inline void
decode_feed(struct decoder *d, struct span piece, bool is_end)
{
    size_t at = 0;
    buf_add(&d->in, piece);
    for (;;) {
        struct wire_frame frame;
        size_t used;
        enum wire_result result = wire_frames_next(
            &d->frames, span_from(buf_span(&d->in), at), is_end, &frame, &used);
        if (result == WIRE_MORE && used == 0)
            break;
        struct msg m = {.kind = MSG_TOO_LONG};
        if (result == WIRE_OK)
            wire_plain_parse(frame.text, frame.is_rest, &d->scratch, &m);
        if (result != WIRE_MORE)
            decode_describe(&m, &d->described);
        at += used;
    }
    buf_drop_front(&d->in, at);
}

static inline void
decode_finish(struct decoder *d)
{
    buf_finish(&d->in);
    buf_finish(&d->scratch);
    buf_finish(&d->described);
}

static inline bool
decode_is(const struct vector_line *line, const char *key)
{
    return strcmp(line->key, key) == 0;
}

/* What the vector expects. */
static inline struct buf
decode_expected(const struct vector *v)
{
    struct buf out = {0};
    struct msg m = {0};
    bool has_msg = false;
    for (size_t i = 0; i < v->n; i++) {
        const struct vector_line *line = &v->lines[i];
        struct span value = buf_span(&line->value);
        if (decode_is(line, "msg")) {
            if (has_msg)
                decode_describe(&m, &out);
            size_t kind = 0;
            while (kind < COUNT_OF(decode_kinds) &&
                   !span_equal(value, span_of(decode_kinds[kind])))
                kind++;
            assert_true(kind < COUNT_OF(decode_kinds));
            m = (struct msg){.kind = (enum msg_kind)kind};
            has_msg = true;
        } else if (decode_is(line, "nick")) {
            m.nick = value;
        } else if (decode_is(line, "room")) {
            m.room = value;
        } else if (decode_is(line, "text")) {
            m.text = value;
        } else if (decode_is(line, "sign")) {
            m.audience = msg_audience_of((char)span_get(value, 0));
        } else if (decode_is(line, "mended")) {
            m.was_mended = true;
        } else {
            assert_true(decode_is(line, "in") || decode_is(line, "end"));
        }
    }
    if (has_msg)
        decode_describe(&m, &out);
    return out;
}

static inline bool
decode_has_end(const struct vector *v)
{
    for (size_t i = 0; i < v->n; i++) {
        if (decode_is(&v->lines[i], "end"))
            return true;
    }
    return false;
}

#endif
