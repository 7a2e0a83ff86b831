#include "talk/operator.h"

#include "base/alloc.h"
#include "base/tr.h"
#include "msg/limits.h"
#include "term/tty.h"
#include "term/watch.h"
#include "wire/frames.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Read ahead at most; past that who writes to us waits. */
#define IN_BYTES ((size_t)64 << 10)

/* To be shown at most; past that who talks to us waits. */
#define OUT_BYTES ((size_t)64 << 10)

struct talk_operator {
    struct talk_view view;
    struct loop *loop;
    struct diag *diag;
    struct loop_watch in;
    struct loop_watch out;
    struct buf typed;           /* not taken yet */
    struct buf shown;           /* not written yet */
    struct term_watch terminal; /* its term: instead of both; NULL: none */
    struct wire_frames frames;
    bool is_person;
    bool is_ended; /* nothing more will be typed */
    int error;
};

/* -- what is shown ----------------------------------------------------------- */

static void
on_line(struct talk_view *v, const struct talk_line *line)
{
    struct talk_operator *o = CONTAINER_OF(v, struct talk_operator, view);
    if (o->error != 0)
        return;
    buf_add(&o->shown, line->who);
    buf_add(&o->shown, line->text);
    if (o->terminal.term != NULL) {
        term_watch_show(&o->terminal, buf_span(&o->shown));
        buf_truncate(&o->shown, 0);
        return;
    }
    buf_add_byte(&o->shown, '\n');
    loop_watch(o->loop, &o->out, LOOP_WRITE);
}

static void
on_writable(struct loop_watch *w, unsigned events)
{
    struct talk_operator *o = CONTAINER_OF(w, struct talk_operator, out);
    (void)events;
    /* A pipe that is ready takes so much without making us wait. */
    struct span some = span_sub(buf_span(&o->shown), 0, PIPE_BUF);
    ssize_t n = write(w->fd, some.at, some.n);
    if (n >= 0) {
        buf_drop_front(&o->shown, (size_t)n);
    } else if (errno != EAGAIN && errno != EINTR) {
        o->error = errno;
        buf_truncate(&o->shown, 0);
    }
    if (o->shown.n == 0)
        loop_watch(o->loop, w, 0);
}

static const struct loop_watcher writable_watcher = {on_writable};

static int
error_of(struct talk_view *v)
{
    const struct talk_operator *o = CONTAINER_OF(v, struct talk_operator, view);
    return o->terminal.term != NULL ? o->terminal.term->error : o->error;
}

/* -- what is typed ----------------------------------------------------------- */

static void
on_readable(struct loop_watch *w, unsigned events)
{
    struct talk_operator *o = CONTAINER_OF(w, struct talk_operator, in);
    (void)events;
    uint8_t *at = buf_reserve(&o->typed, IN_BYTES);
    ssize_t n = read(w->fd, at, IN_BYTES);
    if (n > 0) {
        o->typed.n += (size_t)n;
    } else if (n == 0) {
        o->is_ended = true;
    } else if (errno != EAGAIN && errno != EINTR) {
        diag_say(o->diag, DIAG_ERROR, N_("cannot read standard input: %s"),
                 diag_errno(o->diag, errno));
        o->is_ended = true;
    }
}

static const struct loop_watcher readable_watcher = {on_readable};

static void
on_typed(void *owner, struct span line)
{
    struct talk_operator *o = owner;
    if (span_trim(line).n > 0)
        term_watch_show_typed(&o->terminal, line);
    buf_add(&o->typed, line);
    buf_add_byte(&o->typed, '\n');
}

static void
on_typed_out(void *owner)
{
    struct talk_operator *o = owner;
    o->is_ended = true;
}

static void
complete(void *owner, struct span line, size_t at, struct term_offers *offers)
{
    (void)owner;
    if (at == 0 && line.n > 0 && span_starts(SPAN("/quit"), line))
        term_offer(offers, SPAN("/quit"));
}

static bool
take_next(struct talk_operator *o, struct talk *t)
{
    struct wire_frames before = o->frames;
    struct wire_frame frame;
    size_t used;
    enum wire_result result = wire_frames_next(&o->frames, buf_span(&o->typed),
                                               o->is_ended, &frame, &used);
    if (result == WIRE_OK &&
        !talk_take(t, frame.text, frame.is_rest, o->is_person)) {
        o->frames = before;
        return false;
    }
    buf_drop_front(&o->typed, used);
    return used > 0;
}

static void
on_turn(struct talk_view *v, struct talk *t)
{
    struct talk_operator *o = CONTAINER_OF(v, struct talk_operator, view);
    while (!talk_is_stopping(t) && take_next(o, t))
        continue;
    bool is_all_said = o->is_ended && o->typed.n == 0;
    if (is_all_said || error_of(v) != 0)
        talk_stop(t);
    bool reads = !o->is_ended && !talk_is_stopping(t) && o->typed.n < IN_BYTES;
    if (o->terminal.term != NULL) {
        talk_pause(t, term_is_full(o->terminal.term));
        term_watch_want_keys(&o->terminal, reads);
        if (talk_is_stopping(t))
            term_watch_leave(&o->terminal);
        return;
    }
    talk_pause(t, o->shown.n >= OUT_BYTES);
    loop_watch(o->loop, &o->in, reads ? LOOP_READ : 0);
}

/* -- life -------------------------------------------------------------------- */

static bool
is_written(struct talk_view *v)
{
    const struct talk_operator *o = CONTAINER_OF(v, struct talk_operator, view);
    if (o->terminal.term != NULL)
        return term_watch_is_written(&o->terminal);
    return o->shown.n == 0;
}

static void
on_signal(struct talk_view *v, int number)
{
    struct talk_operator *o = CONTAINER_OF(v, struct talk_operator, view);
    if (o->terminal.term != NULL)
        term_watch_on_signal(&o->terminal, number);
}

bool
talk_operator_show(void *view, struct span line)
{
    struct talk_operator *o = CONTAINER_OF(view, struct talk_operator, view);
    return o->terminal.term != NULL && term_watch_try_show(&o->terminal, line);
}

static void
close_view(struct talk_view *v)
{
    struct talk_operator *o = CONTAINER_OF(v, struct talk_operator, view);
    loop_watch(o->loop, &o->in, 0);
    loop_watch(o->loop, &o->out, 0);
    if (o->terminal.term != NULL)
        term_watch_finish(&o->terminal);
    buf_finish(&o->typed);
    buf_finish(&o->shown);
    free(o);
}

bool
talk_operator_edits(int in, int out)
{
    return isatty(in) && isatty(out) && tcgetpgrp(in) == getpgrp() &&
           !term_tty_is_dumb(getenv("TERM"));
}

/* False: none that an editor could use. */
static bool
open_terminal(struct talk_operator *o)
{
    struct term_setup setup = {
        .in = o->in.fd,
        .out = o->out.fd,
        .prompt = "> ",
        .owner = o,
        .on_line = on_typed,
        .on_end = on_typed_out,
        .complete = complete,
    };
    struct term *t = NULL;
    if (talk_operator_edits(o->in.fd, o->out.fd))
        t = term_create(&term_edit_ops, &setup);
    if (t != NULL)
        term_watch_init(&o->terminal, o->loop, t);
    return t != NULL;
}

struct talk_view *
talk_operator_open(struct loop *l, struct diag *d, int in, int out)
{
    struct talk_operator *o = ALLOC(struct talk_operator);
    o->view = (struct talk_view){
        .on_line = on_line,
        .on_turn = on_turn,
        .is_written = is_written,
        .error = error_of,
        .on_signal = on_signal,
        .close = close_view,
    };
    o->loop = l;
    o->diag = d;
    o->in = (struct loop_watch){.fd = in, .watcher = &readable_watcher};
    o->out = (struct loop_watch){.fd = out, .watcher = &writable_watcher};
    o->frames.has_no_commands = true;
    o->is_person = isatty(in) == 1;
    if (!open_terminal(o))
        loop_watch(l, &o->in, LOOP_READ);
    return &o->view;
}
