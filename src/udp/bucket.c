#include "udp/bucket.h"

bool
udp_bucket_has(struct udp_bucket *b, int64_t a_second, int64_t at_once,
               uint64_t now_ms)
{
    uint64_t passed_ms = now_ms - b->at_ms;
    int64_t more = passed_ms < 1000000 ? (int64_t)passed_ms * a_second / 1000
                                       : at_once; /* it was long ago */
    b->left = more < at_once - b->left ? b->left + more : at_once;
    if (more > 0) /* else what is less than one would never add up */
        b->at_ms = now_ms;
    return b->left > 0;
}

uint64_t
udp_bucket_due_ms(const struct udp_bucket *b, int64_t a_second)
{
    int64_t lacks = 1 - b->left;
    return b->at_ms + (lacks > 0 ? (uint64_t)(lacks * 1000 / a_second) + 1 : 0);
}
