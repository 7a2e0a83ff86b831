/*
 * Sends in a batch, by io_uring: what each of them says, and what becomes of
 * them when the kernel takes back its leave.
 */
#include "unit/cmocka_all.h"

#include "net/batch.h"
#include "support/forbid.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAIRS 8

static struct {
    struct loop *loop;
    struct net_batch *batch;
    struct net_streams all;
    struct net_stream streams[PAIRS];
    int ends[PAIRS]; /* the other ones */
    struct net_send sends[PAIRS];
} on;

static int
open_all(void **state)
{
    (void)state;
    on.loop = loop_create(&loop_epoll_ops);
    on.all = (struct net_streams){.loop = on.loop};
    on.batch = net_uring_open();
    for (int i = 0; i < PAIRS; i++) {
        int pair[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        struct net_offer o = net_tcp_offer(pair[0], LOOP_GUEST);
        assert_true(net_stream_open(&on.streams[i], &on.all, &o));
        on.ends[i] = pair[1];
        on.sends[i] = (struct net_send){
            .stream = &on.streams[i],
            .pieces = {SPAN("hello")},
            .pieces_n = 1,
            .sent = -99,
        };
        if (i % 2 == 0) { /* in several pieces it is the same */
            on.sends[i].pieces[0] = SPAN("he");
            on.sends[i].pieces[1] = SPAN("l");
            on.sends[i].pieces[2] = SPAN("lo");
            on.sends[i].pieces_n = 3;
        }
    }
    return 0;
}

static int
close_all(void **state)
{
    (void)state;
    for (int i = 0; i < PAIRS; i++) {
        net_stream_close(&on.streams[i]);
        if (on.ends[i] >= 0)
            close(on.ends[i]);
    }
    if (on.batch != NULL)
        on.batch->close(on.batch);
    loop_destroy(on.loop);
    return 0;
}

/* All got it, and once. */
static void
check_all_got_it(void)
{
    for (int i = 0; i < PAIRS; i++) {
        char got[16];
        assert_int_equal(on.sends[i].sent, 5);
        assert_int_equal(recv(on.ends[i], got, sizeof(got), MSG_DONTWAIT), 5);
        assert_memory_equal(got, "hello", 5);
    }
}

static void
skip_without(void)
{
    if (on.batch == NULL) {
        puts("no io_uring here");
        skip();
    }
}

static void
test_each_gets_his_own(void **state)
{
    (void)state;
    skip_without();
    on.batch->send(on.batch, on.sends, PAIRS);
    check_all_got_it();
}

static void
test_who_is_full_or_gone_delays_nobody(void **state)
{
    (void)state;
    skip_without();
    static char much[1 << 20];
    const struct span all = {(uint8_t *)much, sizeof(much)};
    struct net_stream *full = &on.streams[1];
    while (net_stream_ops(full)->write(full, all) > 0)
        continue;
    close(on.ends[3]);
    on.ends[3] = -1;
    on.batch->send(on.batch, on.sends, PAIRS);
    for (int i = 0; i < PAIRS; i++)
        assert_int_equal(on.sends[i].sent, i == 1   ? NET_AGAIN
                                           : i == 3 ? NET_LOST
                                                    : 5);
}

/* The last: it cannot be taken back. */
static void
test_forbidden_they_go_one_by_one(void **state)
{
    (void)state;
    skip_without();
    forbid_call(SYS_io_uring_enter);
    for (int round = 0; round < 3; round++) {
        on.batch->send(on.batch, on.sends, PAIRS);
        check_all_got_it();
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_gets_his_own),
        TEST(test_who_is_full_or_gone_delays_nobody),
        TEST(test_forbidden_they_go_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
