/*
 * The operator's view of a talk, line by line: what is typed comes from one
 * descriptor, what is shown goes to another. Either may be a terminal, a pipe
 * or a file; where both are a terminal there is a line editor (term/edit.c),
 * and what is half typed stays whole. The end of what is typed ends the talk, after all was said.
 */
#ifndef TALK_OPERATOR_H
#define TALK_OPERATOR_H

#include "loop/loop.h"
#include "talk/talk.h"

/* Gone with its close(). */
struct talk_view *talk_operator_open(struct loop *l, struct diag *d, int in,
                                     int out);

/* Would there be a line editor? Then the view wants the terminal's signals. */
bool talk_operator_edits(int in, int out);

/* The program's own line, above the one that is typed; `view` is the
 * operator's. False: there is no editor, or not now. */
bool talk_operator_show(void *view, struct span line);

#endif
