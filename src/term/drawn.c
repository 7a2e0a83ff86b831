/*
 * What all editors that draw their line do: it stands below what is shown,
 * and the terminal is theirs while it does.
 */
#include "term/term.h"

#include "term/tty.h"

static unsigned
columns(const struct term *t)
{
    return term_tty_screen(t->setup.out).columns;
}

void
term_drawn_draw(struct term *t, struct term_line *line, struct span prompt,
                struct span text, size_t cursor)
{
    struct term_screen screen = term_tty_screen(t->setup.out);
    term_line_hide(line, screen.columns, &t->out);
    buf_add(&t->out, buf_span(&t->above));
    term_line_draw(line, screen, prompt, text, cursor, &t->out);
}

/* Into the scrollback goes what was said, not what is being typed. */
void
term_drawn_clear(struct term *t, struct term_line *line)
{
    term_line_hide(line, columns(t), &t->out);
    buf_add(&t->out, SPAN("\x1b[H\x1b[2J"));
    t->is_dirty = true;
}

void
term_drawn_suspend(struct term *t, struct term_line *line)
{
    term_line_hide(line, columns(t), &t->out);
    term_flush(t);
    term_tty_give_back();
}

bool
term_drawn_resume(struct term *t, struct term_line *line)
{
    term_line_forget(line);
    return term_tty_retake(t->setup.in, t->setup.out);
}

void
term_drawn_close(struct term *t, struct term_line *line, bool stays)
{
    if (stays)
        term_line_leave(line, columns(t), &t->out);
    else
        term_line_hide(line, columns(t), &t->out);
    term_flush(t);
    term_tty_give_back();
}
