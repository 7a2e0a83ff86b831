/*
 * Who holds a port, as far as this user may know it: /proc(5).
 */
#ifndef LIAOD_HOLDER_H
#define LIAOD_HOLDER_H

#include "base/check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The program that listens on a TCP port of this machine: its name into
 * `name`, and its process. False when nobody does, or somebody else's process
 * that only root may look into.
 */
MUST_USE bool holder_find(uint16_t port, char *name, size_t size, int *pid);

#endif
