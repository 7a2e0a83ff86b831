/*
 * Diagnostics: what a program says to its operator.
 *
 * The sink is the program's; folders that decide get a `struct diag *` and
 * never know where it leads. A line holds no newline; the sink makes what
 * peers chose harmless before it is written.
 *
 * A log is English, whoever reads it: programs look for its words. In liao
 * the same sentences are for the user, so folders that serve both programs
 * mark theirs with N_() (base/tr.h), and are_for_user has them translated.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_INFO, DIAG_DEBUG };

struct diag {
    enum diag_level level; /* what is less urgent is not said */
    bool are_for_user;     /* the lines: in his language */
    void (*sink)(struct diag *d, enum diag_level level, const char *line);
};

/* `d` may be NULL: then nobody listens. */
void diag_say(struct diag *d, enum diag_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the system says of an errno, in the language of the lines. */
const char *diag_errno(const struct diag *d, int error);

const char *diag_level_name(enum diag_level level);
bool diag_level_parse(const char *name, enum diag_level *out);

#endif
