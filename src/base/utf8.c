#include "base/utf8.h"

#include <string.h>
#include <stdlib.h>
#include <utf8proc.h>

/* How many bytes follow `lead`, and the range its second byte has to be in
 * (Unicode 3.9, table 3-7: no overlong forms, no surrogates). */
static int
sequence(uint8_t lead, uint8_t *low, uint8_t *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (lead < 0x80)
        return 0;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 1;
    if (lead >= 0xe0 && lead <= 0xef) {
        *low = lead == 0xe0 ? 0xa0 : 0x80;
        *high = lead == 0xed ? 0x9f : 0xbf;
        return 2;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        *low = lead == 0xf0 ? 0x90 : 0x80;
        *high = lead == 0xf4 ? 0x8f : 0xbf;
        return 3;
    }
    return -1;
}

/* As utf8_next(); *is_short when the bytes are right but stop too early. */
static size_t
decode(struct span s, int32_t *cp, bool *is_short)
{
    static const uint8_t lead_bits[] = {0x7f, 0x1f, 0x0f, 0x07};
    uint8_t low, high;
    uint8_t lead = span_get(s, 0);
    int more = sequence(lead, &low, &high);
    *cp = -1;
    *is_short = false;
    if (more < 0)
        return 1;

    int32_t value = lead & lead_bits[more];
    for (int i = 1; i <= more; i++) {
        if ((size_t)i == s.n) {
            *is_short = true;
            return s.n;
        }
        uint8_t c = span_get(s, (size_t)i);
        if (c < low || c > high)
            return (size_t)i;
        value = value << 6 | (c & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    *cp = value;
    return (size_t)more + 1;
}

size_t
utf8_next(struct span s, int32_t *cp)
{
    bool is_short;
    return decode(s, cp, &is_short);
}

size_t
utf8_held_tail(struct span s)
{
    for (size_t n = 1; n <= 3 && n <= s.n; n++) {
        struct span tail = span_from(s, s.n - n);
        int32_t cp;
        bool is_short;
        if (span_get(tail, 0) >= 0xc0)
            return decode(tail, &cp, &is_short) == n && is_short ? n : 0;
    }
    return 0;
}

/* Eight bytes, each from 0x20 to 0x7e: nearly all that computers and people
 * who write with Latin letters say. */
static bool
are_plain(const uint8_t *at)
{
    const uint64_t ones = 0x0101010101010101u, highs = ones * 0x80;
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    uint64_t not_del = word ^ (ones * 0x7f);
    uint64_t is_low = (word - ones * 0x20) & ~word;
    uint64_t is_del = (not_del - ones) & ~not_del;
    return ((word | is_low | is_del) & highs) == 0;
}

size_t
utf8_plain_front(struct span s)
{
    size_t n = 0;
    while (s.n - n >= 8 && are_plain(s.at + n))
        n += 8;
    while (n < s.n && span_get(s, n) >= 0x20 && span_get(s, n) < 0x7f)
        n++;
    return n;
}

size_t
utf8_find_wrong(struct span s)
{
    for (size_t at = 0; at < s.n;) {
        at += utf8_plain_front(span_from(s, at));
        if (at == s.n)
            break;
        int32_t cp;
        size_t n = utf8_next(span_from(s, at), &cp);
        if (cp < 0)
            return at;
        at += n;
    }
    return s.n;
}

bool
utf8_mend(struct span s, struct buf *out)
{
    bool was_wrong = false;
    while (s.n > 0) {
        size_t right = utf8_find_wrong(s);
        buf_add(out, span_sub(s, 0, right));
        s = span_from(s, right);
        if (s.n == 0)
            break;
        int32_t cp;
        s = span_from(s, utf8_next(s, &cp));
        buf_add(out, SPAN(UTF8_REPLACEMENT));
        was_wrong = true;
    }
    return was_wrong;
}

size_t
utf8_cut(struct span s, size_t most)
{
    if (s.n <= most)
        return s.n;

    size_t character = 0, grapheme = 0;
    int32_t before = -1;
    utf8proc_int32_t state = 0;
    for (size_t at = 0; at <= most;) {
        int32_t cp;
        size_t n = utf8_next(span_from(s, at), &cp);
        character = at;
        if (cp < 0 || before < 0 ||
            utf8proc_grapheme_break_stateful(before, cp, &state))
            grapheme = at;
        before = cp;
        at += n;
    }
    if (grapheme > most / 2)
        return grapheme;
    return character > 0 ? character : most;
}

/* What becomes of a character on its way to a terminal. */
static struct span
made_harmless(int32_t cp, struct span bytes)
{
    bool is_control = (cp < 0x20 && cp != '\t') || (cp >= 0x7f && cp < 0xa0);
    if (cp < 0 || is_control)
        return SPAN(UTF8_REPLACEMENT);
    if (cp == 0x2028 || cp == 0x2029)
        return SPAN(" ");
    bool is_bidi = cp == 0x061c || (cp >= 0x202a && cp <= 0x202e) ||
                   (cp >= 0x2066 && cp <= 0x2069);
    return is_bidi ? SPAN_NONE : bytes;
}

void
utf8_clean(struct span s, struct buf *out)
{
    size_t copied = 0;
    for (size_t at = 0; at < s.n;) {
        at += utf8_plain_front(span_from(s, at));
        if (at == s.n)
            break;
        int32_t cp;
        size_t n = utf8_next(span_from(s, at), &cp);
        struct span bytes = span_sub(s, at, n);
        struct span harmless = made_harmless(cp, bytes);
        if (harmless.at != bytes.at) {
            buf_add(out, span_sub(s, copied, at - copied));
            buf_add(out, harmless);
            copied = at + n;
        }
        at += n;
    }
    buf_add(out, span_from(s, copied));
}

bool
utf8_fold(struct span s, struct buf *out)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t n =
        utf8proc_map(s.at, (utf8proc_ssize_t)s.n, &folded,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                         UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    if (n >= 0)
        buf_add(out, (struct span){folded, (size_t)n});
    free(folded);
    return n >= 0;
}
