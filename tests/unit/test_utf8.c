#include "unit/cmocka_all.h"

#include "base/utf8.h"
#include "support/random.h"

#include <stdlib.h>

#define FFFD UTF8_REPLACEMENT

static size_t
encode(int32_t cp, uint8_t out[4])
{
    if (cp < 0x80) {
        out[0] = (uint8_t)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (uint8_t)(0x80 | (cp & 0x3f));
    out[0] = (uint8_t)((0xf00 >> n & 0xff) | (unsigned)cp);
    return n;
}

static void
test_every_character(void **state)
{
    (void)state;
    for (int32_t cp = 0; cp < 0x110000; cp++) {
        uint8_t bytes[5];
        int32_t got;
        size_t n = encode(cp, bytes);
        bytes[n] = 'x';
        size_t used = utf8_next((struct span){bytes, n + 1}, &got);
        bool is_surrogate = cp >= 0xd800 && cp < 0xe000;
        if (used != (is_surrogate ? 1 : n) || got != (is_surrogate ? -1 : cp))
            fail_msg("U+%04X: %zu bytes, %d", (unsigned)cp, used, (int)got);
    }
}

static void
test_mending(void **state)
{
    (void)state;
    static const struct {
        struct span wrong;
        struct span mended;
    } cases[] = {
        /* Unicode 15, table 3-8 and those around it. */
        {SPAN_INIT("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"),
         SPAN_INIT(FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A")},
        {SPAN_INIT("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"),
         SPAN_INIT(FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A")},
        {SPAN_INIT("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"),
         SPAN_INIT(FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B")},
        {SPAN_INIT("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"),
         SPAN_INIT(FFFD FFFD FFFD FFFD "A")},
        {SPAN_INIT("\xe4\xbd"), SPAN_INIT(FFFD)},
        {SPAN_INIT("caf\xe9 au lait"), SPAN_INIT("caf" FFFD " au lait")},
        {SPAN_INIT("\xf8\x88\x80\x80\x80"),
         SPAN_INIT(FFFD FFFD FFFD FFFD FFFD)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = {0};
        assert_true(utf8_mend(cases[i].wrong, &out));
        assert_span(buf_span(&out), cases[i].mended);
        /* What was mended is right. */
        struct buf again = {0};
        assert_false(utf8_mend(buf_span(&out), &again));
        assert_span(buf_span(&again), buf_span(&out));
        buf_finish(&out);
        buf_finish(&again);
    }
}

/* However bytes are cut between reads, holding tails back gives the same. */
static void
test_held_tails(void **state)
{
    (void)state;
    static const uint8_t nasty[] = {'a',  0x80, 0x9f, 0xa0, 0xbf, 0xc0,
                                    0xc2, 0xdf, 0xe0, 0xe4, 0xed, 0xf0,
                                    0xf1, 0xf4, 0xf5, 0xff};
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct dice dice = {seed};
        uint8_t bytes[12];
        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = nasty[dice_below(&dice, sizeof(nasty))];
        struct span all = {bytes, sizeof(bytes)};
        struct buf whole = {0};
        (void)utf8_mend(all, &whole);
        for (size_t cut = 0; cut <= all.n; cut++) {
            struct span first = span_sub(all, 0, cut);
            size_t held = utf8_held_tail(first);
            assert_true(held <= 3 && held <= cut);
            struct buf parts = {0};
            (void)utf8_mend(span_sub(first, 0, cut - held), &parts);
            (void)utf8_mend(span_from(all, cut - held), &parts);
            assert_span(buf_span(&parts), buf_span(&whole));
            buf_finish(&parts);
        }
        buf_finish(&whole);
    }
}

static void
test_held_tails_by_hand(void **state)
{
    (void)state;
    assert_int_equal(utf8_held_tail(SPAN_NONE), 0);
    assert_int_equal(utf8_held_tail(SPAN("a")), 0);
    assert_int_equal(utf8_held_tail(SPAN("a\xe4")), 1);
    assert_int_equal(utf8_held_tail(SPAN("a\xe4\xbd")), 2);
    assert_int_equal(utf8_held_tail(SPAN("a\xe4\xbd\xa0")), 0);
    assert_int_equal(utf8_held_tail(SPAN("\xf0\x9f\x91")), 3);
    assert_int_equal(utf8_held_tail(SPAN("\xf0\x9f\x91\x8d")), 0);
    /* These can never become a character. */
    assert_int_equal(utf8_held_tail(SPAN("\xe0\x80")), 0);
    assert_int_equal(utf8_held_tail(SPAN("\xed\xa0")), 0);
    assert_int_equal(utf8_held_tail(SPAN("\xc0")), 0);
    assert_int_equal(utf8_held_tail(SPAN("\xff")), 0);
    assert_int_equal(utf8_held_tail(SPAN("\xe4\x61")), 0);
    assert_int_equal(utf8_held_tail(SPAN("\x80\x80\x80")), 0);
}

/* -- cutting ------------------------------------------------------------------- */

#define FAMILY                                                                 \
    "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d"                 \
    "\xf0\x9f\x91\xa7\xe2\x80\x8d\xf0\x9f\x91\xa6"

/* One grapheme each, whatever stands beside it. */
static const struct span graphemes[] = {
    SPAN_INIT("a"),
    SPAN_INIT(" "),
    SPAN_INIT("你"),
    SPAN_INIT("e\xcc\x81"),                        /* e, acute */
    SPAN_INIT("o\xcc\x82\xcc\x81"),                /* o, circumflex, acute */
    SPAN_INIT(FAMILY),                             /* 25 bytes */
    SPAN_INIT("\xf0\x9f\x87\xa8\xf0\x9f\x87\xb3"), /* a flag */
    SPAN_INIT("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd"), /* thumb, skin */
    SPAN_INIT("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"), /* jamo */
    SPAN_INIT("\xe0\xa4\xa8\xe0\xa5\x87"), /* Devanagari and vowel */
};

static void
test_cut_between_graphemes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct dice dice = {seed};
        struct buf text = {0};
        size_t ends[100];
        for (size_t i = 0; i < COUNT_OF(ends); i++) {
            buf_add(&text, graphemes[dice_below(&dice, COUNT_OF(graphemes))]);
            ends[i] = text.n;
        }
        size_t most = 64 + dice_below(&dice, 200);
        size_t want = 0;
        for (size_t i = 0; i < COUNT_OF(ends) && ends[i] <= most; i++)
            want = ends[i];
        if (utf8_cut(buf_span(&text), most) != want)
            fail_msg("seed %u: %zu of %zu, want %zu", (unsigned)seed,
                     utf8_cut(buf_span(&text), most), most, want);
        buf_finish(&text);
    }
}

static void
test_cut_of_what_fits(void **state)
{
    (void)state;
    assert_int_equal(utf8_cut(SPAN("hello"), 5), 5);
    assert_int_equal(utf8_cut(SPAN("hello"), 8), 5);
    assert_int_equal(utf8_cut(SPAN_NONE, 8), 0);
    assert_int_equal(utf8_cut(SPAN("hello"), 4), 4);
}

/* A pile of marks that never ends is cut between two of them. */
static void
test_cut_of_one_huge_grapheme(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_add(&text, SPAN("a"));
    while (text.n < 300)
        buf_add(&text, SPAN("\xcc\x81"));
    for (size_t most = 8; most < 200; most++) {
        size_t n = utf8_cut(buf_span(&text), most);
        assert_true(n == most || n == most - 1);
        assert_int_equal(n % 2, 1); /* "a" and whole marks */
    }
    /* Behind a text that leaves it less than half, it is kept whole. */
    struct buf behind = {0};
    for (int i = 0; i < 60; i++)
        buf_add_byte(&behind, 'b');
    buf_add(&behind, buf_span(&text));
    assert_int_equal(utf8_cut(buf_span(&behind), 100), 60);
    /* One that would leave most of the room empty is not. */
    buf_drop_front(&behind, 30);
    assert_true(utf8_cut(buf_span(&behind), 100) >= 99);
    buf_finish(&behind);
    buf_finish(&text);
}

static void
test_cut_never_splits_a_character(void **state)
{
    (void)state;
    struct span text = SPAN(FAMILY FAMILY FAMILY);
    for (size_t most = 8; most < text.n; most++) {
        size_t n = utf8_cut(text, most);
        assert_true(n > 0 && n <= most);
        assert_true((span_get(text, n) & 0xc0) != 0x80);
        if (most >= 50)
            assert_int_equal(n, 50);
    }
}

/* -- cleaning ------------------------------------------------------------------ */

static void
test_cleaning(void **state)
{
    (void)state;
    static const struct {
        struct span from;
        struct span to;
    } cases[] = {
        {SPAN_INIT("hello, 你好\t!"), SPAN_INIT("hello, 你好\t!")},
        {SPAN_INIT("\x1b[31mred\x1b[0m"), SPAN_INIT(FFFD "[31mred" FFFD "[0m")},
        {SPAN_INIT("a\0b\nc\rd\x7f"
                   "e"),
         SPAN_INIT("a" FFFD "b" FFFD "c" FFFD "d" FFFD "e")},
        {SPAN_INIT("\xc2\x9b"
                   "31m\xc2\x85"),
         SPAN_INIT(FFFD "31m" FFFD)},
        {SPAN_INIT("\xc2\xa0"), SPAN_INIT("\xc2\xa0")},
        {SPAN_INIT("a\xe2\x80\xa8"
                   "b\xe2\x80\xa9"
                   "c"),
         SPAN_INIT("a b c")},
        {SPAN_INIT("\xe2\x80\xae"
                   "evil\xe2\x80\xac"),
         SPAN_INIT("evil")},
        {SPAN_INIT("\xe2\x81\xa6\xe2\x81\xa9\xd8\x9c"), SPAN_INIT("")},
        {SPAN_INIT("\xff"), SPAN_INIT(FFFD)},
        /* Two halves of a CSI in UTF-8 don't join into one. */
        {SPAN_INIT("\xc2\xc2\x9b"), SPAN_INIT(FFFD FFFD)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = {0};
        utf8_clean(cases[i].from, &out);
        assert_span(buf_span(&out), cases[i].to);
        buf_finish(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_character),
        cmocka_unit_test(test_mending),
        cmocka_unit_test(test_held_tails),
        cmocka_unit_test(test_held_tails_by_hand),
        cmocka_unit_test(test_cut_between_graphemes),
        cmocka_unit_test(test_cut_of_what_fits),
        cmocka_unit_test(test_cut_of_one_huge_grapheme),
        cmocka_unit_test(test_cut_never_splits_a_character),
        cmocka_unit_test(test_cleaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
