#include "base/diag.h"

#include "base/check.h"
#include "base/tr.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES 1024

static const char *const level_names[] = {"error", "warning", "info", "debug"};

void
diag_say(struct diag *d, enum diag_level level, const char *format, ...)
{
    if (d == NULL || level > d->level)
        return;
    char line[LINE_BYTES];
    va_list ap;
    va_start(ap, format);
    vsnprintf(line, sizeof(line), d->are_for_user ? tr(format) : format, ap);
    va_end(ap);
    d->sink(d, level, line);
}

const char *
diag_errno(const struct diag *d, int error)
{
    const char *english = strerrordesc_np(error);
    bool is_translated = d != NULL && d->are_for_user;
    return is_translated || english == NULL ? strerror(error) : english;
}

const char *
diag_level_name(enum diag_level level)
{
    CHECK((size_t)level < COUNT_OF(level_names));
    return level_names[level];
}

bool
diag_level_parse(const char *name, enum diag_level *out)
{
    for (size_t i = 0; i < COUNT_OF(level_names); i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *out = (enum diag_level)i;
            return true;
        }
    }
    return false;
}
