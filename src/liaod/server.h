/*
 * The running server: the loop, the listeners, the peers, the signals.
 */
#ifndef LIAOD_SERVER_H
#define LIAOD_SERVER_H

#include "liaod/options.h"

struct server;

/* NULL after saying on standard error what is in the way. */
struct server *server_create(const struct options *o);
void server_run(struct server *s); /* until it is told to stop */
void server_destroy(struct server *s);

#endif
