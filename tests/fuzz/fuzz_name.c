/*
 * Names: what passes can be said in every dialect and obeyed by no terminal;
 * its key is a name's key, too, and the same however often it is folded.
 */
#include "base/utf8.h"
#include "msg/limits.h"
#include "msg/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_accepted(struct span name, size_t most_bytes)
{
    CHECK(name.n > 0 && name.n <= most_bytes);
    for (size_t i = 0; i < name.n; i++) {
        uint8_t c = span_get(name, i);
        CHECK(c > 0x20 && c != 0x7f);
        for (const char *p = ",:!@*?#&()<>\"'/$%+=~;"; *p != '\0'; p++)
            CHECK(c != (uint8_t)*p);
    }
    uint8_t first = span_get(name, 0);
    CHECK(first != '-' && first != '[' && first != ']' && first != '.');

    struct buf clean = {0}, key = {0}, again = {0};
    utf8_clean(name, &clean);
    CHECK(span_equal(buf_span(&clean), name));
    CHECK(msg_name_key(name, &key) && key.n > 0);
    CHECK(msg_name_key(buf_span(&key), &again));
    CHECK(span_equal(buf_span(&again), buf_span(&key)));
    buf_finish(&clean);
    buf_finish(&key);
    buf_finish(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span name = {data, size};
    enum name_verdict nick = msg_name_check_nick(name);
    enum name_verdict room = msg_name_check_room(name);
    if (nick == NAME_OK) {
        check_accepted(name, LIMIT_NICK_BYTES);
        CHECK(room == NAME_OK); /* a nick is good enough for a room */
        uint8_t first = span_get(name, 0);
        CHECK(first < '0' || first > '9');
    }
    if (room == NAME_OK)
        check_accepted(name, LIMIT_ROOM_NAME_BYTES);
    struct buf key = {0};
    if (!msg_name_key(name, &key))
        CHECK(nick != NAME_OK && room != NAME_OK && key.n == 0);
    buf_finish(&key);
    return 0;
}
