#include "term/watch.h"

#include "base/utf8.h"

void
term_watch_update(struct term_watch *w)
{
    const struct term *t = w->term;
    bool reads = w->wants_keys && !t->is_ended && !t->is_suspended;
    bool draws = term_has_work(t) || term_has_output(t);
    loop_watch(w->loop, &w->typing, reads ? LOOP_READ : 0);
    loop_watch(w->loop, &w->drawing, draws ? LOOP_WRITE : 0);
}

static void
on_typing(struct loop_watch *typing, unsigned events)
{
    struct term_watch *w = CONTAINER_OF(typing, struct term_watch, typing);
    (void)events;
    term_read(w->term);
    term_watch_update(w);
}

static const struct loop_watcher typing_watcher = {on_typing};

static void
on_drawing(struct loop_watch *drawing, unsigned events)
{
    struct term_watch *w = CONTAINER_OF(drawing, struct term_watch, drawing);
    (void)events;
    if (!term_has_output(w->term))
        term_draw(w->term);
    if (term_has_output(w->term))
        term_write(w->term);
    term_watch_update(w);
}

static const struct loop_watcher drawing_watcher = {on_drawing};

void
term_watch_init(struct term_watch *w, struct loop *l, struct term *t)
{
    *w = (struct term_watch){
        .term = t,
        .loop = l,
        .typing = {.fd = t->setup.in, .watcher = &typing_watcher},
        .drawing = {.fd = t->setup.out, .watcher = &drawing_watcher},
        .wants_keys = true,
    };
    term_watch_update(w);
}

void
term_watch_finish(struct term_watch *w)
{
    loop_remove(w->loop, &w->typing);
    loop_remove(w->loop, &w->drawing);
    term_destroy(w->term);
    w->term = NULL;
}

void
term_watch_leave(struct term_watch *w)
{
    term_leave(w->term);
    term_watch_update(w);
}

void
term_watch_want_keys(struct term_watch *w, bool wants)
{
    w->wants_keys = wants;
    term_watch_update(w);
}

void
term_watch_show(struct term_watch *w, struct span line)
{
    term_show(w->term, line);
    term_watch_update(w);
}

bool
term_watch_try_show(struct term_watch *w, struct span line)
{
    const struct term *t = w->term;
    if (t->is_suspended || t->error != 0 || term_is_full(t))
        return false;
    term_watch_show(w, line);
    return true;
}

void
term_watch_show_typed(struct term_watch *w, struct span line)
{
    if (w->term->ops->keeps_typed)
        return;
    struct buf shown = {0};
    buf_add(&shown, span_of(w->term->setup.prompt));
    utf8_clean(line, &shown);
    term_watch_show(w, buf_span(&shown));
    buf_finish(&shown);
}

bool
term_watch_is_written(const struct term_watch *w)
{
    return !term_has_work(w->term) && !term_has_output(w->term);
}

void
term_watch_on_signal(struct term_watch *w, int number)
{
    term_on_signal(w->term, number);
    term_watch_update(w);
}
