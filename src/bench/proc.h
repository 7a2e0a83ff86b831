/*
 * What the server under test uses, from /proc/PID: see proc(5).
 */
#ifndef BENCH_PROC_H
#define BENCH_PROC_H

#include "base/bytes.h"

#define PROC_PIDS_MOST 16

struct proc_usage {
    bool is_known;      /* false: some of them can't be read */
    uint64_t cpu_ns;    /* of all threads */
    bool is_exact;      /* from schedstat; else in ticks of 10 ms */
    uint64_t switches;  /* context switches, of threads that still run */
    uint64_t rss_bytes; /* resident, all pages */
};

/* The sum over `n` processes. */
struct proc_usage proc_read(const int *pids, size_t n);

/* This process. */
uint64_t proc_own_cpu_ns(void);

#endif
