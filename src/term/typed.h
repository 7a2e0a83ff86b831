/*
 * The line that somebody types, and those typed before: what keys do in the
 * small editor (term/edit.c), for programs that do without readline.
 *
 *      h i ESC [ D CR         keys, as a terminal sends them, in any crumbs
 *       \   |      `--> TERM_TYPED_LINE: take `line`, then term_typed_next()
 *        v  v
 *      line "hi", cursor 1
 *
 * The cursor steps over what one sees as a character. Pure.
 */
#ifndef TERM_TYPED_H
#define TERM_TYPED_H

#include "base/bytes.h"

/* Kept, for Up; the oldest goes. */
#define TERM_TYPED_LINES 100

/* Of one line; what is typed beyond is dropped. */
#define TERM_TYPED_BYTES (64u << 10)

/* All zero: nothing was typed yet. */
struct term_typed {
    struct buf line; /* clean (utf8_clean), no newline */
    size_t cursor;   /* a byte of `line`, where a grapheme begins; or the end */
    struct buf escape; /* the front of a key that takes several bytes */
    struct buf killed; /* for Ctrl-Y */
    struct span lines[TERM_TYPED_LINES]; /* the history, oldest first */
    size_t lines_n;
    size_t back;      /* how many lines one has walked back; 0: none */
    struct buf stash; /* the line one was typing before */
};

enum term_typed_event {
    TERM_TYPED_MORE, /* all keys are used */
    TERM_TYPED_LINE, /* Enter */
    TERM_TYPED_END,  /* Ctrl-D on an empty line */
    TERM_TYPED_TAB,
    TERM_TYPED_CLEAR, /* Ctrl-L: the screen */
};

void term_typed_finish(struct term_typed *t);

/* Use *keys, which is UTF-8, up to the first that is the owner's business;
 * *keys is then what is behind it. */
MUST_USE enum term_typed_event term_typed_keys(struct term_typed *t,
                                               struct span *keys);

/* At the cursor, as text: no key does anything. */
void term_typed_insert(struct term_typed *t, struct span text);

/* What is between `from` and the cursor gives way to `text`. */
void term_typed_replace(struct term_typed *t, size_t from, struct span text);

/* The line was taken: it is history, the next one is empty. */
void term_typed_next(struct term_typed *t);

#endif
