/*
 * What a message looks like: colours, the time beside it, wrapped rows.
 *
 *      13:05 alice: a message that is longer than the row goes on
 *              under itself
 *      -- Saturday, 2 January 2027
 *
 * A name has the same colour always and everywhere: it is made from the name.
 * Pure; texts are clean already (utf8_clean) and hold no newline.
 */
#ifndef TERM_PAINT_H
#define TERM_PAINT_H

#include "base/bytes.h"

#include <time.h>

enum term_times { TERM_TIMES_LEFT, TERM_TIMES_RIGHT, TERM_TIMES_NONE };

enum term_colours { TERM_COLOURS_NONE, TERM_COLOURS_16, TERM_COLOURS_256 };

struct term_style {
    enum term_colours colours;
    enum term_times times;
    unsigned columns; /* 0: rows are not broken, times stay left */
};

enum term_role {
    TERM_ROLE_OTHERS,
    TERM_ROLE_NAMED, /* others, and they say your name */
    TERM_ROLE_OWN,
    TERM_ROLE_SERVER,
};

struct term_message {
    enum term_role role;
    struct span before; /* the name: "[room] ", "* " */
    struct span who;    /* empty: nobody is to be coloured */
    struct span after;  /* ": text" */
    struct tm at;
};

/* Colours as NO_COLOR, TERM and COLORTERM have it; any may be NULL. */
enum term_colours term_paint_colours(const char *no_color, const char *term,
                                     const char *colorterm);

/* Rows are separated by newlines and none ends the last. */
void term_paint(const struct term_style *style,
                const struct term_message *message, struct buf *out);

/* The line at midnight. */
void term_paint_day(const struct term_style *style, const struct tm *day,
                    struct buf *out);

/* NFKC, case folded: equal for what people take for the same word. */
void term_paint_fold(struct span text, struct buf *out);

/* Is `name` said in `text`, as a word of its own? */
bool term_paint_says(struct span text, struct span name);

#endif
