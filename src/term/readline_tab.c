/*
 * Tab: what the word becomes says term/tab.c; here it becomes so.
 */
#include "term/readline_priv.h"

int
term_readline_complete(int count, int key)
{
    (void)count, (void)key;
    struct span before = span_sub(term_readline_line(), 0, (size_t)rl_point);
    struct buf word = {0};
    size_t at;
    if (term_complete(&term_readline->term, before, &at, &word)) {
        buf_add_byte(&word, '\0');
        rl_begin_undo_group();
        rl_delete_text((int)at, rl_point);
        rl_point = (int)at;
        rl_insert_text((const char *)word.at);
        rl_end_undo_group();
    }
    buf_finish(&word);
    return 0;
}
