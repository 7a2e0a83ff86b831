/*
 * The log of liaod: lines on standard error, in one format; and those of
 * --trace, in theirs.
 *
 * Where that is the terminal at which somebody types they go through `show`
 * instead, which keeps the line whole that is half typed. Elsewhere a line is
 * lost when writing it would have to wait, and the next one tells how many were.
 */
#ifndef LIAOD_LOG_H
#define LIAOD_LOG_H

#include "base/bytes.h"
#include "base/diag.h"
#include "base/trace.h"

struct log {
    struct diag diag;   /* its sink is log_line */
    struct trace trace; /* of --trace; its sink is log_trace */
    /* False: not now. */
    bool (*show)(void *owner, struct span line);
    void *owner;   /* NULL: nobody types */
    uint64_t lost; /* lines, since it was last told how many */
};

/* The sink: time in UTC, level, words. What peers chose is made harmless. */
void log_line(struct diag *d, enum diag_level level, const char *words);
void log_trace(struct trace *t, struct span line);

#endif
