/*
 * What keys do where readline would do something else: characters are what
 * one sees as one (grapheme clusters), the history is ours to walk, and what
 * readline 8.2 has turned out to be fragile in has no key.
 */
#include "term/readline_priv.h"

#include "term/width.h"

#include <stdlib.h>
#include <string.h>

#define BACKSPACE 0x08 /* Ctrl-H; what some terminals' key sends */
#define DELETE 0x7f    /* and most others' */

/* By what one sees as a character, not by code points. */
static int
step_forward(int count, int key)
{
    if (count < 0)
        return rl_forward_char(count, key);
    for (; count > 0 && rl_point < rl_end; count--) {
        struct span rest = span_from(term_readline_line(), (size_t)rl_point);
        rl_point += (int)term_width_next(rest).bytes;
    }
    return 0;
}

static int
step_backward(int count, int key)
{
    if (count < 0)
        return rl_backward_char(count, key);
    for (; count > 0 && rl_point > 0; count--)
        rl_point =
            (int)term_width_begin(term_readline_line(), (size_t)rl_point - 1);
    return 0;
}

static int
erase_backward(int count, int key)
{
    if (count != 1)
        return rl_rubout(count, key);
    int end = rl_point;
    step_backward(1, key);
    rl_delete_text(rl_point, end);
    return 0;
}

static int
erase_forward(int count, int key)
{
    if (count != 1)
        return rl_delete(count, key);
    int begin = rl_point;
    step_forward(1, key);
    rl_delete_text(begin, rl_point);
    rl_point = begin;
    return 0;
}

/* Ctrl-D: an empty line ends the chat. */
static int
erase_or_end(int count, int key)
{
    if (rl_end > 0)
        return erase_forward(count, key);
    term_end(&term_readline->term);
    return 0;
}

/* -- history: we walk, readline searches ------------------------------------ */

static void
replace_line(struct span text)
{
    struct buf line = {0};
    buf_add(&line, text);
    buf_add_byte(&line, '\0');
    rl_replace_line((const char *)line.at, 1);
    rl_point = rl_end;
    buf_finish(&line);
}

static int
walk_to(int back)
{
    if (back < 0 || back > history_length)
        return 0;
    if (term_readline->back == 0) {
        buf_truncate(&term_readline->stash, 0);
        buf_add(&term_readline->stash, term_readline_line());
    }
    term_readline->back = back;
    HIST_ENTRY *entry =
        back == 0 ? NULL : history_get(history_base + history_length - back);
    replace_line(entry == NULL ? buf_span(&term_readline->stash)
                               : span_of(entry->line));
    return 0;
}

static int
walk_back(int count, int key)
{
    (void)count, (void)key;
    return walk_to(term_readline->back + 1);
}

static int
walk_forward(int count, int key)
{
    (void)count, (void)key;
    return walk_to(term_readline->back - 1);
}

void
term_readline_leave_history(void)
{
    if (!RL_ISSTATE(RL_STATE_ISEARCH))
        using_history();
}

void
term_readline_remember(const char *line)
{
    HIST_ENTRY *last = history_get(history_base + history_length - 1);
    bool is_same = last != NULL && strcmp(last->line, line) == 0;
    if (span_trim(span_of(line)).n > 0 && !is_same)
        add_history(line);
}

static int
clear_screen(int count, int key)
{
    (void)count, (void)key;
    term_drawn_clear(&term_readline->term, &term_readline->line);
    return 0;
}

/*
 * Readline's search takes the key of rl_rubout, and no other, for the one
 * that erases in what is searched for. So that function has Ctrl-H, and is
 * heard in searches only: whatever the terminal's Backspace sends, here it
 * becomes the one or the other.
 */
int
term_readline_translate(int key)
{
    if (key != BACKSPACE && key != DELETE)
        return key;
    return RL_ISSTATE(RL_STATE_ISEARCH) ? BACKSPACE : DELETE;
}

/* -- which keys -------------------------------------------------------------- */

static void
bind_everywhere(const char *keys, rl_command_func_t *command)
{
    static const char *const maps[] = {"emacs-standard", "vi-insert"};
    for (size_t i = 0; i < COUNT_OF(maps); i++)
        rl_bind_keyseq_in_map(keys, command, rl_get_keymap_by_name(maps[i]));
}

static void
bind_keys(void)
{
    static const struct {
        const char *keys;
        rl_command_func_t *command;
    } bindings[] = {
        {"\\e[A", walk_back},
        {"\\eOA", walk_back},
        {"\\C-p", walk_back},
        {"\\e[B", walk_forward},
        {"\\eOB", walk_forward},
        {"\\C-n", walk_forward},
        {"\\t", term_readline_complete},
        {"\\C-d", erase_or_end},
        {"\\C-l", clear_screen},
        {"\\C-h", rl_rubout},
        {"\\C-?", erase_backward},
        {"\\e[3~", erase_forward},
        {"\\e[C", step_forward},
        {"\\eOC", step_forward},
        {"\\e[D", step_backward},
        {"\\eOD", step_backward},
        {"\\e[1~", rl_beg_of_line},
        {"\\e[4~", rl_end_of_line},
        {"\\e[H", rl_beg_of_line},
        {"\\e[F", rl_end_of_line},
        {"\\eOH", rl_beg_of_line},
        {"\\eOF", rl_end_of_line},
    };
    for (size_t i = 0; i < COUNT_OF(bindings); i++)
        bind_everywhere(bindings[i].keys, bindings[i].command);
    rl_bind_key_in_map(0x06, step_forward, emacs_standard_keymap);
    rl_bind_key_in_map(0x02, step_backward, emacs_standard_keymap);
    rl_bind_key_in_map('k', walk_back, vi_movement_keymap);
    rl_bind_key_in_map('j', walk_forward, vi_movement_keymap);
}

/* What would enter the history (see leave_history()), or has turned out
 * fragile in the same way; a chat does without. */
static void
unbind_fragile(void)
{
    static const char *const maps[] = {"emacs-standard", "emacs-meta",
                                       "emacs-ctlx", "vi-insert", "vi-move"};
    static rl_command_func_t *const fragile[] = {
        rl_quoted_insert,
        rl_char_search,
        rl_backward_char_search,
        rl_operate_and_get_next,
        rl_get_previous_history,
        rl_get_next_history,
        rl_beginning_of_history,
        rl_end_of_history,
        rl_fetch_history,
        rl_vi_fetch_history,
        rl_noninc_forward_search,
        rl_noninc_reverse_search,
        rl_noninc_forward_search_again,
        rl_noninc_reverse_search_again,
        rl_history_search_forward,
        rl_history_search_backward,
        rl_history_substr_search_forward,
        rl_history_substr_search_backward,
        rl_vi_search,
        rl_vi_search_again,
        rl_revert_line,
        rl_digit_argument,
        rl_universal_argument,
        rl_vi_arg_digit,
        rl_start_kbd_macro,
        rl_end_kbd_macro,
        rl_call_last_kbd_macro,
        rl_print_last_kbd_macro,
        rl_re_read_init_file,
    };
    for (size_t i = 0; i < COUNT_OF(maps); i++) {
        for (size_t k = 0; k < COUNT_OF(fragile); k++)
            rl_unbind_function_in_map(fragile[k],
                                      rl_get_keymap_by_name(maps[i]));
    }
}

void
term_readline_bind(void)
{
    unbind_fragile();
    bind_keys();
}
