#include "term/term.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* Waiting to be drawn or written; past that the server waits. */
#define PENDING_BYTES (64u << 10)

/* A terminal that is ready for writing takes so many bytes without making us
 * wait (Linux wakes writers at 256). */
#define TERMINAL_TAKES 256

/* So often in one turn, while it stays ready. */
#define TURN_WRITES 16

/* So long a terminal that stands still is waited for at the end. */
#define FLUSH_MS 1000

struct term *
term_create(const struct term_ops *ops, const struct term_setup *setup)
{
    return ops->create(setup);
}

void
term_destroy(struct term *t)
{
    if (t == NULL)
        return;
    term_leave(t);
    term_draw(t);
    term_flush(t);
    t->ops->destroy(t);
}

void
term_leave(struct term *t)
{
    if (t->has_left)
        return;
    term_draw(t);
    t->ops->close(t);
    t->has_left = true;
    t->is_ended = true;
    t->is_dirty = false;
}

void
term_init(struct term *t, const struct term_ops *ops,
          const struct term_setup *setup)
{
    *t = (struct term){.ops = ops, .setup = *setup, .is_dirty = true};
}

void
term_finish(struct term *t)
{
    buf_finish(&t->above);
    buf_finish(&t->out);
}

void
term_end(struct term *t)
{
    if (t->is_ended)
        return;
    t->is_ended = true;
    t->setup.on_end(t->setup.owner);
}

void
term_read(struct term *t)
{
    if (!t->is_suspended && !t->is_ended)
        t->ops->read(t);
}

void
term_show(struct term *t, struct span line)
{
    if (t->error != 0)
        return;
    buf_add(&t->above, line);
    buf_add_byte(&t->above, '\n');
}

void
term_signal(struct term *t, struct span bytes)
{
    if (t->error == 0)
        buf_add(&t->out, bytes);
}

bool
term_has_work(const struct term *t)
{
    return !t->is_suspended && t->error == 0 && (t->above.n > 0 || t->is_dirty);
}

void
term_draw(struct term *t)
{
    if (!term_has_work(t))
        return;
    if (t->has_left)
        buf_add(&t->out, buf_span(&t->above));
    else
        t->ops->draw(t);
    t->is_dirty = false;
    buf_truncate(&t->above, 0);
}

bool
term_has_output(const struct term *t)
{
    return t->out.n > 0;
}

bool
term_is_full(const struct term *t)
{
    return t->above.n + t->out.n >= PENDING_BYTES;
}

static void
write_some(struct term *t)
{
    struct span some = span_sub(buf_span(&t->out), 0, TERMINAL_TAKES);
    ssize_t n = write(t->setup.out, some.at, some.n);
    if (n >= 0) {
        buf_drop_front(&t->out, (size_t)n);
    } else if (errno != EAGAIN && errno != EINTR) {
        t->error = errno;
        buf_truncate(&t->out, 0);
        buf_truncate(&t->above, 0);
    }
}

void
term_write(struct term *t)
{
    struct pollfd p = {.fd = t->setup.out, .events = POLLOUT};
    write_some(t);
    for (int i = 1; i < TURN_WRITES && term_has_output(t); i++) {
        if (poll(&p, 1, 0) <= 0)
            return;
        write_some(t);
    }
}

void
term_flush(struct term *t)
{
    struct pollfd p = {.fd = t->setup.out, .events = POLLOUT};
    while (term_has_output(t) && poll(&p, 1, FLUSH_MS) > 0)
        term_write(t);
}

void
term_suspend(struct term *t)
{
    if (t->is_suspended || t->has_left)
        return;
    t->ops->suspend(t);
    t->is_suspended = true;
}

void
term_resume(struct term *t)
{
    if (t->has_left)
        return;
    t->is_suspended = !t->ops->resume(t);
    t->is_dirty = true;
}

static void
stop(struct term *t)
{
    sigset_t stop, go_on;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigemptyset(&go_on);
    sigaddset(&go_on, SIGCONT);
    term_suspend(t);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here we stand still */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    /* What told us to go on is no news any more. */
    sigtimedwait(&go_on, NULL, &(struct timespec){0});
    term_resume(t);
}

void
term_on_signal(struct term *t, int number)
{
    if (number == SIGWINCH)
        t->is_dirty = !t->has_left;
    else if (number == SIGTSTP)
        stop(t);
    else
        term_resume(t);
}

void
term_offer(struct term_offers *offers, struct span word)
{
    buf_add(&offers->words, word);
    buf_add_byte(&offers->words, '\n');
}
