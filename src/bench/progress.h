/*
 * A line on a terminal's standard error that says how far we are; nothing
 * anywhere else.
 */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include "base/check.h"

#include <stdbool.h>
#include <stdint.h>

/* Is it time to say something new? Asked once a turn, so it costs nothing;
 * eyes can follow a few lines a second. */
MUST_USE bool progress_is_due(uint64_t now_ns);

/* Replaces what was said before. */
void progress_say(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* The line is gone. */
void progress_end(void);

#endif
