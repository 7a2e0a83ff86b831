#include "wire/irc/tags.h"

#include "wire/irc/cap.h"
#include "wire/irc/date.h"

#include <inttypes.h>

bool
wire_irc_next_tag(struct span *rest, struct irc_tag *tag)
{
    while (span_starts(*rest, SPAN(";")))
        *rest = span_from(*rest, 1);
    if (rest->n == 0)
        return false;
    struct span whole = span_sub(*rest, 0, span_find(*rest, ';'));
    size_t equals = span_find(whole, '=');
    tag->key = span_sub(whole, 0, equals);
    tag->value = span_from(whole, equals + 1);
    *rest = span_from(*rest, whole.n);
    return true;
}

/* What stands for a byte that has no place in a value, behind a backslash. */
static const struct {
    uint8_t byte;
    uint8_t letter;
} escapes[] = {
    {';', ':'}, {' ', 's'}, {'\\', '\\'}, {'\r', 'r'}, {'\n', 'n'},
};

void
wire_irc_escape_tag(struct span value, struct buf *out)
{
    for (size_t i = 0; i < value.n; i++) {
        uint8_t byte = span_get(value, i);
        for (size_t k = 0; k < COUNT_OF(escapes); k++) {
            if (byte != escapes[k].byte)
                continue;
            buf_add_byte(out, '\\');
            byte = escapes[k].letter;
            break;
        }
        buf_add_byte(out, byte);
    }
}

/* A backslash before anything else is dropped, also at the end. */
void
wire_irc_unescape_tag(struct span value, struct buf *out)
{
    for (size_t i = 0; i < value.n; i++) {
        uint8_t byte = span_get(value, i);
        if (byte == '\\') {
            if (++i == value.n)
                return;
            byte = span_get(value, i);
            for (size_t k = 0; k < COUNT_OF(escapes); k++) {
                if (byte == escapes[k].letter) {
                    byte = escapes[k].byte;
                    break;
                }
            }
        }
        buf_add_byte(out, byte);
    }
}

/* One event is one id; lines that it became behind the first are known by
 * their number. */
static void
add_id(struct buf *out, uint64_t id, size_t part)
{
    buf_add_format(out, "msgid=%" PRIx64, id);
    if (part > 0)
        buf_add_format(out, "-%zu", part);
}

void
wire_irc_add_tags(uint32_t key, const struct entry *e, size_t part,
                  struct buf *out)
{
    bool has_time = (key & IRC_CAP_SERVER_TIME) != 0;
    bool has_id = (key & IRC_CAP_MESSAGE_TAGS) != 0 && e->id != 0;
    if (!has_time && !has_id)
        return;
    buf_add_byte(out, '@');
    if (has_time) {
        buf_add(out, SPAN("time="));
        wire_irc_add_time(out, e->wall_ms);
    }
    if (has_id) {
        if (has_time)
            buf_add_byte(out, ';');
        add_id(out, e->id, part);
    }
    buf_add_byte(out, ' ');
}
