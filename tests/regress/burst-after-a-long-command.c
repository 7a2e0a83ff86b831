/*
 * A command that is too long is discarded up to its newline. A lab program
 * ends nothing with a newline, so all that it said from then on was thrown
 * away in silence. Likewise, when a long burst ended inside a character, the
 * next burst counted as its rest: "q" was said. Found by unit/frames.
 */
#include "msg/limits.h"
#include "wire/frames.h"

static enum wire_result
next(struct wire_frames *f, struct buf *in, struct wire_frame *frame)
{
    size_t used;
    enum wire_result result =
        wire_frames_next(f, buf_span(in), false, frame, &used);
    buf_drop_front(in, used);
    return result;
}

int
main(void)
{
    struct wire_frames f = {.by_burst = true};
    struct wire_frame frame;
    struct buf in = {0};
    buf_add(&in, SPAN("/"));
    while (in.n < LIMIT_TEXT_BYTES + 1)
        buf_add(&in, SPAN("s"));
    CHECK(next(&f, &in, &frame) == WIRE_TOO_LONG && in.n == 0);
    buf_add(&in, SPAN("hello"));
    CHECK(next(&f, &in, &frame) == WIRE_OK && frame.text.n == 5);

    while (in.n < LIMIT_TEXT_BYTES)
        buf_add(&in, SPAN("a"));
    buf_add(&in, SPAN("\xe4"));
    CHECK(next(&f, &in, &frame) == WIRE_OK && in.n == 1);
    CHECK(next(&f, &in, &frame) == WIRE_MORE);
    buf_drop_front(&in, 1);
    buf_add(&in, SPAN("q"));
    CHECK(next(&f, &in, &frame) == WIRE_OK && !frame.is_rest);
    buf_finish(&in);
    return 0;
}
