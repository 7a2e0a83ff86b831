/*
 * What came of a load: a table for people, or JSON for programs.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/load.h"

/* What both forms tell, from the counts at both ends of the measured span; 0
 * where nothing was measured. */
struct report_figures {
    double seconds;
    uint64_t messages;
    uint64_t deliveries;
    double deliveries_per_s;
    bool has_server;
    double server_cpu_ns; /* each for one delivery */
    double client_cpu_ns;
    double messages_per_read;
    double messages_per_segment; /* see segments.h */
    uint64_t switches;
    double join_cpu_s; /* of the server, until all had read who joined */
    double connection_bytes;
};

struct report_figures report_figure(const struct load *l);

void report_table(const struct load *l);
void report_json(const struct load *l);

#endif
