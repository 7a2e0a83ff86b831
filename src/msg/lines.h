/*
 * A text of several lines, which some programs can send and show as one
 * message. It says how its author has written it:
 *
 *     "one\ntwo\rand more of it"    two lines; the second came in two parts,
 *                                   since those of IRC are short
 *
 * So who shows lines shows two, and who sends IRC's sends the three parts that
 * the author chose. Whatever holds such a text says so (has_lines): in another
 * one these are characters that mean nothing.
 */
#ifndef MSG_LINES_H
#define MSG_LINES_H

#include "base/bytes.h"

#define LINES_NEXT '\n'
#define LINES_GO_ON '\r'

/* The first part of *rest, which then begins behind it. *break_after is the
 * sign behind it; 0: that was the last. */
static inline struct span
msg_lines_part(struct span *rest, char *break_after)
{
    size_t n = 0;
    while (n < rest->n && span_get(*rest, n) != LINES_NEXT &&
           span_get(*rest, n) != LINES_GO_ON)
        n++;
    struct span part = span_sub(*rest, 0, n);
    *break_after = n < rest->n ? (char)span_get(*rest, n) : 0;
    *rest = span_from(*rest, n + 1);
    return part;
}

/* One less than its parts. */
static inline uint32_t
msg_lines_breaks(struct span text)
{
    uint32_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = span_get(text, i);
        n += c == LINES_NEXT || c == LINES_GO_ON;
    }
    return n;
}

/* The first whole line of *rest, into `line`; false: that was the last. */
static inline bool
msg_lines_whole(struct span *rest, struct buf *line)
{
    char break_after;
    buf_truncate(line, 0);
    do
        buf_add(line, msg_lines_part(rest, &break_after));
    while (break_after == LINES_GO_ON);
    return break_after == LINES_NEXT;
}

#endif
