/*
 * A talk as a program: listeners, the operator's view, signals, until it
 * ends. This is both `liao --listen` and `liaod --mode p2p`.
 */
#ifndef TALK_PROGRAM_H
#define TALK_PROGRAM_H

#include "net/doors.h"
#include "talk/talk.h"

/* After SIGTERM or SIGINT callers have so long to read what is queued. */
#define TALK_STOP_MS 2000

struct talk_program {
    const char *name; /* for complaints: "liao" */
    struct diag *diag;
    struct trace *trace; /* of socket calls; NULL: none */
    struct talk_limits limits;
    uint64_t udp_idle_ms; /* who is silent for so long on udp:// has left */
    uint64_t timeout_ms;  /* stop when nobody is connected for so long; 0: no */
    bool is_screen;       /* SIGWINCH, SIGTSTP and SIGCONT are for the view */

    /* In this order. False after saying on standard error what is in the
     * way. */
    bool (*open_doors)(struct net_doors *doors, void *owner);
    struct talk_view *(*open_view)(struct loop *l, void *owner);
    void (*on_listening)(const struct net_doors *doors, void *owner);
    void (*on_closing)(void *owner); /* the view goes; or NULL */
    void *owner;
};

enum talk_end {
    TALK_END_ASKED,     /* by the operator, or by the time-out */
    TALK_END_SIGNAL,    /* *signal tells which */
    TALK_END_NO_START,  /* said on standard error why */
    TALK_END_NO_OUTPUT, /* standard output takes no more */
};

MUST_USE enum talk_end talk_program_run(const struct talk_program *p,
                                        int *signal);

#endif
