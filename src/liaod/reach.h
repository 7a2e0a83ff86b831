/*
 * How to get here: the lines that a person can paste into another terminal,
 * for the addresses under which this machine can really be reached.
 */
#ifndef LIAOD_REACH_H
#define LIAOD_REACH_H

#include "net/doors.h"

#include <stdio.h>

/* Call for each address of this machine that can be pasted: of AF_INET, or of
 * AF_INET6 those that need no interface beside them. The ports are 0. */
void reach_each_own(int family,
                    void (*call)(void *owner, const struct net_address *at),
                    void *owner);

/* Print to `out` how to join what listens there. */
void reach_tell(FILE *out, const struct net_doors *doors);

#endif
