/*
 * The small editor, for programs that do without readline: keys to
 * term/typed.c, what was pasted (term/paste.h) as text, a line each, and
 * term/line.c draws.
 */
#include "term/term.h"

#include "base/alloc.h"
#include "term/paste.h"
#include "term/tty.h"
#include "term/typed.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_BYTES 4096

struct edit {
    struct term term;
    struct term_line line;
    struct term_paste paste;
    struct term_typed typed;
};

static struct edit *
edit_of(struct term *t)
{
    return CONTAINER_OF(t, struct edit, term);
}

static struct term *
edit_create(const struct term_setup *setup)
{
    if (!term_tty_take(setup->in, setup->out))
        return NULL;
    struct edit *e = ALLOC(struct edit);
    term_init(&e->term, &term_edit_ops, setup);
    return &e->term;
}

static void
edit_close(struct term *t)
{
    struct edit *e = edit_of(t);
    term_drawn_close(t, &e->line, e->typed.line.n > 0);
}

static void
edit_destroy(struct term *t)
{
    struct edit *e = edit_of(t);
    term_line_finish(&e->line);
    term_paste_finish(&e->paste);
    term_typed_finish(&e->typed);
    term_finish(t);
    free(e);
}

/* -- reading ---------------------------------------------------------------- */

static void
give_line(struct edit *e)
{
    struct term_setup *setup = &e->term.setup;
    setup->on_line(setup->owner, buf_span(&e->typed.line));
    term_typed_next(&e->typed);
}

static void
complete(struct edit *e)
{
    struct span before = span_sub(buf_span(&e->typed.line), 0, e->typed.cursor);
    struct buf word = {0};
    size_t at;
    if (term_complete(&e->term, before, &at, &word))
        term_typed_replace(&e->typed, at, buf_span(&word));
    buf_finish(&word);
}

static void
type(struct edit *e, struct span keys)
{
    while (keys.n > 0 && !e->term.is_ended) {
        switch (term_typed_keys(&e->typed, &keys)) {
        case TERM_TYPED_LINE:
            give_line(e);
            break;
        case TERM_TYPED_END:
            term_end(&e->term);
            break;
        case TERM_TYPED_TAB:
            complete(e);
            break;
        case TERM_TYPED_CLEAR:
            term_drawn_clear(&e->term, &e->line);
            break;
        case TERM_TYPED_MORE:
            break;
        }
    }
}

/* The last line waits for Enter. */
static void
take_paste(struct edit *e)
{
    struct span rest = buf_span(&e->paste.text);
    struct span line;
    while (term_paste_line(&rest, &line)) {
        term_typed_insert(&e->typed, line);
        if (rest.n > 0)
            give_line(e);
    }
    buf_truncate(&e->paste.text, 0);
}

/* False: more has to come first. */
static bool
take_keys(struct edit *e)
{
    struct buf typed = {0};
    enum term_paste_found found = term_paste_next(&e->paste, &typed);
    if (found == TERM_PASTE_WHOLE)
        take_paste(e);
    else
        type(e, buf_span(&typed));
    buf_finish(&typed);
    return found != TERM_PASTE_MORE && !e->term.is_ended;
}

static void
edit_read(struct term *t)
{
    struct edit *e = edit_of(t);
    uint8_t *at = buf_reserve(&e->paste.keys, READ_BYTES);
    ssize_t n = read(t->setup.in, at, READ_BYTES);
    if (n > 0)
        e->paste.keys.n += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        term_end(t); /* the terminal is gone */
    while (take_keys(e))
        continue;
    t->is_dirty = true;
}

/* -- drawing ---------------------------------------------------------------- */

static void
edit_draw(struct term *t)
{
    struct edit *e = edit_of(t);
    term_drawn_draw(t, &e->line, span_of(t->setup.prompt),
                    buf_span(&e->typed.line), e->typed.cursor);
}

static void
edit_suspend(struct term *t)
{
    term_drawn_suspend(t, &edit_of(t)->line);
}

static bool
edit_resume(struct term *t)
{
    return term_drawn_resume(t, &edit_of(t)->line);
}

const struct term_ops term_edit_ops = {
    .name = "edit",
    .create = edit_create,
    .close = edit_close,
    .destroy = edit_destroy,
    .read = edit_read,
    .draw = edit_draw,
    .suspend = edit_suspend,
    .resume = edit_resume,
};
