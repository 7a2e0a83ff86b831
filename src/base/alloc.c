#include "base/alloc.h"

#include "base/check.h"

#include <malloc.h>
#include <stdlib.h>

void *
alloc_zeroed(size_t n)
{
    void *p = calloc(1, n);
    CHECK(p != NULL);
    return p;
}

void *
alloc_resize(void *p, size_t n)
{
    CHECK(n > 0);
    p = realloc(p, n);
    CHECK(p != NULL);
    return p;
}

void
alloc_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
