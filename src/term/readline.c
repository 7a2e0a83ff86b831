/*
 * GNU readline edits, we draw.
 *
 * Readline is fed byte by byte through its callback interface and thinks that
 * it writes to /dev/null. Whenever it would draw, we note it; once a turn
 * term/line.c draws what its variables say: the prompt (also of a search),
 * the line, the cursor. So its line can be taken off the screen and put back
 * in any of its states.
 *
 * What is pasted (between the marks of bracketed paste) does not reach
 * readline as keys: from three lines on the user is asked first.
 *
 * Readline is one a process and its callbacks carry no owner: hence `the`.
 */
#include "term/term.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "term/tty.h"
#include "term/width.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#define READ_BYTES 4096
#define HISTORY_LINES 1000

#define PASTE_BEGIN "\x1b[200~"
#define PASTE_END "\x1b[201~"

/* What is pasted beyond it is dropped. */
#define PASTE_BYTES (1u << 20)

/* From here on the user is asked before a paste is taken. */
#define PASTE_ASK_LINES 3
#define PASTE_ASK_BYTES 4096

/* Shown of the words that Tab could mean. */
#define OFFERS_SHOWN 40

struct editor {
    struct term term;
    struct term_line line;
    struct buf keys;  /* read, not yet looked at */
    struct buf feed;  /* readline's next keys */
    struct buf paste; /* what is being pasted, or asked about */
    struct buf question;
    struct buf stash; /* the line one was typing before walking back */
    int back;         /* how many lines one has walked back; 0: none */
    bool is_pasting;
    bool is_asking; /* keys answer the question */
    FILE *nowhere;
};

static struct editor *the;

static struct editor *
editor_of(struct term *t)
{
    return CONTAINER_OF(t, struct editor, term);
}

/* -- readline's callbacks ------------------------------------------------------ */

static void
on_redisplay(void)
{
    the->term.is_dirty = true;
}

static void
do_nothing(int is_meta)
{
    (void)is_meta;
}

static void
do_nothing_else(void)
{
}

/* More than was typed is asked for only if a key's bytes come apart. */
static int
next_key(FILE *unused)
{
    (void)unused;
    struct pollfd p = {.fd = the->term.setup.in, .events = POLLIN};
    while (the->feed.n == 0) {
        uint8_t *at = buf_reserve(&the->feed, READ_BYTES);
        ssize_t n = read(p.fd, at, READ_BYTES);
        if (n > 0)
            the->feed.n += (size_t)n;
        else if (n == 0 || (errno != EINTR && errno != EAGAIN))
            return EOF;
        else
            (void)poll(&p, 1, -1);
    }
    int key = span_get(buf_span(&the->feed), 0);
    buf_drop_front(&the->feed, 1);
    return key;
}

static int
is_key_there(void)
{
    return the->feed.n > 0;
}

static void
remember(const char *line)
{
    HIST_ENTRY *last = history_get(history_base + history_length - 1);
    bool is_same = last != NULL && strcmp(last->line, line) == 0;
    if (span_trim(span_of(line)).n > 0 && !is_same)
        add_history(line);
}

static void
on_line(char *line)
{
    struct term *t = &the->term;
    if (line == NULL) {
        term_end(t);
        return;
    }
    remember(line);
    the->back = 0;
    t->setup.on_line(t->setup.owner, span_of(line));
    free(line);
}

/* -- commands of our own ---------------------------------------------------------- */

static struct span
line_span(void)
{
    return (struct span){(const uint8_t *)rl_line_buffer, (size_t)rl_end};
}

/* By what one sees as a character, not by code points. */
static int
step_forward(int count, int key)
{
    if (count < 0)
        return rl_forward_char(count, key);
    for (; count > 0 && rl_point < rl_end; count--) {
        struct span rest = span_from(line_span(), (size_t)rl_point);
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
        rl_point = (int)term_width_begin(line_span(), (size_t)rl_point - 1);
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
    term_end(&the->term);
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
    if (the->back == 0) {
        buf_truncate(&the->stash, 0);
        buf_add(&the->stash, line_span());
    }
    the->back = back;
    HIST_ENTRY *entry =
        back == 0 ? NULL : history_get(history_base + history_length - back);
    replace_line(entry == NULL ? buf_span(&the->stash) : span_of(entry->line));
    return 0;
}

static int
walk_back(int count, int key)
{
    (void)count, (void)key;
    return walk_to(the->back + 1);
}

static int
walk_forward(int count, int key)
{
    (void)count, (void)key;
    return walk_to(the->back - 1);
}

/*
 * Readline 8.2 lets a line of the history and the one that is edited share
 * what is known for undoing, and frees it twice (found by typing noise at it
 * under the address sanitizer). So for readline nobody is ever inside the
 * history but while a search runs.
 */
static void
leave_history(void)
{
    if (!RL_ISSTATE(RL_STATE_ISEARCH))
        using_history();
}

static int
clear_screen(int count, int key)
{
    (void)count, (void)key;
    buf_add(&the->term.out, SPAN("\x1b[H\x1b[2J"));
    term_line_forget(&the->line);
    the->term.is_dirty = true;
    return 0;
}

/* -- Tab ---------------------------------------------------------------------------- */

static size_t
word_begin(struct span before)
{
    size_t at = before.n;
    while (at > 0 && span_get(before, at - 1) != ' ')
        at--;
    return at;
}

static struct span
next_offer(struct span *rest)
{
    size_t n = span_find(*rest, '\n');
    struct span offer = span_sub(*rest, 0, n);
    *rest = span_from(*rest, n + 1);
    return offer;
}

/* How all offers begin. */
static struct span
common_front(struct span offers)
{
    struct span front = next_offer(&offers);
    while (offers.n > 0) {
        struct span other = next_offer(&offers);
        size_t n = 0;
        while (n < front.n && n < other.n &&
               span_get(front, n) == span_get(other, n))
            n++;
        front.n = term_width_begin(front, n);
    }
    return front;
}

static void
replace_word(size_t at, struct span word)
{
    char *text = alloc_zeroed(word.n + 1);
    memcpy(text, word.at, word.n);
    rl_begin_undo_group();
    rl_delete_text((int)at, rl_point);
    rl_point = (int)at;
    rl_insert_text(text);
    rl_end_undo_group();
    free(text);
}

static void
show_offers(struct span offers)
{
    struct buf line = {0};
    for (int i = 0; offers.n > 0; i++) {
        struct span offer = next_offer(&offers);
        if (i == OFFERS_SHOWN) {
            buf_add(&line, SPAN("..."));
            break;
        }
        buf_add(&line, offer);
        buf_add(&line, offers.n > 0 ? SPAN("  ") : SPAN(""));
    }
    term_show(&the->term, buf_span(&line));
    buf_finish(&line);
}

static int
complete_word(int count, int key)
{
    (void)count, (void)key;
    const struct term_setup *setup = &the->term.setup;
    struct span before = span_sub(line_span(), 0, (size_t)rl_point);
    size_t at = word_begin(before);
    struct term_offers offers = {.suffix = SPAN(" ")};
    if (setup->complete != NULL)
        setup->complete(setup->owner, before, at, &offers);
    struct span words = buf_span(&offers.words);
    if (words.n > 0) {
        struct span front = common_front(words);
        bool is_one = span_find(words, '\n') + 1 == words.n;
        bool is_longer = front.n > before.n - at;
        struct buf word = {0};
        buf_add(&word, front);
        if (is_one)
            buf_add(&word, offers.suffix);
        if (is_one || is_longer)
            replace_word(at, buf_span(&word));
        else
            show_offers(words);
        buf_finish(&word);
    }
    buf_finish(&offers.words);
    return 0;
}

/* -- keys ------------------------------------------------------------------------------ */

static void
give_to_readline(struct editor *e, struct span bytes)
{
    buf_add(&e->feed, bytes);
    while (e->feed.n > 0 && !e->term.is_ended) {
        rl_callback_read_char();
        leave_history();
    }
}

/* The line as it stands is sent, as if Enter had been pressed. */
static void
press_enter(struct editor *e)
{
    give_to_readline(e, SPAN("\r"));
}

static void
insert(struct span text)
{
    struct buf clean = {0};
    utf8_clean(text, &clean);
    buf_add_byte(&clean, '\0');
    rl_insert_text((const char *)clean.at);
    buf_finish(&clean);
    on_redisplay();
}

/* -- pasting ----------------------------------------------------------------------------- */

/* Line by line; the newlines that terminals paste are CR. False: no more. */
static bool
next_pasted(struct span *rest, struct span *line)
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

static size_t
count_pasted(struct span paste)
{
    struct span line;
    size_t n = 0;
    while (next_pasted(&paste, &line))
        n++;
    return n;
}

enum paste_end { PASTE_LEAVES_LAST, PASTE_SENDS_LAST };

static void
paste_lines(struct editor *e, enum paste_end end)
{
    struct span rest = buf_span(&e->paste), line;
    while (next_pasted(&rest, &line)) {
        insert(line);
        if (rest.n > 0 || end == PASTE_SENDS_LAST)
            press_enter(e);
    }
}

static void
paste_as_one(struct editor *e)
{
    struct span rest = buf_span(&e->paste), line;
    while (next_pasted(&rest, &line)) {
        insert(line);
        if (rest.n > 0)
            insert(SPAN(" "));
    }
}

/*
 * A paste changes the line under readline's feet, which only the top level
 * endures: what else has begun is given up. Several times, since Ctrl-G may
 * be taken as a character (Ctrl-V in a search). False: it is stubborn.
 */
static bool
come_to_top_level(struct editor *e)
{
    unsigned long states =
        RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG |
        RL_STATE_MOREINPUT | RL_STATE_METANEXT | RL_STATE_MULTIKEY |
        RL_STATE_VIMOTION | RL_STATE_CHARSEARCH | RL_STATE_MACRODEF;
    for (int i = 0; i < 3 && RL_ISSTATE(states); i++)
        give_to_readline(e, SPAN("\x07"));
    return !RL_ISSTATE(states);
}

static void
end_paste(struct editor *e)
{
    size_t lines = count_pasted(buf_span(&e->paste));
    e->is_pasting = false;
    if (!come_to_top_level(e)) {
        buf_truncate(&e->paste, 0);
        return;
    }
    if (lines < PASTE_ASK_LINES && e->paste.n < PASTE_ASK_BYTES) {
        paste_lines(e, PASTE_LEAVES_LAST);
        buf_truncate(&e->paste, 0);
        return;
    }
    e->is_asking = true;
    e->term.is_dirty = true;
    buf_truncate(&e->question, 0);
    buf_add_format(&e->question,
                   "pasted lines: %zu; send them? [y/N/1 = as one line] ",
                   lines);
}

static void
answer(struct editor *e, uint8_t key)
{
    e->is_asking = false;
    e->term.is_dirty = true;
    if (key == 'y' || key == 'Y')
        paste_lines(e, PASTE_SENDS_LAST);
    else if (key == '1')
        paste_as_one(e);
    buf_truncate(&e->paste, 0);
}

/* -- reading -------------------------------------------------------------------------------- */

static size_t
find(struct span s, struct span what)
{
    for (size_t at = 0; at + what.n <= s.n; at++) {
        if (span_starts(span_from(s, at), what))
            return at;
    }
    return s.n;
}

/* How much of the end of `s` may be the front of `mark`. A lone ESC is a key
 * that nobody wants to wait for. */
static size_t
front_of_mark(struct span s, struct span mark, size_t least)
{
    for (size_t n = mark.n - 1; n >= least; n--) {
        if (n <= s.n && span_equal(span_from(s, s.n - n), span_sub(mark, 0, n)))
            return n;
    }
    return 0;
}

static void
drop_keys(struct editor *e, size_t n)
{
    buf_drop_front(&e->keys, n < e->keys.n ? n : e->keys.n);
}

/* False: more has to come first. */
static bool
take_pasted(struct editor *e)
{
    struct span keys = buf_span(&e->keys);
    size_t n = find(keys, SPAN(PASTE_END));
    bool is_whole = n < keys.n;
    if (!is_whole)
        n -= front_of_mark(keys, SPAN(PASTE_END), 1);
    size_t room = PASTE_BYTES - e->paste.n;
    buf_add(&e->paste, span_sub(keys, 0, n < room ? n : room));
    drop_keys(e, is_whole ? n + sizeof(PASTE_END) - 1 : n);
    if (is_whole)
        end_paste(e);
    return is_whole;
}

static bool
take_typed(struct editor *e)
{
    struct span keys = buf_span(&e->keys);
    size_t n = find(keys, SPAN(PASTE_BEGIN));
    bool is_paste = n < keys.n;
    if (!is_paste)
        n -= front_of_mark(keys, SPAN(PASTE_BEGIN), 2);
    struct span typed = span_sub(keys, 0, n);
    if (!is_paste && n == keys.n)
        typed.n -= utf8_held_tail(typed);
    struct buf copy = {0};
    (void)utf8_mend(typed, &copy); /* some of readline's loops never end else */
    drop_keys(e, is_paste ? n + sizeof(PASTE_BEGIN) - 1 : typed.n);
    e->is_pasting = is_paste;
    give_to_readline(e, buf_span(&copy));
    buf_finish(&copy);
    return is_paste;
}

static void
take_keys(struct editor *e)
{
    bool goes_on = true;
    while (goes_on && e->keys.n > 0 && !e->term.is_ended) {
        if (e->is_asking) {
            uint8_t key = span_get(buf_span(&e->keys), 0);
            drop_keys(e, 1);
            answer(e, key);
        } else if (e->is_pasting) {
            goes_on = take_pasted(e);
        } else {
            goes_on = take_typed(e);
        }
    }
}

static void
readline_read(struct term *t)
{
    struct editor *e = editor_of(t);
    uint8_t *at = buf_reserve(&e->keys, READ_BYTES);
    ssize_t n = read(t->setup.in, at, READ_BYTES);
    if (n > 0)
        e->keys.n += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        term_end(t); /* the terminal is gone */
    take_keys(e);
}

/* -- drawing --------------------------------------------------------------------------------- */

static void
readline_draw(struct term *t)
{
    struct editor *e = editor_of(t);
    struct term_screen screen = term_tty_screen(t->setup.out);
    term_line_hide(&e->line, screen.columns, &t->out);
    buf_add(&t->out, buf_span(&t->above));
    if (e->is_asking)
        term_line_draw(&e->line, screen, buf_span(&e->question), SPAN_NONE, 0,
                       &t->out);
    else
        term_line_draw(&e->line, screen, span_of(rl_display_prompt),
                       line_span(), (size_t)rl_point, &t->out);
}

static void
readline_suspend(struct term *t)
{
    struct editor *e = editor_of(t);
    term_line_hide(&e->line, term_tty_screen(t->setup.out).columns, &t->out);
    term_flush(t);
    term_tty_give_back();
}

static bool
readline_resume(struct term *t)
{
    term_line_forget(&editor_of(t)->line);
    return term_tty_retake(t->setup.in, t->setup.out);
}

/* -- life -------------------------------------------------------------------------------------- */

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
        {"\\e[A", walk_back},       {"\\eOA", walk_back},
        {"\\C-p", walk_back},       {"\\e[B", walk_forward},
        {"\\eOB", walk_forward},    {"\\C-n", walk_forward},
        {"\\t", complete_word},     {"\\C-d", erase_or_end},
        {"\\C-l", clear_screen},    {"\\C-h", erase_backward},
        {"\\C-?", erase_backward},  {"\\e[3~", erase_forward},
        {"\\e[C", step_forward},    {"\\eOC", step_forward},
        {"\\e[D", step_backward},   {"\\eOD", step_backward},
        {"\\e[1~", rl_beg_of_line}, {"\\e[4~", rl_end_of_line},
        {"\\e[H", rl_beg_of_line},  {"\\e[F", rl_end_of_line},
        {"\\eOH", rl_beg_of_line},  {"\\eOF", rl_end_of_line},
    };
    for (size_t i = 0; i < COUNT_OF(bindings); i++)
        bind_everywhere(bindings[i].keys, bindings[i].command);
    rl_bind_key_in_map(0x06, step_forward, emacs_standard_keymap);
    rl_bind_key_in_map(0x02, step_backward, emacs_standard_keymap);
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

/* What we send is UTF-8 whatever the locale says. */
static void
choose_characters(void)
{
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

static struct term *
readline_create(const struct term_setup *setup)
{
    CHECK(the == NULL);
    FILE *nowhere = fopen("/dev/null", "we");
    if (nowhere == NULL)
        return NULL;
    if (!term_tty_take(setup->in, setup->out)) {
        fclose(nowhere);
        return NULL;
    }
    the = ALLOC(struct editor);
    term_init(&the->term, &term_readline_ops, setup);
    the->nowhere = nowhere;
    choose_characters();
    rl_readline_name = "liao";
    rl_outstream = nowhere;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_inhibit_completion = 1; /* of files; ours is complete_word() */
    rl_prep_term_function = do_nothing;
    rl_deprep_term_function = do_nothing_else;
    rl_redisplay_function = on_redisplay;
    rl_getc_function = next_key;
    rl_input_available_hook = is_key_there;
    rl_initialize();
    rl_variable_bind("bell-style",
                     "none"); /* a bell means your name was said */
    rl_variable_bind("enable-bracketed-paste", "off"); /* it is ours */
    unbind_fragile();
    bind_keys();
    rl_bind_key_in_map('k', walk_back, vi_movement_keymap);
    rl_bind_key_in_map('j', walk_forward, vi_movement_keymap);
    using_history();
    stifle_history(HISTORY_LINES);
    rl_callback_handler_install(setup->prompt, on_line);
    return &the->term;
}

static void
readline_close(struct term *t)
{
    struct editor *e = editor_of(t);
    unsigned columns = term_tty_screen(t->setup.out).columns;
    if (rl_end > 0 || e->is_asking) /* it may be wanted, to be copied */
        term_line_leave(&e->line, columns, &t->out);
    else
        term_line_hide(&e->line, columns, &t->out);
    term_flush(t);
    term_tty_give_back();
}

static void
readline_destroy(struct term *t)
{
    struct editor *e = editor_of(t);
    rl_callback_handler_remove();
    rl_clear_history();
    rl_outstream = stdout;
    rl_getc_function = rl_getc;
    rl_input_available_hook = NULL;
    fclose(e->nowhere);
    term_line_finish(&e->line);
    buf_finish(&e->keys);
    buf_finish(&e->feed);
    buf_finish(&e->paste);
    buf_finish(&e->question);
    buf_finish(&e->stash);
    term_finish(t);
    free(e);
    the = NULL;
}

const struct term_ops term_readline_ops = {
    .name = "readline",
    .create = readline_create,
    .close = readline_close,
    .destroy = readline_destroy,
    .read = readline_read,
    .draw = readline_draw,
    .suspend = readline_suspend,
    .resume = readline_resume,
};
