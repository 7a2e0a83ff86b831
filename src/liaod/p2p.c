#include "liaod/p2p.h"

#include "liaod/log.h"
#include "liaod/reach.h"
#include "msg/limits.h"
#include "talk/program.h"

#include <stdio.h>

static void
on_listening(const struct net_doors *doors)
{
    reach_tell(stdout, doors);
}

int
p2p_run(const struct options *o)
{
    struct diag diag = {.level = options_log_level(o, DIAG_INFO),
                        .sink = log_line};
    struct talk_program program = {
        .name = "liaod",
        .diag = &diag,
        .urls = o->listens,
        .urls_n = o->listens_n,
        .limits =
            {
                .most_callers = o->max_clients > 0 ? (size_t)o->max_clients
                                                   : LIMIT_TALK_CALLERS,
                .most_per_source = (size_t)o->per_source,
                .most_per_source_unknown = (size_t)o->per_source_unknown,
            },
        .timeout_ms = o->timeout_s * 1000,
        .on_listening = on_listening,
    };
    int signal;
    switch (talk_program_run(&program, &signal)) {
    case TALK_END_ASKED:
    case TALK_END_SIGNAL:
        diag_say(&diag, DIAG_INFO, "stopped");
        return 0;
    case TALK_END_NO_START:
        return 1;
    case TALK_END_NO_OUTPUT:
        break;
    }
    return 4;
}
