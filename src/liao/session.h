/*
 * One chat, from connecting to leaving:
 *
 *     CONNECTING --> GREETING --> TALKING --> LEAVING --> OVER
 *
 *   CONNECTING  the input is not touched: it may be of use for another try
 *   GREETING    nothing was said yet; is it a liaod, or a lab server? Skipped
 *               if the user has told. What is typed waits
 *   TALKING     input goes out, what comes in is shown
 *   LEAVING     all was said and delivered; answers and last words are shown
 *   OVER        what is to be shown is written out; the loop is stopped
 *
 * say.c holds what goes out, session.c all else.
 */
#ifndef LIAO_SESSION_H
#define LIAO_SESSION_H

#include "base/diag.h"
#include "liao/exits.h"
#include "liao/input.h"
#include "liao/log.h"
#include "liao/options.h"
#include "liao/screen.h"
#include "loop/loop.h"

struct liao_session;

/* Looks up the host, which may take a while, and begins to connect. All
 * five have to outlive it. */
struct liao_session *liao_session_create(struct loop *l, struct diag *d,
                                         const struct liao_options *o,
                                         struct liao_input *in,
                                         struct liao_log *log);

/* At a terminal, before the loop runs: what is heard goes there, and what is
 * typed comes from there. It outlives the session. */
void liao_session_set_screen(struct liao_session *s,
                             struct liao_screen *screen);

/* What is said first, as if it had been typed: "/nick bob". Not to a lab
 * server. */
void liao_session_set_name(struct liao_session *s, struct span nick);
void liao_session_destroy(struct liao_session *s);

/* SIGINT or SIGTERM: leave without what has not been sent; the second time,
 * or if there is nobody to take leave of, at once. */
void liao_session_interrupt(struct liao_session *s, int signal);

/* Has it been connected? */
bool liao_session_was_connected(const struct liao_session *s);

/* Did the server turn us out, or the other side hang up? Then to come again
 * unasked would be a nuisance. */
bool liao_session_is_unwanted(const struct liao_session *s);

/* The status to exit with, once the loop has stopped. */
int liao_session_exit(const struct liao_session *s);

#endif
