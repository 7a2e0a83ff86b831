/*
 * A terminal in a loop: read when keys come, drawn and written when it takes
 * more. What came in one turn is drawn at once.
 */
#ifndef TERM_WATCH_H
#define TERM_WATCH_H

#include "loop/loop.h"
#include "term/term.h"

/* Embedded in its owner. */
struct term_watch {
    struct term *term;
    struct loop *loop;
    struct loop_watch typing;
    struct loop_watch drawing;
    bool wants_keys;
};

/* The terminal is the watch's now, which wants keys. */
void term_watch_init(struct term_watch *w, struct loop *l, struct term *t);
void term_watch_finish(struct term_watch *w); /* destroys the terminal */

void term_watch_leave(struct term_watch *w); /* term_leave() */

/* To be called after the terminal was told something. */
void term_watch_update(struct term_watch *w);

/* May keys be read, or has too much been typed already? */
void term_watch_want_keys(struct term_watch *w, bool wants);

/* term_show() and term_watch_update(). */
void term_watch_show(struct term_watch *w, struct span line);

/* The same for a line that nobody can keep back, such as the log's. False:
 * the terminal is somebody else's now, or stands still. */
MUST_USE bool term_watch_try_show(struct term_watch *w, struct span line);

/* What was typed stays visible, behind the prompt, if the terminal does not
 * see to that by itself. */
void term_watch_show_typed(struct term_watch *w, struct span line);

/* All that was shown is on the terminal. */
bool term_watch_is_written(const struct term_watch *w);

void term_watch_on_signal(struct term_watch *w, int number);

#endif
