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
sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

uint64_t
hash_sip13(struct span s, const uint64_t seed[2])
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
            sip_word(v, word);
            word = 0;
        }
    }
    sip_word(v, word | (uint64_t)s.n << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void
map_init(struct map *m, const uint64_t seed[2])
{
    *m = (struct map){.seed = {seed[0], seed[1]}};
}

void
map_finish(struct map *m)
{
    free(m->slots);
    *m = (struct map){0};
}

/* The slot of `key`, or the empty one where it would go. */
static struct map_slot *
find_slot(const struct map *m, struct span key, uint64_t hash)
{
    size_t i = hash & (m->cap - 1);
    for (;;) {
        struct map_slot *slot = &m->slots[i];
        if (slot->value == NULL ||
            (slot->hash == hash && span_equal(slot->key, key)))
            return slot;
        i = (i + 1) & (m->cap - 1);
    }
}

static void
grow(struct map *m)
{
    struct map old = *m;
    m->cap = old.cap == 0 ? 8 : old.cap * 2;
    m->slots = alloc_zeroed(m->cap * sizeof(*m->slots));
    for (size_t i = 0; i < old.cap; i++) {
        struct map_slot *slot = &old.slots[i];
        if (slot->value != NULL)
            *find_slot(m, slot->key, slot->hash) = *slot;
    }
    free(old.slots);
}

void *
map_find(const struct map *m, struct span key)
{
    if (m->n == 0)
        return NULL;
    return find_slot(m, key, hash_sip13(key, m->seed))->value;
}

void
map_add(struct map *m, struct span key, void *value)
{
    CHECK(value != NULL);
    if ((m->n + 1) * 4 > m->cap * 3)
        grow(m);
    uint64_t hash = hash_sip13(key, m->seed);
    struct map_slot *slot = find_slot(m, key, hash);
    CHECK(slot->value == NULL);
    *slot = (struct map_slot){key, value, hash};
    m->n++;
}

void
map_remove(struct map *m, struct span key)
{
    CHECK(m->n > 0);
    struct map_slot *slot = find_slot(m, key, hash_sip13(key, m->seed));
    CHECK(slot->value != NULL);
    slot->value = NULL;
    m->n--;

    /* Close the hole: what was pushed past it moves back, so that a search
     * never stops early and no tombstones gather. */
    size_t mask = m->cap - 1;
    size_t hole = (size_t)(slot - m->slots);
    for (size_t i = (hole + 1) & mask; m->slots[i].value != NULL;
         i = (i + 1) & mask) {
        size_t home = m->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            m->slots[hole] = m->slots[i];
            m->slots[i].value = NULL;
            hole = i;
        }
    }
}

void *
map_next(const struct map *m, size_t *at)
{
    while (*at < m->cap) {
        void *value = m->slots[(*at)++].value;
        if (value != NULL)
            return value;
    }
    return NULL;
}
