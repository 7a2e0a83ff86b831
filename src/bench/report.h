/*
 * What came of a load: a table for people, or JSON for programs.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/load.h"

void report_table(const struct load *l);
void report_json(const struct load *l);

#endif
