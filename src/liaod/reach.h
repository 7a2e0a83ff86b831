/*
 * How to get here: the lines that a person can paste into another terminal,
 * for the addresses under which this machine can really be reached.
 */
#ifndef LIAOD_REACH_H
#define LIAOD_REACH_H

#include "net/address.h"

#include <stdio.h>

/* Print to `out` how to join what listens on these, one after the other. */
void reach_begin(FILE *out);
void reach_print(FILE *out, const char *scheme, const struct net_address *at);
void reach_end(FILE *out);

#endif
