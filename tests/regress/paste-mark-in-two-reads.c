/*
 * A terminal over a slow link: the ESC of the mark before a paste came in one
 * read, its rest, "[200~", in the next. A lone ESC is a key, so it was taken
 * as one; then the mark was not known any more, its rest stood in the line,
 * and each pasted line was sent as soon as its newline came: nobody was
 * asked. Keys given to the editor in crumbs of every size would have told.
 */
#include "term/paste.h"

#include <stdio.h>

int
main(void)
{
    struct term_paste p = {0};
    struct buf typed = {0};
    buf_add(&p.keys, SPAN("\x1b"));
    CHECK(term_paste_next(&p, &typed) == TERM_PASTE_TYPED);
    buf_truncate(&typed, 0);
    buf_add(&p.keys, SPAN("[200~rm -rf\rls\r"));
    enum term_paste_found found;
    while ((found = term_paste_next(&p, &typed)) == TERM_PASTE_TYPED)
        continue;
    buf_add(&p.keys, SPAN("\x1b[201~"));
    bool is_whole = term_paste_next(&p, &typed) == TERM_PASTE_WHOLE;
    if (typed.n > 0)
        fprintf(stderr, "typed: %.*s\n", SPAN_ARG(buf_span(&typed)));
    bool is_right = is_whole && typed.n == 0 &&
                    span_equal(buf_span(&p.text), SPAN("rm -rf\rls\r"));
    buf_finish(&typed);
    term_paste_finish(&p);
    return !is_right;
}
