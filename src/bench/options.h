/*
 * The command line of liao-bench: one table (opt/opt.h). It has no file.
 */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "bench/proc.h"
#include "bench/proto.h"
#include "net/address.h"
#include "opt/opt.h"

struct options {
    const struct proto *proto;
    struct net_url url;
    uint32_t members;
    uint32_t senders;
    uint32_t size;   /* bytes of a text */
    uint32_t window; /* messages of a sender that may be out */
    uint32_t stalled;
    uint32_t joining; /* joins under way at a time */
    double seconds;
    double warmup;
    double rate; /* messages/s of all; 0: closed loop */
    int pids[PROC_PIDS_MOST];
    size_t pids_n;
    bool is_idle; /* connect, measure memory, leave */
    bool is_json;
};

/* What there is beside what was said is the default. */
MUST_USE enum opt_verdict options_parse(struct options *o, int argc,
                                        char **argv);

#endif
