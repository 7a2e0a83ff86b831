/*
 * The log of liaod: lines on standard error, in one format.
 */
#ifndef LIAOD_LOG_H
#define LIAOD_LOG_H

#include "base/diag.h"

/* The sink of a struct diag: time in UTC, level, words. What peers chose is
 * made harmless. */
void log_line(struct diag *d, enum diag_level level, const char *line);

#endif
