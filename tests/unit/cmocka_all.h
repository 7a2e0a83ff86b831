/*
 * What cmocka.h wants included before it, and a check that names the seed.
 */
#ifndef UNIT_CMOCKA_ALL_H
#define UNIT_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

/* A span against a literal; what differs is printed. */
static inline void
assert_span_at(struct span got, struct span want, const char *file, int line)
{
    if (span_equal(got, want))
        return;
    fprintf(stderr, "%s:%d:\n  got  %zu \"", file, line, got.n);
    for (size_t i = 0; i < got.n && i < 200; i++)
        fprintf(stderr, got.at[i] < 0x20 ? "\\x%02x" : "%c", got.at[i]);
    fprintf(stderr, "\"\n  want %zu \"", want.n);
    for (size_t i = 0; i < want.n && i < 200; i++)
        fprintf(stderr, want.at[i] < 0x20 ? "\\x%02x" : "%c", want.at[i]);
    fprintf(stderr, "\"\n");
    fail();
}

#define assert_span(got, want) assert_span_at((got), (want), __FILE__, __LINE__)

#endif
