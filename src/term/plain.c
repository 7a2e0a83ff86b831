/*
 * Without an editor of ours: the terminal edits the line (cooked mode) and
 * echoes it, or a pipe brings it; what is shown is just written. No colour,
 * no cursor movement: right for screen readers, dumb terminals and logs.
 */
#include "term/term.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_BYTES 4096

/* A line that is longer comes in pieces. */
#define LINE_BYTES (64u << 10)

struct plain {
    struct term term;
    struct buf line; /* until its newline comes */
};

static struct plain *
plain_of(struct term *t)
{
    return CONTAINER_OF(t, struct plain, term);
}

static struct term *
plain_create(const struct term_setup *setup)
{
    struct plain *p = ALLOC(struct plain);
    term_init(&p->term, &term_plain_ops, setup);
    p->term.is_dirty = false;
    return &p->term;
}

static void
plain_close(struct term *t)
{
    term_flush(t);
}

static void
plain_destroy(struct term *t)
{
    struct plain *p = plain_of(t);
    buf_finish(&p->line);
    term_finish(t);
    free(p);
}

static void
give_line(struct plain *p, struct span line)
{
    if (line.n > 0 && span_get(line, line.n - 1) == '\r')
        line.n--;
    p->term.setup.on_line(p->term.setup.owner, line);
}

static void
give_lines(struct plain *p)
{
    for (;;) {
        struct span all = buf_span(&p->line);
        size_t n = span_find(all, '\n');
        if (n == all.n && n < LINE_BYTES)
            return;
        give_line(p, span_sub(all, 0, n));
        buf_drop_front(&p->line, n < all.n ? n + 1 : n);
    }
}

static void
plain_read(struct term *t)
{
    struct plain *p = plain_of(t);
    uint8_t *at = buf_reserve(&p->line, READ_BYTES);
    ssize_t n = read(t->setup.in, at, READ_BYTES);
    if (n > 0) {
        p->line.n += (size_t)n;
        give_lines(p);
        return;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (p->line.n > 0) /* a last line without a newline is a line */
        give_line(p, buf_span(&p->line));
    buf_truncate(&p->line, 0);
    term_end(t);
}

static void
plain_draw(struct term *t)
{
    buf_add(&t->out, buf_span(&t->above));
}

static void
plain_suspend(struct term *t)
{
    term_flush(t);
}

static bool
plain_resume(struct term *t)
{
    /* In the background we may still write, as the terminal allows; reading
     * would stop us. */
    return !isatty(t->setup.in) || tcgetpgrp(t->setup.in) == getpgrp();
}

const struct term_ops term_plain_ops = {
    .name = "plain",
    .keeps_typed = true,
    .create = plain_create,
    .close = plain_close,
    .destroy = plain_destroy,
    .read = plain_read,
    .draw = plain_draw,
    .suspend = plain_suspend,
    .resume = plain_resume,
};
