/*
 * A line of exactly LIMIT_TEXT_BYTES that ended with CR LF counted as one
 * byte too long: it was cut, its rest was empty, and an empty message was
 * said; or, when it was a command, it was refused. Found by unit/frames.
 */
#include "msg/limits.h"
#include "wire/frames.h"

int
main(void)
{
    struct wire_frames f = {0};
    struct wire_frame frame;
    struct buf in = {0};
    size_t used;
    for (int i = 0; i < LIMIT_TEXT_BYTES; i++)
        buf_add_byte(&in, 'a');
    buf_add(&in, SPAN("\r\n"));
    CHECK(wire_frames_next(&f, buf_span(&in), false, &frame, &used) == WIRE_OK);
    CHECK(frame.text.n == LIMIT_TEXT_BYTES && used == in.n);
    buf_finish(&in);
    return 0;
}
