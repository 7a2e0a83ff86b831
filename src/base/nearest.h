/*
 * "Did you mean ...?": the known word that is nearest to a mistyped one.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Of `n` words the one that takes the fewest insertions, deletions and
 * replacements (Levenshtein) to become `typed`; NULL when even that is more
 * than a third of its length.
 */
const char *nearest_word(const char *typed, const char *const *words, size_t n);

#endif
