/*
 * What the user types, or a file holds: bytes from a descriptor, cut into
 * lines. A line that is longer than the caller can take comes in pieces, so
 * memory stays bounded whatever is piped in.
 */
#ifndef LIAO_INPUT_H
#define LIAO_INPUT_H

#include "base/bytes.h"

/* Read ahead at most; past that the pipe, and who writes to it, wait. */
#define LIAO_INPUT_BYTES (64u << 10)

struct liao_input {
    int fd;
    struct buf bytes;
    size_t at;      /* what is before was taken */
    bool is_ended;  /* nothing more will be read */
    bool is_inside; /* the next piece goes on a line */
    int error;      /* errno that ended it; 0: it just ended */
};

/* A line, or part of one; the text lives until the next read. */
struct liao_piece {
    struct span text; /* without newline or CR */
    bool is_rest;     /* goes on a line that was too long for one piece */
    bool ends_line;
};

void liao_input_init(struct liao_input *in, int fd);
void liao_input_finish(struct liao_input *in);

bool liao_input_has_room(const struct liao_input *in);
bool liao_input_is_over(const struct liao_input *in); /* ended and taken */

/* As if it had been read; the newline is not in `line`. */
void liao_input_add_line(struct liao_input *in, struct span line);

/* Is there a line of q alone, or of /quit, which nobody has taken yet? */
bool liao_input_says_q(const struct liao_input *in);

/* Once, as much as there is; waits if there is nothing. */
void liao_input_read(struct liao_input *in);

/* False: no whole line, nor `most` bytes of one, is there yet. */
MUST_USE bool liao_input_take(struct liao_input *in, size_t most,
                              struct liao_piece *out);

#endif
