/*
 * A token bucket: so much at once, and so much a second for long.
 *
 *     full |=====|........|  time         each token takes token_ms to come
 *          now   full_ms                  back; depth_ms of them may be away
 *
 * Its whole state is the moment at which it will be full again, by a clock of
 * milliseconds that the caller hands in; 0, long ago, is a full one. Taking
 * never fails: the last one may take more than there is, and the next one
 * waits the longer for it, so that nothing is too dear to be ever had.
 */
#ifndef BASE_BUCKET_H
#define BASE_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
    uint64_t full_ms;
};

struct bucket_rate {
    uint32_t token_ms; /* 0: no limit */
    uint64_t depth_ms;
};

/* `most` at once, then about `a_second`, which is 1,000 at most; 0: no limit. */
static inline struct bucket_rate
bucket_rate(uint32_t a_second, uint32_t most)
{
    if (a_second == 0)
        return (struct bucket_rate){0, 0};
    uint32_t token_ms = a_second < 1000 ? 1000 / a_second : 1;
    return (struct bucket_rate){token_ms,
                                (uint64_t)token_ms * (most > 0 ? most : 1)};
}

/* How long until it is full. */
static inline uint64_t
bucket_missing_ms(struct bucket b, uint64_t now_ms)
{
    return b.full_ms > now_ms ? b.full_ms - now_ms : 0;
}

/* How long until there is a token; 0: there is one. */
static inline uint64_t
bucket_wait_ms(struct bucket b, struct bucket_rate rate, uint64_t now_ms)
{
    uint64_t missing = bucket_missing_ms(b, now_ms);
    if (rate.token_ms == 0 || missing + rate.token_ms <= rate.depth_ms)
        return 0;
    return missing + rate.token_ms - rate.depth_ms;
}

static inline void
bucket_take(struct bucket *b, struct bucket_rate rate, uint64_t now_ms,
            uint32_t tokens)
{
    b->full_ms = now_ms + bucket_missing_ms(*b, now_ms) +
                 (uint64_t)tokens * rate.token_ms;
}

#endif
