/*
 * --log FILE: what is shown, a line each, with the full time:
 *
 *      2027-01-02T13:05:09+0800 alice: hi
 */
#ifndef LIAO_LOG_H
#define LIAO_LOG_H

#include "base/bytes.h"
#include "base/diag.h"

#include <stdio.h>

/* All zero: none. `diag` is told when the file takes no more, say because
 * the disk is full, which shall not end a chat. */
struct liao_log {
    struct diag *diag;
    const char *path;
    FILE *file;      /* NULL: nothing is written down */
    struct buf line; /* the front of one */
};

/* False after saying on standard error why not. */
MUST_USE bool liao_log_open(struct liao_log *log, struct diag *d,
                            const char *path);
void liao_log_close(struct liao_log *log);

/* Clean text as it comes, newlines in it. */
void liao_log_add(struct liao_log *log, struct span text);

/* A whole line, without newline, whatever else has begun. */
void liao_log_add_line(struct liao_log *log, struct span line);

#endif
