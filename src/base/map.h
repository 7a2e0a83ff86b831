/*
 * A hash map from bytes to pointers: open addressing, linear probing.
 *
 * A slot is a pointer and nothing else: the key is asked of the value that it
 * leads to, where it has to stay, unchanged. The hash is SipHash-1-3 with a
 * key of the process, so that nobody can choose names that collide (Aumasson
 * and Bernstein, 2012).
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/bytes.h"

struct map {
    void **slots; /* values; NULL: empty */
    size_t cap;   /* a power of two, or 0 */
    size_t n;
    struct span (*key_of)(const void *value);
    uint64_t seed[2];
};

void map_init(struct map *m, struct span (*key_of)(const void *value),
              const uint64_t seed[2]);
void map_finish(struct map *m); /* the values are the caller's */

void *map_find(const struct map *m, struct span key); /* may be NULL */
void map_add(struct map *m, void *value);        /* its key is not there yet */
void map_remove(struct map *m, struct span key); /* it is there */

/*
 * Walk all values: start with *at = 0; NULL at the end. The map must not
 * change meanwhile. The order means nothing.
 */
void *map_next(const struct map *m, size_t *at);

uint64_t hash_sip13(struct span s, const uint64_t seed[2]);

/* SipHash-2-4: a message authentication code, where 64 bits are enough. */
uint64_t hash_sip24(struct span s, const uint64_t secret[2]);

#endif
