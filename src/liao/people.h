/*
 * Who is here and what we are called, as far as it was heard: for Tab, for
 * the bell, and to take the same name again.
 */
#ifndef LIAO_PEOPLE_H
#define LIAO_PEOPLE_H

#include "liao/heard.h"
#include "liao/names.h"

/* All zero: nothing was heard yet. */
struct liao_people {
    struct buf nick;         /* ours, as the server has it; empty: not known */
    struct liao_names names; /* of others */
};

void liao_people_finish(struct liao_people *p);

void liao_people_learn(struct liao_people *p, const struct liao_heard *h);

/* Did somebody say our name, or something to us alone? */
bool liao_people_are_calling(const struct liao_people *p,
                             const struct liao_heard *h);

#endif
