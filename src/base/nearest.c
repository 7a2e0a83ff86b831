#include "base/nearest.h"

#include <string.h>

#define LONGEST 40

/* Row by row of the usual table; words too long are far from everything. */
static size_t
distance(const char *a, const char *b)
{
    size_t row[LONGEST + 1];
    size_t a_n = strlen(a), b_n = strlen(b);
    if (a_n > LONGEST || b_n > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= b_n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_n; j++) {
            size_t above = row[j];
            size_t least = above < row[j - 1] ? above + 1 : row[j - 1] + 1;
            size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = least < replaced ? least : replaced;
            diagonal = above;
        }
    }
    return row[b_n];
}

const char *
nearest_word(const char *typed, const char *const *words, size_t n)
{
    const char *nearest = NULL;
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(typed, words[i]);
        if (d < best && d <= strlen(words[i]) / 3 + 1) {
            best = d;
            nearest = words[i];
        }
    }
    return nearest;
}
