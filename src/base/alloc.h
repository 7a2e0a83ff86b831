/*
 * Memory for small things of our own: running out of it aborts, as in every
 * code base that we admire. A size that a peer chose is compared with
 * msg/limits.h before it comes here.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

/* Zeroed. Never NULL. Freed with free(). */
void *alloc_zeroed(size_t n);

/* As realloc(), never NULL; `n` > 0. */
void *alloc_resize(void *p, size_t n);

/* Much was freed: give the system back what pages of it are whole. */
void alloc_trim(void);

#define ALLOC(type) ((type *)alloc_zeroed(sizeof(type)))

#endif
