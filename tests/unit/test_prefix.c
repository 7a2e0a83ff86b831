#include "unit/cmocka_all.h"

#include "liao/prefix.h"

#include <string.h>

static void
expect(const char *heard, const char *shown)
{
    /* Whole, and cut at every byte. */
    for (size_t cut = 0; cut <= strlen(heard); cut++) {
        struct liao_prefix p = {0};
        struct buf out = {0};
        liao_prefix_add(&p, span_sub(span_of(heard), 0, cut), &out);
        liao_prefix_add(&p, span_from(span_of(heard), cut), &out);
        liao_prefix_finish(&p, &out);
        buf_add_byte(&out, 0);
        assert_string_equal((char *)out.at, shown);
        buf_finish(&out);
    }
}

static void
test_room(void **state)
{
    (void)state;
    expect("", "");
    expect("-- liao: you are bob\nalice: hi\n-- bye\n",
           "-- liao: you are bob\nalice: hi\n-- bye\n");
    expect("-- liao", "-- liao");
    expect("hi\n-- liao p2p: no greeting\nho\n",
           "hi\n-- liao p2p: no greeting\nho\n");
}

static void
test_talk(void **state)
{
    (void)state;
    expect("-- liao p2p: hello\n在吗\n\n-\n--\n-- \n-- bye\nlast",
           "-- liao p2p: hello\nserver:在吗\nserver:\nserver:-\nserver:--\n"
           "-- \n-- bye\nserver:last");
    expect("-- liao p2p\n-", "-- liao p2p\nserver:-");
    expect("-- liao p2p: a\r\nb\r\n", "-- liao p2p: a\r\nserver:b\r\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_talk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
