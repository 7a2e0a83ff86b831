#include "term/paint.h"

#include "base/tr.h"
#include "base/utf8.h"
#include "term/width.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define PLAIN "\x1b[0m"
#define DIM "\x1b[2m"
#define BOLD "\x1b[1m"

/* "13:05 " */
#define TIME_COLUMNS 6

/* On narrower screens rows go on at the left edge. */
#define INDENT_LEAST_COLUMNS 24
#define INDENT_COLUMNS 2

/* Told apart, and readable on black and on white: a contrast of 3 to 1 at
 * least with both (WCAG 2.1, 1.4.11; a test computes it). Colours 0 to 15 are
 * the user's own, and are trusted to be so. */
static const uint8_t names_256[] = {
    28,  30,  31,  32,  64,  67,  68,  97,  99,  100, 130,
    131, 132, 133, 134, 136, 161, 162, 166, 167, 168,
};
static const uint8_t names_16[] = {31, 32, 33, 34, 35, 36};

enum term_colours
term_paint_colours(const char *no_color, const char *term,
                   const char *colorterm)
{
    bool is_refused = no_color != NULL && no_color[0] != '\0';
    if (is_refused || term == NULL || term[0] == '\0' ||
        strcmp(term, "dumb") == 0)
        return TERM_COLOURS_NONE;
    bool has_256 = strstr(term, "256color") != NULL ||
                   (colorterm != NULL && colorterm[0] != '\0');
    return has_256 ? TERM_COLOURS_256 : TERM_COLOURS_16;
}

/* -- words --------------------------------------------------------------------- */

void
term_paint_fold(struct span text, struct buf *out)
{
    if (!utf8_fold(text, out))
        buf_add(out, text);
}

/* Letters and digits that words are made of; not those of Chinese, Japanese
 * or Thai, which need no blank between words. */
static bool
is_of_word(int32_t cp)
{
    if (cp == '_')
        return true;
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
        return true;
    default:
        return false;
    }
}

static int32_t
first_of(struct span s)
{
    int32_t cp = -1;
    if (s.n > 0)
        utf8_next(s, &cp);
    return cp < 0 ? ' ' : cp;
}

static int32_t
last_of(struct span s)
{
    size_t n = 1;
    while (n < s.n && n < 4 && (span_get(s, s.n - n) & 0xc0) == 0x80)
        n++;
    return s.n == 0 ? ' ' : first_of(span_from(s, s.n - n));
}

static bool
is_edge(int32_t before, int32_t after)
{
    return !is_of_word(before) || !is_of_word(after);
}

static bool
has_word(struct span text, struct span word)
{
    for (size_t at = 0; at + word.n <= text.n; at++) {
        struct span rest = span_from(text, at);
        if (span_starts(rest, word) &&
            is_edge(last_of(span_sub(text, 0, at)), first_of(word)) &&
            is_edge(last_of(word), first_of(span_from(rest, word.n))))
            return true;
    }
    return false;
}

bool
term_paint_says(struct span text, struct span name)
{
    struct buf folded = {0}, word = {0};
    term_paint_fold(text, &folded);
    term_paint_fold(name, &word);
    bool says = word.n > 0 && has_word(buf_span(&folded), buf_span(&word));
    buf_finish(&folded);
    buf_finish(&word);
    return says;
}

/* -- colours ---------------------------------------------------------------------- */

/* FNV-1a: the same in every process, for ever. */
static uint32_t
hash_of(struct span name)
{
    struct buf folded = {0};
    uint32_t hash = 2166136261u;
    term_paint_fold(name, &folded);
    for (size_t i = 0; i < folded.n; i++)
        hash = (hash ^ span_get(buf_span(&folded), i)) * 16777619u;
    buf_finish(&folded);
    return hash ^ hash >> 16;
}

static void
add_name_colour(enum term_colours colours, struct span who, struct buf *out)
{
    uint32_t hash = hash_of(who);
    if (colours == TERM_COLOURS_256)
        buf_add_format(out, "\x1b[38;5;%dm",
                       names_256[hash % COUNT_OF(names_256)]);
    else
        buf_add_format(out, "\x1b[%dm", names_16[hash % COUNT_OF(names_16)]);
}

/* A message as one run of bytes, and which of them are the name. */
struct flat {
    const struct term_style *style;
    const struct term_message *message;
    struct buf text;
    size_t who;   /* where the name begins */
    size_t after; /* and ends */
};

static void
add_untabbed(struct buf *out, struct span s)
{
    while (s.n > 0) {
        size_t n = span_find(s, '\t');
        buf_add(out, span_sub(s, 0, n));
        if (n < s.n)
            buf_add(out, SPAN("    "));
        s = span_from(s, n + 1);
    }
}

static void
flatten(struct flat *f)
{
    add_untabbed(&f->text, f->message->before);
    f->who = f->text.n;
    add_untabbed(&f->text, f->message->who);
    f->after = f->text.n;
    add_untabbed(&f->text, f->message->after);
}

static void
add_part(const struct flat *f, size_t from, size_t to, struct buf *out)
{
    if (from < to)
        buf_add(out, span_sub(buf_span(&f->text), from, to - from));
}

static size_t
at_least(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t
at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Text that others say is as the terminal has it, or bold; the name has its
 * colour; all else is dim. */
static void
add_row(const struct flat *f, size_t from, size_t to, struct buf *out)
{
    enum term_colours colours = f->style->colours;
    enum term_role role = f->message->role;
    bool is_quiet = role == TERM_ROLE_OWN || role == TERM_ROLE_SERVER;
    if (colours == TERM_COLOURS_NONE) {
        add_part(f, from, to, out);
        return;
    }
    if (is_quiet) {
        buf_add(out, SPAN(DIM));
        add_part(f, from, to, out);
        buf_add(out, SPAN(PLAIN));
        return;
    }
    bool is_loud = role == TERM_ROLE_NAMED;
    if (from < f->who) {
        buf_add(out, is_loud ? SPAN(BOLD) : SPAN(DIM));
        add_part(f, from, at_most(to, f->who), out);
        buf_add(out, SPAN(PLAIN));
    }
    if (from < f->after && to > f->who) {
        add_name_colour(colours, f->message->who, out);
        add_part(f, at_least(from, f->who), at_most(to, f->after), out);
        buf_add(out, SPAN(PLAIN));
    }
    if (to > f->after) {
        buf_add(out, is_loud ? SPAN(BOLD) : SPAN(""));
        add_part(f, at_least(from, f->after), to, out);
        buf_add(out, is_loud ? SPAN(PLAIN) : SPAN(""));
    }
}

static void
add_time(const struct flat *f, struct buf *out)
{
    const struct tm *at = &f->message->at;
    bool is_dim = f->style->colours != TERM_COLOURS_NONE;
    buf_add(out, is_dim ? SPAN(DIM) : SPAN(""));
    buf_add_format(out, "%02d:%02d", at->tm_hour, at->tm_min);
    buf_add(out, is_dim ? SPAN(PLAIN) : SPAN(""));
}

/* -- rows ----------------------------------------------------------------------------- */

struct row {
    size_t end;  /* the first byte that is not in it */
    size_t next; /* where the next one begins: blanks are left out */
    unsigned columns;
};

/* Closing signs begin no row, opening ones end none (UAX 14, CL EX OP). */
static bool
may_part(int32_t before, int32_t after)
{
    switch (utf8proc_category(before)) {
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PI:
        return false;
    default:
        break;
    }
    switch (utf8proc_category(after)) {
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
        return false;
    default:
        return true;
    }
}

/*
 * The longest row from `from` on: broken at a blank, or beside a wide
 * character, or, if there is neither, anywhere between graphemes.
 */
static struct row
break_row(struct span text, size_t from, unsigned limit)
{
    struct row row = {.end = from, .next = from};
    struct row best = {0};
    bool was_wide = false;
    int32_t before = ' ', cp;
    while (row.end < text.n) {
        struct span rest = span_from(text, row.end);
        struct term_grapheme g = term_width_next(rest);
        utf8_next(rest, &cp);
        bool is_blank = cp == ' ';
        bool is_wide = g.columns == 2;
        bool is_break = (is_wide || was_wide) && may_part(before, cp);
        if (row.end > from && (is_blank || is_break)) {
            best = row;
            best.next = row.end + (is_blank ? 1 : 0);
        }
        if (row.columns + g.most > limit && row.end > from)
            break;
        row.columns += g.most;
        row.end += g.bytes;
        was_wide = is_wide;
        before = cp;
    }
    row.next = row.end;
    return row.end == text.n || best.next == 0 ? row : best;
}

static void
add_blanks(struct buf *out, unsigned n)
{
    buf_add_format(out, "%*s", (int)n, "");
}

static void
add_rows(const struct flat *f, struct buf *out)
{
    unsigned columns = f->style->columns;
    bool is_left = f->style->times == TERM_TIMES_LEFT;
    bool is_right = f->style->times == TERM_TIMES_RIGHT;
    bool is_roomy = columns >= INDENT_LEAST_COLUMNS;
    unsigned indent = !is_roomy ? 0
                      : is_left ? TIME_COLUMNS + INDENT_COLUMNS
                                : INDENT_COLUMNS;
    unsigned limit = columns - (is_left || is_right ? TIME_COLUMNS : 0);
    struct span text = buf_span(&f->text);
    size_t at = 0;
    do {
        bool is_first = at == 0;
        struct row row =
            break_row(text, at, is_first ? limit : columns - indent);
        if (!is_first) {
            buf_add_byte(out, '\n');
            add_blanks(out, indent);
        }
        add_row(f, at, row.end, out);
        if (is_first && is_right) {
            add_blanks(out, limit - row.columns + 1);
            add_time(f, out);
        }
        at = row.next;
    } while (at < text.n);
}

void
term_paint(const struct term_style *style, const struct term_message *message,
           struct buf *out)
{
    struct flat f = {.style = style, .message = message};
    flatten(&f);
    /* Too narrow for a time and a character beside it. */
    struct term_style bare = *style;
    if (style->columns > 0 && style->columns < 2 * TIME_COLUMNS) {
        bare.times = TERM_TIMES_NONE;
        f.style = &bare;
    }
    bool is_broken = style->columns > 0;
    if (f.style->times == TERM_TIMES_LEFT ||
        (f.style->times == TERM_TIMES_RIGHT && !is_broken)) {
        add_time(&f, out);
        buf_add_byte(out, ' ');
    }
    if (is_broken)
        add_rows(&f, out);
    else
        add_row(&f, 0, f.text.n, out);
    buf_finish(&f.text);
}

/* Not strftime's: our words may be in a language whose locale is not there. */
static const char *const weekdays[] = {
    N_("Sunday"),   N_("Monday"), N_("Tuesday"),  N_("Wednesday"),
    N_("Thursday"), N_("Friday"), N_("Saturday"),
};
static const char *const months[] = {
    N_("January"),   N_("February"), N_("March"),    N_("April"),
    N_("May"),       N_("June"),     N_("July"),     N_("August"),
    N_("September"), N_("October"),  N_("November"), N_("December"),
};

static void
add_date(const struct tm *day, struct buf *out)
{
    const char *order = _("-- {weekday}, {day} {month} {year}");
    struct span rest = span_of(order);
    while (rest.n > 0) {
        size_t n = span_find(rest, '{');
        buf_add(out, span_sub(rest, 0, n));
        rest = span_from(rest, n);
        struct span hole = span_sub(rest, 0, span_find(rest, '}') + 1);
        rest = span_from(rest, hole.n);
        if (span_equal(hole, SPAN("{weekday}")))
            buf_add(out, span_of(tr(weekdays[day->tm_wday])));
        else if (span_equal(hole, SPAN("{day}")))
            buf_add_format(out, "%d", day->tm_mday);
        else if (span_equal(hole, SPAN("{month}")))
            buf_add(out, span_of(tr(months[day->tm_mon])));
        else if (span_equal(hole, SPAN("{year}")))
            buf_add_format(out, "%d", day->tm_year + 1900);
    }
}

void
term_paint_day(const struct term_style *style, const struct tm *day,
               struct buf *out)
{
    struct buf text = {0};
    add_date(day, &text);
    struct term_style bare = *style;
    bare.times = TERM_TIMES_NONE;
    term_paint(&bare,
               &(struct term_message){
                   .role = TERM_ROLE_SERVER,
                   .after = buf_span(&text),
                   .at = *day,
               },
               out);
    buf_finish(&text);
}
