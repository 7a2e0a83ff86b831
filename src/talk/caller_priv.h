/*
 * Inside a caller: his life is in caller.c, what he says in caller_in.c, what
 * he is sent in caller_out.c.
 */
#ifndef TALK_CALLER_PRIV_H
#define TALK_CALLER_PRIV_H

#include "talk/caller.h"

static inline bool
talk_caller_is_open(const struct talk_caller *c)
{
    return c->state < TALK_CALLER_DRAINING;
}

/* caller.c */
void talk_caller_set_timer(struct talk_caller *c);
void talk_caller_be_patient(struct talk_caller *c); /* but not for ever */
void talk_caller_want(struct talk_caller *c);
void talk_caller_on_sent(struct talk_caller *c); /* DRAINING: that was all */

/* caller_in.c */
void talk_caller_judge(struct talk_caller *c); /* what does he speak? */
void talk_caller_read(struct talk_caller *c);
size_t talk_caller_room(const struct talk_caller *c); /* bytes; 0: no read */

/* caller_out.c: a lab program turned out to speak in lines. */
void talk_caller_speak_plain(struct talk_caller *c);

#endif
