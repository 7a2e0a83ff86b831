#include "msg/mask.h"

#include "base/utf8.h"
#include "msg/name.h"

void
msg_mask_add_host(struct buf *out, uint64_t cloak)
{
    for (int shift = 44; shift >= 0; shift -= 4)
        buf_add_byte(out, (uint8_t) "0123456789abcdef"[cloak >> shift & 15]);
    buf_add(out, SPAN(MASK_HOST_ENDING));
}

void
msg_mask_add_user(struct buf *out, struct span user)
{
    buf_add(out, user.n > 0 ? user : SPAN(MASK_USER_UNKNOWN));
}

void
msg_mask_add_name(struct buf *out, struct span nick, struct span user,
                  uint64_t cloak)
{
    buf_add(out, nick);
    buf_add_byte(out, '!');
    msg_mask_add_user(out, user);
    buf_add_byte(out, '@');
    msg_mask_add_host(out, cloak);
}

bool
msg_mask_take_mute(struct span *mask)
{
    if (!span_starts(*mask, SPAN(MASK_MUTE)))
        return false;
    *mask = span_from(*mask, sizeof(MASK_MUTE) - 1);
    return true;
}

void
msg_mask_complete(struct span typed, struct buf *out)
{
    if (msg_mask_take_mute(&typed))
        buf_add(out, SPAN(MASK_MUTE));
    size_t bang = span_find(typed, '!');
    size_t at = span_find(typed, '@');
    if (bang == typed.n && at < typed.n)
        buf_add(out, SPAN("*!"));
    if (at == 0)
        buf_add(out, SPAN("*"));
    buf_add(out, typed);
    if (bang == typed.n && at == typed.n)
        buf_add(out, SPAN("!*@*"));
    else if (at == typed.n)
        buf_add(out, bang + 1 == typed.n ? SPAN("*@*") : SPAN("@*"));
    else if (at + 1 == typed.n)
        buf_add(out, SPAN("*"));
}

void
msg_mask_fold(struct span text, struct buf *out)
{
    /* What has no key is itself. */
    if (!msg_name_key(text, out))
        buf_add(out, text);
}

/* Goes back to the last star only, which is enough (no backtracking into
 * earlier ones: each star takes as little as it can). */
bool
msg_mask_matches(struct span mask, struct span text)
{
    size_t m = 0, t = 0, star = SIZE_MAX, from = 0;
    while (t < text.n) {
        int32_t cp;
        size_t n = utf8_next(span_from(text, t), &cp);
        bool is_star = m < mask.n && span_get(mask, m) == '*';
        bool is_any = m < mask.n && span_get(mask, m) == '?';
        if (is_star) {
            star = m++;
            from = t;
        } else if (is_any) {
            m++;
            t += n;
        } else if (m < mask.n && span_get(mask, m) == span_get(text, t)) {
            m++;
            t++;
        } else if (star != SIZE_MAX) {
            m = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (m < mask.n && span_get(mask, m) == '*')
        m++;
    return m == mask.n;
}
