/*
 * Where liaod listens: the sockets that the service manager handed over, and
 * what the options say.
 */
#ifndef LIAOD_DOORS_H
#define LIAOD_DOORS_H

#include "liaod/options.h"
#include "net/doors.h"

/*
 * Adopt what was handed over; then open --listen, or, if there is neither,
 * the usual port on this machine. False after saying on standard error what
 * is in the way. *inherited is how many were handed over.
 */
MUST_USE bool doors_open(struct net_doors *d, const struct options *o,
                         size_t *inherited);

/* Who comes by any of these, or by one that was handed over, speaks IRC. */
bool doors_are_all_irc(const struct options *o);

#endif
