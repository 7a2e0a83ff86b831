#include "wire/irc/label.h"

#include "msg/limits.h"
#include "wire/irc/line.h"
#include "wire/irc/tags.h"

#include <inttypes.h>

bool
wire_irc_find_label(struct span tags, struct buf *out)
{
    struct irc_tag tag;
    bool is_there = false;
    while (!is_there && wire_irc_next_tag(&tags, &tag))
        is_there = span_equal(tag.key, SPAN("label"));
    if (!is_there)
        return false;
    struct buf value = {0};
    wire_irc_unescape_tag(tag.value, &value);
    bool is_good = value.n > 0 && value.n <= LIMIT_IRC_LABEL_BYTES;
    if (is_good) {
        buf_add(out, SPAN("label="));
        wire_irc_escape_tag(buf_span(&value), out);
    }
    buf_finish(&value);
    return is_good;
}

/* Of a batch that is among the lines, such as a text of several, only the
 * first line is marked; the others are marked by being in it. */
static bool
is_inside(struct span line)
{
    struct irc_line parsed;
    struct span value;
    line = span_sub(line, 0, span_find(line, '\r'));
    return wire_irc_parse(line, &parsed) &&
           (wire_irc_find_tag(parsed.tags, SPAN("batch"), &value) ||
            (wire_irc_is_word(parsed.command, "BATCH") && parsed.n > 0 &&
             span_starts(parsed.parameters[0], SPAN("-"))));
}

static size_t
count_marked(struct span lines)
{
    size_t marked = 0;
    while (lines.n > 0) {
        size_t n = span_find(lines, '\n') + 1;
        marked += is_inside(span_sub(lines, 0, n)) ? 0 : 1;
        lines = span_from(lines, n);
    }
    return marked;
}

/* Each of `lines` with one more tag. */
static void
add_lines(struct span tag, struct span lines, struct buf *out)
{
    while (lines.n > 0) {
        size_t n = span_find(lines, '\n') + 1;
        struct span line = span_sub(lines, 0, n);
        if (!is_inside(line)) {
            bool has_tags = span_starts(lines, SPAN("@"));
            buf_add_byte(out, '@');
            buf_add(out, tag);
            buf_add_byte(out, has_tags ? ';' : ' ');
            line = span_from(line, has_tags ? 1 : 0);
        }
        buf_add(out, line);
        lines = span_from(lines, n);
    }
}

void
wire_irc_open_batch(struct span server, struct span token, uint32_t batch,
                    struct buf *out)
{
    buf_add_format(out, "@%.*s :%.*s BATCH +%" PRIu32 " labeled-response\r\n",
                   SPAN_ARG(token), SPAN_ARG(server), batch);
}

void
wire_irc_close_batch(struct span server, uint32_t batch, struct buf *out)
{
    buf_add_format(out, ":%.*s BATCH -%" PRIu32 "\r\n", SPAN_ARG(server),
                   batch);
}

void
wire_irc_label(struct span server, struct span token, uint32_t *last_batch,
               struct span lines, struct buf *out)
{
    bool is_in_batch = !span_starts(token, SPAN("label="));
    if (is_in_batch || count_marked(lines) == 1) {
        add_lines(token, lines, out);
        return;
    }
    if (lines.n == 0) {
        buf_add_format(out, "@%.*s :%.*s ACK\r\n", SPAN_ARG(token),
                       SPAN_ARG(server));
        return;
    }
    struct buf made = {0};
    uint32_t batch = ++*last_batch;
    buf_add_format(&made, "batch=%" PRIu32, batch);
    wire_irc_open_batch(server, token, batch, out);
    add_lines(buf_span(&made), lines, out);
    wire_irc_close_batch(server, batch, out);
    buf_finish(&made);
}
