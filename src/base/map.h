/*
 * A hash map from bytes to pointers: open addressing, linear probing.
 *
 * The map borrows each key, which has to live, unchanged, in the value it
 * leads to. The hash is SipHash-1-3 with a key of the process, so that nobody
 * can choose names that collide (Aumasson and Bernstein, 2012).
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/bytes.h"

struct map_slot {
    struct span key;
    void *value; /* NULL: an empty slot */
    uint64_t hash;
};

struct map {
    struct map_slot *slots;
    size_t cap; /* a power of two, or 0 */
    size_t n;
    uint64_t seed[2];
};

void map_init(struct map *m, const uint64_t seed[2]);
void map_finish(struct map *m); /* the values are the caller's */

void *map_find(const struct map *m, struct span key);      /* may be NULL */
void map_add(struct map *m, struct span key, void *value); /* not there yet */
void map_remove(struct map *m, struct span key);           /* it is there */

/*
 * Walk all values: start with *at = 0; NULL at the end. The map must not
 * change meanwhile. The order means nothing.
 */
void *map_next(const struct map *m, size_t *at);

uint64_t hash_sip13(struct span s, const uint64_t seed[2]);

#endif
