/*
 * Objects of one size, many of them: a slab.
 *
 * They lie side by side in chunks of 64, so that none has a header, or is
 * rounded up, and each has a number, from 1, by which it is found: half as
 * long as a pointer. Who comes gets the lowest number that is free, so that
 * the high chunks empty themselves when a crowd has left; an empty chunk is
 * given back, and what a crowd had goes back to the system. An object stays where it is. What is freed is poison to the
 * address sanitizer, as after free().
 */
#ifndef BASE_SLAB_H
#define BASE_SLAB_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

struct slab_chunk;

struct slab {
    size_t bytes;               /* of an object */
    struct slab_chunk **chunks; /* NULL: all in it are free */
    uint32_t cap;               /* of `chunks` */
    uint32_t open;              /* no chunk before has room */
    uint32_t n;                 /* objects */
    uint32_t most;              /* there were, since a crowd has left */
};

void slab_init(struct slab *s, size_t bytes);
void slab_finish(struct slab *s); /* CHECKs that it is empty */

/* Zeroed; *number is its own. */
void *slab_take(struct slab *s, uint32_t *number);
void slab_give_back(struct slab *s, uint32_t number);

/* NULL: nobody has this number. */
void *slab_find(const struct slab *s, uint32_t number);

/* All, by number: start with *number = 0; NULL at the end. They may come and
 * go meanwhile. */
void *slab_next(const struct slab *s, uint32_t *number);

#endif
