/*
 * --ask: the three questions of the lab's server.
 */
#ifndef LIAOD_ASK_H
#define LIAOD_ASK_H

#include "liaod/options.h"

/*
 * Ask for port, mode and most clients on standard input, each until the
 * answer is right, and put them into `o`: a lab:// listener where no --listen
 * was given. False at the end of the input.
 */
MUST_USE bool ask_questions(struct options *o);

#endif
