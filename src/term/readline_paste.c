/*
 * What becomes of a paste: a short one is typed, but that its last line waits
 * for Enter; of a longer one the user is asked first, since what a clipboard
 * holds is a surprise too often, and said is said.
 */
#include "term/readline_priv.h"

#include "base/tr.h"
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
type_lines(struct term_editor *e, struct span rest, enum last_line last)
{
    struct span line;
    while (term_paste_line(&rest, &line)) {
        insert(e, line);
        if (rest.n > 0 || last == LAST_LINE_IS_SENT)
            press_enter(e);
    }
}

static void
type_as_one(struct term_editor *e, struct span rest)
{
    struct span line;
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
    struct buf empty = e->asked;
    e->asked = e->paste.text;
    e->paste.text = empty;
    e->term.is_dirty = true;
    buf_add_format(&e->question,
                   _("pasted lines: %zu; send them? [y/N/1 = as one line] "),
                   lines);
}

static void
forget_question(struct term_editor *e)
{
    buf_truncate(&e->asked, 0);
    buf_truncate(&e->question, 0);
    e->term.is_dirty = true;
}

void
term_readline_pasted(struct term_editor *e)
{
    struct span text = buf_span(&e->paste.text);
    size_t lines = term_paste_count(text);
    bool is_possible = come_to_top_level(e);
    forget_question(e); /* another paste is no "yes" */
    if (is_possible && (lines >= ASK_LINES || text.n >= ASK_BYTES))
        ask(e, lines);
    else if (is_possible)
        type_lines(e, text, LAST_LINE_WAITS);
    buf_truncate(&e->paste.text, 0);
}

/* The arrows and their like are several bytes (ECMA-48, 5.4). */
static size_t
key_bytes(struct span keys)
{
    if (span_get(keys, 0) != 0x1b || keys.n == 1)
        return 1;
    if (span_get(keys, 1) != '[')
        return span_get(keys, 1) == 'O' && keys.n > 2 ? 3 : 2;
    size_t n = 2;
    while (n < keys.n && span_get(keys, n) < 0x40)
        n++;
    return n + 1;
}

void
term_readline_answer(struct term_editor *e, struct span keys)
{
    uint8_t key = span_get(keys, 0);
    struct span text = buf_span(&e->asked);
    buf_truncate(&e->question, 0);
    if (key == 'y' || key == 'Y')
        type_lines(e, text, LAST_LINE_IS_SENT);
    else if (key == '1')
        type_as_one(e, text);
    forget_question(e);
    term_readline_type(e, span_from(keys, key_bytes(keys)));
}
