#include "bench/histogram.h"

#include "base/check.h"

static uint32_t
bucket_of(uint32_t value)
{
    if (value < HISTOGRAM_STEPS)
        return value;
    unsigned shift = 31u - (unsigned)__builtin_clz(value) - HISTOGRAM_BITS;
    return (shift << HISTOGRAM_BITS) + (value >> shift);
}

static uint32_t
top_of(uint32_t bucket)
{
    if (bucket < 2 * HISTOGRAM_STEPS)
        return bucket;
    unsigned shift = (bucket >> HISTOGRAM_BITS) - 1;
    uint64_t step = bucket - (shift << HISTOGRAM_BITS);
    return (uint32_t)(((step + 1) << shift) - 1);
}

void
histogram_add(struct histogram *h, uint32_t value)
{
    h->counts[bucket_of(value)]++;
    h->n++;
    if (value > h->max)
        h->max = value;
}

uint32_t
histogram_percentile(const struct histogram *h, double share)
{
    /* The rank is rounded up: of two values, the second is the p99. */
    double exact = share * (double)h->n;
    uint64_t rank = (uint64_t)exact;
    rank += (double)rank < exact || rank == 0;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->counts[i];
        if (seen >= rank && seen > 0)
            return top_of(i) < h->max ? top_of(i) : h->max;
    }
    CHECK(h->n == 0);
    return 0;
}
