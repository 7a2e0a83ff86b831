#include "wire/words.h"

#include "base/utf8.h"
#include "wire/irc/format.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

/* IRC's colours are controls to a terminal; people without them read the
 * words. */
static void
add_cleaned(struct span text, struct buf *out)
{
    struct buf plain = {0};
    if (wire_irc_is_formatted(text)) {
        wire_irc_strip_format(text, &plain);
        text = buf_span(&plain);
    }
    utf8_clean(text, out);
    buf_finish(&plain);
}

/* Those that are texts: where in struct words_fields. What people say comes
 * first. */
static const struct {
    struct span name;
    size_t at;
} texts[] = {
#define X(name) {SPAN_INIT(#name), offsetof(struct words_fields, name)},
    X(who) X(text) X(target) X(nick) X(room) X(names) X(real) X(to) X(from)
#undef X
};

/* NULL: the field is no text. */
static const struct span *
find_text(struct span name, const struct words_fields *f)
{
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (span_equal(name, texts[i].name))
            return (const struct span *)(const void *)((const char *)f +
                                                       texts[i].at);
    }
    return NULL;
}

/* Append the field called `name`. False when it has nothing to say. */
static bool
add_field(struct span name, const struct words_fields *f, struct buf *out)
{
    const struct span *text = find_text(name, f);
    if (text != NULL) {
        add_cleaned(*text, out);
        return text->n > 0;
    }
    if (span_equal(name, SPAN("count"))) {
        buf_add_format(out, "%" PRIu64, f->count);
        return f->count > 0;
    }
    if (name.n == 0) { /* the two signs themselves */
        buf_add(out, SPAN("{}"));
        return true;
    }
    CHECK(span_equal(name, SPAN("in")));
    bool shows_room = f->shows_room || f->sign != 0;
    if (shows_room) {
        buf_add_byte(out, '[');
        if (f->sign != 0)
            buf_add_byte(out, (uint8_t)f->sign);
        utf8_clean(f->room, out);
        buf_add(out, SPAN("] "));
    }
    return shows_room;
}

void
wire_words_expand(const char *template, const struct words_fields *fields,
                  struct buf *out)
{
    struct span t = span_of(template);
    size_t group = SIZE_MAX; /* where in `out` the open <group> began */
    bool is_group_full = true;
    for (size_t at = 0; at < t.n; at++) {
        uint8_t c = span_get(t, at);
        if (c == '{') {
            size_t n = span_find(span_from(t, at), '}');
            CHECK(n < t.n - at);
            if (!add_field(span_sub(t, at + 1, n - 1), fields, out))
                is_group_full = false;
            at += n;
        } else if (c == '<') {
            group = out->n;
            is_group_full = true;
        } else if (c == '>') {
            if (!is_group_full)
                buf_truncate(out, group);
        } else {
            buf_add_byte(out, c);
        }
    }
    if (t.n > 0)
        buf_add_byte(out, '\n');
}
