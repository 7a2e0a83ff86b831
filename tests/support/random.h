/*
 * Numbers from a printed seed, so that what failed once fails again
 * (splitmix64, Steele, Lea and Flood, 2014).
 */
#ifndef SUPPORT_RANDOM_H
#define SUPPORT_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t
dice_next(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* 0 to n - 1. */
static inline uint64_t
dice_below(struct dice *d, uint64_t n)
{
    return dice_next(d) % n;
}

static inline bool
dice_is(struct dice *d, unsigned percent)
{
    return dice_below(d, 100) < percent;
}

#endif
