/*
 * A whole IRC peer, before and after it registers: it sends anything to the
 * real server core, while two IRC clients, one of which has all capabilities,
 * and somebody with nc sit in the room. Whatever it does, all of them read
 * legal lines of their own dialect, and nothing is left when all have gone.
 *
 * Input: one byte for how the world is, then pieces, each behind a byte for its
 * length.
 */
#include "base/utf8.h"
#include "msg/limits.h"
#include "support/world.h"
#include "wire/irc/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ALL_CAPS                                                               \
    "CAP REQ :away-notify batch draft/channel-rename draft/metadata-3 "        \
    "draft/multiline "                                                         \
    "echo-message extended-join extended-monitor invite-notify "               \
    "labeled-response message-tags multi-prefix server-time setname "          \
    "userhost-in-names\r\n"

static void
check_irc(struct span heard, bool has_tags)
{
    while (heard.n > 0) {
        struct irc_line parsed;
        size_t n = span_find(heard, '\n');
        CHECK(n > 0 && n < heard.n);
        struct span line = span_sub(heard, 0, n - 1);
        CHECK(span_get(heard, n - 1) == '\r');
        if (has_tags && span_starts(line, SPAN("@"))) {
            size_t tags = span_find(line, ' ') + 1;
            CHECK(tags > 2 && tags <= LIMIT_IRC_TAGS_BYTES);
            line = span_from(line, tags);
        }
        CHECK(line.n + 2 <= LIMIT_IRC_LINE_BYTES);
        CHECK(span_find(line, '\r') == line.n && span_find(line, 0) == line.n);
        CHECK(span_starts(line, SPAN(":")) || span_starts(line, SPAN("ERROR")));
        CHECK(wire_irc_parse(line, &parsed));
        for (size_t at = 0; at < line.n;) {
            int32_t cp;
            at += utf8_next(span_from(line, at), &cp);
            CHECK(cp >= 0);
        }
        heard = span_from(heard, n + 1);
    }
}

/* Who begins as TLS or HTTP does is refused in that. */
static bool
is_of_machines(struct span heard)
{
    return span_starts(heard, SPAN("\x15\x03")) ||
           span_starts(heard, SPAN("HTTP/1."));
}

static void
check_plain(struct span heard)
{
    struct buf clean = {0};
    while (heard.n > 0) {
        size_t n = span_find(heard, '\n');
        CHECK(n < heard.n);
        buf_truncate(&clean, 0);
        utf8_clean(span_sub(heard, 0, n), &clean);
        CHECK(span_equal(span_sub(heard, 0, n), buf_span(&clean)));
        heard = span_from(heard, n + 1);
    }
    buf_finish(&clean);
}

static struct wire *
witness(struct world *w, enum sniff_pin pin, const char *hello)
{
    struct wire *wire = world_connect(w, pin);
    wire->window = SIZE_MAX / 4;
    wire_send(wire, hello);
    world_pass(w, 20);
    return wire;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {data, size};
    if (size < 2)
        return 0;
    uint8_t choice = span_get(in, 0);
    struct world *w = world_create(choice, NULL);
    struct wire *irc = witness(w, SNIFF_PINNED_IRC,
                               "NICK wit\r\nUSER u 0 * :r\r\n"
                               "JOIN #lobby,#a\r\nMODE wit +w\r\n");
    struct wire *all =
        witness(w, SNIFF_PINNED_IRC,
                ALL_CAPS "NICK wat\r\nUSER u 0 * :r\r\nCAP END\r\n"
                         "JOIN #lobby,#a\r\nMODE wat +w\r\n"
                         "METADATA * SUB avatar url display-name\r\n"
                         "METADATA * SET avatar :wat's\r\n");
    struct wire *nc = witness(w, SNIFF_PINNED_PLAIN, "/join a\n");
    if (choice & 1)
        world_hold(w);
    w->is_rough = (choice & 2) != 0;
    struct wire *stranger = world_connect(w, SNIFF_PINNED_IRC);
    stranger->window = choice & 4 ? 100 : SIZE_MAX / 4;
    if (choice & 8)
        wire_send(stranger, "NICK me\r\nUSER u 0 * :r\r\nJOIN #a,#mine\r\n");
    if (choice & 16)
        wire_send(stranger, ALL_CAPS);
    in = span_from(in, 1);
    while (in.n > 1 && !stranger->is_server_done && !stranger->is_closed) {
        size_t n = span_get(in, 0);
        wire_send_bytes(stranger, span_sub(in, 1, n));
        in = span_from(in, 1 + n);
        world_turn(w);
        world_order(w, choice >> 5);
    }
    wire_hang_up(stranger);
    w->is_rough = false;
    world_release(w);
    world_pass(w, 7000);
    CHECK(stranger->is_closed);
    check_irc(buf_span(&irc->to_client), false);
    check_irc(buf_span(&all->to_client), true);
    check_plain(buf_span(&nc->to_client));
    struct span told = buf_span(&stranger->to_client);
    if (!(choice & 4) && !is_of_machines(told))
        check_irc(told, true);
    world_destroy(w);
    wire_free(irc);
    wire_free(all);
    wire_free(nc);
    wire_free(stranger);
    return 0;
}
