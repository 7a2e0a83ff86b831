/*
 * A slab against an array of what should be in it, under crowds that come and
 * go; and what it promises beside: the lowest number first, chunks given back.
 */
#include "unit/cmocka_all.h"

#include "base/slab.h"
#include "support/random.h"

#define MOST 1000

struct thing {
    uint64_t mark;
    uint64_t zeros[4];
};

static struct thing *things[MOST + 1]; /* by number; NULL: nobody */

static void
check(const struct slab *s, uint32_t n)
{
    assert_int_equal(s->n, n);
    assert_null(slab_find(s, 0));
    assert_null(slab_find(s, MOST * 10));
    for (uint32_t i = 1; i <= MOST; i++) {
        assert_ptr_equal(slab_find(s, i), things[i]);
        if (things[i] != NULL)
            assert_int_equal(things[i]->mark, i);
    }
    uint32_t number = 0, before = 0, seen = 0;
    for (struct thing *t; (t = slab_next(s, &number)) != NULL; seen++) {
        assert_true(number > before);
        assert_ptr_equal(t, things[number]);
        before = number;
    }
    assert_int_equal(seen, n);
}

static void
take(struct slab *s)
{
    uint32_t number, lowest = 1;
    while (things[lowest] != NULL)
        lowest++;
    struct thing *t = slab_take(s, &number);
    assert_int_equal(number, lowest);
    assert_int_equal(t->mark, 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(t->zeros[i], 0);
    memset(t, 0xff, sizeof(*t));
    t->mark = number;
    things[number] = t;
}

static void
give_back(struct slab *s, uint32_t number)
{
    slab_give_back(s, number);
    things[number] = NULL;
}

static void
run(uint64_t seed)
{
    struct dice dice = {seed};
    struct slab s;
    uint32_t n = 0;
    slab_init(&s, sizeof(struct thing));
    check(&s, 0);
    for (int wave = 0; wave < 6; wave++) {
        unsigned comes = wave % 2 == 0 ? 70 : 30;
        for (int step = 0; step < 1500; step++) {
            uint32_t number = 1 + (uint32_t)dice_below(&dice, MOST);
            if (dice_is(&dice, comes) && n < MOST) {
                take(&s);
                n++;
            } else if (things[number] != NULL) {
                give_back(&s, number);
                n--;
            }
        }
        check(&s, n);
    }
    for (uint32_t i = 1; i <= MOST; i++) {
        if (things[i] != NULL)
            give_back(&s, i);
    }
    check(&s, 0);
    for (uint32_t i = 0; i < s.cap; i++)
        assert_null(s.chunks[i]); /* all is given back */
    slab_finish(&s);
}

static void
test_against_an_array(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        run(seed);
}

/* Who walks through it may end whom he meets. */
static void
test_all_may_go_on_a_walk(void **state)
{
    (void)state;
    struct slab s;
    uint32_t number;
    slab_init(&s, sizeof(uint64_t));
    for (int i = 0; i < 200; i++)
        (void)slab_take(&s, &number);
    number = 0;
    while (slab_next(&s, &number) != NULL)
        slab_give_back(&s, number);
    assert_int_equal(s.n, 0);
    slab_finish(&s);
}

/* Who came by thousands and left: what they had is given back once, and not
 * again when the last few leave. */
static void
test_a_crowd_leaves(void **state)
{
    (void)state;
    struct slab s;
    uint32_t number;
    slab_init(&s, sizeof(uint64_t));
    for (int i = 0; i < 6400; i++)
        (void)slab_take(&s, &number);
    for (; s.n > 101; number--)
        slab_give_back(&s, number);
    assert_int_equal(s.most, 6400);
    for (; s.n > 0; number--)
        slab_give_back(&s, number);
    assert_int_equal(s.most, 100);
    slab_finish(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_an_array),
        cmocka_unit_test(test_all_may_go_on_a_walk),
        cmocka_unit_test(test_a_crowd_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
