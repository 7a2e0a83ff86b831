/*
 * Diagnostics: what a program says to its operator.
 *
 * The sink is the program's; folders that decide get a `struct diag *` and
 * never know where it leads. A line holds no newline; the sink makes what
 * peers chose harmless before it is written.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_INFO, DIAG_DEBUG };

struct diag {
    enum diag_level level; /* what is less urgent is not said */
    void (*sink)(struct diag *d, enum diag_level level, const char *line);
};

/* `d` may be NULL: then nobody listens. */
void diag_say(struct diag *d, enum diag_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

const char *diag_level_name(enum diag_level level);
bool diag_level_parse(const char *name, enum diag_level *out);

#endif
