/*
 * The server's words in each dialect: by the vectors of tests/vectors/entries
 * and replies; and for every kind there is, with the worst that people can
 * put into its fields.
 *
 *     entry KIND   or   reply KIND, then its fields:
 *         nick label room target target_label text names count sign
 *         lines            the text has several (msg/lines.h)
 *     plain BYTES      what a peer of this dialect reads; of each, one
 *     plain+room lab lab+room lab-address console
 */
#include "unit/cmocka_all.h"

#include "base/utf8.h"
#include "msg/name.h"
#include "support/random.h"
#include "support/vectors.h"
#include "wire/lab.h"
#include "wire/wire.h"

#include <stdlib.h>
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

static const struct {
    const char *name;
    uint32_t key;
} keys[] = {
    {"plain", WIRE_PLAIN},
    {"plain+room", WIRE_PLAIN | WIRE_SHOWS_ROOM},
    {"lab", WIRE_LAB},
    {"lab+room", WIRE_LAB | WIRE_SHOWS_ROOM},
    {"lab-address", WIRE_LAB_ADDRESS},
    {"console", WIRE_LAB_CONSOLE},
};

/* -- vectors ------------------------------------------------------------------ */

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

static struct span
field(const struct vector *v, const char *key)
{
    for (size_t i = 0; i < v->n; i++) {
        if (strcmp(v->lines[i].key, key) == 0)
            return buf_span(&v->lines[i].value);
    }
    return SPAN_NONE;
}

static bool
has_field(const struct vector *v, const char *key)
{
    for (size_t i = 0; i < v->n; i++) {
        if (strcmp(v->lines[i].key, key) == 0)
            return true;
    }
    return false;
}

static void
encode(const struct vector *v, uint32_t key, struct buf *out)
{
    struct span kind = span_of(v->lines[0].key);
    struct span value = buf_span(&v->lines[0].value);
    uint64_t count = 0;
    struct span digits = field(v, "count");
    if (digits.n > 0)
        assert_true(span_number(digits, UINT64_MAX, &count));
    if (span_equal(kind, SPAN("entry"))) {
        struct entry e = {
            .kind = (enum entry_kind)find(entry_kinds, ENTRY_KIND_COUNT, value),
            .nick = field(v, "nick"),
            .label = field(v, "label"),
            .room = field(v, "room"),
            .target = field(v, "target"),
            .target_label = field(v, "target_label"),
            .text = field(v, "text"),
        };
        e.has_lines = has_field(v, "lines");
        if (field(v, "sign").n > 0)
            e.audience = msg_audience_of((char)span_get(field(v, "sign"), 0));
        wire_encode_entry(key, &e, out);
    } else {
        struct reply r = {
            .kind = (enum reply_kind)find(reply_kinds, REPLY_KIND_COUNT, value),
            .nick = field(v, "nick"),
            .room = field(v, "room"),
            .text = field(v, "text"),
            .names = field(v, "names"),
            .count = count,
        };
        wire_encode_reply(key, &r, out);
    }
}

static void
run(const struct vector *v)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct buf out = {0};
        encode(v, keys[i].key, &out);
        struct span want = field(v, keys[i].name);
        if (!span_equal(buf_span(&out), want))
            fprintf(stderr, "%s, %s\n", v->name, keys[i].name);
        assert_span(buf_span(&out), want);
        buf_finish(&out);
    }
}

static void
test_vectors(void **state)
{
    (void)state;
    size_t n = vectors_each("entries", run);
    printf("%zu vectors\n", n + vectors_each("replies", run));
}

/* -- every kind ----------------------------------------------------------------- */

static void
test_every_kind_has_a_row(void **state)
{
    (void)state;
    for (int d = 0; d < WIRE_DIALECT_COUNT; d++) {
        for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
            if (!wire_entry_words((enum wire_dialect)d, (enum entry_kind)kind))
                fail_msg("dialect %d, entry %s", d, entry_kinds[kind]);
        }
        for (int kind = 0; kind < REPLY_KIND_COUNT; kind++) {
            if (!wire_reply_words((enum wire_dialect)d, (enum reply_kind)kind))
                fail_msg("dialect %d, reply %s", d, reply_kinds[kind]);
        }
    }
}

#define EVIL                                                                   \
    "a\x1b[2J\0\n\r\t\x7f\xc2\x9b\xc2\x85\xe2\x80\xae\xe2\x81\xa6\xd8\x9c"     \
    "\xe2\x80\xa8\xe2\x80\xa9\xff\xe4\xbd"

/* Whole lines, of characters that no terminal obeys. */
static void
check_harmless(struct span out, const char *what)
{
    if (out.n > 0 && span_get(out, out.n - 1) != '\n')
        fail_msg("%s: no newline at its end", what);
    for (size_t at = 0; at < out.n;) {
        int32_t cp;
        at += utf8_next(span_from(out, at), &cp);
        bool is_bad = cp < 0 || (cp < 0x20 && cp != '\n' && cp != '\t') ||
                      (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 ||
                      cp == 0x2029 || cp == 0x61c ||
                      (cp >= 0x202a && cp <= 0x202e) ||
                      (cp >= 0x2066 && cp <= 0x2069);
        if (is_bad)
            fail_msg("%s: U+%04X in its output", what, (unsigned)cp);
    }
}

/* How many lines the dialect itself makes of this kind. */
static size_t
count_lines(struct span s)
{
    size_t lines = 0;
    for (size_t i = 0; i < s.n; i++)
        lines += span_get(s, i) == '\n';
    return lines;
}

static struct entry
entry_of(enum entry_kind kind, struct span all)
{
    return (struct entry){
        .kind = kind,
        .nick = all,
        .label = all,
        .room = all,
        .target = all,
        .target_label = all,
        .text = all,
    };
}

static struct reply
reply_of(enum reply_kind kind, struct span all)
{
    return (struct reply){
        .kind = kind,
        .count = UINT64_MAX,
        .nick = all,
        .room = all,
        .text = all,
        .names = all,
    };
}

static void
test_nothing_evil_comes_through(void **state)
{
    (void)state;
    struct span evil = SPAN(EVIL), good = SPAN("x");
    for (size_t k = 0; k < COUNT_OF(keys); k++) {
        for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
            struct buf out = {0}, harmless = {0};
            struct entry e = entry_of((enum entry_kind)kind, evil);
            wire_encode_entry(keys[k].key, &e, &out);
            check_harmless(buf_span(&out), entry_kinds[kind]);
            e = entry_of((enum entry_kind)kind, good);
            wire_encode_entry(keys[k].key, &e, &harmless);
            assert_int_equal(count_lines(buf_span(&out)),
                             count_lines(buf_span(&harmless)));
            assert_true(count_lines(buf_span(&out)) <= 1);
            buf_finish(&out);
            buf_finish(&harmless);
        }
        for (int kind = 0; kind < REPLY_KIND_COUNT; kind++) {
            struct buf out = {0}, harmless = {0};
            struct reply r = reply_of((enum reply_kind)kind, evil);
            wire_encode_reply(keys[k].key, &r, &out);
            check_harmless(buf_span(&out), reply_kinds[kind]);
            r = reply_of((enum reply_kind)kind, good);
            wire_encode_reply(keys[k].key, &r, &harmless);
            assert_int_equal(count_lines(buf_span(&out)),
                             count_lines(buf_span(&harmless)));
            buf_finish(&out);
            buf_finish(&harmless);
        }
    }
}

static void
test_empty_fields_are_no_trouble(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT_OF(keys); k++) {
        for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
            struct buf out = {0};
            struct entry e = {.kind = (enum entry_kind)kind};
            wire_encode_entry(keys[k].key, &e, &out);
            check_harmless(buf_span(&out), entry_kinds[kind]);
            assert_true(count_lines(buf_span(&out)) <= 1);
            buf_finish(&out);
        }
        for (int kind = 0; kind < REPLY_KIND_COUNT; kind++) {
            struct buf out = {0};
            struct reply r = {.kind = (enum reply_kind)kind};
            wire_encode_reply(keys[k].key, &r, &out);
            check_harmless(buf_span(&out), reply_kinds[kind]);
            buf_finish(&out);
        }
    }
}

/* It appends, and is a function of its arguments alone. */
static void
test_encoding_appends(void **state)
{
    (void)state;
    struct buf out = {0};
    struct entry e = {.kind = ENTRY_SAY, .nick = SPAN("a"), .text = SPAN("b")};
    wire_encode_entry(WIRE_PLAIN, &e, &out);
    wire_encode_entry(WIRE_PLAIN, &e, &out);
    assert_span(buf_span(&out), SPAN("a: b\na: b\n"));
    buf_finish(&out);
}

/* -- who said it? ------------------------------------------------------------------ */

/* In plain each line of the server's own begins with "-- ". */
static void
test_the_server_is_known_by_its_dashes(void **state)
{
    (void)state;
    static const enum entry_kind of_people[] = {
        ENTRY_SAY,     ENTRY_ACTION,         ENTRY_REMARK,
        ENTRY_PRIVATE, ENTRY_PRIVATE_ACTION, ENTRY_PRIVATE_REMARK};
    for (int kind = 0; kind < REPLY_KIND_COUNT; kind++) {
        struct buf out = {0};
        struct reply r = reply_of((enum reply_kind)kind, SPAN("x"));
        wire_encode_reply(WIRE_PLAIN, &r, &out);
        struct span rest = buf_span(&out);
        bool is_own = kind != REPLY_PRIVATE_SENT;
        while (rest.n > 0) {
            assert_int_equal(span_starts(rest, SPAN("-- ")), is_own);
            rest = span_from(rest, span_find(rest, '\n') + 1);
        }
        buf_finish(&out);
    }
    for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        bool is_own = true;
        for (size_t i = 0; i < COUNT_OF(of_people); i++)
            is_own = is_own && (int)of_people[i] != kind;
        for (uint32_t flag = 0; flag <= WIRE_SHOWS_ROOM;
             flag += WIRE_SHOWS_ROOM) {
            struct buf out = {0};
            struct entry e = entry_of((enum entry_kind)kind, SPAN("x"));
            wire_encode_entry(WIRE_PLAIN | flag, &e, &out);
            if (out.n == 0)
                continue;
            assert_int_equal(span_starts(buf_span(&out), SPAN("-- ")), is_own);
            buf_finish(&out);
        }
    }
}

/* Whose line is this, as its reader sees it? */
struct reading {
    enum { BY_SERVER, BY_SAY, BY_ACTION, BY_PRIVATE, BY_MYSELF } how;
    struct span who;
};

static struct reading
read_plain(struct span line)
{
    if (span_starts(line, SPAN("-- ")))
        return (struct reading){BY_SERVER, SPAN_NONE};
    if (span_starts(line, SPAN("[you to ")))
        return (struct reading){BY_MYSELF, SPAN_NONE};
    size_t blank = span_find(line, ' ');
    struct span word = span_sub(line, 0, blank);
    struct span rest = span_from(line, blank + 1);
    if (span_starts(line, SPAN("["))) {
        if (span_starts(rest, SPAN("to you] ")))
            return (struct reading){BY_PRIVATE, span_from(word, 1)};
        return read_plain(rest); /* [room] */
    }
    if (span_starts(line, SPAN("* ")))
        return (struct reading){BY_ACTION,
                                span_sub(rest, 0, span_find(rest, ' '))};
    return (struct reading){BY_SAY, span_sub(line, 0, span_find(line, ':'))};
}

/*
 * Whatever name passes the rules, whatever he says: a reader takes it for
 * his, and for what it is.
 */
static void
test_nobody_sounds_like_another(void **state)
{
    (void)state;
    static const struct span pieces[] = {
        SPAN_INIT("-"),
        SPAN_INIT("--"),
        SPAN_INIT("["),
        SPAN_INIT("]"),
        SPAN_INIT("*"),
        SPAN_INIT(":"),
        SPAN_INIT(" "),
        SPAN_INIT("a"),
        SPAN_INIT("bob"),
        SPAN_INIT("you"),
        SPAN_INIT("to"),
        SPAN_INIT("("),
        SPAN_INIT("1"),
        SPAN_INIT("."),
        SPAN_INIT("server"),
        SPAN_INIT("\xcc\x81"),
        SPAN_INIT("－"),
        SPAN_INIT("："),
        SPAN_INIT("＊"),
        SPAN_INIT("你"),
        SPAN_INIT("_"),
        SPAN_INIT("\xe2\x80\x8b"),
        SPAN_INIT("\xe2\x80\xae"),
    };
    static const struct {
        enum entry_kind kind;
        int how;
    } kinds[] = {
        {ENTRY_SAY, BY_SAY},
        {ENTRY_ACTION, BY_ACTION},
        {ENTRY_PRIVATE, BY_PRIVATE},
    };
    struct dice dice = {1};
    size_t accepted = 0;
    for (int round = 0; round < 20000; round++) {
        struct buf name = {0}, text = {0}, room = {0};
        for (uint64_t n = 1 + dice_below(&dice, 4); n > 0; n--)
            buf_add(&name, pieces[dice_below(&dice, COUNT_OF(pieces))]);
        for (uint64_t n = 1 + dice_below(&dice, 3); n > 0; n--)
            buf_add(&room, pieces[dice_below(&dice, COUNT_OF(pieces))]);
        for (uint64_t n = dice_below(&dice, 9); n > 0; n--)
            buf_add(&text, pieces[dice_below(&dice, COUNT_OF(pieces))]);
        bool is_name = msg_name_check_nick(buf_span(&name)) == NAME_OK &&
                       msg_name_check_room(buf_span(&room)) == NAME_OK;
        for (size_t i = 0; is_name && i < COUNT_OF(kinds); i++) {
            struct buf out = {0};
            struct entry e = {
                .kind = kinds[i].kind,
                .nick = buf_span(&name),
                .room = buf_span(&room),
                .text = buf_span(&text),
            };
            wire_encode_entry(round % 2 ? WIRE_PLAIN
                                        : WIRE_PLAIN | WIRE_SHOWS_ROOM,
                              &e, &out);
            struct reading got = read_plain(buf_span(&out));
            if ((int)got.how != kinds[i].how)
                fprintf(stderr, "%.*s", SPAN_ARG(buf_span(&out)));
            assert_int_equal(got.how, kinds[i].how);
            assert_span(got.who, buf_span(&name));
            buf_finish(&out);
        }
        accepted += is_name;
        buf_finish(&name);
        buf_finish(&text);
        buf_finish(&room);
    }
    assert_true(accepted > 500);
}

/*
 * A lab program prints each block that it reads on a line of its own. So
 * each block has to say whose it is: the rest of a long text could else be
 * made to look like a line of somebody else.
 */
static void
test_no_lab_block_begins_with_a_text(void **state)
{
    (void)state;
    static const uint32_t lab_keys[] = {WIRE_LAB, WIRE_LAB | WIRE_SHOWS_ROOM,
                                        WIRE_LAB_ADDRESS};
    static const enum entry_kind kinds[] = {ENTRY_SAY, ENTRY_ACTION,
                                            ENTRY_PRIVATE};
    struct buf text = {0};
    while (text.n < 4000)
        buf_add(&text, SPAN("你(9.9.9.9,1):\x1b"));
    for (size_t k = 0; k < COUNT_OF(lab_keys) * COUNT_OF(kinds); k++) {
        struct buf out = {0}, short_one = {0};
        struct entry e = {
            .kind = kinds[k / COUNT_OF(lab_keys)],
            .nick = SPAN("mallory"),
            .label = SPAN("(192.0.2.66,6666)"),
            .room = SPAN("lobby"),
            .text = buf_span(&text),
        };
        wire_encode_entry(lab_keys[k % COUNT_OF(lab_keys)], &e, &out);
        e.text = SPAN_NONE;
        wire_encode_entry(lab_keys[k % COUNT_OF(lab_keys)], &e, &short_one);
        struct span prefix = span_sub(buf_span(&short_one), 0, short_one.n - 1);

        struct buf joined = {0}, want = {0};
        for (size_t at = 0; at < out.n;) {
            struct buf block = {0};
            at += wire_lab_block(span_from(buf_span(&out), at), &block);
            assert_true(span_starts(buf_span(&block), prefix));
            buf_add(&joined, span_from(buf_span(&block), prefix.n));
            buf_finish(&block);
        }
        utf8_clean(buf_span(&text), &want);
        assert_span(buf_span(&joined), buf_span(&want));
        buf_finish(&joined);
        buf_finish(&want);
        buf_finish(&out);
        buf_finish(&short_one);
    }
    buf_finish(&text);
}

/* A line that fits is left alone, to the byte. */
static void
test_a_line_that_just_fits_a_block(void **state)
{
    (void)state;
    struct span prefix = SPAN("mallory:");
    for (size_t n = LAB_BLOCK_BYTES - 3; n < LAB_BLOCK_BYTES + 3; n++) {
        struct buf text = {0}, out = {0};
        while (text.n + prefix.n < n)
            buf_add(&text, SPAN("x"));
        struct entry e = {.kind = ENTRY_SAY,
                          .nick = SPAN("mallory"),
                          .text = buf_span(&text)};
        wire_encode_entry(WIRE_LAB, &e, &out);
        bool fits = n <= LAB_BLOCK_BYTES;
        assert_int_equal(count_lines(buf_span(&out)), fits ? 1 : 2);
        assert_int_equal(span_find(buf_span(&out), '\n'),
                         fits ? n : LAB_BLOCK_BYTES);
        buf_finish(&text);
        buf_finish(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_every_kind_has_a_row),
        cmocka_unit_test(test_nothing_evil_comes_through),
        cmocka_unit_test(test_empty_fields_are_no_trouble),
        cmocka_unit_test(test_encoding_appends),
        cmocka_unit_test(test_the_server_is_known_by_its_dashes),
        cmocka_unit_test(test_nobody_sounds_like_another),
        cmocka_unit_test(test_no_lab_block_begins_with_a_text),
        cmocka_unit_test(test_a_line_that_just_fits_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
