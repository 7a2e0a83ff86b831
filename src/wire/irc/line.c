#include "wire/irc/line.h"

#include "msg/limits.h"

/* One word of *rest, which is moved behind the blanks that follow. */
static struct span
take_word(struct span *rest)
{
    size_t n = span_find(*rest, ' ');
    struct span word = span_sub(*rest, 0, n);
    while (n < rest->n && span_get(*rest, n) == ' ')
        n++;
    *rest = span_from(*rest, n);
    return word;
}

bool
wire_irc_parse(struct span text, struct irc_line *out)
{
    *out = (struct irc_line){0};
    while (span_starts(text, SPAN(" "))) /* some clients begin so */
        text = span_from(text, 1);
    if (span_starts(text, SPAN("@")))
        out->tags = span_from(take_word(&text), 1);
    if (span_starts(text, SPAN(":")))
        out->source = span_from(take_word(&text), 1);
    out->command = take_word(&text);
    while (text.n > 0 && out->n < IRC_PARAMETERS_MOST) {
        bool is_fifteenth = out->n == IRC_PARAMETERS_MOST - 1;
        if (span_starts(text, SPAN(":")) || is_fifteenth) {
            out->has_last = true;
            if (span_starts(text, SPAN(":")))
                text = span_from(text, 1);
            out->parameters[out->n++] = text;
            break;
        }
        out->parameters[out->n++] = take_word(&text);
    }
    return out->command.n > 0;
}

/* Tags have a limit of their own. */
static bool
is_too_long(struct span line)
{
    size_t tags = 0;
    if (span_starts(line, SPAN("@"))) {
        tags = span_find(line, ' ');
        tags += tags < line.n ? 1 : 0;
    }
    return tags > LIMIT_IRC_CLIENT_TAGS_BYTES ||
           line.n - tags > LIMIT_IRC_LINE_BYTES - 2;
}

enum irc_cut
wire_irc_cut(struct irc_cutter *c, struct span in, bool is_end,
             struct span *line, size_t *used)
{
    size_t n = span_find(in, '\n');
    bool has_end = n < in.n;
    *line = span_sub(in, 0, n);
    *used = has_end ? n + 1 : n;
    if (c->is_discarding) {
        c->is_discarding = !has_end;
        return IRC_CUT_MORE;
    }
    bool is_hopeless = n > LIMIT_IRC_CLIENT_TAGS_BYTES + LIMIT_IRC_LINE_BYTES;
    if (!has_end && is_hopeless) {
        c->is_discarding = true;
        return IRC_CUT_LONG;
    }
    if (!has_end && (!is_end || n == 0)) {
        *used = 0;
        return IRC_CUT_MORE;
    }
    while (line->n > 0 && span_get(*line, line->n - 1) == '\r')
        line->n--;
    return is_too_long(*line) ? IRC_CUT_LONG : IRC_CUT_LINE;
}

bool
wire_irc_is_middle(struct span s)
{
    return s.n > 0 && span_get(s, 0) != ':' && span_find(s, ' ') == s.n;
}

bool
wire_irc_is_word(struct span s, const char *upper)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t byte = span_get(s, i);
        if (byte >= 'a' && byte <= 'z')
            byte = (uint8_t)(byte - 'a' + 'A');
        if (upper[i] == '\0' || byte != (uint8_t)upper[i])
            return false;
    }
    return upper[s.n] == '\0';
}
