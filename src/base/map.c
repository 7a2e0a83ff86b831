#include "base/map.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static uint64_t
rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static void
sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static void
sip_rounds(uint64_t v[4], int rounds)
{
    while (rounds-- > 0)
        sip_round(v);
}

static void
sip_word(uint64_t v[4], uint64_t word, int rounds)
{
    v[3] ^= word;
    sip_rounds(v, rounds);
    v[0] ^= word;
}

/* `each`: rounds for each eight bytes; `last`: and at the end. */
static uint64_t
sip(struct span s, const uint64_t seed[2], int each, int last)
{
    uint64_t v[4] = {
        seed[0] ^ 0x736f6d6570736575u,
        seed[1] ^ 0x646f72616e646f6du,
        seed[0] ^ 0x6c7967656e657261u,
        seed[1] ^ 0x7465646279746573u,
    };
    uint64_t word = 0;
    for (size_t i = 0; i < s.n; i++) {
        word |= (uint64_t)span_get(s, i) << (i % 8 * 8);
        if (i % 8 == 7) {
            sip_word(v, word, each);
            word = 0;
        }
    }
    sip_word(v, word | (uint64_t)s.n << 56, each);
    v[2] ^= 0xff;
    sip_rounds(v, last);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t
hash_sip13(struct span s, const uint64_t seed[2])
{
    return sip(s, seed, 1, 3);
}

uint64_t
hash_sip24(struct span s, const uint64_t secret[2])
{
    return sip(s, secret, 2, 4);
}

void
map_init(struct map *m, struct span (*key_of)(const void *value),
         const uint64_t seed[2])
{
    *m = (struct map){.key_of = key_of, .seed = {seed[0], seed[1]}};
}

void
map_finish(struct map *m)
{
    free(m->slots);
    m->slots = NULL;
    m->cap = m->n = 0;
}

static size_t
home_of(const struct map *m, struct span key)
{
    return hash_sip13(key, m->seed) & (m->cap - 1);
}

/* The slot of `key`, or the empty one where it would go. */
static size_t
find_slot(const struct map *m, struct span key)
{
    size_t i = home_of(m, key);
    while (m->slots[i] != NULL && !span_equal(m->key_of(m->slots[i]), key))
        i = (i + 1) & (m->cap - 1);
    return i;
}

static void
grow(struct map *m)
{
    struct map old = *m;
    m->cap = old.cap == 0 ? 8 : old.cap * 2;
    m->slots = alloc_zeroed(m->cap * sizeof(*m->slots));
    for (size_t i = 0; i < old.cap; i++) {
        if (old.slots[i] != NULL)
            m->slots[find_slot(m, m->key_of(old.slots[i]))] = old.slots[i];
    }
    free(old.slots);
}

void *
map_find(const struct map *m, struct span key)
{
    return m->n == 0 ? NULL : m->slots[find_slot(m, key)];
}

void
map_add(struct map *m, void *value)
{
    CHECK(value != NULL);
    if ((m->n + 1) * 4 > m->cap * 3)
        grow(m);
    size_t i = find_slot(m, m->key_of(value));
    CHECK(m->slots[i] == NULL);
    m->slots[i] = value;
    m->n++;
}

void
map_remove(struct map *m, struct span key)
{
    CHECK(m->n > 0);
    size_t hole = find_slot(m, key);
    CHECK(m->slots[hole] != NULL);
    m->slots[hole] = NULL;
    m->n--;

    /* Close the hole: what was pushed past it moves back, so that a search
     * never stops early and no tombstones gather. */
    size_t mask = m->cap - 1;
    for (size_t i = (hole + 1) & mask; m->slots[i] != NULL;
         i = (i + 1) & mask) {
        size_t home = home_of(m, m->key_of(m->slots[i]));
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            m->slots[hole] = m->slots[i];
            m->slots[i] = NULL;
            hole = i;
        }
    }
}

void *
map_next(const struct map *m, size_t *at)
{
    while (*at < m->cap) {
        void *value = m->slots[(*at)++];
        if (value != NULL)
            return value;
    }
    return NULL;
}
