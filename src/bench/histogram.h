/*
 * Times, counted so that percentiles can be told afterwards.
 *
 * A value goes into a bucket that is at most 1/64 of it wide: below 128 each
 * has its own, above that each power of two has 64. So 1,728 counters hold
 * everything from a microsecond to an hour, as in HdrHistogram (G. Tene).
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BITS 6
#define HISTOGRAM_STEPS (1u << HISTOGRAM_BITS)
#define HISTOGRAM_BUCKETS ((32 - HISTOGRAM_BITS + 1) * HISTOGRAM_STEPS)

/* All zero: empty. */
struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t n;
    uint32_t max;
};

void histogram_add(struct histogram *h, uint32_t value);

/*
 * The value that `share` of all are not above, the nearest one counted: the
 * top of its bucket, but never more than the greatest. 0 when there is none.
 */
uint32_t histogram_percentile(const struct histogram *h, double share);

#endif
