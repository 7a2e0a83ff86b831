#include "msg/limits.h"
#include "msg/roll.h"
#include "wire/irc/cap.h"
#include "wire/wire.h"

#include "cmocka_all.h"

#include <stdio.h>

static char nicks[600][16];

static void
add(struct roll *roll, int i)
{
    snprintf(nicks[i], sizeof(nicks[i]), "n%d", i * i);
    msg_roll_add(
        roll,
        &(struct reply_person){
            .nick = span_of(nicks[i]),
            .user = SPAN("~u"),
            .cloak = (uint64_t)i << 16,
            .flags = i % 3 == 0 ? REPLY_IS_ROOM_OPERATOR | REPLY_IS_VOICED : 0,
        });
}

/* Whole lines, none too long, which name the first `n` once and in order. */
static void
check(struct roll *roll, uint32_t caps, struct span to, int n)
{
    struct reply r = {.kind = REPLY_NAMES,
                      .room = SPAN("tea"),
                      .from = SPAN("irc.test"),
                      .to = to,
                      .roll = roll};
    struct buf out = {0}, head = {0};
    int found = 0;
    wire_encode_reply(wire_key(WIRE_IRC, caps), &r, &out);
    buf_add_format(&head, ":irc.test 353 %.*s = #tea :", SPAN_ARG(to));
    struct span rest = buf_span(&out);
    while (rest.n > 0) {
        size_t end = span_find(rest, '\n');
        struct span line = span_sub(rest, 0, end - 1);
        assert_true(end < LIMIT_IRC_LINE_BYTES && end < rest.n);
        assert_int_equal(span_get(rest, end - 1), '\r');
        assert_true(span_starts(line, buf_span(&head)));
        line = span_from(line, head.n);
        while (line.n > 0) {
            struct span name = span_word(&line);
            int ranks = found % 3 != 0                ? 0
                        : caps & IRC_CAP_MULTI_PREFIX ? 2
                                                      : 1;
            assert_true(
                span_starts(name, span_sub(SPAN("@+"), 0, (size_t)ranks)));
            name = span_from(name, (size_t)ranks);
            struct span nick = span_sub(name, 0, span_find(name, '!'));
            assert_true(span_equal(nick, span_of(nicks[found++])));
            assert_int_equal(nick.n < name.n,
                             (caps & IRC_CAP_USERHOST_IN_NAMES) != 0);
        }
        rest = span_from(rest, end + 1);
    }
    assert_int_equal(found, n);
    buf_finish(&out);
    buf_finish(&head);
}

static void
test_lines_go_on_as_people_come(void **state)
{
    static const uint32_t caps[] = {
        0, IRC_CAP_MULTI_PREFIX, IRC_CAP_USERHOST_IN_NAMES,
        IRC_CAP_MULTI_PREFIX | IRC_CAP_USERHOST_IN_NAMES};
    struct span longest = SPAN("nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
                               "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");
    struct roll *roll = msg_roll_create();
    (void)state;
    for (int i = 0; i < 600; i++) {
        add(roll, i);
        if (i % 37 != 0 && i != 599)
            continue;
        for (size_t k = 0; k < COUNT_OF(caps); k++) {
            check(roll, caps[k], SPAN("a"), i + 1);
            check(roll, caps[k], longest, i + 1);
        }
    }
    msg_roll_destroy(roll);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_go_on_as_people_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
