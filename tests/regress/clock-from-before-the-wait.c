/*
 * Callbacks of the loop saw the time from before the wait: a client that came
 * to a server idle for three seconds was greeted at once instead of after
 * 1.5 s, and took it for a server that greets nobody. Found by liao's tests.
 */
#include "loop/loop.h"

struct late {
    uint64_t now_ms;
    struct loop *loop;
    struct loop_watch watch;
    uint64_t seen_ms;
};

static struct late late;

static void *
open_late(struct loop *l)
{
    late.loop = l;
    return &late;
}

static void
close_late(void *waiter)
{
    (void)waiter;
}

static void
set(void *waiter, struct loop_watch *w, unsigned events)
{
    (void)waiter, (void)w, (void)events;
}

static void
wait_long(void *waiter, int timeout_ms)
{
    (void)timeout_ms;
    ((struct late *)waiter)->now_ms += 3000;
}

static void
dispatch(void *waiter)
{
    struct late *l = waiter;
    loop_ready(l->loop, &l->watch, LOOP_READ);
}

static uint64_t
now(void *waiter)
{
    return ((struct late *)waiter)->now_ms;
}

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct late *l = CONTAINER_OF(w, struct late, watch);
    (void)events;
    l->seen_ms = loop_now_ms(l->loop);
}

static const struct loop_watcher readiness_watcher = {on_ready};

int
main(void)
{
    static const struct loop_ops ops = {
        .name = "late",
        .open = open_late,
        .close = close_late,
        .set = set,
        .wait = wait_long,
        .dispatch = dispatch,
        .now_ms = now,
        .wall_ms = now,
    };
    late.now_ms = 1000;
    CHECK(loop_create(&ops) == late.loop);
    late.watch.watcher = &readiness_watcher;
    loop_watch(late.loop, &late.watch, LOOP_READ);
    loop_turn(late.loop);
    CHECK(late.seen_ms == 4000);
    loop_watch(late.loop, &late.watch, 0);
    loop_destroy(late.loop);
    return 0;
}
