#include "loop/loop.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

const struct loop_ops *const loop_engines[LOOP_ENGINES] = {
    &loop_epoll_ops,   &loop_poll_ops, &loop_select_ops,
    &loop_threads_ops, &loop_one_ops,
};

struct loop {
    const struct loop_ops *ops;
    void *waiter;
    struct trace *trace;
    unsigned ready;    /* so many were, in this turn */
    struct list hooks; /* loop_hook.link */
    uint64_t now_ms;
    uint64_t wall_ms;
    uint64_t again_us;       /* how long the next turn waits at most */
    uint64_t waits_until_us; /* this turn's wait, of now_ms * 1000 */
    bool is_stopped;
    struct loop_timer **heap; /* heap[1] is due first; heap[0] is unused */
    uint32_t heap_n;
    uint32_t heap_cap;
};

static void
look_at_clocks(struct loop *l)
{
    l->now_ms = l->ops->now_ms(l->waiter);
    l->wall_ms = l->ops->wall_ms(l->waiter);
}

struct loop *
loop_create(const struct loop_ops *ops)
{
    struct loop *l = ALLOC(struct loop);
    l->ops = ops;
    l->waiter = ops->open(l);
    if (l->waiter == NULL) {
        int error = errno;
        free(l);
        errno = error;
        return NULL;
    }
    l->again_us = UINT64_MAX;
    list_init(&l->hooks);
    look_at_clocks(l);
    return l;
}

void
loop_destroy(struct loop *l)
{
    if (l == NULL)
        return;
    CHECK(l->heap_n == 0);
    l->ops->close(l->waiter);
    free(l->heap);
    free(l);
}

void *
loop_waiter(struct loop *l)
{
    return l->waiter;
}

const struct loop_ops *
loop_engine(const struct loop *l)
{
    return l->ops;
}

void
loop_set_trace(struct loop *l, struct trace *t)
{
    l->trace = t;
}

struct trace *
loop_trace(const struct loop *l)
{
    return l->trace;
}

/* -- descriptors ---------------------------------------------------------- */

bool
loop_add(struct loop *l, struct loop_watch *w)
{
    CHECK(!w->is_added);
    w->is_added = l->ops->add == NULL || l->ops->add(l->waiter, w);
    return w->is_added;
}

void
loop_watch(struct loop *l, struct loop_watch *w, unsigned events)
{
    if (w->events == events)
        return;
    if (!w->is_added)
        CHECK(loop_add(l, w));
    l->ops->set(l->waiter, w, events);
    w->events = events;
}

static void
forget(struct loop *l, struct loop_watch *w, bool closes)
{
    bool is_added = w->is_added;
    loop_watch(l, w, 0);
    if (closes && w->role != LOOP_OURS && l->trace != NULL)
        trace_close(l->trace, w->fd);
    w->is_added = false;
    if (is_added && l->ops->remove != NULL)
        l->ops->remove(l->waiter, w, closes);
    else if (closes)
        close(w->fd);
}

void
loop_close(struct loop *l, struct loop_watch *w)
{
    forget(l, w, true);
}

void
loop_remove(struct loop *l, struct loop_watch *w)
{
    forget(l, w, false);
}

/* Of what is ours, only the keyboard is of interest; and to trace that a
 * terminal takes output would be output, without end. */
static void
trace_watch(struct loop *l, const struct loop_watch *w, unsigned events)
{
    l->ready++;
    if (w->role != LOOP_OURS || (w->fd == STDIN_FILENO && events == LOOP_READ))
        trace_ready(l->trace, l->ops->call, w->fd, events & LOOP_READ,
                    events & LOOP_WRITE);
}

void
loop_ready(struct loop *l, struct loop_watch *w, unsigned events)
{
    /* It may have been closed by what was ready before it. */
    events &= w->events;
    if (events == 0)
        return;
    if (l->trace != NULL)
        trace_watch(l, w, events);
    w->watcher->on_ready(w, events);
}

/* -- timers: a binary heap ---------------------------------------------- */

#define HEAP_LEAST 64u

static void
resize_heap(struct loop *l, uint32_t cap)
{
    l->heap = alloc_resize(l->heap, cap * sizeof(*l->heap));
    l->heap_cap = cap;
}

static void
heap_put(struct loop *l, uint32_t slot, struct loop_timer *t)
{
    l->heap[slot] = t;
    t->slot = slot;
}

static void
heap_up(struct loop *l, struct loop_timer *t)
{
    uint32_t slot = t->slot;
    while (slot > 1 && l->heap[slot / 2]->due_ms > t->due_ms) {
        heap_put(l, slot, l->heap[slot / 2]);
        slot /= 2;
    }
    heap_put(l, slot, t);
}

static void
heap_down(struct loop *l, struct loop_timer *t)
{
    uint32_t slot = t->slot;
    for (;;) {
        uint32_t child = slot * 2;
        if (child < l->heap_n &&
            l->heap[child + 1]->due_ms < l->heap[child]->due_ms)
            child++;
        if (child > l->heap_n || l->heap[child]->due_ms >= t->due_ms)
            break;
        heap_put(l, slot, l->heap[child]);
        slot = child;
    }
    heap_put(l, slot, t);
}

void
loop_timer_set(struct loop *l, struct loop_timer *t, uint64_t due_ms)
{
    t->due_ms = due_ms;
    if (t->slot == 0) {
        if (l->heap_n + 1 >= l->heap_cap)
            resize_heap(l, l->heap_cap == 0 ? HEAP_LEAST : l->heap_cap * 2);
        heap_put(l, ++l->heap_n, t);
    }
    heap_up(l, t);
    heap_down(l, t);
}

void
loop_timer_clear(struct loop *l, struct loop_timer *t)
{
    if (t->slot == 0)
        return;
    struct loop_timer *last = l->heap[l->heap_n--];
    if (last != t) {
        heap_put(l, t->slot, last);
        heap_up(l, last);
        heap_down(l, last);
    }
    t->slot = 0;
    if (l->heap_cap > HEAP_LEAST && l->heap_n < l->heap_cap / 4)
        resize_heap(l, l->heap_cap / 2);
}

static void
call_timers(struct loop *l)
{
    while (l->heap_n > 0 && l->heap[1]->due_ms <= l->now_ms) {
        struct loop_timer *t = l->heap[1];
        loop_timer_clear(l, t);
        t->on_due(t);
    }
}

/* -- turns --------------------------------------------------------------- */

void
loop_hook_add(struct loop *l, struct loop_hook *h)
{
    list_add(&l->hooks, &h->link);
}

uint64_t
loop_now_ms(const struct loop *l)
{
    return l->now_ms;
}

uint64_t
loop_wall_ms(const struct loop *l)
{
    return l->wall_ms;
}

void
loop_again(struct loop *l)
{
    l->again_us = 0;
}

void
loop_again_in(struct loop *l, uint64_t us)
{
    if (us < l->again_us)
        l->again_us = us;
}

uint64_t
loop_clock_us(const struct loop *l)
{
    return l->ops->now_us != NULL ? l->ops->now_us(l->waiter)
                                  : l->ops->now_ms(l->waiter) * 1000;
}

static int
patience(const struct loop *l)
{
    if (l->heap_n == 0)
        return -1;
    uint64_t due = l->heap[1]->due_ms;
    uint64_t wait = due > l->now_ms ? due - l->now_ms : 0;
    return wait > INT32_MAX ? INT32_MAX : (int)wait;
}

static void
wait_for_turn(struct loop *l)
{
    int timeout_ms = patience(l);
    uint64_t again_us = l->again_us;
    uint64_t timeout_us =
        timeout_ms < 0 ? UINT64_MAX : (uint64_t)timeout_ms * 1000;
    uint64_t wait_us = timeout_us <= again_us ? timeout_us : again_us;
    l->again_us = UINT64_MAX;
    l->waits_until_us =
        wait_us == UINT64_MAX ? wait_us : l->now_ms * 1000 + wait_us;
    if (timeout_ms >= 0 && timeout_us <= again_us)
        l->ops->wait(l->waiter, timeout_ms);
    else if (again_us == UINT64_MAX)
        l->ops->wait(l->waiter, -1);
    else if (again_us > 0 && l->ops->wait_us != NULL)
        l->ops->wait_us(l->waiter, again_us);
    else
        l->ops->wait(l->waiter, (int)((again_us + 999) / 1000));
}

/* In the order in which they were added. Each may remove any, and add some,
 * which come behind all others. */
static void
call_hooks(struct loop *l)
{
    struct list now, called;
    list_init(&now);
    list_init(&called);
    list_move_all(&now, &l->hooks);
    while (!list_is_empty(&now)) {
        struct loop_hook *h = CONTAINER_OF(now.next, struct loop_hook, link);
        list_remove(&h->link);
        list_add(&called, &h->link);
        h->on_turn_end(h);
    }
    list_move_all(&called, &l->hooks);
    list_move_all(&l->hooks, &called);
}

static void
end_turn(struct loop *l)
{
    call_timers(l);
    call_hooks(l);
}

/* Of threads we do not know who waits. */
static void
trace_vain_wait(const struct loop *l, uint64_t ms)
{
    if (l->ready == 0 && ms > 0 && l->ops->nudge == NULL)
        trace_timeout(l->trace, l->ops->call, (int)ms);
}

void
loop_turn(struct loop *l)
{
    /* The last turn may have taken long: how long to wait is reckoned from
     * now; and callbacks must not see the time from before the wait. */
    look_at_clocks(l);
    uint64_t before_ms = l->now_ms;
    wait_for_turn(l);
    look_at_clocks(l);
    l->ready = 0;
    l->ops->dispatch(l->waiter);
    if (l->trace != NULL)
        trace_vain_wait(l, l->now_ms - before_ms);
    end_turn(l);
}

/* When the next turn has to come, whoever is ready. */
static uint64_t
next_turn_us(const struct loop *l)
{
    uint64_t timer_us = l->heap_n > 0 ? l->heap[1]->due_ms * 1000 : UINT64_MAX;
    uint64_t again_us =
        l->again_us != UINT64_MAX ? l->now_ms * 1000 + l->again_us : UINT64_MAX;
    return timer_us < again_us ? timer_us : again_us;
}

/* Beside it the loop's own thread waits in loop_turn(), for a time that was
 * right when it began to. */
void
loop_ready_turn(struct loop *l, struct loop_watch *w, unsigned events)
{
    if (l->trace != NULL)
        l->trace->thread = gettid();
    look_at_clocks(l);
    loop_ready(l, w, events);
    end_turn(l);
    if (l->trace != NULL)
        l->trace->thread = 0;
    if (l->is_stopped || next_turn_us(l) < l->waits_until_us)
        l->ops->nudge(l->waiter);
}

void
loop_run(struct loop *l)
{
    l->is_stopped = false;
    while (!l->is_stopped)
        loop_turn(l);
}

void
loop_stop(struct loop *l)
{
    l->is_stopped = true;
}

static uint64_t
clock_us(clockid_t clock)
{
    struct timespec ts;
    CHECK(clock_gettime(clock, &ts) == 0);
    return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

uint64_t
loop_real_now_us(void *waiter)
{
    (void)waiter;
    return clock_us(CLOCK_MONOTONIC);
}

uint64_t
loop_real_now_ms(void *waiter)
{
    (void)waiter;
    return clock_us(CLOCK_MONOTONIC) / 1000;
}

uint64_t
loop_real_wall_ms(void *waiter)
{
    (void)waiter;
    return clock_us(CLOCK_REALTIME) / 1000;
}
