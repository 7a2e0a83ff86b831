/*
 * liao-bench compares what a member is told with what another was told: only
 * what is the same, byte for byte, may count as the same.
 */
#include "unit/cmocka_all.h"

#include "bench/heard.h"

#include <stdlib.h>

static struct heard *
begin(void)
{
    struct heard *h = calloc(1, sizeof(*h));
    assert_non_null(h);
    return h;
}

static void
end(struct heard *h)
{
    buf_finish(&h->bytes);
    free(h);
}

static void
test_the_next_is_known_by_its_bytes(void **state)
{
    (void)state;
    struct heard *h = begin();
    struct text_stamp one = {.sequence = 1}, two = {.sequence = 2};
    assert_int_equal(heard_add(h, SPAN("a: one\n"), &one), 0);
    assert_int_equal(heard_add(h, SPAN("a: two\n"), &two), 1);
    const struct heard_piece *p = heard_match(h, 1, SPAN("a: two\na: three\n"));
    assert_non_null(p);
    assert_int_equal(p->n, 7);
    assert_int_equal(p->stamp.sequence, 2);
    assert_null(heard_match(h, 1, SPAN("a: twO\n"))); /* one bit */
    assert_null(heard_match(h, 1, SPAN("a: two")));   /* not whole */
    assert_null(heard_match(h, 0, SPAN("a: two\n"))); /* not its turn */
    assert_null(heard_match(h, 2, SPAN("a: two\n")));
    assert_null(heard_match(h, HEARD_NONE, SPAN("a: two\n")));
    end(h);
}

/* The same from somebody who hears it in another way stands where it stood. */
static void
test_a_known_one_is_found_again(void **state)
{
    (void)state;
    struct heard *h = begin();
    struct text_stamp stamp = {.sequence = 9, .sender = 3, .at_us = 5};
    struct text_stamp other = stamp;
    other.at_us = 6; /* as forged as can be */
    assert_int_equal(heard_add(h, SPAN("x"), &stamp), 0);
    assert_int_equal(heard_add(h, SPAN("x"), &stamp), 0);
    assert_int_equal(heard_add(h, SPAN("x"), &other), 1);
    assert_int_equal(heard_add(h, SPAN("x"), &stamp),
                     2); /* its place is taken */
    end(h);
}

static void
test_a_full_one_begins_anew(void **state)
{
    (void)state;
    static uint8_t big[HEARD_BYTES / 4];
    struct heard *h = begin();
    struct text_stamp stamp = {0};
    for (uint32_t i = 0; i < 3 * HEARD_PIECES; i++) {
        stamp.sequence = i;
        assert_int_equal(heard_add(h, SPAN("x"), &stamp), i % HEARD_PIECES);
    }
    for (uint32_t i = 0; i < 20; i++) {
        stamp.sequence = UINT32_MAX - i;
        uint32_t at = heard_add(h, (struct span){big, sizeof(big)}, &stamp);
        assert_true(h->bytes.n <= HEARD_BYTES);
        assert_non_null(heard_match(h, at, (struct span){big, sizeof(big)}));
    }
    end(h);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_next_is_known_by_its_bytes),
        cmocka_unit_test(test_a_known_one_is_found_again),
        cmocka_unit_test(test_a_full_one_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
