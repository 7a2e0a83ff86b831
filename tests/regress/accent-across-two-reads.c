/*
 * A long line is cut between graphemes. When a read ended inside the first
 * character behind the limit, that character could not be seen yet, and the
 * cut fell between a letter and its accent: the same line came out in another
 * way when the network cut it in another way. Found by unit/frames.
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
    for (int i = 0; i < LIMIT_TEXT_BYTES - 1; i++)
        buf_add_byte(&in, 'b');
    buf_add(&in, SPAN("e\xcc")); /* half of an accent */
    CHECK(wire_frames_next(&f, buf_span(&in), false, &frame, &used) ==
          WIRE_MORE);
    CHECK(used == 0);
    buf_add(&in, SPAN("\x81\n"));
    CHECK(wire_frames_next(&f, buf_span(&in), false, &frame, &used) == WIRE_OK);
    CHECK(used == LIMIT_TEXT_BYTES - 1); /* the e goes with its accent */
    buf_finish(&in);
    return 0;
}
