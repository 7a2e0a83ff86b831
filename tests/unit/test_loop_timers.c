/*
 * The loop: timers, hooks and clocks, on a fake waiter whose clock stands
 * still; and the real waiters that have no threads, on socket pairs. The
 * others are in test_loop_engines.c.
 */
#include "unit/cmocka_all.h"

#include "loop/loop.h"
#include "support/random.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* -- a fake waiter ------------------------------------------------------------- */

static struct {
    uint64_t now_ms;
    int timeout_ms;   /* of the last wait */
    uint64_t skip_ms; /* the next wait takes so long; else its timeout */
    struct loop *loop;
    struct loop_watch *ready; /* at each dispatch; may be NULL */
    char trace[64];           /* what was called, in order */
} fake;

static void
trace(char c)
{
    size_t n = strlen(fake.trace);
    if (n + 1 < sizeof(fake.trace))
        fake.trace[n] = c;
}

static void *
fake_open(struct loop *l)
{
    memset(&fake, 0, sizeof(fake));
    fake.loop = l;
    fake.now_ms = 1000;
    return &fake;
}

static void
fake_close(void *waiter)
{
    (void)waiter;
}

static void
fake_set(void *waiter, struct loop_watch *w, unsigned events)
{
    (void)waiter;
    (void)w;
    (void)events;
}

static void
fake_wait(void *waiter, int timeout_ms)
{
    (void)waiter;
    trace('w');
    fake.timeout_ms = timeout_ms;
    fake.now_ms += fake.skip_ms;
    if (fake.skip_ms == 0 && timeout_ms > 0)
        fake.now_ms += (uint64_t)timeout_ms;
    fake.skip_ms = 0;
}

static void
fake_dispatch(void *waiter)
{
    (void)waiter;
    trace('d');
    if (fake.ready != NULL)
        loop_ready(fake.loop, fake.ready, LOOP_READ | LOOP_WRITE);
}

static uint64_t
fake_now(void *waiter)
{
    (void)waiter;
    return fake.now_ms;
}

static uint64_t
fake_wall(void *waiter)
{
    (void)waiter;
    return fake.now_ms + 1000000;
}

static const struct loop_ops fake_ops = {
    .name = "fake",
    .open = fake_open,
    .close = fake_close,
    .set = fake_set,
    .wait = fake_wait,
    .dispatch = fake_dispatch,
    .now_ms = fake_now,
    .wall_ms = fake_wall,
};

/* -- timers ---------------------------------------------------------------------- */

struct alarm {
    struct loop_timer timer;
    struct loop *loop;
    uint64_t due_ms; /* 0: not set; what the heap should think */
    int calls;
    void (*also)(struct alarm *a);
};

#define ALARMS 200
static struct alarm alarms[ALARMS];
static uint64_t last_due_ms;

static void
on_due(struct loop_timer *t)
{
    struct alarm *a = CONTAINER_OF(t, struct alarm, timer);
    assert_true(a->due_ms > 0 && a->due_ms <= loop_now_ms(a->loop));
    assert_int_equal(a->due_ms, t->due_ms);
    assert_true(a->due_ms >= last_due_ms); /* the earliest first */
    last_due_ms = a->due_ms;
    a->due_ms = 0;
    a->calls++;
    trace('t');
    if (a->also != NULL)
        a->also(a);
}

static void
set(struct alarm *a, struct loop *l, uint64_t due_ms)
{
    a->loop = l;
    a->timer.on_due = on_due;
    a->due_ms = due_ms;
    loop_timer_set(l, &a->timer, due_ms);
}

static void
clear(struct alarm *a)
{
    a->due_ms = 0;
    loop_timer_clear(a->loop, &a->timer);
}

static struct loop *
start(void)
{
    memset(alarms, 0, sizeof(alarms));
    struct loop *l = loop_create(&fake_ops);
    assert_non_null(l);
    last_due_ms = 0;
    return l;
}

/* The earliest that is set; UINT64_MAX: none. */
static uint64_t
earliest(void)
{
    uint64_t due = UINT64_MAX;
    for (int i = 0; i < ALARMS; i++) {
        if (alarms[i].due_ms > 0 && alarms[i].due_ms < due)
            due = alarms[i].due_ms;
    }
    return due;
}

static struct dice dice;

static void
set_and_clear_others(struct alarm *a)
{
    for (uint64_t n = dice_below(&dice, 4); n > 0; n--) {
        struct alarm *other = &alarms[dice_below(&dice, ALARMS)];
        uint64_t later = loop_now_ms(a->loop) + 1 + dice_below(&dice, 500);
        if (other->loop != NULL && dice_is(&dice, 50))
            clear(other);
        else
            set(other, a->loop, later);
        other->also = set_and_clear_others;
    }
}

/* Against a table of what should be due; callbacks set and clear others. */
static void
test_random_timers(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct loop *l = start();
        dice.state = seed;
        for (int i = 0; i < ALARMS; i++) {
            set(&alarms[i], l, 1000 + dice_below(&dice, 500));
            alarms[i].also = set_and_clear_others;
        }
        for (int turn = 0; turn < 200; turn++) {
            uint64_t next = earliest();
            last_due_ms = 0;
            if (dice_is(&dice, 30))
                fake.skip_ms = 1 + dice_below(&dice, 300);
            uint64_t before_ms = fake.now_ms;
            loop_turn(l);
            int want = next == UINT64_MAX  ? -1
                       : next <= before_ms ? 0
                                           : (int)(next - before_ms);
            assert_int_equal(fake.timeout_ms, want);
            assert_true(earliest() > fake.now_ms); /* all that were due */
        }
        for (int i = 0; i < ALARMS; i++)
            clear(&alarms[i]);
        loop_destroy(l);
    }
    printf("seeds 1 to 50\n");
}

static void
test_a_timer_is_due_once(void **state)
{
    (void)state;
    struct loop *l = start();
    set(&alarms[0], l, 1200);
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, 200);
    assert_int_equal(alarms[0].calls, 1);
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, -1); /* nothing to wait for */
    assert_int_equal(alarms[0].calls, 1);
    loop_destroy(l);
}

static void
test_not_before_its_time(void **state)
{
    (void)state;
    struct loop *l = start();
    set(&alarms[0], l, 1200);
    fake.skip_ms = 199;
    loop_turn(l);
    assert_int_equal(alarms[0].calls, 0);
    fake.skip_ms = 1;
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, 1);
    assert_int_equal(alarms[0].calls, 1);
    loop_destroy(l);
}

static void
test_set_again_moves_it(void **state)
{
    (void)state;
    struct loop *l = start();
    set(&alarms[0], l, 1200);
    set(&alarms[1], l, 1300);
    set(&alarms[0], l, 1400); /* later */
    loop_turn(l);
    assert_int_equal(alarms[0].calls, 0);
    assert_int_equal(alarms[1].calls, 1);
    set(&alarms[0], l, 1310); /* earlier */
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, 10);
    assert_int_equal(alarms[0].calls, 1);
    loop_destroy(l);
}

static void
clear_all_others(struct alarm *a)
{
    for (int i = 0; i < 3; i++) {
        if (&alarms[i] != a)
            clear(&alarms[i]);
    }
    clear(a); /* itself: is not set, so nothing happens */
}

static void
test_cleared_in_a_callback(void **state)
{
    (void)state;
    struct loop *l = start();
    for (int i = 0; i < 3; i++) {
        set(&alarms[i], l, 1100);
        alarms[i].also = clear_all_others;
    }
    loop_turn(l);
    assert_int_equal(alarms[0].calls + alarms[1].calls + alarms[2].calls, 1);
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, -1);
    loop_destroy(l);
}

static void
set_itself(struct alarm *a)
{
    set(a, a->loop, loop_now_ms(a->loop) + 100);
}

static void
test_set_again_in_its_own_callback(void **state)
{
    (void)state;
    struct loop *l = start();
    set(&alarms[0], l, 1100);
    alarms[0].also = set_itself;
    for (int i = 1; i <= 3; i++) {
        loop_turn(l);
        assert_int_equal(alarms[0].calls, i);
        assert_int_equal(loop_now_ms(l), 1000 + 100 * i);
    }
    clear(&alarms[0]);
    loop_destroy(l);
}

static void
test_clear_what_was_never_set(void **state)
{
    (void)state;
    struct loop *l = start();
    struct loop_timer t = {0};
    loop_timer_clear(l, &t);
    loop_timer_clear(l, &t);
    loop_destroy(l);
    loop_destroy(NULL);
}

static void
test_far_away(void **state)
{
    (void)state;
    struct loop *l = start();
    set(&alarms[0], l, UINT64_MAX - 1);
    fake.skip_ms = 1;
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, INT32_MAX);
    assert_int_equal(alarms[0].calls, 0);
    clear(&alarms[0]);
    loop_destroy(l);
}

/* -- turns ------------------------------------------------------------------------- */

struct end {
    struct loop_hook hook;
    struct loop *loop;
    char name;
    int agains; /* how often it has work left */
};

static void
on_turn_end(struct loop_hook *h)
{
    struct end *e = CONTAINER_OF(h, struct end, hook);
    trace(e->name);
    if (e->agains > 0) {
        e->agains--;
        loop_again(e->loop);
    }
}

static void
let_time_pass(struct alarm *a)
{
    uint64_t now_ms = loop_now_ms(a->loop), wall_ms = loop_wall_ms(a->loop);
    fake.now_ms += 5000;
    assert_int_equal(loop_now_ms(a->loop), now_ms);
    assert_int_equal(loop_wall_ms(a->loop), wall_ms);
}

/* Wait, who is ready, timers, hooks; the clock stands still in a turn. */
static void
test_order_in_a_turn(void **state)
{
    (void)state;
    struct loop *l = start();
    struct end a = {.hook.on_turn_end = on_turn_end, .loop = l, .name = 'a'};
    struct end b = {.hook.on_turn_end = on_turn_end, .loop = l, .name = 'b'};
    loop_hook_add(l, &a.hook);
    loop_hook_add(l, &b.hook);
    set(&alarms[0], l, 1100);
    set(&alarms[1], l, 6000);
    alarms[0].also = let_time_pass;
    loop_turn(l);
    assert_string_equal(fake.trace, "wdtab");
    assert_int_equal(loop_now_ms(l), 1100);
    assert_int_equal(loop_wall_ms(l), 1001100);
    loop_turn(l); /* a long turn does not delay the next timer */
    assert_int_equal(fake.timeout_ms, 0);
    assert_string_equal(fake.trace, "wdtabwdtab");
    loop_destroy(l);
}

/* -- hooks that change the list of hooks ---------------------------------------- */

static struct end quartet[4];

static void
change_hooks(struct loop_hook *h)
{
    struct end *e = CONTAINER_OF(h, struct end, hook);
    trace(e->name);
    if (e->name == 'a' && e->agains-- == 1) {
        list_remove(&quartet[1].hook.link);
        list_remove(&quartet[0].hook.link);
        loop_hook_add(e->loop, &quartet[3].hook);
    }
}

/* Whoever closes something at the end of a turn takes its hook with it: the
 * one behind him, and his own; who is new comes behind all others. */
static void
test_hooks_remove_one_another(void **state)
{
    (void)state;
    struct loop *l = start();
    for (size_t i = 0; i < COUNT_OF(quartet); i++) {
        quartet[i] = (struct end){.hook.on_turn_end = change_hooks,
                                  .loop = l,
                                  .name = (char)('a' + i),
                                  .agains = 1};
        if (i < 3)
            loop_hook_add(l, &quartet[i].hook);
    }
    loop_again(l);
    loop_turn(l);
    assert_string_equal(fake.trace, "wdac");
    loop_again(l);
    loop_turn(l);
    assert_string_equal(fake.trace, "wdacwdcd");
    loop_destroy(l);
}

static struct loop *now_loop;
static uint64_t ready_ms;
static unsigned ready_events;

static void
note_time(struct loop_watch *w, unsigned events)
{
    (void)w;
    ready_ms = loop_now_ms(now_loop);
    ready_events = events;
}

static const struct loop_watcher note_time_watcher = {note_time};

/* Who became ready knows the time after the wait, not before it. */
static void
test_time_of_what_became_ready(void **state)
{
    (void)state;
    struct loop *l = now_loop = start();
    struct loop_watch w = {.fd = -1, .watcher = &note_time_watcher};
    loop_watch(l, &w, LOOP_READ);
    fake.ready = &w;
    fake.skip_ms = 700;
    loop_turn(l);
    assert_int_equal(ready_ms, 1700);
    assert_int_equal(ready_events, LOOP_READ); /* only what was wanted */
    loop_watch(l, &w, 0);
    ready_events = 0;
    loop_turn(l);
    assert_int_equal(ready_events, 0);
    loop_destroy(l);
}

static void
test_again_does_not_wait(void **state)
{
    (void)state;
    struct loop *l = start();
    struct end a = {
        .hook.on_turn_end = on_turn_end, .loop = l, .name = 'a', .agains = 2};
    loop_hook_add(l, &a.hook);
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, -1);
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, 0);
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, 0);
    loop_turn(l);
    assert_int_equal(fake.timeout_ms, -1);
    loop_destroy(l);
}

static void
stop(struct alarm *a)
{
    if (a->calls == 3)
        loop_stop(a->loop);
    else
        set_itself(a);
}

static void
test_run_until_stopped(void **state)
{
    (void)state;
    struct loop *l = start();
    set(&alarms[0], l, 1001);
    alarms[0].also = stop;
    loop_run(l);
    assert_int_equal(alarms[0].calls, 3);
    loop_destroy(l);
}

/* -- the real waiters ------------------------------------------------------------------ */

struct end_point {
    struct loop_watch watch;
    struct loop *loop;
    int other; /* the far end */
    unsigned got;
    int calls;
    void (*also)(struct end_point *e);
};

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct end_point *e = CONTAINER_OF(w, struct end_point, watch);
    assert_true(events != 0 && (events & ~w->events) == 0);
    e->got |= events;
    e->calls++;
    if (e->also != NULL)
        e->also(e);
}

static const struct loop_watcher readiness_watcher = {on_ready};

static void
open_pair(struct end_point *e, struct loop *l)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds),
                     0);
    *e = (struct end_point){
        .loop = l,
        .watch = {.fd = fds[0], .watcher = &readiness_watcher},
        .other = fds[1],
    };
}

static void
close_pair(struct end_point *e)
{
    loop_close(e->loop, &e->watch);
    if (e->other >= 0)
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

/* What is ready now; waits for nothing. */
static void
turn(struct loop *l)
{
    loop_again(l);
    loop_turn(l);
}

static void
reading_and_writing(const struct loop_ops *ops)
{
    struct loop *l = loop_create(ops);
    struct end_point e;
    open_pair(&e, l);
    send_byte(&e);
    turn(l);
    assert_int_equal(e.calls, 0); /* nothing was wanted */

    loop_watch(l, &e.watch, LOOP_READ);
    loop_turn(l); /* does not wait: it is ready */
    assert_int_equal(e.got, LOOP_READ);
    turn(l);
    assert_int_equal(e.calls, 2); /* told until it was read */
    receive_byte(&e);
    turn(l);
    assert_int_equal(e.calls, 2);

    loop_watch(l, &e.watch, LOOP_READ | LOOP_WRITE);
    e.got = 0;
    loop_turn(l);
    assert_int_equal(e.got, LOOP_WRITE);
    loop_watch(l, &e.watch, LOOP_READ);
    e.calls = 0;
    turn(l);
    assert_int_equal(e.calls, 0);
    close_pair(&e);
    loop_destroy(l);
}

/* A hang-up is told as whatever was wanted; to who wants nothing, never. */
static void
hang_up(const struct loop_ops *ops)
{
    static const unsigned wanted[] = {LOOP_READ, LOOP_WRITE,
                                      LOOP_READ | LOOP_WRITE};
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        struct loop *l = loop_create(ops);
        struct end_point e;
        open_pair(&e, l);
        loop_watch(l, &e.watch, wanted[i]);
        close(e.other);
        e.other = -1;
        loop_turn(l);
        assert_int_equal(e.got, wanted[i]);
        loop_watch(l, &e.watch, 0);
        e.calls = 0;
        turn(l);
        turn(l);
        assert_int_equal(e.calls, 0);
        close_pair(&e);
        loop_destroy(l);
    }
}

/* To who does not want to read yet a hang-up is told, and nothing else; or, of
 * select(2), nothing is. */
static void
hang_up_alone(const struct loop_ops *ops)
{
    struct loop *l = loop_create(ops);
    struct end_point e;
    open_pair(&e, l);
    loop_watch(l, &e.watch, LOOP_HANGUP);
    send_byte(&e);
    turn(l);
    assert_int_equal(e.calls, 0);
    assert_int_equal(shutdown(e.other, SHUT_WR), 0);
    turn(l);
    assert_int_equal(e.got, ops == &loop_select_ops ? 0 : LOOP_HANGUP);
    close_pair(&e);
    loop_destroy(l);
}

/* A pipe whose writer is gone reports nothing but that. */
static void
hang_up_of_a_pipe(const struct loop_ops *ops)
{
    struct loop *l = loop_create(ops);
    struct end_point e = {.loop = l, .watch.watcher = &readiness_watcher};
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    e.watch.fd = fds[0];
    e.other = fds[1];
    loop_watch(l, &e.watch, LOOP_READ);
    close(e.other);
    e.other = -1;
    turn(l);
    assert_int_equal(e.got, LOOP_READ);
    close_pair(&e);
    loop_destroy(l);
}

#define PAIRS 40
static struct end_point pairs[PAIRS];

static void
stop_all_others(struct end_point *e)
{
    for (int i = 0; i < PAIRS; i++) {
        if (&pairs[i] != e)
            loop_watch(e->loop, &pairs[i].watch, 0);
    }
}

static int
total_calls(void)
{
    int calls = 0;
    for (int i = 0; i < PAIRS; i++)
        calls += pairs[i].calls;
    return calls;
}

/* Who was closed by the one before him is not called. */
static void
stopped_by_another(const struct loop_ops *ops)
{
    struct loop *l = loop_create(ops);
    for (int i = 0; i < PAIRS; i++) {
        open_pair(&pairs[i], l);
        send_byte(&pairs[i]);
        loop_watch(l, &pairs[i].watch, LOOP_READ);
        pairs[i].also = stop_all_others;
    }
    loop_turn(l);
    assert_int_equal(total_calls(), 1);
    for (int i = 0; i < PAIRS; i++)
        close_pair(&pairs[i]);
    loop_destroy(l);
}

static int changes;

/* Stops some and starts others, himself among them. */
static void
change_others(struct end_point *e)
{
    changes++;
    for (uint64_t n = dice_below(&dice, 4); n > 0; n--) {
        struct end_point *other = &pairs[dice_below(&dice, PAIRS)];
        loop_watch(e->loop, &other->watch,
                   other->watch.events == 0 ? LOOP_READ : 0);
    }
}

/* Whatever callbacks do to the table: only who is watched is called, at most
 * once a turn; and who is ready and watched is called in the end. */
static void
changes_in_callbacks(const struct loop_ops *ops)
{
    dice.state = 1;
    changes = 0;
    struct loop *l = loop_create(ops);
    for (int i = 0; i < PAIRS; i++) {
        open_pair(&pairs[i], l);
        pairs[i].also = change_others;
        loop_watch(l, &pairs[i].watch, LOOP_READ);
    }
    for (int round = 0; round < 500; round++) {
        for (int i = 0; i < PAIRS; i++) {
            pairs[i].calls = 0;
            if (dice_is(&dice, 10))
                send_byte(&pairs[i]);
        }
        turn(l);
        for (int i = 0; i < PAIRS; i++)
            assert_in_range(pairs[i].calls, 0, 1);
    }
    assert_true(changes > 1000);
    for (int i = 0; i < PAIRS; i++) {
        pairs[i].also = NULL;
        pairs[i].calls = 0;
        send_byte(&pairs[i]);
        loop_watch(l, &pairs[i].watch, LOOP_READ);
    }
    turn(l);
    assert_int_equal(total_calls(), PAIRS);
    for (int i = 0; i < PAIRS; i++)
        close_pair(&pairs[i]);
    loop_destroy(l);
}

static const struct loop_ops *const waiters[] = {
    &loop_epoll_ops, &loop_poll_ops, &loop_select_ops, &loop_one_ops};

static void
test_waiters(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(waiters); i++) {
        reading_and_writing(waiters[i]);
        hang_up(waiters[i]);
        hang_up_alone(waiters[i]);
        hang_up_of_a_pipe(waiters[i]);
        stopped_by_another(waiters[i]);
        changes_in_callbacks(waiters[i]);
    }
}

/* Standard input may be a file, which epoll refuses. */
static void
test_poll_takes_files(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(fputs("hello", file) >= 0 && fflush(file) == 0);
    struct loop *l = loop_create(&loop_poll_ops);
    struct end_point e = {
        .loop = l,
        .watch = {.fd = fileno(file), .watcher = &readiness_watcher},
    };
    loop_watch(l, &e.watch, LOOP_READ);
    loop_turn(l);
    assert_int_equal(e.got, LOOP_READ);
    loop_watch(l, &e.watch, 0);
    loop_destroy(l);
    fclose(file);
}

/* Its clocks are the system's. */
static void
test_real_clocks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(waiters); i++) {
        struct loop *l = loop_create(waiters[i]);
        memset(alarms, 0, sizeof(alarms));
        last_due_ms = 0;
        uint64_t now_ms = loop_now_ms(l);
        assert_true(loop_wall_ms(l) > 1600000000000u); /* since 2020 */
        set(&alarms[0], l, now_ms + 3);
        while (alarms[0].calls == 0)
            loop_turn(l);
        assert_true(loop_now_ms(l) >= now_ms + 3);
        loop_destroy(l);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_timer_is_due_once),
        cmocka_unit_test(test_not_before_its_time),
        cmocka_unit_test(test_set_again_moves_it),
        cmocka_unit_test(test_cleared_in_a_callback),
        cmocka_unit_test(test_set_again_in_its_own_callback),
        cmocka_unit_test(test_clear_what_was_never_set),
        cmocka_unit_test(test_far_away),
        cmocka_unit_test(test_random_timers),
        cmocka_unit_test(test_order_in_a_turn),
        cmocka_unit_test(test_hooks_remove_one_another),
        cmocka_unit_test(test_time_of_what_became_ready),
        cmocka_unit_test(test_again_does_not_wait),
        cmocka_unit_test(test_run_until_stopped),
        cmocka_unit_test(test_waiters),
        cmocka_unit_test(test_poll_takes_files),
        cmocka_unit_test(test_real_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
