/*
 * SipHash against the vectors of its authors; tokens against guesses, other
 * addresses and other times.
 */
#include "unit/cmocka_all.h"

#include "base/map.h"
#include "support/random.h"
#include "wire/token.h"

static const uint64_t secret[2] = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};

/* Aumasson and Bernstein, SipHash: a fast short-input PRF, appendix A; and
 * the first of the 64 vectors that go with their code. */
static void
test_siphash_2_4(void **state)
{
    (void)state;
    uint8_t bytes[15];
    for (uint8_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = i;
    assert_true(hash_sip24((struct span){bytes, 15}, secret) ==
                0xa129ca6149be45e5u);
    assert_true(hash_sip24(SPAN_NONE, secret) == 0x726fdb47dd0e0e31u);
    assert_true(hash_sip24((struct span){bytes, 8}, secret) ==
                0x93f5f5799a932462u);
}

static void
test_a_token_is_right_for_a_while(void **state)
{
    (void)state;
    struct token t = wire_token_make(secret, SPAN("alice"), 65000);
    struct span said = wire_token_span(&t, TOKEN_LETTERS);
    assert_int_equal(wire_token_judge(secret, SPAN("alice"), 60000, said),
                     TOKEN_RIGHT);
    assert_int_equal(wire_token_judge(secret, SPAN("alice"), 119999, said),
                     TOKEN_RIGHT);
    assert_int_equal(wire_token_judge(secret, SPAN("alice"), 120000, said),
                     TOKEN_WRONG);
    assert_int_equal(wire_token_judge(secret, SPAN("alice"), 59999, said),
                     TOKEN_WRONG);
}

static void
test_it_is_one_address_and_one_secret(void **state)
{
    (void)state;
    struct token t = wire_token_make(secret, SPAN("alice"), 65000);
    const uint64_t other[2] = {secret[0], secret[1] ^ 1};
    assert_int_equal(wire_token_judge(secret, SPAN("alicf"), 65000,
                                      wire_token_span(&t, TOKEN_LETTERS)),
                     TOKEN_WRONG);
    assert_int_equal(wire_token_judge(other, SPAN("alice"), 65000,
                                      wire_token_span(&t, TOKEN_LETTERS)),
                     TOKEN_WRONG);
}

static void
test_as_people_type_it(void **state)
{
    (void)state;
    struct token t = wire_token_make(secret, SPAN("alice"), 65000);
    static const int lengths[] = {TOKEN_SHORT_LETTERS, TOKEN_LETTERS};
    for (size_t k = 0; k < COUNT_OF(lengths); k++) {
        enum token_verdict right = k == 0 ? TOKEN_RIGHT_SHORT : TOKEN_RIGHT;
        char line[24];
        snprintf(line, sizeof(line), "%.*s\r\n", lengths[k],
                 (const char *)t.letters);
        assert_int_equal(
            wire_token_judge(secret, SPAN("alice"), 65000, span_of(line)),
            right);
        for (int i = 0; i < lengths[k]; i++) {
            if (line[i] >= 'A')
                line[i] = (char)(line[i] | 0x20);
        }
        assert_int_equal(
            wire_token_judge(secret, SPAN("alice"), 65000, span_of(line)),
            right);
    }
    static const char *const none[] = {
        "",          "hi\n",         "ABCDEFG",
        "ABCDEFGHI", "ABCDEFGHABCD", "ABCDEFGHABCDEF",
        "ABCDEFG1",  "ABCD EFG",     "ABCDEFG\xc3\xa9"};
    for (size_t i = 0; i < COUNT_OF(none); i++)
        assert_int_equal(
            wire_token_judge(secret, SPAN("alice"), 65000, span_of(none[i])),
            TOKEN_NONE);
}

/* A long one is right as a whole: its front does not help who guesses. */
static void
test_all_letters_count(void **state)
{
    (void)state;
    for (size_t i = 0; i < TOKEN_LETTERS; i++) {
        struct token t = wire_token_make(secret, SPAN("alice"), 65000);
        t.letters[i] = t.letters[i] == 'A' ? 'B' : 'A';
        assert_int_equal(wire_token_judge(secret, SPAN("alice"), 65000,
                                          wire_token_span(&t, TOKEN_LETTERS)),
                         TOKEN_WRONG);
        assert_int_equal(
            wire_token_judge(secret, SPAN("alice"), 65000,
                             wire_token_span(&t, TOKEN_SHORT_LETTERS)),
            i < TOKEN_SHORT_LETTERS ? TOKEN_WRONG : TOKEN_RIGHT_SHORT);
    }
}

static void
test_a_hundred_thousand_guesses(void **state)
{
    (void)state;
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct dice dice = {20261123};
    for (int i = 0; i < 100000; i++) {
        uint8_t guess[TOKEN_LETTERS];
        size_t n = i % 2 == 0 ? TOKEN_LETTERS : TOKEN_SHORT_LETTERS;
        for (size_t k = 0; k < n; k++)
            guess[k] = (uint8_t)letters[dice_below(&dice, 32)];
        assert_int_equal(wire_token_judge(secret, SPAN("alice"), 65000,
                                          (struct span){guess, n}),
                         TOKEN_WRONG);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_siphash_2_4),
        cmocka_unit_test(test_a_token_is_right_for_a_while),
        cmocka_unit_test(test_it_is_one_address_and_one_secret),
        cmocka_unit_test(test_as_people_type_it),
        cmocka_unit_test(test_all_letters_count),
        cmocka_unit_test(test_a_hundred_thousand_guesses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
