#include "base/bytes.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct span
span_of(const char *text)
{
    if (text == NULL)
        return SPAN_NONE;
    return (struct span){(const uint8_t *)text, strlen(text)};
}

bool
span_equal(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

bool
span_starts(struct span s, struct span prefix)
{
    return s.n >= prefix.n && span_equal(span_sub(s, 0, prefix.n), prefix);
}

size_t
span_find(struct span s, uint8_t byte)
{
    const uint8_t *hit = s.n == 0 ? NULL : memchr(s.at, byte, s.n);
    return hit == NULL ? s.n : (size_t)(hit - s.at);
}

struct span
span_sub(struct span s, size_t from, size_t n)
{
    if (from >= s.n)
        return SPAN_NONE;
    size_t left = s.n - from;
    return (struct span){s.at + from, n < left ? n : left};
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

struct span
span_trim(struct span s)
{
    size_t from = 0;
    while (from < s.n && is_blank(s.at[from]))
        from++;
    size_t to = s.n;
    while (to > from && is_blank(s.at[to - 1]))
        to--;
    return span_sub(s, from, to - from);
}

struct span
span_word(struct span *rest)
{
    struct span s = span_trim(*rest);
    size_t n = 0;
    while (n < s.n && !is_blank(s.at[n]))
        n++;
    *rest = span_trim(span_from(s, n));
    return span_sub(s, 0, n);
}

bool
span_number(struct span s, uint64_t most, uint64_t *out)
{
    uint64_t value = 0;
    if (s.n == 0 || s.n > 20)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.at[i] - '0');
        if (digit > most || value > (most - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

struct span
span_copy(struct span s)
{
    if (s.n == 0)
        return SPAN_NONE;
    uint8_t *copy = alloc_resize(NULL, s.n);
    memcpy(copy, s.at, s.n);
    return (struct span){copy, s.n};
}

void
span_free(struct span *s)
{
    free((void *)(uintptr_t)s->at);
    *s = SPAN_NONE;
}

void
buf_finish(struct buf *b)
{
    free(b->at);
    *b = (struct buf){0};
}

uint8_t *
buf_reserve(struct buf *b, size_t n)
{
    CHECK(n <= SIZE_MAX / 4 && b->n <= SIZE_MAX / 4);
    if (b->cap - b->n < n) {
        size_t cap = b->cap < 64 ? 64 : b->cap;
        while (cap - b->n < n)
            cap *= 2;
        b->at = alloc_resize(b->at, cap);
        b->cap = cap;
    }
    return b->at + b->n;
}

void
buf_add(struct buf *b, struct span s)
{
    if (s.n == 0)
        return;
    memcpy(buf_reserve(b, s.n), s.at, s.n);
    b->n += s.n;
}

void
buf_add_byte(struct buf *b, uint8_t byte)
{
    *buf_reserve(b, 1) = byte;
    b->n++;
}

void
buf_add_format(struct buf *b, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    CHECK(n >= 0);

    size_t size = (size_t)n + 1;
    char *to = (char *)buf_reserve(b, size);
    va_start(ap, format);
    vsnprintf(to, size, format, ap);
    va_end(ap);
    b->n += (size_t)n;
}

void
buf_drop_front(struct buf *b, size_t n)
{
    CHECK(n <= b->n);
    if (n == 0)
        return;
    memmove(b->at, b->at + n, b->n - n);
    b->n -= n;
}

void
buf_truncate(struct buf *b, size_t n)
{
    CHECK(n <= b->n);
    b->n = n;
}
