#include "liaod/p2p.h"

#include "base/tr.h"
#include "liaod/console.h"
#include "liaod/doors.h"
#include "liaod/log.h"
#include "liaod/reach.h"
#include "liaod/systemd.h"
#include "msg/limits.h"
#include "talk/operator.h"
#include "talk/program.h"

#include <stdio.h>
#include <unistd.h>

struct p2p {
    struct log log;
    const struct options *options;
};

static void
on_listening(const struct net_doors *doors, void *owner)
{
    (void)owner;
    reach_tell(stdout, doors);
    if (isatty(STDIN_FILENO))
        puts(_("q hangs up on who is there, /quit ends.\n"));
    fflush(stdout);
    systemd_notify("READY=1\nSTATUS=open to one caller at a time");
}

static bool
open_doors(struct net_doors *doors, void *owner)
{
    const struct p2p *p = owner;
    size_t inherited;
    return doors_open(doors, p->options, &inherited);
}

static struct talk_view *
open_view(struct loop *l, void *owner)
{
    struct p2p *p = owner;
    struct talk_view *v =
        talk_operator_open(l, &p->log.diag, STDIN_FILENO, STDOUT_FILENO);
    p->log.owner = v;
    return v;
}

static void
on_closing(void *owner)
{
    struct p2p *p = owner;
    p->log.owner = NULL;
}

int
p2p_run(const struct options *o)
{
    /* At a terminal what is logged would stand among what is said. */
    enum diag_level quiet = console_is_possible() ? DIAG_WARNING : DIAG_INFO;
    struct p2p p = {
        .log = {.diag = {.level = options_log_level(o, quiet),
                         .sink = log_line},
                .trace = {.sink = log_trace},
                .show = talk_operator_show},
        .options = o,
    };
    struct talk_program program = {
        .name = "liaod",
        .diag = &p.log.diag,
        .trace = o->traces ? &p.log.trace : NULL,
        .limits =
            {
                .most_callers = o->max_clients > 0 ? (size_t)o->max_clients
                                                   : LIMIT_TALK_CALLERS,
                .most_per_source = (size_t)o->per_source,
                .most_per_source_unknown = (size_t)o->per_source_unknown,
            },
        .udp_idle_ms = o->udp_idle_s * 1000,
        .timeout_ms = o->timeout_s * 1000,
        .is_screen = talk_operator_edits(STDIN_FILENO, STDOUT_FILENO),
        .open_doors = open_doors,
        .open_view = open_view,
        .on_listening = on_listening,
        .on_closing = on_closing,
        .owner = &p,
    };
    int signal;
    enum talk_end end = talk_program_run(&program, &signal);
    trace_finish(&p.log.trace);
    switch (end) {
    case TALK_END_ASKED:
    case TALK_END_SIGNAL:
        systemd_notify("STOPPING=1");
        diag_say(&p.log.diag, DIAG_INFO, "stopped");
        return 0;
    case TALK_END_NO_START:
        return 1;
    case TALK_END_NO_OUTPUT:
        break;
    }
    return 4;
}
