/*
 * The running server: the loop, the listeners, the peers, the signals.
 */
#ifndef LIAOD_SERVER_H
#define LIAOD_SERVER_H

#include "liaod/options.h"

struct server;

/* NULL after saying on standard error what is in the way. Of the command line
 * and the configuration file that `o` was read from more is read at SIGHUP. */
struct server *server_create(const struct options *o, int argc, char **argv);
void server_run(struct server *s); /* until it is told to stop */
void server_destroy(struct server *s);

#endif
