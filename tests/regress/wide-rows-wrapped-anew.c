/*
 * A Chinese line over two rows, and the window was made narrower: copies of
 * its front stayed on the screen. The terminal had wrapped each row anew, into
 * as many as the row's width gave when divided by the columns, we thought; but
 * a wide character that does not fit into the last column goes to the next row
 * and leaves a hole, so there were more. Keys, messages and sizes at random,
 * and a model of the screen, told.
 */
#include "term/line.h"

#include <stdio.h>

int
main(void)
{
    struct term_line line = {0};
    struct buf drawn = {0}, hidden = {0};
    /* "> 你你你你" and "你" on 10 columns; on 5 they are "> 你", "你你", "你"
     * and "你". */
    struct span text = SPAN("你你你你你");
    term_line_draw(&line, (struct term_screen){.columns = 10, .rows = 6},
                   SPAN("> "), text, text.n, &drawn);
    term_line_hide(&line, 5, &hidden);
    bool is_right = span_starts(buf_span(&hidden), SPAN("\x1b[3A"));
    if (!is_right)
        fprintf(stderr, "not three rows up, but %.*s\n",
                SPAN_ARG(span_from(buf_span(&hidden), 1)));
    term_line_finish(&line);
    buf_finish(&drawn);
    buf_finish(&hidden);
    return !is_right;
}
