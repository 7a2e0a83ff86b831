#include "wire/irc/format.h"

#include "base/utf8.h"

enum {
    BOLD = 0x02,
    COLOR = 0x03,
    HEX_COLOR = 0x04,
    RESET = 0x0f,
    MONOSPACE = 0x11,
    REVERSE = 0x16,
    ITALIC = 0x1d,
    STRIKE = 0x1e,
    UNDERLINE = 0x1f,
};

static bool
is_sign(uint8_t byte)
{
    return byte == BOLD || byte == COLOR || byte == HEX_COLOR ||
           byte == RESET || byte == MONOSPACE || byte == REVERSE ||
           byte == ITALIC || byte == STRIKE || byte == UNDERLINE;
}

static bool
is_digit(uint8_t byte, bool is_hex)
{
    return (byte >= '0' && byte <= '9') ||
           (is_hex && (byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

static size_t
count_digits(struct span text, size_t most, bool is_hex)
{
    size_t n = 0;
    while (n < text.n && n < most && is_digit(span_get(text, n), is_hex))
        n++;
    return n;
}

/* What belongs to a sign at the front of `text`: "\x0304,12" is 6 bytes. */
static size_t
sign_bytes(struct span text)
{
    bool is_hex = span_get(text, 0) == HEX_COLOR;
    if (span_get(text, 0) != COLOR && !is_hex)
        return 1;
    size_t most = is_hex ? 6 : 2;
    size_t n = 1 + count_digits(span_from(text, 1), most, is_hex);
    if (n == 1 || n >= text.n || span_get(text, n) != ',')
        return n;
    size_t behind = count_digits(span_from(text, n + 1), most, is_hex);
    return behind > 0 ? n + 1 + behind : n;
}

bool
wire_irc_is_formatted(struct span text)
{
    for (size_t i = utf8_plain_front(text); i < text.n; i++) {
        if (is_sign(span_get(text, i)))
            return true;
    }
    return false;
}

void
wire_irc_strip_format(struct span text, struct buf *out)
{
    size_t at = 0;
    while (at < text.n) {
        if (is_sign(span_get(text, at))) {
            at += sign_bytes(span_from(text, at));
        } else {
            buf_add_byte(out, span_get(text, at));
            at++;
        }
    }
}

static bool
is_clean(struct span text)
{
    return utf8_find_wrong(text) == text.n && span_find(text, 0) == text.n &&
           span_find(text, '\r') == text.n && span_find(text, '\n') == text.n &&
           span_find(text, 1) == text.n;
}

void
wire_irc_clean(struct span text, struct buf *out)
{
    if (is_clean(text)) { /* nearly all is */
        buf_add(out, text);
        return;
    }
    for (size_t at = 0; at < text.n;) {
        int32_t cp;
        struct span rest = span_from(text, at);
        size_t n = utf8_next(rest, &cp);
        bool is_dropped = cp == 0 || cp == '\r' || cp == '\n' || cp == 1;
        if (cp < 0)
            buf_add(out, SPAN(UTF8_REPLACEMENT));
        else if (!is_dropped)
            buf_add(out, span_sub(rest, 0, n));
        at += n;
    }
}
