/*
 * The load: who posts when, for how long, and what came of it.
 *
 *     join | warm-up | measured ............ | drain
 *                    ^                       ^
 *                    figures are taken between these two
 *
 * Closed loop: each sender posts whenever its window is open, that is, as
 * soon as the slowest member has what it posted before. Paced: message i is
 * due at i / rate, whatever the server does, and the time of a delivery
 * counts from when its message was due, not from when it could be sent (the
 * "coordinated omission" of G. Tene).
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "bench/crowd.h"
#include "bench/histogram.h"
#include "bench/ledger.h"
#include "bench/options.h"

/* The drain ends when all is complete, or nothing came for so long. */
#define LOAD_DRAIN_NS (5 * 1000000000ull)

/* What is counted while the load runs; of two snapshots the difference. */
struct load_counts {
    uint64_t at_ns;
    uint64_t messages;
    uint64_t deliveries;
    uint64_t reads;
    uint64_t segments; /* see segments.h */
    uint64_t own_cpu_ns;
    struct proc_usage server;
};

struct load {
    const struct options *options;
    struct crowd crowd;
    struct ledger ledger;
    struct histogram latency_us;  /* of each measured delivery */
    struct histogram complete_us; /* of each measured message's last one */
    bool is_measuring;
    uint64_t start_ns; /* of the run: times in texts count from it */
    uint64_t posted;   /* paced: how many */
    uint64_t pace_ns;  /* paced: since when they are due */
    uint64_t deliveries;

    double join_s;
    struct proc_usage before; /* the server, before anybody came */
    struct proc_usage joined; /* when all were in */
    struct load_counts from;
    struct load_counts until;
};

enum load_verdict { LOAD_OK, LOAD_FAILED /* crowd.why says why */ };

/*
 * The whole run. `is_stopped` ends it early when it becomes true. What is
 * found stays in `l` until load_finish().
 */
MUST_USE enum load_verdict load_run(struct load *l, const struct options *o,
                                    const struct net_address *to,
                                    const volatile int *is_stopped);
void load_finish(struct load *l);

/* Any message lost, twice, out of order, or any member. */
bool load_is_clean(const struct load *l);

#endif
