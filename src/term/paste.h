/*
 * What a terminal sends, told apart: what was typed and what was pasted.
 *
 *      h i ESC[200~ line 1 CR line 2 CR ESC[201~ !
 *      `-´          `--------------------´       ´-- typed
 *     typed                pasted
 *
 * A terminal that was asked to (bracketed paste, as xterm has it) puts what
 * is pasted between two marks, which may arrive in crumbs. ESC alone is a key
 * that nobody wants to wait for, so it counts as typed also when it turns out
 * to have begun a mark: a paste may find half a key before it. Pure.
 */
#ifndef TERM_PASTE_H
#define TERM_PASTE_H

#include "base/bytes.h"

#define TERM_PASTE_ON "\x1b[?2004h"
#define TERM_PASTE_OFF "\x1b[?2004l"

/* All zero: nothing has come yet. */
struct term_paste {
    struct buf keys; /* read, not yet looked at; the caller appends */
    struct buf text; /* the paste; the caller empties it when done with it */
    bool is_open;    /* the mark at its end has not come yet */
    bool is_escaped; /* the last byte typed was ESC, perhaps a mark's first */
};

enum term_paste_found {
    TERM_PASTE_MORE,  /* nothing: more has to come first */
    TERM_PASTE_TYPED, /* appended to `typed`, whole characters of UTF-8 */
    TERM_PASTE_WHOLE, /* all of a paste is in `text` */
};

void term_paste_finish(struct term_paste *p);

/* The next of what was read. */
MUST_USE enum term_paste_found term_paste_next(struct term_paste *p,
                                               struct buf *typed);

/* Line by line; the newlines that terminals paste are CR. False: no more. */
MUST_USE bool term_paste_line(struct span *rest, struct span *line);

size_t term_paste_count(struct span text); /* of its lines */

#endif
