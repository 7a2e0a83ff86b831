/*
 * How to get here: the lines that a person can paste into another terminal,
 * for the addresses under which this machine can really be reached.
 */
#ifndef LIAOD_REACH_H
#define LIAOD_REACH_H

#include "net/doors.h"

#include <stdio.h>

/* Print to `out` how to join what listens there. */
void reach_tell(FILE *out, const struct net_doors *doors);

#endif
