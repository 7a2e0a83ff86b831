/*
 * What people say in confidence, so that --trace does not show it: what
 * follows a word like PASS on its line, and what looks like a token of UDP
 * (wire/token.h).
 *
 *     PASS geheim              PASS ***
 *     /join tea geheim         /join tea ***
 *     @label=1 OPER root x     @label=1 OPER ***
 *
 * A line comes in pieces, cut anywhere; its state goes from one to the next.
 * Better too much is hidden than too little.
 */
#ifndef BASE_SECRETS_H
#define BASE_SECRETS_H

#include "base/bytes.h"

#define SECRETS_FRONT_BYTES 20 /* longer than any word of the table */

/* How far a line has come in one direction; {0}: to its beginning. */
struct secrets_line {
    char front[SECRETS_FRONT_BYTES]; /* of what may be such a word */
    uint8_t n;
    uint8_t last;       /* the byte before */
    uint8_t shown;      /* words that still may be, and then no more */
    bool is_skipping;   /* a prefix or tags; the word follows a blank */
    bool is_after_word; /* `shown` counts */
    bool is_secret;     /* from here to the end of the line */
};

/* What comes may be in the middle of any line. */
#define SECRETS_UNKNOWN ((struct secrets_line){.is_secret = true})

/* Append what may be shown of `bytes`, which go on where `line` ended; *** is
 * where something was left out. */
void secrets_hide(struct secrets_line *line, struct span bytes,
                  struct buf *out);

/* Append `text` but for a token at its end. True: there was one. */
bool secrets_hide_token(struct span text, struct buf *out);

#endif
