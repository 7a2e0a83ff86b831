#include "liaod/room.h"

#include "msg/limits.h"

#include <sys/resource.h>

/* Descriptors for what is not a client: listeners, signals, logs, the
 * waiter, and some for a rainy day. */
#define DESCRIPTORS_OF_OUR_OWN 48

size_t
room_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 1000000 ? 1000000 : (size_t)limit.rlim_cur;
}

size_t
room_for_clients(const struct loop_ops *engine, size_t descriptors)
{
    size_t not_clients =
        DESCRIPTORS_OF_OUR_OWN + LIMIT_UNKNOWN_OVER_FULL + LIMIT_TURNED_AWAY;
    if (engine->most_fds > 0 && engine->most_fds < descriptors)
        descriptors = engine->most_fds;
    size_t watched = descriptors / (1 + engine->fds_each);
    return watched > not_clients ? watched - not_clients : 1;
}
