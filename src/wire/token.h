/*
 * The proof that somebody receives at the address that his datagrams name as
 * theirs: he is sent a token there, and says it.
 *
 * A token is computed from the address, the port, the time and a secret of
 * the process, so nothing is kept of who has not said it yet. It is a MAC
 * (SipHash-2-4, 128 bits of secret) in letters of RFC 4648's base 32: thirteen
 * are all of its 64 bits, which nobody guesses. Since people type it, the first
 * eight will do: 40 bits, of which two are right at any time, if wrong ones are
 * few; to see to that is the caller's.
 */
#ifndef WIRE_TOKEN_H
#define WIRE_TOKEN_H

#include "base/bytes.h"

#define TOKEN_LETTERS 13
#define TOKEN_SHORT_LETTERS 8

/* A token is good for its slot and the next one: half a minute to a minute. */
#define TOKEN_SLOT_MS 30000

struct token {
    uint8_t letters[TOKEN_LETTERS];
};

/* `who` is the address with its port, in whatever bytes. */
struct token wire_token_make(const uint64_t secret[2], struct span who,
                             uint64_t now_ms);

static inline struct span
wire_token_span(const struct token *t, size_t letters)
{
    return (struct span){t->letters, letters};
}

enum token_verdict {
    TOKEN_NONE, /* these bytes are no token at all */
    TOKEN_RIGHT,
    TOKEN_RIGHT_SHORT,
    TOKEN_WRONG, /* for this address and this time */
};

/* What came: the letters, large or small, and perhaps the end of a line. */
enum token_verdict wire_token_judge(const uint64_t secret[2], struct span who,
                                    uint64_t now_ms, struct span said);

#endif
