#include "bench/text.h"

#include <endian.h>
#include <string.h>

#define DIGITS 8
#define DIGIT_ZERO 'A'
#define EACH_BYTE(b) (0x0101010101010101u * (uint64_t)(b))
#define PADDING '.'
#define SENDER_BITS 20

static void
write_word(uint32_t word, struct buf *out)
{
    for (unsigned shift = 32; shift > 0;) {
        shift -= 4;
        buf_add_byte(out, (uint8_t)(DIGIT_ZERO + (word >> shift & 0xf)));
    }
}

/* All digits in one register: each is brought to its nibble, then pairs of
 * nibbles, of bytes and of halves are pushed together. */
static bool
read_word(struct span s, size_t at, uint32_t *out)
{
    uint64_t x;
    CHECK(at + DIGITS <= s.n);
    memcpy(&x, &s.at[at], sizeof(x));
    x = be64toh(x) - EACH_BYTE(DIGIT_ZERO);
    if ((x & EACH_BYTE(0xf0)) != 0)
        return false;
    x = (x | x >> 4) & 0x00ff00ff00ff00ffu;
    x = (x | x >> 8) & 0x0000ffff0000ffffu;
    *out = (uint32_t)(x | x >> 16);
    return true;
}

void
text_write(const struct text_stamp *stamp, size_t size, struct buf *out)
{
    CHECK(size >= TEXT_BYTES_LEAST && stamp->run <= TEXT_RUN_MOST &&
          stamp->sender <= TEXT_SENDER_MOST);
    buf_add_byte(out, TEXT_MARK);
    write_word(stamp->sequence, out);
    write_word(stamp->run << SENDER_BITS | stamp->sender, out);
    write_word(stamp->at_us, out);
    size_t n = size - TEXT_BYTES_LEAST;
    memset(buf_reserve(out, n), PADDING, n);
    out->n += n;
}

/* Each byte is as the one before it, and the first is right. */
static bool
is_padding(struct span s)
{
    return s.n == 0 || (span_get(s, 0) == PADDING &&
                        memcmp(&s.at[0], &s.at[1], s.n - 1) == 0);
}

bool
text_read(struct span text, struct text_stamp *out)
{
    uint32_t who;
    if (text.n < TEXT_BYTES_LEAST || span_get(text, 0) != TEXT_MARK ||
        !read_word(text, 1, &out->sequence) ||
        !read_word(text, 1 + DIGITS, &who) ||
        !read_word(text, 1 + 2 * DIGITS, &out->at_us))
        return false;
    out->run = who >> SENDER_BITS;
    out->sender = who & TEXT_SENDER_MOST;
    return is_padding(span_from(text, TEXT_BYTES_LEAST));
}
