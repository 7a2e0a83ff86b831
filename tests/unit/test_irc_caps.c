/*
 * What a capability changes: by the vectors of tests/vectors/irc_caps, which
 * hold the same entry or reply as several clients read it; and what is true of
 * all of them, whatever they are.
 *
 *     entry KIND   or   reply KIND, then its fields:
 *         nick user room target text real names id time flags tags sign
 *         bot         its author is a program
 *         lines       its text has several (msg/lines.h)
 *         person NICK   of a list of members, with user and flags
 *         note KEY    of what is noted of nick or room, with value; or with
 *                     unset, or bad
 *     caps NAMES   what one client has; empty: none
 *         reads BYTES   what it reads; empty: nothing
 */
#include "unit/cmocka_all.h"

#include "msg/limits.h"
#include "support/vectors.h"
#include "wire/irc/cap.h"
#include "wire/irc/tags.h"
#include "wire/wire.h"

#include <string.h>

static const char *const entry_kinds[] = {
#define X(name) #name,
    ENTRY_KINDS(X)
#undef X
};

static const char *const reply_kinds[] = {
#define X(name, fields) #name,
#include "msg/reply.def"
#undef X
};

/* -- vectors ------------------------------------------------------------------ */

#define PEOPLE_MOST 4

struct event {
    bool is_entry;
    struct entry e;
    struct reply r;
    struct reply_person people[PEOPLE_MOST];
    struct reply_note notes[PEOPLE_MOST];
};

static size_t
find(const char *const *names, size_t n, struct span name)
{
    for (size_t i = 0; i < n; i++) {
        if (span_equal(name, span_of(names[i])))
            return i;
    }
    fail_msg("there is no kind %.*s", SPAN_ARG(name));
    return 0;
}

static uint64_t
number(struct span digits)
{
    uint64_t n = 0;
    assert_true(span_number(digits, UINT64_MAX, &n));
    return n;
}

static uint32_t
key_of(struct span names)
{
    uint32_t key = WIRE_IRC;
    while (names.n > 0) {
        struct span name = span_word(&names);
        size_t i = 0;
        while (wire_irc_cap_name(i) != NULL &&
               !span_equal(name, span_of(wire_irc_cap_name(i))))
            i++;
        if (wire_irc_cap_name(i) == NULL)
            fail_msg("there is no capability %.*s", SPAN_ARG(name));
        key |= wire_irc_cap_bit(i);
    }
    return key;
}

/* Of the last person that was named, if one was. */
static bool
put_in_person(struct event *v, const char *key, struct span value)
{
    if (v->r.people_n == 0)
        return false;
    struct reply_person *person = &v->people[v->r.people_n - 1];
    if (strcmp(key, "user") == 0)
        person->user = value;
    else if (strcmp(key, "flags") == 0)
        person->flags = (uint32_t)number(value);
    else
        return false;
    return true;
}

/* Of the last note, likewise. */
static bool
put_in_note(struct event *v, const char *key, struct span value)
{
    if (strcmp(key, "note") == 0) {
        assert_true(v->r.notes_n < PEOPLE_MOST);
        v->notes[v->r.notes_n++] = (struct reply_note){
            .nick = v->r.nick, .room = v->r.room, .key = value};
        v->r.notes = v->notes;
        return true;
    }
    if (v->r.notes_n == 0)
        return false;
    struct reply_note *note = &v->notes[v->r.notes_n - 1];
    if (strcmp(key, "value") == 0)
        note->value = value;
    else if (strcmp(key, "unset") == 0)
        note->state = NOTE_IS_NOT_SET;
    else if (strcmp(key, "bad") == 0)
        note->state = NOTE_HAS_BAD_KEY;
    else
        return false;
    return true;
}

static void
put(struct event *v, const char *key, struct span value)
{
    const struct {
        const char *key;
        struct span *of_entry;
        struct span *of_reply;
    } texts[] = {
        {"nick", &v->e.nick, &v->r.nick}, {"user", &v->e.user, &v->r.user},
        {"room", &v->e.room, &v->r.room}, {"text", &v->e.text, &v->r.text},
        {"real", &v->e.real, &v->r.real}, {"target", &v->e.target, NULL},
        {"names", NULL, &v->r.names},     {"tags", &v->e.tags, NULL},
    };
    if (put_in_person(v, key, value) || put_in_note(v, key, value))
        return;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (strcmp(key, texts[i].key) != 0)
            continue;
        if (texts[i].of_entry != NULL)
            *texts[i].of_entry = value;
        if (texts[i].of_reply != NULL)
            *texts[i].of_reply = value;
        return;
    }
    if (strcmp(key, "person") == 0) {
        assert_true(v->r.people_n < PEOPLE_MOST);
        v->people[v->r.people_n++].nick = value;
        v->r.people = v->people;
    } else if (strcmp(key, "id") == 0) {
        v->e.id = number(value);
    } else if (strcmp(key, "time") == 0) {
        v->e.wall_ms = number(value);
    } else if (strcmp(key, "sign") == 0) {
        v->e.audience = msg_audience_of((char)span_get(value, 0));
    } else if (strcmp(key, "bot") == 0) {
        v->e.is_bot = true;
    } else if (strcmp(key, "lines") == 0) {
        v->e.has_lines = true;
    } else if (strcmp(key, "flags") == 0) {
        v->r.flags = (uint32_t)number(value);
    } else {
        fail_msg("there is no field %s", key);
    }
}

static void
encode(const struct event *v, uint32_t key, struct buf *out)
{
    if (v->is_entry)
        wire_encode_entry(key, &v->e, out);
    else
        wire_encode_reply(key, &v->r, out);
}

static bool caps_seen[32];

static void
run(const struct vector *v)
{
    struct event event = {.e = {.author = {1}},
                          .r = {.to = SPAN("me"), .from = SPAN("irc.test")}};
    uint32_t key = WIRE_IRC;
    bool has_begun = false;
    struct span kind = buf_span(&v->lines[0].value);
    event.is_entry = strcmp(v->lines[0].key, "entry") == 0;
    if (event.is_entry)
        event.e.kind =
            (enum entry_kind)find(entry_kinds, ENTRY_KIND_COUNT, kind);
    else
        event.r.kind =
            (enum reply_kind)find(reply_kinds, REPLY_KIND_COUNT, kind);
    for (size_t i = 1; i < v->n; i++) {
        struct span value = buf_span(&v->lines[i].value);
        if (strcmp(v->lines[i].key, "caps") == 0) {
            key = key_of(value);
            has_begun = true;
        } else if (strcmp(v->lines[i].key, "reads") == 0) {
            struct buf out = {0};
            assert_true(has_begun);
            encode(&event, key, &out);
            if (!span_equal(buf_span(&out), value))
                fprintf(stderr, "%s, key %08x\n", v->name, (unsigned)key);
            assert_span(buf_span(&out), value);
            buf_finish(&out);
            for (size_t bit = 9; bit < 32; bit++)
                caps_seen[bit] = caps_seen[bit] || (key & (1u << bit));
        } else {
            put(&event, v->lines[i].key, value);
        }
    }
}

static void
test_vectors(void **state)
{
    (void)state;
    printf("%zu vectors\n", vectors_each("irc_caps", run));
}

/* Whoever adds one that changes what rooms read adds a vector. */
static void
test_every_capability_of_rooms_has_a_vector(void **state)
{
    (void)state;
    for (size_t i = 0; wire_irc_cap_name(i) != NULL; i++) {
        uint32_t bit = wire_irc_cap_bit(i);
        if ((bit & IRC_CAPS_OF_ROOMS) && !caps_seen[__builtin_ctz(bit)])
            fail_msg("no vector has %s", wire_irc_cap_name(i));
    }
}

/* -- the table ---------------------------------------------------------------- */

static void
test_every_capability_has_a_bit_of_its_own(void **state)
{
    (void)state;
    uint32_t all = 0xff | WIRE_SHOWS_ROOM;
    for (size_t i = 0; wire_irc_cap_name(i) != NULL; i++) {
        uint32_t bit = wire_irc_cap_bit(i);
        assert_true(bit != 0 && (bit & (bit - 1)) == 0 && !(all & bit));
        all |= bit;
        if (i > 0)
            assert_true(strcmp(wire_irc_cap_name(i - 1), wire_irc_cap_name(i)) <
                        0);
    }
}

/* Who does not know version 302 cannot put several lines together: the whole
 * list has to fit into one, whatever he and the server are called. */
static void
test_the_list_fits_into_a_line(void **state)
{
    (void)state;
    struct buf server = {0}, nick = {0}, answer = {0};
    struct irc_caps caps = {0};
    struct irc_line line;
    for (int i = 0; i < 63; i++) /* RFC 2812, 2.3.1 */
        buf_add_byte(&server, 's');
    for (int i = 0; i < LIMIT_NICK_BYTES; i++)
        buf_add_byte(&nick, 'n');
    assert_true(wire_irc_parse(SPAN("CAP LS"), &line));
    assert_int_equal(wire_irc_cap(&caps, &line, true, buf_span(&server),
                                  buf_span(&nick), &answer),
                     IRC_CAP_ANSWERED);
    struct span text = buf_span(&answer);
    assert_int_equal(span_find(text, '\n'), text.n - 1);
    assert_true(text.n <= LIMIT_IRC_LINE_BYTES);
    buf_finish(&server);
    buf_finish(&nick);
    buf_finish(&answer);
}

/* What is asked for may be much longer than a line: all of it is granted, in
 * lines of their own. */
static void
test_a_long_request_is_granted_in_several_lines(void **state)
{
    (void)state;
    struct buf asked = {0}, answer = {0};
    struct irc_caps caps = {0};
    struct irc_line line = {.command = SPAN("CAP"), .n = 2};
    for (int i = 0; i < 40; i++)
        buf_add(&asked, SPAN("server-time multi-prefix "));
    line.parameters[0] = SPAN("REQ");
    line.parameters[1] = buf_span(&asked);
    assert_int_equal(
        wire_irc_cap(&caps, &line, true, SPAN("irc.test"), SPAN("me"), &answer),
        IRC_CAP_ANSWERED);
    assert_int_equal(caps.on, 0);
    assert_int_equal(caps.on_next, IRC_CAP_SERVER_TIME | IRC_CAP_MULTI_PREFIX);
    struct span rest = buf_span(&answer);
    size_t lines = 0, words = 0;
    for (; rest.n > 0; lines++) {
        size_t n = span_find(rest, '\n');
        assert_true(n < rest.n && n < LIMIT_IRC_LINE_BYTES);
        assert_true(wire_irc_parse(span_sub(rest, 0, n - 1), &line));
        assert_span(line.parameters[1], SPAN("ACK"));
        struct span names = line.parameters[2];
        while (names.n > 0) {
            (void)span_word(&names);
            words++;
        }
        rest = span_from(rest, n + 1);
    }
    assert_true(lines > 1);
    assert_int_equal(words, 80);
    buf_finish(&asked);
    buf_finish(&answer);
}

/* -- keys --------------------------------------------------------------------- */

static void
check_key(uint32_t key, const struct entry *e)
{
    struct buf all = {0}, least = {0};
    wire_encode_entry(key, e, &all);
    uint32_t needed = wire_key_for_entry(wire_key_of_room(key), e);
    assert_true((needed & ~key) == 0);
    wire_encode_entry(needed, e, &least);
    if (!span_equal(buf_span(&all), buf_span(&least)))
        fail_msg("%s, key %08x", entry_kinds[e->kind], (unsigned)key);
    buf_finish(&all);
    buf_finish(&least);
}

/* Tracks share what they encode, and members share tracks: so nothing but what
 * they say may change a byte. */
static void
test_no_other_bit_changes_an_entry(void **state)
{
    (void)state;
    uint32_t bits[32];
    size_t n = 0;
    for (; wire_irc_cap_name(n) != NULL; n++)
        bits[n] = wire_irc_cap_bit(n);
    for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        struct entry e = {
            .kind = (enum entry_kind)kind,
            .id = 0x1234,
            .author = {1},
            .nick = SPAN("bob"),
            .user = SPAN("~bob"),
            .real = SPAN("Bob"),
            .room = SPAN("tea"),
            .target = SPAN("al"),
            .text = SPAN("+o al"),
        };
        /* Each alone and without it, each two together: what a row asks for. */
        for (size_t i = 0; i < n; i++) {
            check_key(WIRE_IRC | bits[i], &e);
            check_key(WIRE_IRC | (~0xffu & ~bits[i] & ~WIRE_SHOWS_ROOM), &e);
            for (size_t k = 0; k < i; k++)
                check_key(WIRE_IRC | bits[i] | bits[k], &e);
        }
    }
}

/* -- tags --------------------------------------------------------------------- */

static void
test_tags_one_by_one(void **state)
{
    (void)state;
    static const struct {
        struct span key;
        struct span value;
    } want[] = {
        {SPAN_INIT("a"), SPAN_INIT("b=c")},
        {SPAN_INIT("+x/y"), SPAN_INIT("")},
        {SPAN_INIT("d"), SPAN_INIT("")},
        {SPAN_INIT(""), SPAN_INIT("e")},
    };
    struct span rest = SPAN("a=b=c;+x/y;;d=;=e;");
    struct irc_tag tag;
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_true(wire_irc_next_tag(&rest, &tag));
        assert_span(tag.key, want[i].key);
        assert_span(tag.value, want[i].value);
    }
    assert_false(wire_irc_next_tag(&rest, &tag));
    rest = SPAN_NONE;
    assert_false(wire_irc_next_tag(&rest, &tag));
}

static void
test_values_are_escaped(void **state)
{
    (void)state;
    static const struct {
        struct span plain;
        struct span escaped;
    } both[] = {
        {SPAN_INIT("a;b c\\d\r\n"), SPAN_INIT("a\\:b\\sc\\\\d\\r\\n")},
        {SPAN_INIT("你好"), SPAN_INIT("你好")},
    };
    static const struct {
        struct span escaped;
        struct span plain;
    } one_way[] = {
        {SPAN_INIT("a\\b\\"), SPAN_INIT("ab")},
        {SPAN_INIT("\\\\:"), SPAN_INIT("\\:")},
    };
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        struct buf out = {0};
        wire_irc_escape_tag(both[i].plain, &out);
        assert_span(buf_span(&out), both[i].escaped);
        buf_truncate(&out, 0);
        wire_irc_unescape_tag(both[i].escaped, &out);
        assert_span(buf_span(&out), both[i].plain);
        buf_finish(&out);
    }
    for (size_t i = 0; i < COUNT_OF(one_way); i++) {
        struct buf out = {0};
        wire_irc_unescape_tag(one_way[i].escaped, &out);
        assert_span(buf_span(&out), one_way[i].plain);
        buf_finish(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_every_capability_of_rooms_has_a_vector),
        cmocka_unit_test(test_every_capability_has_a_bit_of_its_own),
        cmocka_unit_test(test_the_list_fits_into_a_line),
        cmocka_unit_test(test_a_long_request_is_granted_in_several_lines),
        cmocka_unit_test(test_no_other_bit_changes_an_entry),
        cmocka_unit_test(test_tags_one_by_one),
        cmocka_unit_test(test_values_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
