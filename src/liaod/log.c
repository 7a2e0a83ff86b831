#include "liaod/log.h"

#include "base/utf8.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void
format(enum diag_level level, const char *words, struct buf *out)
{
    struct timespec now;
    struct tm utc;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &utc);
    buf_add_format(out, "%s.%03ldZ %s: ", stamp, now.tv_nsec / 1000000,
                   diag_level_name(level));
    utf8_clean(span_of(words), out);
}

/* Is standard error where the console is? */
static bool
is_at_console(void)
{
    struct stat out, err;
    return isatty(STDERR_FILENO) && fstat(STDERR_FILENO, &err) == 0 &&
           fstat(STDOUT_FILENO, &out) == 0 && out.st_rdev == err.st_rdev;
}

static void
show(struct log *l, struct span line)
{
    bool is_shown =
        l->owner != NULL && is_at_console() && l->show(l->owner, line);
    if (!is_shown)
        fprintf(stderr, "%.*s\n", SPAN_ARG(line));
}

void
log_trace(struct trace *t, struct span line)
{
    show(CONTAINER_OF(t, struct log, trace), line);
}

void
log_line(struct diag *d, enum diag_level level, const char *words)
{
    struct log *l = CONTAINER_OF(d, struct log, diag);
    struct buf line = {0};
    format(level, words, &line);
    show(l, buf_span(&line));
    buf_finish(&line);
}
