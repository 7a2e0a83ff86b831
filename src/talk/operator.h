/*
 * The operator's view of a talk, line by line: what is typed comes from one
 * descriptor, what is shown goes to another. Either may be a terminal, a pipe
 * or a file.
 *
 * A person who types to nobody is told so. What a pipe or a file holds waits
 * until somebody is there; its end ends the talk, after all was said.
 */
#ifndef TALK_OPERATOR_H
#define TALK_OPERATOR_H

#include "loop/loop.h"
#include "talk/talk.h"

struct talk_operator;

struct talk_operator *talk_operator_create(struct loop *l, struct diag *d,
                                           int in, int out);
void talk_operator_destroy(struct talk_operator *o);
struct talk_view *talk_operator_view(struct talk_operator *o);

/* All that was to be shown is. */
bool talk_operator_is_written(const struct talk_operator *o);

/* errno of what ended it, 0: nothing has. Nothing is shown since. */
int talk_operator_error(const struct talk_operator *o);

#endif
