#include "term/typed.h"

#include "base/utf8.h"
#include "term/width.h"

#include <string.h>

#define ESC 0x1b
#define DELETE 0x7f

/* From here on utf8_cut() leaves characters whole. */
#define CUT_BYTES 8

/* A key is never so long: what began is forgotten. */
#define ESCAPE_BYTES 32

void
term_typed_finish(struct term_typed *t)
{
    buf_finish(&t->line);
    buf_finish(&t->escape);
    buf_finish(&t->killed);
    buf_finish(&t->stash);
    for (size_t i = 0; i < t->lines_n; i++)
        span_free(&t->lines[i]);
    t->lines_n = 0;
}

/* -- the line --------------------------------------------------------------- */

static void
set(struct buf *b, struct span s)
{
    buf_truncate(b, 0);
    buf_add(b, s);
}

static struct span
before(const struct term_typed *t)
{
    return span_sub(buf_span(&t->line), 0, t->cursor);
}

static struct span
behind(const struct term_typed *t)
{
    return span_from(buf_span(&t->line), t->cursor);
}

/* [from, to) gives way to `text`, and the cursor is behind that. */
static void
put(struct term_typed *t, size_t from, size_t to, struct span text)
{
    struct buf line = {0};
    buf_add(&line, span_sub(buf_span(&t->line), 0, from));
    buf_add(&line, text);
    t->cursor = line.n;
    buf_add(&line, span_from(buf_span(&t->line), to));
    buf_finish(&t->line);
    t->line = line;
}

void
term_typed_replace(struct term_typed *t, size_t from, struct span text)
{
    struct buf clean = {0};
    size_t room = TERM_TYPED_BYTES - (t->line.n - (t->cursor - from));
    utf8_clean(text, &clean);
    if (clean.n > room)
        buf_truncate(&clean,
                     room < CUT_BYTES ? 0 : utf8_cut(buf_span(&clean), room));
    put(t, from, t->cursor, buf_span(&clean));
    buf_truncate(&t->escape, 0);
    buf_finish(&clean);
}

void
term_typed_insert(struct term_typed *t, struct span text)
{
    term_typed_replace(t, t->cursor, text);
}

/* -- keys ------------------------------------------------------------------- */

typedef enum term_typed_event press_fn(struct term_typed *t);

static enum term_typed_event
go_to(struct term_typed *t, size_t at)
{
    t->cursor = at;
    return TERM_TYPED_MORE;
}

static size_t
one_back(const struct term_typed *t)
{
    return t->cursor == 0 ? 0
                          : term_width_begin(buf_span(&t->line), t->cursor - 1);
}

static size_t
one_on(const struct term_typed *t)
{
    struct span rest = behind(t);
    return t->cursor + (rest.n == 0 ? 0 : term_width_next(rest).bytes);
}

/* Where the word begins that ends before the cursor. */
static size_t
word_back(const struct term_typed *t)
{
    struct span s = before(t);
    while (s.n > 0 && span_get(s, s.n - 1) == ' ')
        s.n--;
    while (s.n > 0 && span_get(s, s.n - 1) != ' ')
        s.n--;
    return s.n;
}

static size_t
word_on(const struct term_typed *t)
{
    struct span s = buf_span(&t->line);
    size_t at = t->cursor;
    while (at < s.n && span_get(s, at) == ' ')
        at++;
    while (at < s.n && span_get(s, at) != ' ')
        at++;
    return at;
}

static enum term_typed_event
press_begin(struct term_typed *t)
{
    return go_to(t, 0);
}

static enum term_typed_event
press_end(struct term_typed *t)
{
    return go_to(t, t->line.n);
}

static enum term_typed_event
press_left(struct term_typed *t)
{
    return go_to(t, one_back(t));
}

static enum term_typed_event
press_right(struct term_typed *t)
{
    return go_to(t, one_on(t));
}

static enum term_typed_event
press_word_left(struct term_typed *t)
{
    return go_to(t, word_back(t));
}

static enum term_typed_event
press_word_right(struct term_typed *t)
{
    return go_to(t, word_on(t));
}

static enum term_typed_event
press_backspace(struct term_typed *t)
{
    put(t, one_back(t), t->cursor, SPAN_NONE);
    return TERM_TYPED_MORE;
}

static enum term_typed_event
press_delete(struct term_typed *t)
{
    put(t, t->cursor, one_on(t), SPAN_NONE);
    return TERM_TYPED_MORE;
}

static enum term_typed_event
press_delete_or_end(struct term_typed *t)
{
    return t->line.n == 0 ? TERM_TYPED_END : press_delete(t);
}

/* What is taken away at once may be wanted back. */
static enum term_typed_event
kill(struct term_typed *t, size_t from, size_t to)
{
    if (from < to)
        set(&t->killed, span_sub(buf_span(&t->line), from, to - from));
    put(t, from, to, SPAN_NONE);
    return TERM_TYPED_MORE;
}

static enum term_typed_event
press_kill_front(struct term_typed *t)
{
    return kill(t, 0, t->cursor);
}

static enum term_typed_event
press_kill_rest(struct term_typed *t)
{
    return kill(t, t->cursor, t->line.n);
}

static enum term_typed_event
press_kill_word(struct term_typed *t)
{
    return kill(t, word_back(t), t->cursor);
}

static enum term_typed_event
press_yank(struct term_typed *t)
{
    term_typed_insert(t, buf_span(&t->killed));
    return TERM_TYPED_MORE;
}

static enum term_typed_event
press_enter(struct term_typed *t)
{
    (void)t;
    return TERM_TYPED_LINE;
}

static enum term_typed_event
press_tab(struct term_typed *t)
{
    (void)t;
    return TERM_TYPED_TAB;
}

static enum term_typed_event
press_clear(struct term_typed *t)
{
    (void)t;
    return TERM_TYPED_CLEAR;
}

/* -- history ---------------------------------------------------------------- */

static enum term_typed_event
walk_to(struct term_typed *t, size_t back)
{
    if (back > t->lines_n)
        return TERM_TYPED_MORE;
    if (t->back == 0)
        set(&t->stash, buf_span(&t->line));
    t->back = back;
    set(&t->line,
        back == 0 ? buf_span(&t->stash) : t->lines[t->lines_n - back]);
    return press_end(t);
}

static enum term_typed_event
press_up(struct term_typed *t)
{
    return walk_to(t, t->back + 1);
}

static enum term_typed_event
press_down(struct term_typed *t)
{
    return t->back == 0 ? TERM_TYPED_MORE : walk_to(t, t->back - 1);
}

static void
remember(struct term_typed *t, struct span line)
{
    bool is_same = t->lines_n > 0 && span_equal(t->lines[t->lines_n - 1], line);
    if (is_same || span_trim(line).n == 0)
        return;
    if (t->lines_n == TERM_TYPED_LINES) {
        span_free(&t->lines[0]);
        t->lines_n--;
        memmove(&t->lines[0], &t->lines[1], t->lines_n * sizeof(t->lines[0]));
    }
    t->lines[t->lines_n++] = span_copy(line);
}

void
term_typed_next(struct term_typed *t)
{
    remember(t, buf_span(&t->line));
    buf_truncate(&t->line, 0);
    t->cursor = 0;
    t->back = 0;
}

/* -- which keys ------------------------------------------------------------- */

/* As xterm, the Linux console, rxvt and tmux send them. */
static const struct {
    struct span keys;
    press_fn *press;
} bindings[] = {
    {SPAN_INIT("\r"), press_enter},
    {SPAN_INIT("\n"), press_enter},
    {SPAN_INIT("\t"), press_tab},
    {SPAN_INIT("\x01"), press_begin},         /* Ctrl-A */
    {SPAN_INIT("\x02"), press_left},          /* Ctrl-B */
    {SPAN_INIT("\x04"), press_delete_or_end}, /* Ctrl-D */
    {SPAN_INIT("\x05"), press_end},           /* Ctrl-E */
    {SPAN_INIT("\x06"), press_right},         /* Ctrl-F */
    {SPAN_INIT("\x08"), press_backspace},     /* Ctrl-H */
    {SPAN_INIT("\x0b"), press_kill_rest},     /* Ctrl-K */
    {SPAN_INIT("\x0c"), press_clear},         /* Ctrl-L */
    {SPAN_INIT("\x0e"), press_down},          /* Ctrl-N */
    {SPAN_INIT("\x10"), press_up},            /* Ctrl-P */
    {SPAN_INIT("\x15"), press_kill_front},    /* Ctrl-U */
    {SPAN_INIT("\x17"), press_kill_word},     /* Ctrl-W */
    {SPAN_INIT("\x19"), press_yank},          /* Ctrl-Y */
    {SPAN_INIT("\x7f"), press_backspace},
    {SPAN_INIT("\x1b[A"), press_up},
    {SPAN_INIT("\x1bOA"), press_up},
    {SPAN_INIT("\x1b[B"), press_down},
    {SPAN_INIT("\x1bOB"), press_down},
    {SPAN_INIT("\x1b[C"), press_right},
    {SPAN_INIT("\x1bOC"), press_right},
    {SPAN_INIT("\x1b[D"), press_left},
    {SPAN_INIT("\x1bOD"), press_left},
    {SPAN_INIT("\x1b[H"), press_begin},
    {SPAN_INIT("\x1bOH"), press_begin},
    {SPAN_INIT("\x1b[1~"), press_begin},
    {SPAN_INIT("\x1b[7~"), press_begin},
    {SPAN_INIT("\x1b[F"), press_end},
    {SPAN_INIT("\x1bOF"), press_end},
    {SPAN_INIT("\x1b[4~"), press_end},
    {SPAN_INIT("\x1b[8~"), press_end},
    {SPAN_INIT("\x1b[3~"), press_delete},
    {SPAN_INIT("\x1b[1;5C"), press_word_right}, /* Ctrl-Right */
    {SPAN_INIT("\x1b[1;5D"), press_word_left},
    {SPAN_INIT("\x1b\x66"), press_word_right}, /* Alt-F */
    {SPAN_INIT("\x1b\x62"), press_word_left},
    {SPAN_INIT("\x1b\x7f"), press_kill_word},
};

/* A key that has no meaning does nothing. */
static enum term_typed_event
press(struct term_typed *t, struct span key)
{
    for (size_t i = 0; i < COUNT_OF(bindings); i++) {
        if (span_equal(bindings[i].keys, key))
            return bindings[i].press(t);
    }
    return TERM_TYPED_MORE;
}

/* Is the key whole (ECMA-48, 5.4)? ESC [ ... ends with a letter or "~". */
static bool
is_whole(struct span key)
{
    if (key.n < 3)
        return key.n == 2 && span_get(key, 1) != '[' && span_get(key, 1) != 'O';
    return span_get(key, 1) == 'O' || span_get(key, key.n - 1) >= 0x40 ||
           key.n >= ESCAPE_BYTES;
}

/* ESC has come. What is no part of a key after it is a key of its own. */
static enum term_typed_event
take_escape(struct term_typed *t, struct span *keys)
{
    uint8_t byte = span_get(*keys, 0);
    bool is_alone = byte < 0x20 || byte >= 0x80;
    if (is_alone) {
        buf_truncate(&t->escape, 0);
        return TERM_TYPED_MORE;
    }
    buf_add_byte(&t->escape, byte);
    *keys = span_from(*keys, 1);
    if (!is_whole(buf_span(&t->escape)))
        return TERM_TYPED_MORE;
    enum term_typed_event event = press(t, buf_span(&t->escape));
    buf_truncate(&t->escape, 0);
    return event;
}

static enum term_typed_event
take_key(struct term_typed *t, struct span *keys)
{
    size_t n = 0;
    while (n < keys->n && span_get(*keys, n) >= 0x20 &&
           span_get(*keys, n) != DELETE)
        n++;
    struct span key = span_sub(*keys, 0, n > 0 ? n : 1);
    *keys = span_from(*keys, key.n);
    if (n > 0)
        term_typed_insert(t, key);
    else if (span_get(key, 0) == ESC)
        set(&t->escape, key);
    else
        return press(t, key);
    return TERM_TYPED_MORE;
}

enum term_typed_event
term_typed_keys(struct term_typed *t, struct span *keys)
{
    enum term_typed_event event = TERM_TYPED_MORE;
    while (keys->n > 0 && event == TERM_TYPED_MORE)
        event = t->escape.n > 0 ? take_escape(t, keys) : take_key(t, keys);
    return event;
}
