#include "base/slab.h"

#include "base/alloc.h"
#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_POISON
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_POISON
#endif
#endif

#ifdef HAS_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
#endif

#define A_CHUNK 64u /* objects: as many as bits in `taken` */
#define ALL UINT64_MAX

/* So many were a crowd, and when this part of it is left it has gone. */
#define CROWD 1024u
#define CROWD_LEFT 64u

struct slab_chunk {
    uint64_t taken; /* bit i: object i is somebody's */
    _Alignas(8) uint8_t objects[];
};

void
slab_init(struct slab *s, size_t bytes)
{
    CHECK(bytes % 8 == 0);
    *s = (struct slab){.bytes = bytes};
}

void
slab_finish(struct slab *s)
{
    CHECK(s->n == 0);
    free(s->chunks);
    s->chunks = NULL;
    s->cap = s->open = s->most = 0;
}

static uint8_t *
object_at(const struct slab *s, uint32_t index)
{
    return s->chunks[index / A_CHUNK]->objects + index % A_CHUNK * s->bytes;
}

static bool
is_taken(const struct slab *s, uint32_t index)
{
    if (index / A_CHUNK >= s->cap)
        return false;
    const struct slab_chunk *c = s->chunks[index / A_CHUNK];
    return c != NULL && (c->taken >> index % A_CHUNK & 1);
}

static struct slab_chunk *
chunk_create(const struct slab *s)
{
    size_t bytes = A_CHUNK * s->bytes;
    struct slab_chunk *c = alloc_resize(NULL, sizeof(*c) + bytes);
    c->taken = 0;
    ASAN_POISON_MEMORY_REGION(c->objects, bytes);
    return c;
}

static void
chunk_destroy(const struct slab *s, struct slab_chunk *c)
{
    ASAN_UNPOISON_MEMORY_REGION(c->objects, A_CHUNK * s->bytes);
    free(c);
}

/* The first chunk with room is at `open`. */
static void
find_room(struct slab *s)
{
    while (s->open < s->cap && s->chunks[s->open] != NULL &&
           s->chunks[s->open]->taken == ALL)
        s->open++;
    if (s->open == s->cap) {
        uint32_t cap = s->cap == 0 ? 4 : s->cap * 2;
        s->chunks = alloc_resize(s->chunks, cap * sizeof(*s->chunks));
        memset(s->chunks + s->cap, 0, (cap - s->cap) * sizeof(*s->chunks));
        s->cap = cap;
    }
    if (s->chunks[s->open] == NULL)
        s->chunks[s->open] = chunk_create(s);
}

void *
slab_take(struct slab *s, uint32_t *number)
{
    find_room(s);
    struct slab_chunk *c = s->chunks[s->open];
    uint32_t bit = (uint32_t)__builtin_ctzll(~c->taken);
    uint32_t index = s->open * A_CHUNK + bit;
    c->taken |= (uint64_t)1 << bit;
    s->n++;
    if (s->n > s->most)
        s->most = s->n;
    *number = index + 1;
    uint8_t *object = object_at(s, index);
    ASAN_UNPOISON_MEMORY_REGION(object, s->bytes);
    return memset(object, 0, s->bytes);
}

void
slab_give_back(struct slab *s, uint32_t number)
{
    uint32_t index = number - 1;
    CHECK(number > 0 && is_taken(s, index));
    struct slab_chunk **c = &s->chunks[index / A_CHUNK];
    ASAN_POISON_MEMORY_REGION(object_at(s, index), s->bytes);
    (*c)->taken &= ~((uint64_t)1 << index % A_CHUNK);
    s->n--;
    if (index / A_CHUNK < s->open)
        s->open = index / A_CHUNK;
    if ((*c)->taken == 0) {
        chunk_destroy(s, *c);
        *c = NULL;
    }
    if (s->most >= CROWD && s->n <= s->most / CROWD_LEFT) {
        s->most = s->n;
        alloc_trim();
    }
}

void *
slab_find(const struct slab *s, uint32_t number)
{
    bool is_here = number > 0 && is_taken(s, number - 1);
    return is_here ? object_at(s, number - 1) : NULL;
}

void *
slab_next(const struct slab *s, uint32_t *number)
{
    for (uint32_t index = *number; index / A_CHUNK < s->cap;) {
        const struct slab_chunk *c = s->chunks[index / A_CHUNK];
        uint64_t left = c == NULL ? 0 : c->taken >> index % A_CHUNK;
        if (left == 0) {
            index = (index / A_CHUNK + 1) * A_CHUNK;
            continue;
        }
        index += (uint32_t)__builtin_ctzll(left);
        *number = index + 1;
        return object_at(s, index);
    }
    return NULL;
}
