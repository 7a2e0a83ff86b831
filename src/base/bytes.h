/*
 * Bytes: a span borrows, a buf owns.
 *
 * These two are how we touch what a peer sent: every access is by offset and
 * checked, so no code of ours does pointer arithmetic on a peer's bytes.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/check.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Somebody else's bytes; `at` may be NULL when n is 0. */
struct span {
    const uint8_t *at;
    size_t n;
};

#define SPAN_NONE_INIT                                                         \
    {                                                                          \
        NULL, 0                                                                \
    }
#define SPAN_INIT(literal)                                                     \
    {                                                                          \
        (const uint8_t *)(literal), sizeof(literal) - 1                        \
    }
#define SPAN_NONE ((struct span)SPAN_NONE_INIT)
#define SPAN(literal) ((struct span)SPAN_INIT(literal))

/* For printf's %.*s. */
#define SPAN_ARG(s) (int)(s).n, (const char *)(s).at

struct span span_of(const char *text); /* NULL gives an empty span */
bool span_equal(struct span a, struct span b);
bool span_starts(struct span s, struct span prefix);

/* Where the first `byte` is, or s.n. */
size_t span_find(struct span s, uint8_t byte);

/* s[from, from+n), shortened to what is there. */
struct span span_sub(struct span s, size_t from, size_t n);

static inline struct span
span_from(struct span s, size_t from)
{
    return span_sub(s, from, SIZE_MAX);
}

static inline uint8_t
span_get(struct span s, size_t i)
{
    CHECK(i < s.n);
    return s.at[i];
}

/* Without ASCII blanks at either end. */
struct span span_trim(struct span s);

/*
 * The first blank-separated word of *rest, which then begins at the next one;
 * empty when nothing is left.
 */
struct span span_word(struct span *rest);

/* Decimal digits and nothing else, up to `most`. */
MUST_USE bool span_number(struct span s, uint64_t most, uint64_t *out);

/* A copy that span_free() frees. */
MUST_USE struct span span_copy(struct span s);
void span_free(struct span *s); /* *s is empty then */

/* Our own bytes. All zero is a valid empty buf that owns nothing. */
struct buf {
    uint8_t *at;
    size_t n;
    size_t cap;
};

void buf_finish(struct buf *b); /* frees; the buf is empty again */
void buf_add(struct buf *b, struct span s);
void buf_add_byte(struct buf *b, uint8_t byte);
void buf_add_format(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_drop_front(struct buf *b, size_t n);
void buf_truncate(struct buf *b, size_t n);

/* Room for at least n more bytes, behind the n there are. */
uint8_t *buf_reserve(struct buf *b, size_t n);

static inline struct span
buf_span(const struct buf *b)
{
    return (struct span){b->at, b->n};
}

#endif
