/*
 * What was heard: all members are told the same, byte for byte. What one was
 * told is cut and read; for the next it is only compared, which is less work,
 * and that counts with a thousand members.
 *
 * Pieces stand behind one another in the order in which they were first cut.
 * Who finds the one just told to him goes on with the next, for as long as
 * it is what he is told; else his piece is cut, and looked up, or added. All
 * is forgotten when it is full: then it is cut once more.
 *
 * It is sound because cutters are pure: a piece that equals one which was cut
 * as a delivery is the same delivery.
 */
#ifndef BENCH_HEARD_H
#define BENCH_HEARD_H

#include "bench/text.h"

#define HEARD_PIECES 4096 /* a power of two */
#define HEARD_BYTES (1u << 19)
#define HEARD_NONE UINT32_MAX

struct heard_piece {
    uint32_t from; /* in `bytes` */
    uint32_t n;
    struct text_stamp stamp;
};

struct heard {
    struct heard_piece pieces[HEARD_PIECES];
    uint32_t by_stamp[2 * HEARD_PIECES]; /* number of a piece, from 1 */
    uint32_t n;
    struct buf bytes;
};

/* The piece `at`, if `in` begins with it; or NULL. */
const struct heard_piece *heard_match(const struct heard *h, uint32_t at,
                                      struct span in);

/* `piece` is the delivery of `stamp`: at which number it stands now. */
uint32_t heard_add(struct heard *h, struct span piece,
                   const struct text_stamp *stamp);

#endif
