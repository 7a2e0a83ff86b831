#include "liao/listen.h"

#include "base/tr.h"
#include "liao/exits.h"
#include "msg/limits.h"
#include "talk/program.h"

static void
on_listening(const struct net_doors *doors)
{
    const struct net_door *door =
        CONTAINER_OF(doors->all.next, struct net_door, link);
    char ip[INET6_ADDRSTRLEN];
    net_address_ip(&door->listener.address, ip);
    unsigned port = net_address_port(&door->listener.address);
    diag_say(doors->diag, DIAG_INFO,
             N_("join with  nc %s %u  or  liao %s %u; q hangs up, Ctrl-D ends"),
             ip, port, ip, port);
}

static bool
open_doors(struct net_doors *doors, const void *owner)
{
    const struct liao_options *o = owner;
    return net_doors_open(doors, &o->listen, 1);
}

int
liao_listen(const struct liao_options *o, struct diag *d)
{
    struct talk_program program = {
        .name = "liao",
        .diag = d,
        .limits =
            {
                .most_callers = LIMIT_TALK_CALLERS,
                .most_per_source = LIMIT_PER_SOURCE,
                .most_per_source_unknown = LIMIT_PER_SOURCE_UNKNOWN,
            },
        .open_doors = open_doors,
        .on_listening = on_listening,
        .owner = o,
    };
    int signal;
    switch (talk_program_run(&program, &signal)) {
    case TALK_END_ASKED:
        return LIAO_EXIT_LEFT;
    case TALK_END_SIGNAL:
        return LIAO_EXIT_SIGNALLED + signal;
    case TALK_END_NO_START:
        return LIAO_EXIT_NO_SERVER;
    case TALK_END_NO_OUTPUT:
        break;
    }
    return LIAO_EXIT_NO_OUTPUT;
}
