#include "wire/telnet.h"

#include <string.h>

enum { SE = 240, SB = 250, WILL = 251, WONT = 252, DO = 253, DONT = 254 };
enum { IAC = 255 };

enum { OUTSIDE, AFTER_IAC, AFTER_VERB, INSIDE_SB, AFTER_IAC_IN_SB };

static void
answer(struct telnet *t, uint8_t option, struct buf *answers)
{
    if (t->answers >= TELNET_ANSWERS_MOST || (t->verb != DO && t->verb != WILL))
        return;
    t->answers++;
    buf_add_byte(answers, IAC);
    buf_add_byte(answers, t->verb == DO ? WONT : DONT);
    buf_add_byte(answers, option);
}

/* True when `c` is no part of a command, but of the text. */
static bool
is_text(struct telnet *t, uint8_t c, struct buf *answers)
{
    switch (t->state) {
    case OUTSIDE:
        t->state = c == IAC ? AFTER_IAC : OUTSIDE;
        return c != IAC;
    case AFTER_IAC:
        t->verb = c;
        t->sb_bytes = 0;
        t->state = c == SB             ? INSIDE_SB
                   : c > SB && c < IAC ? AFTER_VERB
                                       : OUTSIDE;
        return c < SE || c == IAC;
    case AFTER_VERB:
        answer(t, c, answers);
        t->state = OUTSIDE;
        return false;
    case INSIDE_SB:
        if (++t->sb_bytes > TELNET_SB_MOST) {
            t->sb_bytes = 0;
            t->state = OUTSIDE;
            return true;
        }
        t->state = c == IAC ? AFTER_IAC_IN_SB : INSIDE_SB;
        return false;
    default:
        t->state = c == SE ? OUTSIDE : INSIDE_SB;
        return false;
    }
}

size_t
wire_telnet_filter(struct telnet *t, uint8_t *at, size_t n, struct buf *answers)
{
    if (t->state == OUTSIDE && (n == 0 || memchr(at, IAC, n) == NULL))
        return n;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_text(t, at[i], answers))
            at[kept++] = at[i];
    }
    return kept;
}

bool
wire_telnet_is_opening(struct span bytes)
{
    return bytes.n >= 2 && span_get(bytes, 0) == IAC &&
           span_get(bytes, 1) >= SE && span_get(bytes, 1) < IAC;
}
