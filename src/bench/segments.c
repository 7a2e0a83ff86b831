#include "bench/segments.h"

#include <linux/tcp.h> /* the C library's has no tcpi_data_segs_in */
#include <sys/socket.h>

/* A sender's segments would do, too, but those on which it gets its own
 * messages back are more. */
static uint32_t
first(const struct crowd *c)
{
    return c->senders < c->members - c->stalled ? c->senders : 0;
}

uint32_t
segments_members(const struct crowd *c)
{
    uint32_t n = c->members - c->stalled - first(c);
    return n < SEGMENTS_MOST ? n : SEGMENTS_MOST;
}

uint64_t
segments_count(const struct crowd *c)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < segments_members(c); i++) {
        struct tcp_info info = {0};
        socklen_t length = sizeof(info);
        if (getsockopt(crowd_descriptor(c, first(c) + i), IPPROTO_TCP, TCP_INFO,
                       &info, &length) != 0)
            return 0;
        sum += info.tcpi_data_segs_in;
    }
    return sum;
}
