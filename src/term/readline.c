/*
 * GNU readline edits, we draw.
 *
 * Readline is fed byte by byte through its callback interface and thinks that
 * it writes to /dev/null. Whenever it would draw, we note it; once a turn
 * term/line.c draws what its variables say: the prompt (also of a search),
 * the line, the cursor. So its line can be taken off the screen and put back
 * in any of its states.
 *
 * What is pasted (term/paste.h) does not reach readline as keys.
 */
#include "term/readline_priv.h"

#include "base/alloc.h"
#include "base/tr.h"
#include "term/tty.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES 4096
#define HISTORY_LINES 1000

struct term_editor *term_readline;

static struct term_editor *
editor_of(struct term *t)
{
    return CONTAINER_OF(t, struct term_editor, term);
}

/* -- readline's callbacks ------------------------------------------------------ */

static void
on_redisplay(void)
{
    term_readline->term.is_dirty = true;
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
    struct pollfd p = {.fd = term_readline->term.setup.in, .events = POLLIN};
    while (term_readline->feed.n == 0) {
        uint8_t *at = buf_reserve(&term_readline->feed, READ_BYTES);
        ssize_t n = read(p.fd, at, READ_BYTES);
        if (n > 0)
            term_readline->feed.n += (size_t)n;
        else if (n == 0 || (errno != EINTR && errno != EAGAIN))
            return EOF;
        else
            (void)poll(&p, 1, -1);
    }
    int key = span_get(buf_span(&term_readline->feed), 0);
    buf_drop_front(&term_readline->feed, 1);
    return term_readline_translate(key);
}

static int
is_key_there(void)
{
    return term_readline->feed.n > 0;
}

static void
on_line(char *line)
{
    struct term *t = &term_readline->term;
    if (line == NULL) {
        term_end(t);
        return;
    }
    term_readline_remember(line);
    term_readline->back = 0;
    t->setup.on_line(t->setup.owner, span_of(line));
    free(line);
}

struct span
term_readline_line(void)
{
    return (struct span){(const uint8_t *)rl_line_buffer, (size_t)rl_end};
}

void
term_readline_type(struct term_editor *e, struct span keys)
{
    buf_add(&e->feed, keys);
    while (e->feed.n > 0 && !e->term.is_ended) {
        rl_callback_read_char();
        term_readline_leave_history();
    }
}

/* -- reading -------------------------------------------------------------------- */

/* False: more has to come first. */
static bool
take_keys(struct term_editor *e)
{
    struct buf typed = {0};
    enum term_paste_found found = term_paste_next(&e->paste, &typed);
    if (found == TERM_PASTE_WHOLE)
        term_readline_pasted(e);
    else if (typed.n > 0 && e->question.n > 0)
        term_readline_answer(e, buf_span(&typed));
    else
        term_readline_type(e, buf_span(&typed));
    buf_finish(&typed);
    return found != TERM_PASTE_MORE && !e->term.is_ended;
}

static void
readline_read(struct term *t)
{
    struct term_editor *e = editor_of(t);
    uint8_t *at = buf_reserve(&e->paste.keys, READ_BYTES);
    ssize_t n = read(t->setup.in, at, READ_BYTES);
    if (n > 0)
        e->paste.keys.n += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        term_end(t); /* the terminal is gone */
    while (take_keys(e))
        continue;
}

/* -- drawing --------------------------------------------------------------------------------- */

/* Ours, or readline's while a search runs: that in the user's language. */
static void
add_prompt(struct buf *out)
{
    static const char *const searches[] = {
        N_("(reverse-i-search)`"),
        N_("(failed reverse-i-search)`"),
        N_("(i-search)`"),
        N_("(failed i-search)`"),
    };
    struct span prompt = span_of(rl_display_prompt);
    for (size_t i = 0; i < COUNT_OF(searches); i++) {
        struct span search = span_of(searches[i]);
        if (RL_ISSTATE(RL_STATE_ISEARCH) && span_starts(prompt, search)) {
            buf_add(out, span_of(tr(searches[i])));
            prompt = span_from(prompt, search.n);
        }
    }
    buf_add(out, prompt);
}

static void
readline_draw(struct term *t)
{
    struct term_editor *e = editor_of(t);
    if (e->question.n > 0) {
        term_drawn_draw(t, &e->line, buf_span(&e->question), SPAN_NONE, 0);
        return;
    }
    struct buf prompt = {0};
    add_prompt(&prompt);
    term_drawn_draw(t, &e->line, buf_span(&prompt), term_readline_line(),
                    (size_t)rl_point);
    buf_finish(&prompt);
}

static void
readline_suspend(struct term *t)
{
    term_drawn_suspend(t, &editor_of(t)->line);
}

static bool
readline_resume(struct term *t)
{
    return term_drawn_resume(t, &editor_of(t)->line);
}

/* -- life -------------------------------------------------------------------------------------- */

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
    CHECK(term_readline == NULL);
    FILE *nowhere = fopen("/dev/null", "we");
    if (nowhere == NULL)
        return NULL;
    if (!term_tty_take(setup->in, setup->out)) {
        fclose(nowhere);
        return NULL;
    }
    term_readline = ALLOC(struct term_editor);
    term_init(&term_readline->term, &term_readline_ops, setup);
    term_readline->nowhere = nowhere;
    choose_characters();
    rl_readline_name = "liao";
    rl_outstream = nowhere;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_inhibit_completion = 1; /* of files; ours is term_readline_complete() */
    rl_prep_term_function = do_nothing;
    rl_deprep_term_function = do_nothing_else;
    rl_redisplay_function = on_redisplay;
    rl_getc_function = next_key;
    rl_input_available_hook = is_key_there;
    rl_initialize();
    rl_variable_bind("bell-style",
                     "none"); /* a bell means your name was said */
    rl_variable_bind("enable-bracketed-paste", "off"); /* it is ours */
    term_readline_bind();
    using_history();
    stifle_history(HISTORY_LINES);
    rl_callback_handler_install(setup->prompt, on_line);
    return &term_readline->term;
}

static void
readline_close(struct term *t)
{
    struct term_editor *e = editor_of(t);
    /* It may be wanted, to be copied. */
    term_drawn_close(t, &e->line, rl_end > 0 || e->question.n > 0);
}

static void
readline_destroy(struct term *t)
{
    struct term_editor *e = editor_of(t);
    rl_callback_handler_remove();
    rl_clear_history();
    rl_outstream = stdout;
    rl_getc_function = rl_getc;
    rl_input_available_hook = NULL;
    fclose(e->nowhere);
    term_line_finish(&e->line);
    term_paste_finish(&e->paste);
    buf_finish(&e->feed);
    buf_finish(&e->asked);
    buf_finish(&e->question);
    buf_finish(&e->stash);
    term_finish(t);
    free(e);
    term_readline = NULL;
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
