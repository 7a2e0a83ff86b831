/*
 * The story of those who came, said who they are, and are silent: what each
 * of them costs. It is counted, not read off the system: malloc() and its kin
 * are wrapped when this test is linked, and an allocation counts as glibc
 * rounds it. A TCP stream costs nothing beside its peer, and a story's wires
 * are its own.
 *
 * And when they have left, what they cost is given back.
 */
#include "support/world.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

#define MEMBERS 2000

/* Of each; a little more than it is. */
#define MOST_BYTES 274

static size_t live; /* bytes */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);
utf8proc_ssize_t __real_utf8proc_map(const utf8proc_uint8_t *from,
                                     utf8proc_ssize_t n, utf8proc_uint8_t **to,
                                     utf8proc_option_t options);
utf8proc_ssize_t __wrap_utf8proc_map(const utf8proc_uint8_t *from,
                                     utf8proc_ssize_t n, utf8proc_uint8_t **to,
                                     utf8proc_option_t options);

/* With its header, in steps of 16. */
static size_t
cost(size_t n)
{
    size_t whole = (n + 8 + 15) / 16 * 16;
    return whole < 32 ? 32 : whole;
}

static void *
count(void *p)
{
    live += p == NULL ? 0 : cost(malloc_usable_size(p));
    return p;
}

static void
discount(void *p)
{
    live -= p == NULL ? 0 : cost(malloc_usable_size(p));
}

void *
__wrap_malloc(size_t n)
{
    return count(__real_malloc(n));
}

void *
__wrap_calloc(size_t n, size_t size)
{
    return count(__real_calloc(n, size));
}

void *
__wrap_realloc(void *p, size_t n)
{
    discount(p);
    return count(__real_realloc(p, n));
}

void
__wrap_free(void *p)
{
    discount(p);
    __real_free(p);
}

/* A library allocates what we free. */
utf8proc_ssize_t
__wrap_utf8proc_map(const utf8proc_uint8_t *from, utf8proc_ssize_t n,
                    utf8proc_uint8_t **to, utf8proc_option_t options)
{
    utf8proc_ssize_t result = __real_utf8proc_map(from, n, to, options);
    (void)count(*to);
    return result;
}

/* They come a few at a time, and read what they are sent. */
static void
come(struct world *w, struct wire **members)
{
    for (int i = 0; i < MEMBERS; i++) {
        members[i] = world_connect(w, SNIFF_ANY);
        wire_send(members[i], "good morning\n");
        if (i % 50 > 0)
            continue;
        world_pass(w, 50);
        for (int j = 0; j <= i; j++)
            buf_finish(&members[j]->to_client);
    }
    world_pass(w, 5000);
    for (int i = 0; i < MEMBERS; i++) {
        buf_finish(&members[i]->to_server);
        buf_finish(&members[i]->to_client);
    }
    CHECK(hub_counts(peers_hub(w->peers)).present == MEMBERS);
}

static size_t
member_bytes(uint64_t seed)
{
    struct world *w = world_create(seed, NULL);
    struct wire *members[MEMBERS];
    size_t before = live;
    come(w, members);
    size_t theirs = live - before - MEMBERS * cost(sizeof(struct wire));

    for (int i = 0; i < MEMBERS; i++)
        wire_reset(members[i]);
    world_pass(w, 5000);
    for (int i = 0; i < MEMBERS; i++)
        wire_free(members[i]);
    size_t kept = live - before - peers_pool(w->peers)->kept_bytes;
    printf("seed %llu: %zu bytes a member; %zu are kept of each who left\n",
           (unsigned long long)seed, theirs / MEMBERS, kept / MEMBERS);
    CHECK(kept < theirs / 4);
    world_destroy(w);
    return theirs / MEMBERS;
}

int
main(void)
{
    for (uint64_t seed = 1; seed <= 2; seed++)
        CHECK(member_bytes(seed) <= MOST_BYTES);
    CHECK(live == 0); /* all was counted */
    return 0;
}
