/*
 * A line on a terminal's standard error that says how far we are; nothing
 * anywhere else.
 */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

/* Replaces what was said before; not more often than eyes can follow. */
void progress_say(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* The line is gone. */
void progress_end(void);

#endif
