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

/* To see where a grapheme ends takes the whole of the next character. */
#define CHARACTER_BYTES 4

/* How much of an unfinished end of input is to be said already. */
static size_t
part_to_say(const struct wire_frames *f, struct span in, bool is_end)
{
    if (is_end)
        return in.n;
    if (f->by_burst)
        return in.n - utf8_held_tail(in);
    return in.n >= LIMIT_TEXT_BYTES + CHARACTER_BYTES ? in.n : 0;
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
    if (!has_newline) {
        n = part_to_say(f, in, is_end);
        if (n == 0) {
            *used = 0;
            return WIRE_MORE;
        }
    }

    bool is_whole = has_newline || is_end || f->by_burst;
    struct span text = span_sub(in, 0, n);
    if (is_whole)
        text = without_cr(text);
    bool is_rest = f->is_inside;
    bool may_be_command = !f->has_no_commands && !is_rest;
    if (text.n > LIMIT_TEXT_BYTES && may_be_command && is_command(text)) {
        f->is_discarding = !is_whole;
        return WIRE_TOO_LONG;
    }
    f->is_inside = text.n > LIMIT_TEXT_BYTES;
    if (f->is_inside)
        *used = text.n = utf8_cut(text, LIMIT_TEXT_BYTES);
    else if (!has_newline)
        *used = n;
    *out = (struct wire_frame){.text = text, .is_rest = is_rest};
    return WIRE_OK;
}
