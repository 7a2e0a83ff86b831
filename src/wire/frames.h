/*
 * Where one message ends and the next begins, in bytes from a peer.
 *
 * By line: a newline ends it. By burst: what came at once is one message, as
 * on the lab's wire; newlines inside separate. In both, what is longer than
 * LIMIT_TEXT_BYTES becomes several messages, cut between graphemes.
 */
#ifndef WIRE_FRAMES_H
#define WIRE_FRAMES_H

#include "base/bytes.h"

struct wire_frames {
    bool by_burst : 1;
    bool has_no_commands : 1; /* a long line that looks like one is said */
    bool is_inside : 1;       /* a long message: what comes is its rest */
    bool is_discarding : 1;   /* a long command: nothing of it is said */
};

enum wire_result {
    WIRE_OK,       /* *out is a message; drop *used bytes when done with it */
    WIRE_MORE,     /* none yet; if *used > 0, drop so many and ask again */
    WIRE_TOO_LONG, /* a command beyond the limit; drop *used bytes */
};

struct wire_frame {
    struct span text; /* without newline or CR; borrows from the input */
    bool is_rest;     /* it goes on a message that was too long */
};

/*
 * At most one message from the front of `in`, which is, by burst, all of one
 * burst. `is_end`: nothing will follow, so what there is, is whole.
 */
MUST_USE enum wire_result wire_frames_next(struct wire_frames *f,
                                           struct span in, bool is_end,
                                           struct wire_frame *out,
                                           size_t *used);

#endif
