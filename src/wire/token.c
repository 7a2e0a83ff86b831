#include "wire/token.h"

#include "base/map.h"

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static struct token
make_for_slot(const uint64_t secret[2], struct span who, uint64_t slot)
{
    struct buf text = {0};
    struct token t;
    buf_add(&text, who);
    for (int i = 0; i < 64; i += 8)
        buf_add_byte(&text, (uint8_t)(slot >> i));
    uint64_t mac = hash_sip24(buf_span(&text), secret);
    buf_finish(&text);
    for (size_t i = 0; i < TOKEN_LETTERS; i++)
        t.letters[i] = (uint8_t)base32[mac >> i * 5 & 31]; /* the last has 4 */
    return t;
}

struct token
wire_token_make(const uint64_t secret[2], struct span who, uint64_t now_ms)
{
    return make_for_slot(secret, who, now_ms / TOKEN_SLOT_MS);
}

static uint8_t
upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

static bool
is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
}

/* All are compared whatever differs, so that the time tells nothing. */
static bool
is_same(struct span said, struct token t)
{
    unsigned differ = 0;
    for (size_t i = 0; i < said.n; i++)
        differ |= (unsigned)(upper(span_get(said, i)) ^ t.letters[i]);
    return differ == 0;
}

static struct span
without_line_end(struct span said)
{
    while (said.n > 0 && (span_get(said, said.n - 1) == '\n' ||
                          span_get(said, said.n - 1) == '\r'))
        said.n--;
    return span_trim(said);
}

enum token_verdict
wire_token_judge(const uint64_t secret[2], struct span who, uint64_t now_ms,
                 struct span said)
{
    uint64_t slot = now_ms / TOKEN_SLOT_MS;
    said = without_line_end(said);
    if (said.n != TOKEN_LETTERS && said.n != TOKEN_SHORT_LETTERS)
        return TOKEN_NONE;
    for (size_t i = 0; i < said.n; i++) {
        if (!is_letter(upper(span_get(said, i))))
            return TOKEN_NONE;
    }
    bool is_right = is_same(said, make_for_slot(secret, who, slot));
    if (slot > 0 && is_same(said, make_for_slot(secret, who, slot - 1)))
        is_right = true;
    if (!is_right)
        return TOKEN_WRONG;
    return said.n == TOKEN_LETTERS ? TOKEN_RIGHT : TOKEN_RIGHT_SHORT;
}
