#include "liao/prefix.h"

#include "wire/plain.h"

static const struct span own_words = SPAN_INIT("-- ");
static const struct span greeting = SPAN_INIT(PLAIN_TALK_GREETING);

/* `front` may still become `whole`. */
static bool
is_part_of(struct span front, struct span whole)
{
    return front.n < whole.n && span_starts(whole, front);
}

/* Part of a line, or all of it with its newline. */
static void
add_part(struct liao_prefix *p, struct span part, struct buf *out)
{
    if (p->is_inside) {
        buf_add(out, part);
        return;
    }
    buf_add(&p->front, part);
    struct span front = buf_span(&p->front);
    if (p->mode == LIAO_PREFIX_UNKNOWN) {
        if (is_part_of(front, greeting))
            return;
        p->mode = span_starts(front, greeting) ? LIAO_PREFIX_SERVER
                                               : LIAO_PREFIX_NONE;
    }
    if (p->mode == LIAO_PREFIX_SERVER) {
        if (is_part_of(front, own_words))
            return;
        if (!span_starts(front, own_words))
            buf_add(out, SPAN("server:"));
    }
    buf_add(out, front);
    buf_truncate(&p->front, 0);
    p->is_inside = true;
}

void
liao_prefix_add(struct liao_prefix *p, struct span bytes, struct buf *out)
{
    while (bytes.n > 0) {
        size_t n = span_find(bytes, '\n');
        struct span part = span_sub(bytes, 0, n + 1);
        add_part(p, part, out);
        if (n < bytes.n)
            p->is_inside = false;
        bytes = span_from(bytes, part.n);
    }
}

void
liao_prefix_finish(struct liao_prefix *p, struct buf *out)
{
    if (p->front.n > 0 && p->mode == LIAO_PREFIX_SERVER)
        buf_add(out, SPAN("server:"));
    buf_add(out, buf_span(&p->front));
    buf_finish(&p->front);
}
