#include "liaod/log.h"

#include "base/utf8.h"

#include <stdio.h>
#include <time.h>

void
log_line(struct diag *d, enum diag_level level, const char *line)
{
    (void)d;
    struct timespec now;
    struct tm utc;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &utc);
    struct buf clean = {0};
    utf8_clean(span_of(line), &clean);
    fprintf(stderr, "%s.%03ldZ %s: %.*s\n", stamp, now.tv_nsec / 1000000,
            diag_level_name(level), SPAN_ARG(buf_span(&clean)));
    buf_finish(&clean);
}
