#include "bench/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define EVERY_NS 200000000u

static uint64_t due_ns;
static bool is_shown;

bool
progress_is_due(uint64_t now_ns)
{
    if (now_ns < due_ns)
        return false;
    due_ns = now_ns + EVERY_NS;
    return isatty(STDERR_FILENO);
}

void
progress_say(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("\r\033[K", stderr);
    vfprintf(stderr, format, ap);
    va_end(ap);
    is_shown = true;
}

void
progress_end(void)
{
    if (is_shown)
        fputs("\r\033[K", stderr);
    is_shown = false;
}
