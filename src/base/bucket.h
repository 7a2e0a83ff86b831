/*
 * A token bucket: so much at once, and so much a second for long.
 *
 *     full |=====|........|  time         each token takes token_ns to come
 *          now   full_ns                  back; depth_ns of them may be away
 *
 * Its whole state is the moment at which it will be full again; 0, long ago,
 * is a full one. The caller hands in his clock, of milliseconds; within, it is
 * nanoseconds, so that a token may be a line or a byte. Taking never fails:
 * the last one may take more than there is, and the next one waits the longer
 * for it, so that nothing is too dear to be ever had.
 */
#ifndef BASE_BUCKET_H
#define BASE_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#define BUCKET_MS ((uint64_t)1000000) /* ns */

struct bucket {
    uint64_t full_ns;
};

struct bucket_rate {
    uint64_t token_ns; /* 0: no limit */
    uint64_t depth_ns;
};

/* `most` at once, then `a_second`; 0: no limit. */
static inline struct bucket_rate
bucket_rate(uint32_t a_second, uint32_t most)
{
    if (a_second == 0)
        return (struct bucket_rate){0, 0};
    uint64_t token_ns = 1000 * BUCKET_MS / a_second;
    return (struct bucket_rate){token_ns, token_ns * (most > 0 ? most : 1)};
}

/* How long until it is full. */
static inline uint64_t
bucket_missing_ns(struct bucket b, uint64_t now_ms)
{
    uint64_t now_ns = now_ms * BUCKET_MS;
    return b.full_ns > now_ns ? b.full_ns - now_ns : 0;
}

static inline bool
bucket_is_full(struct bucket b, uint64_t now_ms)
{
    return bucket_missing_ns(b, now_ms) == 0;
}

/* How long until there is a token; 0: there is one. */
static inline uint64_t
bucket_wait_ms(struct bucket b, struct bucket_rate rate, uint64_t now_ms)
{
    uint64_t away_ns = bucket_missing_ns(b, now_ms) + rate.token_ns;
    if (rate.token_ns == 0 || away_ns <= rate.depth_ns)
        return 0;
    return (away_ns - rate.depth_ns + BUCKET_MS - 1) / BUCKET_MS;
}

static inline void
bucket_take(struct bucket *b, struct bucket_rate rate, uint64_t now_ms,
            uint32_t tokens)
{
    b->full_ns = now_ms * BUCKET_MS + bucket_missing_ns(*b, now_ms) +
                 tokens * rate.token_ns;
}

#endif
