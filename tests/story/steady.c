/*
 * The story of a room that talks on and on: what it needs it has soon, and
 * from then on no message, and no delivery of one, allocates anything. That
 * is counted: malloc() and its kin are wrapped when this test is linked.
 */
#include "support/world.h"

#include <stdio.h>
#include <stdlib.h>

#define MEMBERS 200
#define TALKERS 8
#define WARM_UP_TURNS 200
#define TURNS 200

static size_t allocations;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *
__wrap_malloc(size_t n)
{
    allocations++;
    return __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
    allocations++;
    return __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
    allocations++;
    return __real_realloc(p, n);
}

/* All talkers say something; how many bytes all members are sent. */
static size_t
turn(struct world *w, struct wire **members)
{
    size_t sent = 0;
    for (size_t i = 0; i < TALKERS; i++) {
        wire_send(members[i], "good morning\n");
        wire_send(members[i], "早上好，大家\n");
    }
    world_turn(w);
    for (size_t i = 0; i < MEMBERS; i++) {
        sent += members[i]->to_client.n;
        buf_truncate(&members[i]->to_client, 0);
    }
    return sent;
}

static void
run(uint64_t seed)
{
    struct world *w = world_create(seed, NULL);
    struct wire *members[MEMBERS];
    for (size_t i = 0; i < MEMBERS; i++) {
        members[i] = world_connect(w, SNIFF_PINNED_PLAIN);
        wire_send(members[i], "\n");
    }
    world_pass(w, 3000);
    size_t before_any = allocations;
    for (int i = 0; i < WARM_UP_TURNS; i++)
        (void)turn(w, members);
    CHECK(before_any > MEMBERS); /* it does count */

    size_t before = allocations, sent = 0;
    for (int i = 0; i < TURNS; i++)
        sent += turn(w, members);
    printf("seed %llu: %zu bytes sent, %zu allocations\n",
           (unsigned long long)seed, sent, allocations - before);
    CHECK(sent > (size_t)TURNS * MEMBERS * TALKERS * 2 * 10);
    CHECK(allocations == before);

    for (size_t i = 0; i < MEMBERS; i++)
        wire_reset(members[i]);
    world_pass(w, 100);
    world_destroy(w);
    for (size_t i = 0; i < MEMBERS; i++)
        wire_free(members[i]);
}

int
main(void)
{
    run(1); /* one by one; in batches */
    run(2);
    return 0;
}
