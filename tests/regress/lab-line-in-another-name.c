/*
 * A lab program prints each block that it reads on a line of its own. A text
 * that filled one block went on in the next, with nothing before it: so
 * anybody could put a line into the mouth of another, on time for the 1,024th
 * byte. Found by unit/dialects.
 */
#include "wire/lab.h"
#include "wire/wire.h"

int
main(void)
{
    struct buf text = {0}, out = {0};
    while (text.n < LAB_BLOCK_BYTES - 17) /* "(mallory,0):" is before it */
        buf_add(&text, SPAN("x"));
    buf_add(&text, SPAN("xxxxx(9.9.9.9,1):I quit"));
    struct entry e = {
        .kind = ENTRY_SAY, .nick = SPAN("mallory"), .text = buf_span(&text)};
    wire_encode_entry(WIRE_LAB_ADDRESS, &e, &out);
    size_t blocks = 0;
    for (size_t at = 0; at < out.n; blocks++) {
        struct buf block = {0};
        at += wire_lab_block(span_from(buf_span(&out), at), &block);
        CHECK(span_starts(buf_span(&block), SPAN("(mallory,0):")));
        buf_finish(&block);
    }
    CHECK(blocks == 2);
    buf_finish(&text);
    buf_finish(&out);
    return 0;
}
