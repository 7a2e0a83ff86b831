/*
 * The operator's view of a talk, line by line: what is typed comes from one
 * descriptor, what is shown goes to another. Either may be a terminal, a pipe
 * or a file. The end of what is typed ends the talk, after all was said.
 */
#ifndef TALK_OPERATOR_H
#define TALK_OPERATOR_H

#include "loop/loop.h"
#include "talk/talk.h"

/* Gone with its close(). */
struct talk_view *talk_operator_open(struct loop *l, struct diag *d, int in,
                                     int out);

#endif
