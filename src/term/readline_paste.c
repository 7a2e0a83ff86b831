/*
 * What becomes of a paste: a short one is typed, but that its last line waits
 * for Enter; of a longer one the user is asked first, since what a clipboard
 * holds is a surprise too often, and said is said.
 */
#include "term/readline_priv.h"

#include "base/utf8.h"

/* From here on the user is asked. */
#define ASK_LINES 3
#define ASK_BYTES 4096

/* The line as it stands is sent, as if Enter had been pressed. */
static void
press_enter(struct term_editor *e)
{
    term_readline_type(e, SPAN("\r"));
}

static void
insert(struct term_editor *e, struct span text)
{
    struct buf clean = {0};
    utf8_clean(text, &clean);
    buf_add_byte(&clean, '\0');
    rl_insert_text((const char *)clean.at);
    buf_finish(&clean);
    e->term.is_dirty = true;
}

enum last_line { LAST_LINE_WAITS, LAST_LINE_IS_SENT };

static void
type_lines(struct term_editor *e, enum last_line last)
{
    struct span rest = buf_span(&e->paste.text), line;
    while (term_paste_line(&rest, &line)) {
        insert(e, line);
        if (rest.n > 0 || last == LAST_LINE_IS_SENT)
            press_enter(e);
    }
}

static void
type_as_one(struct term_editor *e)
{
    struct span rest = buf_span(&e->paste.text), line;
    while (term_paste_line(&rest, &line)) {
        insert(e, line);
        if (rest.n > 0)
            insert(e, SPAN(" "));
    }
}

/*
 * A paste changes the line under readline's feet, which only the top level
 * endures: what else has begun is given up. Several times, since Ctrl-G may
 * be taken as a character (Ctrl-V in a search). False: it is stubborn.
 */
static bool
come_to_top_level(struct term_editor *e)
{
    unsigned long states =
        RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG |
        RL_STATE_MOREINPUT | RL_STATE_METANEXT | RL_STATE_MULTIKEY |
        RL_STATE_VIMOTION | RL_STATE_CHARSEARCH | RL_STATE_MACRODEF;
    for (int i = 0; i < 3 && RL_ISSTATE(states); i++)
        term_readline_type(e, SPAN("\x07"));
    return !RL_ISSTATE(states);
}

static void
ask(struct term_editor *e, size_t lines)
{
    e->term.is_dirty = true;
    buf_add_format(&e->question,
                   _("pasted lines: %zu; send them? [y/N/1 = as one line] "),
                   lines);
}

void
term_readline_pasted(struct term_editor *e)
{
    size_t lines = term_paste_count(buf_span(&e->paste.text));
    bool is_possible = come_to_top_level(e);
    if (is_possible && (lines >= ASK_LINES || e->paste.text.n >= ASK_BYTES)) {
        ask(e, lines);
        return;
    }
    if (is_possible)
        type_lines(e, LAST_LINE_WAITS);
    buf_truncate(&e->paste.text, 0);
}

void
term_readline_answer(struct term_editor *e, uint8_t key)
{
    buf_truncate(&e->question, 0);
    e->term.is_dirty = true;
    if (key == 'y' || key == 'Y')
        type_lines(e, LAST_LINE_IS_SENT);
    else if (key == '1')
        type_as_one(e);
    buf_truncate(&e->paste.text, 0);
}
