#include "liao/log.h"

#include "base/tr.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

bool
liao_log_open(struct liao_log *log, struct diag *d, const char *path)
{
    *log = (struct liao_log){.diag = d, .path = path};
    /* What others said is for its owner's eyes. */
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log->file = fd < 0 ? NULL : fdopen(fd, "a");
    if (log->file == NULL) {
        diag_say(d, DIAG_ERROR, N_("cannot write the log %s: %s"), path,
                 diag_errno(d, errno));
        return false;
    }
    setvbuf(log->file, NULL, _IOLBF, BUFSIZ);
    return true;
}

void
liao_log_close(struct liao_log *log)
{
    if (log->file != NULL)
        fclose(log->file);
    log->file = NULL;
    buf_finish(&log->line);
}

void
liao_log_add_line(struct liao_log *log, struct span line)
{
    if (log->file == NULL)
        return;
    char stamp[40];
    struct tm now;
    time_t seconds = time(NULL);
    localtime_r(&seconds, &now);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S%z", &now);
    if (fprintf(log->file, "%s %.*s\n", stamp, SPAN_ARG(line)) >= 0)
        return;
    int error = errno;
    fclose(log->file);
    log->file = NULL; /* what is told now is shown, and not written down */
    diag_say(log->diag, DIAG_ERROR, N_("cannot write the log %s any more: %s"),
             log->path, diag_errno(log->diag, error));
}

void
liao_log_add(struct liao_log *log, struct span text)
{
    while (log->file != NULL && text.n > 0) {
        size_t n = span_find(text, '\n');
        buf_add(&log->line, span_sub(text, 0, n));
        if (n < text.n) {
            liao_log_add_line(log, buf_span(&log->line));
            buf_truncate(&log->line, 0);
        }
        text = span_from(text, n + 1);
    }
}
