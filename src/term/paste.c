#include "term/paste.h"

#include "base/utf8.h"

static const struct span mark_begin = SPAN_INIT("\x1b[200~");
static const struct span mark_end = SPAN_INIT("\x1b[201~");

#define ESC 0x1b

/* What is pasted beyond it is dropped. */
#define TEXT_BYTES (1u << 20)

void
term_paste_finish(struct term_paste *p)
{
    buf_finish(&p->keys);
    buf_finish(&p->text);
}

static size_t
find(struct span s, struct span what)
{
    for (size_t at = 0; at + what.n <= s.n; at++) {
        if (span_starts(span_from(s, at), what))
            return at;
    }
    return s.n;
}

/* How much of the end of `s` may be the front of `mark`; less than `least`
 * does not count. */
static size_t
front_of_mark(struct span s, struct span mark, size_t least)
{
    for (size_t n = mark.n - 1; n >= least; n--) {
        if (n <= s.n && span_equal(span_from(s, s.n - n), span_sub(mark, 0, n)))
            return n;
    }
    return 0;
}

static enum term_paste_found
take_pasted(struct term_paste *p)
{
    struct span keys = buf_span(&p->keys);
    size_t n = find(keys, mark_end);
    bool is_whole = n < keys.n;
    if (!is_whole)
        n -= front_of_mark(keys, mark_end, 1);
    size_t room = TEXT_BYTES - p->text.n;
    buf_add(&p->text, span_sub(keys, 0, n < room ? n : room));
    buf_drop_front(&p->keys, is_whole ? n + mark_end.n : n);
    p->is_open = !is_whole;
    return is_whole ? TERM_PASTE_WHOLE : TERM_PASTE_MORE;
}

/* The mark whose ESC came alone. True: that is settled, *found says how. */
static bool
take_rest_of_mark(struct term_paste *p, enum term_paste_found *found)
{
    struct span keys = buf_span(&p->keys);
    struct span rest = span_from(mark_begin, 1);
    p->is_open = span_starts(keys, rest);
    if (p->is_open) {
        buf_drop_front(&p->keys, rest.n);
        p->is_escaped = false;
    }
    *found = p->is_open ? TERM_PASTE_TYPED : TERM_PASTE_MORE;
    return p->is_open || span_starts(rest, keys);
}

static enum term_paste_found
take_typed(struct term_paste *p, struct buf *typed)
{
    struct span keys = buf_span(&p->keys);
    enum term_paste_found found;
    if (p->is_escaped && take_rest_of_mark(p, &found))
        return found;
    size_t n = find(keys, mark_begin);
    p->is_open = n < keys.n;
    if (!p->is_open)
        n -= front_of_mark(keys, mark_begin, 2);
    struct span front = span_sub(keys, 0, n);
    if (n == keys.n)
        front.n -= utf8_held_tail(front);
    (void)utf8_mend(front, typed); /* some of readline's loops never end else */
    n = front.n;
    p->is_escaped = n > 0 && span_get(front, n - 1) == ESC;
    buf_drop_front(&p->keys, p->is_open ? n + mark_begin.n : n);
    return n > 0 || p->is_open ? TERM_PASTE_TYPED : TERM_PASTE_MORE;
}

enum term_paste_found
term_paste_next(struct term_paste *p, struct buf *typed)
{
    if (p->keys.n == 0)
        return TERM_PASTE_MORE;
    return p->is_open ? take_pasted(p) : take_typed(p, typed);
}

bool
term_paste_line(struct span *rest, struct span *line)
{
    if (rest->n == 0)
        return false;
    size_t n = 0;
    while (n < rest->n && span_get(*rest, n) != '\r' &&
           span_get(*rest, n) != '\n')
        n++;
    *line = span_sub(*rest, 0, n);
    bool is_pair = n + 1 < rest->n && span_get(*rest, n) == '\r' &&
                   span_get(*rest, n + 1) == '\n';
    *rest = span_from(*rest, n + (is_pair ? 2 : 1));
    return true;
}

size_t
term_paste_count(struct span text)
{
    struct span line;
    size_t n = 0;
    while (term_paste_line(&text, &line))
        n++;
    return n;
}
