#include "liaod/p2p.h"

#include "liaod/doors.h"
#include "liaod/log.h"
#include "liaod/reach.h"
#include "liaod/systemd.h"
#include "msg/limits.h"
#include "talk/program.h"

#include <stdio.h>

static void
on_listening(const struct net_doors *doors)
{
    reach_tell(stdout, doors);
    systemd_notify("READY=1\nSTATUS=open to one caller at a time");
}

static bool
open_doors(struct net_doors *doors, const void *owner)
{
    return doors_open(doors, owner);
}

int
p2p_run(const struct options *o)
{
    struct diag diag = {.level = options_log_level(o, DIAG_INFO),
                        .sink = log_line};
    struct talk_program program = {
        .name = "liaod",
        .diag = &diag,
        .limits =
            {
                .most_callers = o->max_clients > 0 ? (size_t)o->max_clients
                                                   : LIMIT_TALK_CALLERS,
                .most_per_source = (size_t)o->per_source,
                .most_per_source_unknown = (size_t)o->per_source_unknown,
            },
        .timeout_ms = o->timeout_s * 1000,
        .open_doors = open_doors,
        .on_listening = on_listening,
        .owner = o,
    };
    int signal;
    switch (talk_program_run(&program, &signal)) {
    case TALK_END_ASKED:
    case TALK_END_SIGNAL:
        systemd_notify("STOPPING=1");
        diag_say(&diag, DIAG_INFO, "stopped");
        return 0;
    case TALK_END_NO_START:
        return 1;
    case TALK_END_NO_OUTPUT:
        break;
    }
    return 4;
}
