/*
 * liao --listen: no server; whoever connects talks with the user, one at a
 * time (talk/).
 */
#ifndef LIAO_LISTEN_H
#define LIAO_LISTEN_H

#include "base/diag.h"
#include "liao/options.h"

/* Until it ends; what to exit with. */
int liao_listen(const struct liao_options *o, struct diag *d);

#endif
