#include "base/secrets.h"

#include <string.h>
#include <strings.h>

/* At the beginning of a line; behind it so many words more are shown. */
static const struct {
    const char *word;
    uint8_t shown;
} words[] = {
    {"PASS ", 0},
    {"OPER ", 0},
    {"AUTHENTICATE ", 0},
    {"/pass ", 0},
    {"/oper ", 0},
    {"/login ", 0},
    {"/register ", 0},
    {"/identify ", 0},
    {"Cookie:", 0},
    {"Authorization:", 0},
    {"NICKSERV ", 0},
    {"/msg nickserv ", 0},
    {"/nickserv ", 0},
    {"PRIVMSG nickserv ", 0},
    /* A room's password. */
    {"JOIN ", 1},
    {"/join ", 1},
    {"MODE ", 2},
    {"/mode ", 1},
    {"324 ", 3},
};

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void
look_up(struct secrets_line *line)
{
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strlen(words[i].word) != line->n ||
            strncasecmp(words[i].word, line->front, line->n) != 0)
            continue;
        line->is_after_word = true;
        line->shown = words[i].shown;
        line->is_secret = line->shown == 0;
    }
}

/* Blanks count once, and not at all at the beginning. */
static bool
is_blank_again(const struct secrets_line *line, uint8_t c)
{
    return is_blank(c) && (line->n == 0 || is_blank(line->last));
}

static void
note(struct secrets_line *line, uint8_t c)
{
    if (line->is_skipping) {
        line->is_skipping = !is_blank(c);
    } else if (line->is_after_word) {
        line->shown -= is_blank(c) && !is_blank(line->last);
        line->is_secret = line->shown == 0;
    } else if (line->n == 0 && (c == ':' || c == '@')) {
        line->is_skipping = true;
    } else if (line->n < SECRETS_FRONT_BYTES && !is_blank_again(line, c)) {
        line->front[line->n++] = (char)(is_blank(c) ? ' ' : c);
        look_up(line);
    }
    line->last = c;
}

void
secrets_hide(struct secrets_line *line, struct span bytes, struct buf *out)
{
    bool is_marked = false;
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t c = span_get(bytes, i);
        if (c == '\n') {
            *line = (struct secrets_line){0};
            is_marked = false;
        } else if (line->is_secret && !is_blank(c)) {
            if (!is_marked)
                buf_add(out, SPAN("***"));
            is_marked = true;
        }
        if (line->is_secret)
            continue;
        buf_add_byte(out, c);
        if (c != '\n')
            note(line, c);
    }
}

/* -- tokens ---------------------------------------------------------------------- */

/* As wire/token.h makes them: long and short ones. */
#define TOKEN_LETTERS 13
#define TOKEN_SHORT_LETTERS 8

static bool
is_base32(uint8_t c, bool is_any_case)
{
    return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7') ||
           (is_any_case && c >= 'a' && c <= 'z');
}

/* A server's sentence ends with a token; who answers says nothing else, and
 * may type it small. Some other words look so, too: better one of these. How
 * many letters at the end look so; 0: too few. */
static size_t
token_at_end(struct span text)
{
    size_t all = span_trim(text).n;
    bool is_all = all == TOKEN_LETTERS || all == TOKEN_SHORT_LETTERS;
    size_t n = 0;
    while (n < text.n && is_base32(span_get(text, text.n - n - 1), is_all))
        n++;
    return n >= TOKEN_SHORT_LETTERS ? n : 0;
}

bool
secrets_hide_token(struct span text, struct buf *out)
{
    size_t n = text.n;
    while (n > 0 &&
           (is_blank(span_get(text, n - 1)) || span_get(text, n - 1) == '\n'))
        n--;
    size_t token_n = token_at_end(span_sub(text, 0, n));
    if (token_n > 0) {
        buf_add(out, span_sub(text, 0, n - token_n));
        buf_add(out, SPAN("***"));
        text = span_from(text, n);
    }
    buf_add(out, text);
    return token_n > 0;
}
