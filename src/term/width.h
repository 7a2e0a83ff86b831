/*
 * How many columns text takes on a terminal, by grapheme cluster (UAX 29).
 *
 * Terminals disagree about clusters: a family of four is 2 columns where they
 * are understood and 8 where they are not. Both answers are here, so that a
 * row can be broken before any terminal would break it.
 */
#ifndef TERM_WIDTH_H
#define TERM_WIDTH_H

#include "base/bytes.h"

struct term_grapheme {
    size_t bytes;
    unsigned columns; /* where clusters are understood: 0, 1 or 2 */
    unsigned most;    /* where they are not */
};

/* The one at the front of `s`, which is not empty. Bytes that are not UTF-8
 * count as U+FFFD. */
struct term_grapheme term_width_next(struct span s);

unsigned term_width(struct span s); /* the sum of `columns` */

/* Where the grapheme that holds the byte at `at` begins; `at` may be s.n. */
size_t term_width_begin(struct span s, size_t at);

#endif
