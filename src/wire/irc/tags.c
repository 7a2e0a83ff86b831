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

bool
wire_irc_find_tag(struct span tags, struct span key, struct span *value)
{
    struct irc_tag tag;
    bool is_there = false;
    while (wire_irc_next_tag(&tags, &tag)) {
        if (!span_equal(tag.key, key))
            continue;
        *value = tag.value;
        is_there = true;
    }
    return is_there;
}

/* "+", then letters, digits and hyphens, with a vendor's host and '/' in front
 * of them (IRCv3, message-tags). */
static bool
is_client_key(struct span key)
{
    for (size_t i = 1; i < key.n; i++) {
        uint8_t c = span_get(key, i);
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (!is_letter && (c < '0' || c > '9') && c != '-' && c != '.' &&
            c != '/')
            return false;
    }
    return key.n > 1 && span_get(key, 0) == '+';
}

void
wire_irc_client_tags(struct span tags, struct buf *out)
{
    struct irc_tag tag;
    bool is_first = true;
    while (wire_irc_next_tag(&tags, &tag)) {
        if (!is_client_key(tag.key))
            continue;
        if (!is_first)
            buf_add_byte(out, ';');
        is_first = false;
        buf_add(out, tag.key);
        if (tag.value.n > 0)
            buf_add_byte(out, '=');
        buf_add(out, tag.value);
    }
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

static void
begin_tag(struct buf *out, size_t begin)
{
    buf_add_byte(out, out->n == begin ? '@' : ';');
}

void
wire_irc_add_tags(uint32_t key, const struct entry *e, size_t part,
                  struct buf *out)
{
    bool has_id = (key & IRC_CAP_MESSAGE_TAGS) != 0 && e->id != 0;
    size_t begin = out->n;
    if (key & IRC_CAP_SERVER_TIME) {
        begin_tag(out, begin);
        buf_add(out, SPAN("time="));
        wire_irc_add_time(out, e->wall_ms);
    }
    if (has_id && part == 0) {
        begin_tag(out, begin);
        buf_add_format(out, "msgid=%" PRIx64, e->id);
    }
    if ((key & IRC_CAP_MESSAGE_TAGS) && e->is_bot) {
        begin_tag(out, begin);
        buf_add(out, SPAN("bot"));
    }
    if ((key & IRC_CAP_MESSAGE_TAGS) && e->tags.n > 0) {
        begin_tag(out, begin);
        buf_add(out, e->tags);
    }
    if (out->n > begin)
        buf_add_byte(out, ' ');
}
