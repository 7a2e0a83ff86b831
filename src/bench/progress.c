#include "bench/progress.h"

#include "bench/crowd.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define EVERY_NS 200000000u

static uint64_t said_ns; /* 0: there is no line */

void
progress_say(const char *format, ...)
{
    uint64_t now_ns = crowd_clock_ns();
    if (now_ns - said_ns < EVERY_NS || !isatty(STDERR_FILENO))
        return;
    said_ns = now_ns;
    va_list ap;
    va_start(ap, format);
    fputs("\r\033[K", stderr);
    vfprintf(stderr, format, ap);
    va_end(ap);
}

void
progress_end(void)
{
    if (said_ns != 0)
        fputs("\r\033[K", stderr);
    said_ns = 0;
}
