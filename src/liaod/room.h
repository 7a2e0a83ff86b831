/*
 * How many clients the descriptor limit has room for.
 */
#ifndef LIAOD_ROOM_H
#define LIAOD_ROOM_H

#include <stddef.h>

/* As many descriptors as we may have: raises the limit that far. */
size_t room_descriptors(void);

/* How many clients that makes. */
size_t room_for_clients(size_t descriptors);

#endif
