#include "term/line.h"

#include "base/utf8.h"
#include "term/width.h"

#include <string.h>

#define ERASE_ROW "\x1b[K"
#define ERASE_BELOW "\x1b[J"
#define DOWN "\x1b[1B"
#define UP "\x1b[1A"

/* What stands in one row. */
struct row {
    size_t begin; /* in the shown text */
    size_t end;
};

struct layout {
    struct buf text; /* prompt and line, fit to be shown */
    size_t cursor;   /* in it */
    struct buf rows; /* of struct row */
    size_t cursor_row;
};

/* -- which rows ---------------------------------------------------------------- */

/* Control characters as ^X, tabs as a blank, bytes that are not UTF-8 as
 * U+FFFD; bidi controls vanish. */
static void
add_shown(struct buf *out, struct span s)
{
    for (size_t at = 0; at < s.n;) {
        int32_t cp;
        size_t n = utf8_next(span_from(s, at), &cp);
        if (cp == '\t')
            buf_add_byte(out, ' ');
        else if (cp >= 0 && (cp < 0x20 || cp == 0x7f))
            buf_add_format(out, "^%c", (int)(cp ^ 0x40));
        else
            utf8_clean(span_sub(s, at, n), out);
        at += n;
    }
}

static void
add_row(struct layout *l, const struct row *row)
{
    buf_add(&l->rows, (struct span){(const uint8_t *)row, sizeof(*row)});
}

static size_t
row_count(const struct layout *l)
{
    return l->rows.n / sizeof(struct row);
}

static struct row
get_row(const struct layout *l, size_t i)
{
    struct row row;
    struct span bytes =
        span_sub(buf_span(&l->rows), i * sizeof(row), sizeof(row));
    CHECK(bytes.n == sizeof(row));
    memcpy(&row, bytes.at, sizeof(row));
    return row;
}

static void
break_rows(struct layout *l, unsigned columns)
{
    struct span text = buf_span(&l->text);
    struct row row = {0};
    unsigned most = 0;
    while (row.end < text.n) {
        struct term_grapheme g = term_width_next(span_from(text, row.end));
        if (most + g.most > columns && row.end > row.begin) {
            add_row(l, &row);
            row = (struct row){.begin = row.end, .end = row.end};
            most = 0;
        }
        most += g.most;
        if (row.end <= l->cursor)
            l->cursor_row = row_count(l);
        row.end += g.bytes;
    }
    bool is_full = most >= columns && row.end > row.begin;
    add_row(l, &row);
    if (l->cursor < text.n)
        return;
    if (is_full) { /* the cursor stands where the next character goes */
        row = (struct row){.begin = text.n, .end = text.n};
        add_row(l, &row);
    }
    l->cursor_row = row_count(l) - 1;
}

static void
lay_out(struct layout *l, struct span prompt, struct span text, size_t cursor,
        unsigned columns)
{
    add_shown(&l->text, prompt);
    cursor = term_width_begin(text, cursor);
    add_shown(&l->text, span_sub(text, 0, cursor));
    l->cursor = l->text.n;
    add_shown(&l->text, span_from(text, cursor));
    break_rows(l, columns);
}

/* -- bytes ------------------------------------------------------------------------ */

static void
add_up(struct buf *out, unsigned rows)
{
    if (rows > 0)
        buf_add_format(out, "\x1b[%uA", rows);
}

static struct span
row_text(const struct layout *l, struct row row)
{
    return span_sub(buf_span(&l->text), row.begin, row.end - row.begin);
}

static void
print_rows(struct term_line *line, const struct layout *l, size_t from,
           size_t to, struct buf *out)
{
    buf_truncate(&line->rows, 0);
    for (size_t i = from; i < to; i++) {
        struct row row = get_row(l, i);
        if (i > from) {
            buf_add(out, SPAN("\r\n"));
            buf_add_byte(&line->rows, '\n');
        }
        if (i == l->cursor_row)
            line->cursor = line->rows.n + l->cursor - row.begin;
        buf_add(out, row_text(l, row));
        buf_add(&line->rows, row_text(l, row));
    }
}

void
term_line_draw(struct term_line *line, struct term_screen screen,
               struct span prompt, struct span text, size_t cursor,
               struct buf *out)
{
    struct layout l = {0};
    lay_out(&l, prompt, text, cursor, screen.columns);

    /* The window of rows that is drawn has the cursor in it. */
    size_t to = row_count(&l);
    size_t most = screen.rows > 1 ? screen.rows - 1 : 1;
    if (to > most)
        to = l.cursor_row + 1 > most ? l.cursor_row + 1 : most;
    size_t from = to > most ? to - most : 0;
    print_rows(line, &l, from, to, out);

    struct row row = get_row(&l, l.cursor_row);
    struct span before = span_sub(row_text(&l, row), 0, l.cursor - row.begin);
    if (l.cursor_row + 1 < to || row.end != l.cursor) {
        add_up(out, (unsigned)(to - 1 - l.cursor_row));
        buf_add_byte(out, '\r');
        buf_add(out, before);
    }
    line->is_drawn = true;
    buf_finish(&l.text);
    buf_finish(&l.rows);
}

/*
 * How many rows of the terminal `rows` take, on `columns`. It may have become
 * narrower since they were drawn, and wraps them as it would any text: a wide
 * character that does not fit into the last column goes to the next row.
 */
static unsigned
count_rows(struct span rows, unsigned columns)
{
    unsigned count = 1, column = 0;
    while (rows.n > 0) {
        struct term_grapheme g = term_width_next(rows);
        bool is_newline = span_get(rows, 0) == '\n';
        if (is_newline || column + g.columns > columns) {
            count++;
            column = 0;
        }
        column += g.columns;
        rows = span_from(rows, g.bytes);
    }
    return count;
}

static unsigned
rows_in_all(const struct term_line *l, unsigned columns)
{
    return count_rows(buf_span(&l->rows), columns);
}

/* How many rows below the first the cursor is now: it stands on a character,
 * or waits behind the last one of its row. */
static unsigned
rows_above(const struct term_line *l, unsigned columns)
{
    struct span rows = buf_span(&l->rows);
    struct span on = span_from(rows, l->cursor);
    size_t n = l->cursor;
    if (on.n > 0 && span_get(on, 0) != '\n')
        n += term_width_next(on).bytes;
    return count_rows(span_sub(rows, 0, n), columns) - 1;
}

/* Never "erase below" from the first row: at the top left of the screen it
 * counts as clearing it, and tmux and others keep a copy of what was there. */
void
term_line_hide(struct term_line *l, unsigned columns, struct buf *out)
{
    if (!l->is_drawn)
        return;
    add_up(out, rows_above(l, columns));
    buf_add(out, SPAN("\r" ERASE_ROW));
    if (rows_in_all(l, columns) > 1)
        buf_add(out, SPAN(DOWN ERASE_BELOW UP));
    term_line_forget(l);
}

void
term_line_leave(struct term_line *l, unsigned columns, struct buf *out)
{
    if (!l->is_drawn)
        return;
    for (unsigned i = rows_above(l, columns); i < rows_in_all(l, columns); i++)
        buf_add(out, SPAN("\r\n"));
    term_line_forget(l);
}

void
term_line_forget(struct term_line *l)
{
    l->is_drawn = false;
}

void
term_line_finish(struct term_line *l)
{
    buf_finish(&l->rows);
    l->is_drawn = false;
}
