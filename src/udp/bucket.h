/*
 * What there may be so much of in a second, and so much at once: it is taken
 * from `left`, also below 0, and comes back with time.
 */
#ifndef UDP_BUCKET_H
#define UDP_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct udp_bucket {
    int64_t left;
    uint64_t at_ms;
};

/* Is there some? If not, when will there be? */
bool udp_bucket_has(struct udp_bucket *b, int64_t a_second, int64_t at_once,
                    uint64_t now_ms);
uint64_t udp_bucket_due_ms(const struct udp_bucket *b, int64_t a_second);

#endif
