/*
 * What is particular to the engines: threads that take turns, a limit of
 * 1,024, one guest at a time. What all have in common is in
 * test_loop_timers.c.
 */
#include "unit/cmocka_all.h"

#include "loop/loop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

/* For what takes microseconds on an idle machine. */
#define PATIENCE_MS 10000

struct end_point {
    struct loop_watch watch;
    struct loop *loop;
    int other; /* the far end */
    int calls;
    unsigned got;
    void (*also)(struct end_point *e);
};

static bool is_inside; /* somebody is in a callback */

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct end_point *e = CONTAINER_OF(w, struct end_point, watch);
    assert_false(is_inside);
    is_inside = true;
    e->calls++;
    e->got |= events;
    if (e->also != NULL)
        e->also(e);
    is_inside = false;
}

static const struct loop_watcher readiness_watcher = {on_ready};

static void
open_pair(struct end_point *e, struct loop *l, enum loop_role role,
          void (*also)(struct end_point *e))
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds),
                     0);
    *e = (struct end_point){
        .loop = l,
        .watch = {.fd = fds[0], .role = role, .watcher = &readiness_watcher},
        .other = fds[1],
        .also = also,
    };
    assert_true(loop_add(l, &e->watch));
}

static void
close_pair(struct end_point *e)
{
    loop_close(e->loop, &e->watch);
    close(e->other);
}

static void
send_byte(struct end_point *e)
{
    assert_int_equal(write(e->other, "x", 1), 1);
}

static void
receive_byte(struct end_point *e)
{
    char c;
    assert_int_equal(read(e->watch.fd, &c, 1), 1);
}

static void
on_late(struct loop_timer *t)
{
    (void)t;
    fail_msg("it did not happen in %d ms", PATIENCE_MS);
}

/* Turns until `is_done`, which something in a turn makes true. */
static void
turn_until(struct loop *l, bool (*is_done)(void))
{
    struct loop_timer late = {.on_due = on_late};
    loop_timer_set(l, &late, loop_now_ms(l) + PATIENCE_MS);
    while (!is_done())
        loop_turn(l);
    loop_timer_clear(l, &late);
}

static struct loop *
start(const struct loop_ops *ops)
{
    is_inside = false;
    return loop_create(ops);
}

static size_t
count_threads(void)
{
    size_t n = 0;
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    for (struct dirent *d; (d = readdir(tasks)) != NULL;)
        n += d->d_name[0] != '.';
    closedir(tasks);
    return n;
}

/* -- threads -------------------------------------------------------------------- */

#define PAIRS 20
static struct end_point pairs[PAIRS];
static int rounds;

static bool
are_rounds_done(void)
{
    return rounds >= 500;
}

/* Each byte goes on to another pair, until it has gone far enough. */
static void
pass_on(struct end_point *e)
{
    receive_byte(e);
    rounds++;
    send_byte(&pairs[rounds * 7 % PAIRS]);
    loop_again(e->loop); /* wakes turn_until() */
}

/* A sentry for each, and one callback at a time (on_ready() looks). */
static void
test_sentries_take_turns(void **state)
{
    (void)state;
    struct loop *l = start(&loop_threads_ops);
    size_t threads = 0; /* with one; sanitizers may have one of their own */
    rounds = 0;
    for (int i = 0; i < PAIRS; i++) {
        open_pair(&pairs[i], l, LOOP_GUEST, pass_on);
        loop_watch(l, &pairs[i].watch, LOOP_READ);
        threads = i == 0 ? count_threads() : threads;
    }
    assert_int_equal(count_threads(), threads + PAIRS - 1);
    for (int i = 0; i < 5; i++)
        send_byte(&pairs[i]);
    turn_until(l, are_rounds_done);
    for (int i = 0; i < PAIRS; i++) {
        assert_true(pairs[i].calls > 0);
        close_pair(&pairs[i]);
    }
    loop_destroy(l);
    assert_int_equal(count_threads(), threads - 1); /* all were joined */
}

static bool
are_all_but_one_gone(void)
{
    int calls = 0;
    for (int i = 0; i < PAIRS; i++)
        calls += pairs[i].calls;
    assert_in_range(calls, 0, 1);
    return calls == 1;
}

static void
close_all_others(struct end_point *e)
{
    for (int i = 0; i < PAIRS; i++) {
        if (&pairs[i] == e)
            continue;
        loop_close(e->loop, &pairs[i].watch);
        /* Not by us: its own thread may be about to wait on that number. */
        assert_true(fcntl(pairs[i].watch.fd, F_GETFD) >= 0);
    }
    receive_byte(e);
    loop_again(e->loop);
}

/* Who was closed by another is not called, although his own thread has seen
 * that he is ready; and his descriptor is closed soon after. */
static void
test_closed_by_another(void **state)
{
    (void)state;
    struct loop *l = start(&loop_threads_ops);
    for (int i = 0; i < PAIRS; i++) {
        open_pair(&pairs[i], l, LOOP_GUEST, close_all_others);
        send_byte(&pairs[i]);
        loop_watch(l, &pairs[i].watch, LOOP_READ);
    }
    turn_until(l, are_all_but_one_gone);
    for (int i = 0; i < PAIRS; i++) {
        struct pollfd far = {.fd = pairs[i].other, .events = POLLIN};
        loop_again(l);
        loop_turn(l);
        if (pairs[i].calls == 0) {
            /* Its own thread needs no lock of ours to be done with it. */
            while (poll(&far, 1, 1) == 0) {
                loop_again(l);
                loop_turn(l);
            }
            assert_true((far.revents & POLLHUP) != 0);
            close(pairs[i].other);
        }
    }
    for (int i = 0; i < PAIRS; i++) {
        if (pairs[i].calls > 0)
            close_pair(&pairs[i]);
    }
    loop_destroy(l);
}

/* A descriptor that is only removed stays open. */
static void
test_removed_is_not_closed(void **state)
{
    (void)state;
    for (size_t i = 0; i < LOOP_ENGINES; i++) {
        struct loop *l = start(loop_engines[i]);
        struct end_point e;
        open_pair(&e, l, LOOP_OURS, NULL);
        loop_watch(l, &e.watch, LOOP_READ);
        loop_remove(l, &e.watch);
        loop_destroy(l);
        assert_true(fcntl(e.watch.fd, F_GETFD) >= 0);
        close(e.watch.fd);
        close(e.other);
    }
}

/* What was never added can be closed, too. */
static void
test_close_what_was_not_added(void **state)
{
    (void)state;
    for (size_t i = 0; i < LOOP_ENGINES; i++) {
        struct loop *l = start(loop_engines[i]);
        struct loop_watch w = {.fd = open("/dev/null", O_RDONLY)};
        assert_true(w.fd >= 0);
        loop_close(l, &w);
        assert_int_equal(fcntl(w.fd, F_GETFD), -1);
        loop_destroy(l);
    }
}

static struct end_point *busy, *quiet;

static bool
is_quiet_called(void)
{
    return quiet->calls > 0;
}

static void
never_done(struct end_point *e)
{
    /* It reads nothing, so it is ready again at once. */
    if (e->calls == 50)
        send_byte(quiet);
    loop_again(e->loop);
}

static void
receive_and_wake(struct end_point *e)
{
    receive_byte(e);
    loop_again(e->loop);
}

/* A guest who is always ready takes turns with the others. */
static void
test_nobody_keeps_the_lock(void **state)
{
    (void)state;
    struct loop *l = start(&loop_threads_ops);
    busy = &pairs[0];
    quiet = &pairs[1];
    open_pair(busy, l, LOOP_GUEST, never_done);
    open_pair(quiet, l, LOOP_GUEST, receive_and_wake);
    loop_watch(l, &quiet->watch, LOOP_READ);
    send_byte(busy);
    loop_watch(l, &busy->watch, LOOP_READ);
    turn_until(l, is_quiet_called);
    close_pair(busy);
    close_pair(quiet);
    loop_destroy(l);
}

static void
want_to_write(struct end_point *e)
{
    receive_byte(e);
    loop_watch(pairs[1].loop, &pairs[1].watch, LOOP_WRITE);
}

static void
has_written(struct end_point *e)
{
    assert_int_equal(e->got, LOOP_WRITE);
    loop_stop(e->loop);
}

/* Interest that another thread takes reaches a thread that waits for nothing;
 * and a sentry can stop the loop, which waits for ever. */
static void
test_write_interest_rings(void **state)
{
    (void)state;
    struct loop *l = start(&loop_threads_ops);
    open_pair(&pairs[0], l, LOOP_GUEST, want_to_write);
    open_pair(&pairs[1], l, LOOP_GUEST, has_written);
    loop_watch(l, &pairs[0].watch, LOOP_READ);
    send_byte(&pairs[0]);
    loop_run(l);
    close_pair(&pairs[0]);
    close_pair(&pairs[1]);
    loop_destroy(l);
}

static struct loop_timer soon;
static struct loop *soon_loop;

static void
on_soon(struct loop_timer *t)
{
    (void)t;
    loop_stop(soon_loop);
}

static void
set_timer(struct end_point *e)
{
    receive_byte(e);
    loop_timer_set(e->loop, &soon, loop_now_ms(e->loop) + 20);
}

/* The loop waits for ever, when a sentry sets the first timer. */
static void
test_timer_of_a_sentry(void **state)
{
    (void)state;
    struct loop *l = soon_loop = start(&loop_threads_ops);
    soon = (struct loop_timer){.on_due = on_soon};
    open_pair(&pairs[0], l, LOOP_GUEST, set_timer);
    loop_watch(l, &pairs[0].watch, LOOP_READ);
    send_byte(&pairs[0]);
    loop_run(l);
    assert_true(loop_now_ms(l) >= soon.due_ms);
    close_pair(&pairs[0]);
    loop_destroy(l);
}

static int hook_calls;

static void
count_hook(struct loop_hook *h)
{
    (void)h;
    hook_calls++;
}

static void
expect_no_hook_yet(struct end_point *e)
{
    receive_byte(e);
    assert_int_equal(hook_calls, 0);
    loop_stop(e->loop);
}

/* A sentry's turn ends with the hooks, like any other. */
static void
test_hooks_end_a_sentrys_turn(void **state)
{
    (void)state;
    struct loop *l = start(&loop_threads_ops);
    struct loop_hook hook = {.on_turn_end = count_hook};
    loop_hook_add(l, &hook);
    hook_calls = 0;
    open_pair(&pairs[0], l, LOOP_GUEST, expect_no_hook_yet);
    loop_watch(l, &pairs[0].watch, LOOP_READ);
    send_byte(&pairs[0]);
    loop_run(l);
    assert_true(hook_calls >= 1);
    close_pair(&pairs[0]);
    loop_destroy(l);
}

/* To who does not want to read yet: his sentry would else see it again and
 * again, and tell nobody. */
static struct end_point away;

static bool
is_hang_up_told(void)
{
    return away.calls > 0;
}

static void
stop_watching(struct end_point *e)
{
    loop_watch(e->loop, &e->watch, 0);
    loop_again(e->loop);
}

static void
test_a_hang_up_alone(void **state)
{
    (void)state;
    struct loop *l = start(&loop_threads_ops);
    open_pair(&away, l, LOOP_GUEST, stop_watching);
    loop_watch(l, &away.watch, LOOP_HANGUP);
    send_byte(&away);
    assert_int_equal(shutdown(away.other, SHUT_WR), 0);
    turn_until(l, is_hang_up_told);
    assert_int_equal(away.got, LOOP_HANGUP);
    close_pair(&away);
    loop_destroy(l);
}

/* -- limits ----------------------------------------------------------------------- */

static void
test_select_says_no_above_its_limit(void **state)
{
    (void)state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max <= FD_SETSIZE) {
        print_message("no descriptor above %d is to be had\n", FD_SETSIZE);
        skip();
    }
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    struct loop *l = start(&loop_select_ops);
    struct end_point end = {
        .watch = {.fd = FD_SETSIZE - 1, .watcher = &readiness_watcher}};
    struct loop_watch above = {.fd = FD_SETSIZE};
    int fd = open("/dev/null", O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(dup2(fd, end.watch.fd), end.watch.fd);
    assert_int_equal(dup2(fd, above.fd), above.fd);
    close(fd);
    assert_true(loop_add(l, &end.watch));
    loop_watch(l, &end.watch, LOOP_READ);
    errno = 0;
    assert_false(loop_add(l, &above));
    assert_int_equal(errno, EMFILE);
    loop_turn(l);          /* the last one that fits is waited on */
    loop_close(l, &above); /* not added: closed, and that is all */
    loop_close(l, &end.watch);
    loop_destroy(l);
}

/* No bell is to be had: it says so, and nothing is left of it. */
static void
test_threads_without_descriptors(void **state)
{
    (void)state;
    size_t threads = count_threads();
    struct loop *l = start(&loop_threads_ops);
    struct loop_watch w = {.fd = open("/dev/null", O_RDONLY)};
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = (rlim_t)w.fd + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    errno = 0;
    bool is_added = loop_add(l, &w);
    int error = errno;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(is_added);
    assert_int_equal(error, EMFILE);
    loop_close(l, &w);
    loop_destroy(l);
    assert_int_equal(count_threads(), threads);
}

/* -- one ---------------------------------------------------------------------------- */

static void
turn(struct loop *l)
{
    loop_again(l);
    loop_turn(l);
}

/* Doors are looked at while there is no guest, and of guests only the first. */
static void
test_one_guest_at_a_time(void **state)
{
    (void)state;
    struct loop *l = start(&loop_one_ops);
    struct end_point door, ours, first, second;
    open_pair(&door, l, LOOP_DOOR, receive_byte);
    open_pair(&ours, l, LOOP_OURS, receive_byte);
    loop_watch(l, &door.watch, LOOP_READ);
    loop_watch(l, &ours.watch, LOOP_READ);
    send_byte(&door);
    send_byte(&ours);
    turn(l);
    assert_int_equal(door.calls, 1);
    assert_int_equal(ours.calls, 1);

    open_pair(&first, l, LOOP_GUEST, receive_byte);
    open_pair(&second, l, LOOP_GUEST, receive_byte);
    loop_watch(l, &second.watch, LOOP_READ);
    send_byte(&door);
    send_byte(&ours);
    send_byte(&second);
    turn(l);
    assert_int_equal(door.calls, 1); /* the first is here, and says nothing */
    assert_int_equal(second.calls, 0);
    assert_int_equal(ours.calls, 2);

    close_pair(&first);
    turn(l);
    assert_int_equal(second.calls, 1);
    assert_int_equal(door.calls, 1);
    close_pair(&second);
    turn(l);
    assert_int_equal(door.calls, 2);
    close_pair(&door);
    close_pair(&ours);
    loop_destroy(l);
}

static struct end_point leaver, follower;

static void
close_follower(struct end_point *e)
{
    receive_byte(e);
    loop_close(e->loop, &follower.watch);
}

/* Who is closed in the turn in which he is ready is not called. */
static void
test_one_closes_another(void **state)
{
    (void)state;
    struct loop *l = start(&loop_one_ops);
    open_pair(&leaver, l, LOOP_OURS, close_follower);
    open_pair(&follower, l, LOOP_OURS, receive_byte);
    loop_watch(l, &leaver.watch, LOOP_READ);
    loop_watch(l, &follower.watch, LOOP_READ);
    send_byte(&leaver);
    send_byte(&follower);
    turn(l);
    assert_int_equal(leaver.calls, 1);
    assert_int_equal(follower.calls, 0);
    close(follower.other);
    close_pair(&leaver);
    loop_destroy(l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentries_take_turns),
        cmocka_unit_test(test_closed_by_another),
        cmocka_unit_test(test_removed_is_not_closed),
        cmocka_unit_test(test_close_what_was_not_added),
        cmocka_unit_test(test_nobody_keeps_the_lock),
        cmocka_unit_test(test_write_interest_rings),
        cmocka_unit_test(test_timer_of_a_sentry),
        cmocka_unit_test(test_hooks_end_a_sentrys_turn),
        cmocka_unit_test(test_a_hang_up_alone),
        cmocka_unit_test(test_select_says_no_above_its_limit),
        cmocka_unit_test(test_threads_without_descriptors),
        cmocka_unit_test(test_one_guest_at_a_time),
        cmocka_unit_test(test_one_closes_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
