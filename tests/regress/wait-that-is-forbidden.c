/*
 * Where epoll_pwait2() is forbidden, as it is to a container by a profile
 * older than the call, it fails with EPERM, not with ENOSYS. The loop took
 * that for the end of its wait, and while rooms rested it turned without
 * waiting: liaod used all of a processor. Found in review.
 */
#include "loop/loop.h"
#include "support/forbid.h"

#define REST_US 20000

int
main(void)
{
    struct loop *l = loop_create(&loop_epoll_ops);
    CHECK(l != NULL);
    forbid_call(SYS_epoll_pwait2);
    uint64_t begin_us = loop_clock_us(l);
    loop_again_in(l, REST_US);
    loop_turn(l);
    CHECK(loop_clock_us(l) - begin_us >= REST_US);
    loop_destroy(l);
    return 0;
}
