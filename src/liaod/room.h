/*
 * How many clients the descriptor limit has room for.
 */
#ifndef LIAOD_ROOM_H
#define LIAOD_ROOM_H

#include "loop/loop.h"

#include <stddef.h>

/* As many descriptors as we may have: raises the limit that far. */
size_t room_descriptors(void);

/* How many clients that makes, with this engine. */
size_t room_for_clients(const struct loop_ops *engine, size_t descriptors);

#endif
