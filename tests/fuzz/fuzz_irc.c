/*
 * What an IRC client may send: whatever the bytes and however they are cut,
 * each step ends, what is asked of the hub is UTF-8 of a line's length, and
 * what is answered are legal lines.
 *
 * Input: one byte for how it is cut and whether he is in already, then bytes.
 */
#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/irc/format.h"
#include "wire/irc/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS_MOST 600 /* a line of commas makes that many */

static void
check_utf8(struct span text, size_t most)
{
    struct buf out = {0};
    CHECK(text.n <= most);
    CHECK(!utf8_mend(text, &out));
    buf_finish(&out);
}

static void
check_lines(struct span out)
{
    while (out.n > 0) {
        if (span_starts(out, SPAN("@"))) {
            size_t tags = span_find(out, ' ') + 1;
            CHECK(tags > 2 && tags <= LIMIT_IRC_TAGS_BYTES);
            out = span_from(out, tags);
        }
        size_t n = span_find(out, '\n');
        CHECK(n > 0 && n < out.n && n < LIMIT_IRC_LINE_BYTES);
        CHECK(span_get(out, n - 1) == '\r');
        out = span_from(out, n + 1);
    }
}

/* False: it was the last. */
static bool
obey(struct wire_irc *s, struct span line, struct buf *scratch)
{
    struct buf answer = {0};
    bool goes_on = true;
    for (int i = 0; goes_on; i++) {
        struct msg m = {0};
        CHECK(i < STEPS_MOST);
        buf_truncate(&answer, 0);
        struct span nick = wire_irc_is_in(s) ? SPAN("me") : SPAN_NONE;
        enum wire_irc_step step =
            wire_irc_next(s, line, nick, scratch, &m, &answer);
        if (step == WIRE_IRC_DONE)
            break;
        if (step == WIRE_IRC_MSG) {
            check_utf8(m.nick, LIMIT_IRC_LINE_BYTES);
            check_utf8(m.room, LIMIT_IRC_LINE_BYTES);
            check_utf8(m.text, m.has_lines ? LIMIT_TEXT_BYTES + LIMIT_LINES
                                           : LIMIT_IRC_LINE_BYTES);
            check_utf8(m.tags, LIMIT_IRC_CLIENT_TAGS_BYTES);
            CHECK(span_find(m.tags, ' ') == m.tags.n);
            check_utf8(m.token, LIMIT_IRC_LINE_BYTES);
        } else if (step == WIRE_IRC_REGISTER) {
            CHECK(wire_irc_person(s).nick.n > 0);
            CHECK(wire_irc_person(s).user.n <= LIMIT_USER_BYTES);
            wire_irc_attached(s);
            wire_irc_welcome(s);
        } else {
            check_lines(buf_span(&answer));
        }
        goes_on = step != WIRE_IRC_CLOSE;
        wire_irc_taken(s);
    }
    buf_finish(&answer);
    return goes_on;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {data, size};
    if (size < 1)
        return 0;
    uint8_t choice = span_get(in, 0);
    size_t piece = choice & 0x3f ? choice & 0x3f : size;
    struct wire_irc *s = wire_irc_create(SPAN("irc.test"),
                                         choice & 0x80 ? SPAN("x") : SPAN_NONE);
    struct buf held = {0}, scratch = {0}, clean = {0};
    bool goes_on = true;
    if (choice & 0x40)
        goes_on = obey(s, SPAN("NICK me"), &scratch) &&
                  obey(s, SPAN("PASS x"), &scratch) &&
                  obey(s, SPAN("CAP REQ :batch labeled-response"), &scratch) &&
                  obey(s, SPAN("USER u 0 * :r"), &scratch) &&
                  obey(s, SPAN("CAP END"), &scratch);
    for (size_t from = 1; goes_on && from < size; from += piece) {
        buf_add(&held, span_sub(in, from, piece));
        bool is_end = from + piece >= size;
        size_t used = 1;
        while (goes_on && used > 0) {
            struct span line;
            enum irc_cut cut = wire_irc_cut(wire_irc_cutter(s), buf_span(&held),
                                            is_end, &line, &used);
            CHECK(used <= held.n);
            if (cut == IRC_CUT_LINE)
                goes_on = obey(s, line, &scratch);
            if (cut == IRC_CUT_LONG)
                CHECK(used > LIMIT_IRC_LINE_BYTES - 2);
            buf_drop_front(&held, used);
        }
    }
    wire_irc_strip_format(in, &clean);
    CHECK(!wire_irc_is_formatted(buf_span(&clean)));
    buf_finish(&held);
    buf_finish(&scratch);
    buf_finish(&clean);
    wire_irc_destroy(s);
    return 0;
}
