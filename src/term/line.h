/*
 * The line that is being typed, drawn at the bottom of what was shown:
 *
 *      bob: hi                          shown, the terminal's own
 *      > 你好, this is a long line th   row 0        } drawn, ours:
 *      at wraps|                        row 1, cursor} erased and drawn anew
 *
 * Rows are broken by us, before the terminal would, and the cursor's column
 * is reached by printing what is before it: so only the number of rows has to
 * be right, whatever the terminal thinks of a cluster's width.
 *
 * Pure: bytes for the terminal go into a buf.
 */
#ifndef TERM_LINE_H
#define TERM_LINE_H

#include "base/bytes.h"

struct term_screen {
    unsigned columns;
    unsigned rows;
};

struct term_line {
    bool is_drawn;
    struct buf rows; /* as they were drawn, separated by newlines */
    size_t cursor;   /* the byte of `rows` that it stands on, or the end */
};

void term_line_finish(struct term_line *l);

/*
 * Draw `text` behind `prompt` with the cursor at its byte `cursor`. The
 * terminal's cursor is at the start of an empty row. If there are more rows
 * than the screen has, those around the cursor are drawn.
 */
void term_line_draw(struct term_line *l, struct term_screen screen,
                    struct span prompt, struct span text, size_t cursor,
                    struct buf *out);

/*
 * Erase what was drawn: the cursor is then where the line began. `columns`
 * may be fewer than when it was drawn; the terminal has wrapped the rows
 * anew then.
 */
void term_line_hide(struct term_line *l, unsigned columns, struct buf *out);

/* Leave it standing: the cursor goes to the row below. */
void term_line_leave(struct term_line *l, unsigned columns, struct buf *out);

/* It is gone from the screen, by other means than ours. */
void term_line_forget(struct term_line *l);

#endif
