/*
 * Names that were read, for Tab: the most recent first, so many and no more.
 */
#ifndef LIAO_NAMES_H
#define LIAO_NAMES_H

#include "base/bytes.h"

#define LIAO_NAMES_MOST 1000

struct liao_names {
    struct span *list; /* each is ours */
    size_t n;
};

void liao_names_finish(struct liao_names *names);
void liao_names_add(struct liao_names *names, struct span name);
void liao_names_remove(struct liao_names *names, struct span name);

#endif
