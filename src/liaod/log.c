#include "liaod/log.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
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

/* Would a write return at once? To a file it does, to a pipe when PIPE_BUF
 * bytes have room. */
static bool
has_room(void)
{
    struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&p, 1, 0) != 0;
}

static void
write_line(struct span line)
{
    struct buf whole = {0};
    buf_add(&whole, span_sub(line, 0, PIPE_BUF - 1));
    buf_add_byte(&whole, '\n');
    ssize_t n = write(STDERR_FILENO, whole.at, whole.n);
    (void)n; /* there is nobody to tell */
    buf_finish(&whole);
}

/* The room does not wait for who reads the log: what has no room is lost, and
 * counted. */
static void
write_or_lose(struct log *l, struct span line)
{
    uint64_t lost = l->lost;
    if (!has_room()) {
        l->lost++;
        return;
    }
    l->lost = 0;
    if (lost > 0)
        diag_say(&l->diag, DIAG_WARNING,
                 "%" PRIu64 " lines of the log were lost", lost);
    if (has_room())
        write_line(line);
    else
        l->lost++;
}

static void
show(struct log *l, struct span line)
{
    bool is_shown =
        l->owner != NULL && is_at_console() && l->show(l->owner, line);
    if (!is_shown)
        write_or_lose(l, line);
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
