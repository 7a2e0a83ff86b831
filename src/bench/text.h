/*
 * The text of a message: who, which, when, so that whoever reads it can tell
 * whether anything is missing, comes twice or out of order, or is late.
 *
 *     ~ AAAAAAPK DOB AAAAB AAKHCFEP ................
 *     | |        |   |     |        padding up to --size
 *     | |        |   |     microseconds since the run began
 *     | |        |   sender: its place among the members
 *     | |        run: texts of another run are not ours
 *     | sequence, from 0 for each sender
 *     the mark: what the cutters look for
 *
 * (Without the blanks.) Numbers are in base 16, digits A to P: eight digits
 * are decoded at once, since this is done for each delivery.
 */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include "base/bytes.h"

#define TEXT_MARK '~'
#define TEXT_BYTES_LEAST 25
#define TEXT_BYTES_MOST 4096
#define TEXT_RUN_MOST 0xfffu
#define TEXT_SENDER_MOST 0xfffffu

struct text_stamp {
    uint32_t sequence;
    uint32_t run;
    uint32_t sender;
    uint32_t at_us;
};

/* Append a text of `size` bytes. */
void text_write(const struct text_stamp *stamp, size_t size, struct buf *out);

/* False: not one of ours as it left us. */
MUST_USE bool text_read(struct span text, struct text_stamp *out);

#endif
