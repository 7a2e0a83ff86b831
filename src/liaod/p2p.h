/*
 * liaod --mode p2p: no hub; the operator talks with one at a time (talk/).
 */
#ifndef LIAOD_P2P_H
#define LIAOD_P2P_H

#include "liaod/options.h"

/* What the program exits with. */
int p2p_run(const struct options *o);

#endif
