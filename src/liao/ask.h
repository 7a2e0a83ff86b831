/*
 * Asking for the server's address and port, as the lab's client does: the
 * first two lines of standard input. The questions go to standard error, so
 * that standard output holds the chat and nothing else.
 */
#ifndef LIAO_ASK_H
#define LIAO_ASK_H

#include "liao/input.h"
#include "liao/options.h"

/* Waits. False after saying on standard error why there is no server. */
MUST_USE bool liao_ask_server(struct liao_options *o, struct liao_input *in);

#endif
