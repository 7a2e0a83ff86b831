/*
 * Telnet's negotiation: what is left never grows, answers are bounded, and
 * both are the same however the bytes were cut.
 */
#include "wire/telnet.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
filter(struct span in, size_t step, struct buf *text, struct buf *answers)
{
    struct telnet t = {0};
    for (size_t at = 0; at < in.n; at += step) {
        struct span piece = span_sub(in, at, step);
        size_t before = text->n;
        buf_add(text, piece);
        size_t kept =
            wire_telnet_filter(&t, text->at + before, piece.n, answers);
        CHECK(kept <= piece.n);
        buf_truncate(text, before + kept);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {data, size};
    struct buf whole = {0}, whole_answers = {0};
    if (size == 0)
        return 0;
    filter(in, size, &whole, &whole_answers);
    CHECK(whole_answers.n % 3 == 0);
    CHECK(whole_answers.n <= 3 * TELNET_ANSWERS_MOST);
    for (size_t i = 0; i < whole_answers.n; i += 3) {
        uint8_t verb = span_get(buf_span(&whole_answers), i + 1);
        CHECK(span_get(buf_span(&whole_answers), i) == 255);
        CHECK(verb == 252 || verb == 254); /* WONT, DONT: never agrees */
    }
    if (span_find(in, 255) == in.n)
        CHECK(span_equal(buf_span(&whole), in));
    for (size_t step = 1; step <= 3; step++) {
        struct buf text = {0}, answers = {0};
        filter(in, step, &text, &answers);
        CHECK(span_equal(buf_span(&text), buf_span(&whole)));
        CHECK(span_equal(buf_span(&answers), buf_span(&whole_answers)));
        buf_finish(&text);
        buf_finish(&answers);
    }
    (void)wire_telnet_is_opening(in);
    buf_finish(&whole);
    buf_finish(&whole_answers);
    return 0;
}
