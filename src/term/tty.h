/*
 * The terminal's settings: taken over while we edit, given back however we
 * end, also by a crash.
 *
 * The settings belong to the terminal, of which a process has one; so what is
 * to be restored is the one thing in term/ that is global, where a signal
 * handler finds it.
 */
#ifndef TERM_TTY_H
#define TERM_TTY_H

#include "base/check.h"
#include "term/line.h"

#include <stdbool.h>

/*
 * Keys come one by one and unechoed; Ctrl-C, Ctrl-Z and Ctrl-\ stay signals.
 * From the first time on a crash restores the terminal. False: no terminal,
 * or not ours now (we are in the background).
 */
MUST_USE bool term_tty_take(int in, int out);
void term_tty_give_back(void); /* may be given back already */

/* After a stop: the shell has put in its own settings meanwhile. */
MUST_USE bool term_tty_retake(int in, int out);

/* By $TERM, which may be NULL: can nothing be drawn on it? */
bool term_tty_is_dumb(const char *name);

/* 80 x 24 if it does not tell. */
struct term_screen term_tty_screen(int out);

#endif
