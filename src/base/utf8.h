/*
 * Text as people see it: UTF-8 (RFC 3629), grapheme clusters (UAX 29, by
 * utf8proc), and what must never reach a terminal.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/bytes.h"

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/*
 * The character at the front of `s`: its bytes, 1 to 4, and *cp. When the
 * bytes are not UTF-8 *cp is -1, and the result is the length of the longest
 * wrong run that counts as one (Unicode 3.9, "maximal subpart").
 * `s` is not empty.
 */
size_t utf8_next(struct span s, int32_t *cp);

/* How many bytes at the end of `s`, 0 to 3, begin a character that a later
 * read may still complete. */
size_t utf8_held_tail(struct span s);

/* How many bytes at the front of `s` are printable ASCII, as nearly all are
 * that programs say. */
size_t utf8_plain_front(struct span s);

/* Where the first wrong run is; s.n when all of it is UTF-8. */
size_t utf8_find_wrong(struct span s);

/* Append `s`, each wrong run as U+FFFD. True when there was one. */
bool utf8_mend(struct span s, struct buf *out);

/*
 * The longest front of `s`, of at most `most` bytes, that ends between two
 * graphemes; if one grapheme fills half of `most`, between two characters;
 * if not even that, `most`. Never 0 for a `most` of 8 or more, unless `s` is
 * empty. `s` is UTF-8.
 */
size_t utf8_cut(struct span s, size_t most);

/*
 * Append `s` so that no terminal obeys it: C0 (but TAB), DEL and C1 become
 * U+FFFD, line and paragraph separators a space; bidi controls that could
 * reorder what is around them vanish. Wrong bytes become U+FFFD too.
 */
void utf8_clean(struct span s, struct buf *out);

/*
 * Append `s` as it is compared when case, width and the like don't count
 * (Unicode 3.13, NFKC_Casefold). False, and nothing is appended: it is not
 * UTF-8.
 */
bool utf8_fold(struct span s, struct buf *out);

#endif
