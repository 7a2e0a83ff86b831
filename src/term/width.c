#include "term/width.h"

#include "base/utf8.h"

#include <utf8proc.h>

#define VARIATION_EMOJI 0xfe0f
#define FLAG_FIRST 0x1f1e6 /* regional indicators: two of them make a flag */
#define FLAG_LAST 0x1f1ff

static unsigned
columns_of(int32_t cp)
{
    if (cp < 0)
        return 1; /* U+FFFD */
    int columns = utf8proc_charwidth(cp);
    return columns < 0 ? 0 : (unsigned)columns;
}

static bool
is_flag_half(int32_t cp)
{
    return cp >= FLAG_FIRST && cp <= FLAG_LAST;
}

static void
count(struct term_grapheme *g, int32_t before, int32_t cp)
{
    unsigned columns = columns_of(cp);
    g->most += columns;
    if (columns > g->columns)
        g->columns = columns;
    /* A text character that is shown as a picture. */
    bool is_picture = cp == VARIATION_EMOJI && g->columns == 1;
    if (is_picture || (is_flag_half(before) && is_flag_half(cp)))
        g->columns = 2;
    if (g->most < g->columns)
        g->most = g->columns;
}

struct term_grapheme
term_width_next(struct span s)
{
    int32_t before;
    struct term_grapheme g = {.bytes = utf8_next(s, &before)};
    count(&g, -1, before);
    utf8proc_int32_t state = 0;
    while (before >= 0 && g.bytes < s.n) {
        int32_t cp;
        size_t n = utf8_next(span_from(s, g.bytes), &cp);
        if (cp < 0 || utf8proc_grapheme_break_stateful(before, cp, &state))
            break;
        count(&g, before, cp);
        g.bytes += n;
        before = cp;
    }
    return g;
}

unsigned
term_width(struct span s)
{
    unsigned sum = 0;
    while (s.n > 0) {
        struct term_grapheme g = term_width_next(s);
        sum += g.columns;
        s = span_from(s, g.bytes);
    }
    return sum;
}

size_t
term_width_begin(struct span s, size_t at)
{
    size_t begin = 0;
    while (begin < at && begin < s.n) {
        size_t n = term_width_next(span_from(s, begin)).bytes;
        if (begin + n > at)
            break;
        begin += n;
    }
    return begin;
}
