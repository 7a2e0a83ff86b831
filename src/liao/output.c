#include "liao/output.h"

#include "base/utf8.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

/* Of a line, on a screen; a liaod's are at most a quarter of that. */
#define SCREEN_LINE_BYTES ((size_t)16 << 10)

static void
on_watch_ready(struct loop_watch *w, unsigned events)
{
    struct liao_output *o = CONTAINER_OF(w, struct liao_output, watch);
    (void)events;
    /* A pipe that is ready takes so much without making us wait. */
    struct span some = span_sub(buf_span(&o->queue), 0, PIPE_BUF);
    ssize_t n = write(w->fd, some.at, some.n);
    if (n >= 0) {
        buf_drop_front(&o->queue, (size_t)n);
    } else if (errno != EAGAIN && errno != EINTR) {
        o->error = errno;
        buf_truncate(&o->queue, 0);
    }
    if (o->queue.n == 0)
        loop_watch(o->loop, w, 0);
}

static const struct loop_watcher readiness_watcher = {on_watch_ready};

void
liao_output_init(struct liao_output *o, struct loop *l, int fd,
                 struct liao_log *log)
{
    *o = (struct liao_output){
        .loop = l,
        .log = log,
        .watch = {.fd = fd, .watcher = &readiness_watcher},
    };
}

void
liao_output_finish(struct liao_output *o)
{
    liao_output_drop(o);
    buf_finish(&o->queue);
    buf_finish(&o->held);
    buf_finish(&o->line);
}

void
liao_output_drop(struct liao_output *o)
{
    buf_truncate(&o->queue, 0);
    loop_watch(o->loop, &o->watch, 0);
    o->screen = NULL;
}

bool
liao_output_is_full(const struct liao_output *o)
{
    return o->queue.n >= LIAO_OUTPUT_BYTES ||
           (o->screen != NULL && liao_screen_is_full(o->screen));
}

bool
liao_output_is_written(const struct liao_output *o)
{
    return o->queue.n == 0 &&
           (o->screen == NULL || liao_screen_is_written(o->screen));
}

int
liao_output_error(const struct liao_output *o)
{
    return o->screen != NULL ? liao_screen_error(o->screen) : o->error;
}

/* A screen takes whole lines; a longer one in pieces, or we would wait for its
 * end for ever, since past LIAO_OUTPUT_BYTES nothing more is read. */
static void
give_lines_to_screen(struct liao_output *o)
{
    for (;;) {
        struct span queue = buf_span(&o->queue);
        size_t n = span_find(queue, '\n');
        if (n == queue.n && n < SCREEN_LINE_BYTES)
            return;
        if (n > SCREEN_LINE_BYTES)
            n = utf8_cut(queue, SCREEN_LINE_BYTES);
        liao_screen_hear(o->screen, span_sub(queue, 0, n));
        bool ends_here = n < queue.n && span_get(queue, n) == '\n';
        buf_drop_front(&o->queue, ends_here ? n + 1 : n);
    }
}

static void
give_lines_to_owner(struct liao_output *o, struct span text)
{
    while (o->on_line != NULL && text.n > 0) {
        size_t n = span_find(text, '\n');
        size_t room = LIAO_OUTPUT_LINE_BYTES - o->line.n;
        buf_add(&o->line, span_sub(text, 0, n < room ? n : room));
        if (n < text.n) {
            o->on_line(o->owner, buf_span(&o->line));
            buf_truncate(&o->line, 0);
        }
        text = span_from(text, n + 1);
    }
}

void
liao_output_clean(struct span s, struct buf *out)
{
    while (s.n > 0) {
        size_t n = span_find(s, '\n');
        bool has_newline = n < s.n;
        struct span line = span_sub(s, 0, n);
        if (has_newline && n > 0 && span_get(line, n - 1) == '\r')
            line.n--;
        utf8_clean(line, out);
        if (has_newline)
            buf_add_byte(out, '\n');
        s = span_from(s, n + 1);
    }
}

static void
show(struct liao_output *o, struct span s)
{
    if (o->error != 0 || s.n == 0)
        return;
    o->is_line_open = span_get(s, s.n - 1) != '\n';
    struct buf clean = {0};
    liao_output_clean(s, &clean);
    buf_add(&o->queue, buf_span(&clean));
    liao_log_add(o->log, buf_span(&clean));
    if (o->screen != NULL)
        give_lines_to_screen(o);
    else
        loop_watch(o->loop, &o->watch, o->queue.n > 0 ? LOOP_WRITE : 0);
    give_lines_to_owner(o, buf_span(&clean));
    buf_finish(&clean);
}

static size_t
unfinished_tail(struct span s)
{
    if (s.n > 0 && span_get(s, s.n - 1) == '\r')
        return 1;
    return utf8_held_tail(s);
}

void
liao_output_add(struct liao_output *o, struct span bytes)
{
    buf_add(&o->held, bytes);
    size_t n = o->held.n - unfinished_tail(buf_span(&o->held));
    show(o, span_sub(buf_span(&o->held), 0, n));
    buf_drop_front(&o->held, n);
}

void
liao_output_add_burst(struct liao_output *o, struct span bytes)
{
    buf_add(&o->held, bytes);
    size_t n = o->held.n - utf8_held_tail(buf_span(&o->held));
    show(o, span_sub(buf_span(&o->held), 0, n));
    buf_drop_front(&o->held, n);
    if (o->held.n == 0 && o->is_line_open)
        show(o, SPAN("\n"));
}

void
liao_output_end(struct liao_output *o)
{
    show(o, buf_span(&o->held));
    buf_truncate(&o->held, 0);
    if (o->is_line_open)
        show(o, SPAN("\n"));
}
