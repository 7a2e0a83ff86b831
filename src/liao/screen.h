/*
 * liao at a terminal: what is typed goes to the input, as if it had been
 * piped; what is heard is painted above the line that is being typed.
 *
 * It outlives the sessions, so that one may type while the connection is
 * away.
 */
#ifndef LIAO_SCREEN_H
#define LIAO_SCREEN_H

#include "liao/input.h"
#include "liao/log.h"
#include "liao/options.h"
#include "loop/loop.h"

struct liao_screen;

/* Are standard input and output a terminal? */
bool liao_screen_is_possible(void);

/* All four outlive it. NULL: standard input is no terminal of ours now. */
struct liao_screen *liao_screen_create(struct loop *l,
                                       const struct liao_options *o,
                                       struct liao_input *in,
                                       struct liao_log *log);

/* The terminal is as it was, and what was shown is on it. */
void liao_screen_destroy(struct liao_screen *s);

/* The user leaves: nothing more is read, and what is shown is only written. */
void liao_screen_leave(struct liao_screen *s);

/* A session begins: what is heard is in this framing. */
void liao_screen_begin(struct liao_screen *s, enum liao_framing framing);

/* A clean line from the server. */
void liao_screen_hear(struct liao_screen *s, struct span line);

/* A clean line of our own: "connection lost". */
void liao_screen_tell(struct liao_screen *s, struct span line);

/* May keys be read, or has too much been typed already? */
void liao_screen_want_keys(struct liao_screen *s, bool wants);

bool liao_screen_is_full(const struct liao_screen *s);
bool liao_screen_is_written(const struct liao_screen *s);
int liao_screen_error(const struct liao_screen *s); /* errno of writing; or 0 */

/* The name that the user took, to be taken again; empty: none. */
struct span liao_screen_nick(const struct liao_screen *s);

/* The bell, and a notification that says `line`; not while what is heard is
 * only replayed. */
void liao_screen_ring(struct liao_screen *s, struct span line);

/* SIGWINCH; SIGTSTP (Ctrl-Z): returns after fg; SIGCONT. */
void liao_screen_on_signal(struct liao_screen *s, int number);

#endif
