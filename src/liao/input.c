#include "liao/input.h"

#include "base/utf8.h"

#include <errno.h>
#include <unistd.h>

#define READ_BYTES (16u << 10)

void
liao_input_init(struct liao_input *in, int fd)
{
    *in = (struct liao_input){.fd = fd};
}

void
liao_input_finish(struct liao_input *in)
{
    buf_finish(&in->bytes);
}

static struct span
untaken(const struct liao_input *in)
{
    return span_from(buf_span(&in->bytes), in->at);
}

bool
liao_input_has_room(const struct liao_input *in)
{
    return !in->is_ended && untaken(in).n < LIAO_INPUT_BYTES;
}

bool
liao_input_is_over(const struct liao_input *in)
{
    return in->is_ended && untaken(in).n == 0;
}

void
liao_input_read(struct liao_input *in)
{
    buf_drop_front(&in->bytes, in->at);
    in->at = 0;
    uint8_t *at = buf_reserve(&in->bytes, READ_BYTES);
    ssize_t n = read(in->fd, at, READ_BYTES);
    if (n > 0) {
        in->bytes.n += (size_t)n;
    } else if (n == 0) {
        in->is_ended = true;
    } else if (errno != EINTR && errno != EAGAIN) {
        in->is_ended = true;
        in->error = errno;
    }
}

void
liao_input_add_line(struct liao_input *in, struct span line)
{
    buf_add(&in->bytes, line);
    buf_add_byte(&in->bytes, '\n');
}

bool
liao_input_says_q(const struct liao_input *in)
{
    struct span rest = untaken(in);
    while (rest.n > 0) {
        size_t n = span_find(rest, '\n');
        struct span line = span_trim(span_sub(rest, 0, n));
        if (n < rest.n && (span_equal(line, SPAN("q")) ||
                           span_equal(span_word(&line), SPAN("/quit"))))
            return true;
        rest = span_from(rest, n + 1);
    }
    return false;
}

static struct span
without_cr(struct span line)
{
    if (line.n > 0 && span_get(line, line.n - 1) == '\r')
        line.n--;
    return line;
}

bool
liao_input_take(struct liao_input *in, size_t most, struct liao_piece *out)
{
    struct span rest = untaken(in);
    size_t n = span_find(span_sub(rest, 0, most + 1), '\n');
    bool has_newline = n < rest.n && span_get(rest, n) == '\n';
    bool is_too_long = !has_newline && rest.n > most;
    if (!has_newline && !is_too_long && (!in->is_ended || rest.n == 0))
        return false;

    *out = (struct liao_piece){
        .is_rest = in->is_inside,
        .ends_line = !is_too_long,
    };
    if (is_too_long) {
        n = utf8_cut(rest, most);
        out->text = span_sub(rest, 0, n);
    } else {
        out->text = without_cr(span_sub(rest, 0, n));
    }
    in->at += has_newline ? n + 1 : n;
    in->is_inside = is_too_long;
    return true;
}
