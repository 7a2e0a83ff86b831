/*
 * What the server tells of itself, and whom it believes: from files that the
 * options name.
 */
#ifndef LIAOD_ABOUT_H
#define LIAOD_ABOUT_H

#include "hub/hub.h"
#include "liaod/options.h"

#define ABOUT_OPERATORS_MOST 64

struct about {
    struct hub_info info; /* borrows from what follows */
    struct buf motd;
    struct buf password;
    struct buf operators_text;
    struct hub_operator operators[ABOUT_OPERATORS_MOST];
};

/* False after saying on standard error which file cannot be read. */
MUST_USE bool about_read(struct about *a, const struct options *o,
                         uint64_t now_ms);
void about_finish(struct about *a);

#endif
