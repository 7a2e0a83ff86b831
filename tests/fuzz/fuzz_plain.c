/*
 * From a line to a message to what others read: every field is UTF-8 of the
 * line's length at most, only the kind's own fields are filled, and no line
 * with a command in it is ever said. What is encoded of it is whole lines
 * that no terminal obeys, and no lab block is too long.
 */
#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/lab.h"
#include "wire/plain.h"
#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_utf8(struct span s)
{
    struct buf out = {0};
    bool was_wrong = utf8_mend(s, &out);
    buf_finish(&out);
    return !was_wrong;
}

static void
check_message(struct span line, bool is_rest, const struct msg *m)
{
    const struct span fields[] = {m->nick, m->room, m->text};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        CHECK(is_utf8(fields[i]));
        CHECK(fields[i].n <= 3 * line.n || m->kind == MSG_USAGE);
    }
    CHECK(m->was_mended == !is_utf8(line));
    bool is_command = span_starts(line, SPAN("/")) &&
                      !span_starts(line, SPAN("//")) && !is_rest;
    bool may_be_slip = span_starts(span_trim(line), SPAN("/")) && !is_rest;
    CHECK(!is_command || m->kind != MSG_SAY);
    CHECK(may_be_slip || m->kind == MSG_SAY || m->kind == MSG_EMPTY ||
          m->kind == MSG_QUIT);
    switch (m->kind) {
    case MSG_SAY:
    case MSG_ACTION:
        CHECK(m->nick.n == 0 && m->room.n == 0);
        break;
    case MSG_PRIVATE:
        CHECK(m->nick.n > 0 && m->text.n > 0 && m->room.n == 0);
        break;
    case MSG_NICK:
        CHECK(m->nick.n > 0 && m->text.n == 0 && m->room.n == 0);
        break;
    case MSG_JOIN:
        CHECK(m->room.n > 0 && m->text.n == 0 && m->nick.n == 0);
        break;
    case MSG_PART:
    case MSG_WHO:
        CHECK(m->text.n == 0 && m->nick.n == 0);
        break;
    case MSG_EMPTY:
    case MSG_ROOMS:
    case MSG_HELP:
        CHECK(m->text.n == 0 && m->nick.n == 0 && m->room.n == 0);
        break;
    default:
        CHECK(m->nick.n == 0 && m->room.n == 0);
        break;
    }
}

static void
check_harmless(struct span out)
{
    struct buf clean = {0};
    CHECK(out.n == 0 || span_get(out, out.n - 1) == '\n');
    for (size_t at = 0; at < out.n;) {
        struct span rest = span_from(out, at);
        struct span line = span_sub(rest, 0, span_find(rest, '\n'));
        buf_truncate(&clean, 0);
        utf8_clean(line, &clean);
        CHECK(span_equal(line, buf_span(&clean)));
        at += line.n + 1;
    }
    buf_finish(&clean);
}

static void
check_blocks(struct span queued)
{
    for (size_t at = 0; at < queued.n;) {
        struct buf block = {0};
        size_t used = wire_lab_block(span_from(queued, at), &block);
        CHECK(used > 0 && block.n <= LAB_BLOCK_BYTES);
        CHECK(is_utf8(buf_span(&block)));
        CHECK(used == block.n || used == block.n + 1);
        at += used;
        buf_finish(&block);
    }
}

static void
check_encoded(const struct msg *m)
{
    static const uint32_t keys[] = {WIRE_PLAIN, WIRE_PLAIN | WIRE_SHOWS_ROOM,
                                    WIRE_LAB, WIRE_LAB_ADDRESS};
    /* All kinds and dialects are in test_dialects.c; here some, for speed. */
    const enum entry_kind kinds[] = {
        ENTRY_SAY, (enum entry_kind)(m->text.n % ENTRY_KIND_COUNT)};
    for (size_t i = 0; i < COUNT_OF(keys) * COUNT_OF(kinds); i++) {
        struct buf out = {0};
        uint32_t key = keys[i % COUNT_OF(keys)];
        struct entry e = {
            .kind = kinds[i / COUNT_OF(keys)],
            .nick = SPAN("alice"),
            .room = SPAN("lobby"),
            .text = m->text,
            .target = span_sub(m->nick, 0, LIMIT_NICK_BYTES),
        };
        wire_encode_entry(key, &e, &out);
        check_harmless(buf_span(&out));
        if (wire_key_dialect(key) != WIRE_PLAIN)
            check_blocks(buf_span(&out));
        buf_finish(&out);
    }
    struct buf out = {0};
    struct reply r = {
        .kind = (enum reply_kind)((m->text.n + m->nick.n) % REPLY_KIND_COUNT),
        .text = m->text,
        .nick = m->nick,
        .room = m->room,
    };
    wire_encode_reply(WIRE_PLAIN, &r, &out);
    check_harmless(buf_span(&out));
    buf_finish(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span line = {data, size};
    struct buf scratch = {0};
    line = span_sub(line, 0, span_find(line, '\n'));
    line = span_sub(line, 0, LIMIT_TEXT_BYTES);
    for (int is_rest = 0; is_rest <= 1; is_rest++) {
        struct msg m;
        wire_plain_parse(line, is_rest, &scratch, &m);
        check_message(line, is_rest, &m);
        check_encoded(&m);
    }
    buf_finish(&scratch);
    return 0;
}
