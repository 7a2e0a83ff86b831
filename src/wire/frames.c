#include "wire/frames.h"

#include "base/utf8.h"
#include "msg/limits.h"

static struct span
without_cr(struct span line)
{
    if (line.n > 0 && span_get(line, line.n - 1) == '\r')
        return span_sub(line, 0, line.n - 1);
    return line;
}

static bool
is_command(struct span line)
{
    return span_starts(line, SPAN("/")) && !span_starts(line, SPAN("//"));
}

/* How much of an unfinished end of input is a message already. */
static size_t
whole_part(const struct wire_frames *f, struct span in, bool is_end)
{
    if (is_end)
        return in.n;
    return f->by_burst ? in.n - utf8_held_tail(in) : 0;
}

enum wire_result
wire_frames_next(struct wire_frames *f, struct span in, bool is_end,
                 struct wire_frame *out, size_t *used)
{
    size_t n = span_find(in, '\n');
    bool has_newline = n < in.n;
    *used = has_newline ? n + 1 : n;

    if (f->is_discarding) {
        f->is_discarding = !has_newline;
        return WIRE_MORE;
    }
    if (!has_newline && n <= LIMIT_TEXT_BYTES)
        *used = n = whole_part(f, in, is_end);
    if (n == 0 && !has_newline) {
        *used = 0;
        return WIRE_MORE;
    }

    bool is_rest = f->is_inside;
    if (n > LIMIT_TEXT_BYTES && !is_rest && is_command(in)) {
        f->is_discarding = !has_newline;
        return WIRE_TOO_LONG;
    }
    if (n > LIMIT_TEXT_BYTES) {
        *used = n = utf8_cut(in, LIMIT_TEXT_BYTES);
        f->is_inside = true;
    } else {
        f->is_inside = false;
    }
    out->text = without_cr(span_sub(in, 0, n));
    out->is_rest = is_rest;
    return WIRE_OK;
}
