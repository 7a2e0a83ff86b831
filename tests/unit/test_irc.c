/*
 * IRC's grammar, session and words: by the vectors of tests/vectors/irc, whole,
 * cut at every byte, and byte by byte; and what can be said of every line that
 * leaves.
 *
 *     registered   he is in, as "me"
 *     in BYTES     they come at once
 *     end          nothing will follow
 *     msg KIND     is what they mean, with nick, room, text, token, sign,
 *                  tags, and lines if it has several
 *     answer BYTES   is what the session answers by itself
 *     register NICK   it wants to come in, with user and real
 *     close BYTES  it is told so, and that is the end
 */
#include "unit/cmocka_all.h"

#include "base/utf8.h"
#include "msg/limits.h"
#include "msg/msg.h"
#include "support/vectors.h"
#include "wire/irc/command.h"
#include "wire/irc/encode.h"
#include "wire/irc/format.h"
#include "wire/irc/isupport.h"
#include "wire/irc/session.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

static const char *const msg_kinds[] = {
#define X(name) #name,
    MSG_KINDS(X)
#undef X
};

static const char *const reply_kinds[] = {
#define X(name, fields) #name,
#include "msg/reply.def"
#undef X
};

/* -- vectors ------------------------------------------------------------------ */

static void
add(struct buf *out, const char *key, struct span value)
{
    if (value.n == 0)
        return;
    buf_add_format(out, "%s ", key);
    buf_add(out, value);
    buf_add(out, SPAN("\n"));
}

struct decoder {
    struct wire_irc *session;
    struct buf in;
    struct buf scratch;
    struct buf described;
    bool is_in;
    bool is_over;
};

static void
describe(struct decoder *d, enum wire_irc_step step, const struct msg *m,
         struct span answer)
{
    struct wire_irc_person person = wire_irc_person(d->session);
    struct buf *out = &d->described;
    switch (step) {
    case WIRE_IRC_MSG:
        add(out, "msg", span_of(msg_kinds[m->kind]));
        add(out, "nick", m->nick);
        add(out, "room", m->room);
        add(out, "text", m->text);
        add(out, "token", m->token);
        if (m->audience != AUDIENCE_ALL)
            buf_add_format(out, "sign %c\n", msg_audience_sign(m->audience));
        add(out, "tags", m->tags);
        add(out, "lines", m->has_lines ? SPAN("yes") : SPAN_NONE);
        break;
    case WIRE_IRC_ANSWER:
        add(out, "answer", answer);
        break;
    case WIRE_IRC_REGISTER:
        add(out, "register", person.nick);
        add(out, "user", person.user);
        add(out, "real", person.real);
        wire_irc_attached(d->session);
        wire_irc_welcome(d->session);
        d->is_in = true;
        break;
    case WIRE_IRC_CLOSE:
        add(out, "close", answer);
        d->is_over = true;
        break;
    case WIRE_IRC_DONE:
        break;
    }
}

static void
obey(struct decoder *d, struct span line)
{
    struct buf answer = {0};
    while (!d->is_over) {
        struct msg m;
        struct span nick = d->is_in ? SPAN("me") : SPAN_NONE;
        buf_truncate(&answer, 0);
        enum wire_irc_step step =
            wire_irc_next(d->session, line, nick, &d->scratch, &m, &answer);
        if (step == WIRE_IRC_DONE)
            break;
        describe(d, step, &m, buf_span(&answer));
        wire_irc_taken(d->session);
    }
    buf_finish(&answer);
}

static void
feed(struct decoder *d, struct span piece, bool is_end)
{
    size_t at = 0;
    buf_add(&d->in, piece);
    while (!d->is_over) {
        struct span line;
        size_t used;
        struct buf answer = {0};
        enum irc_cut cut =
            wire_irc_cut(wire_irc_cutter(d->session),
                         span_from(buf_span(&d->in), at), is_end, &line, &used);
        if (cut == IRC_CUT_LONG) {
            wire_irc_too_long(d->session, SPAN("me"), &answer);
            add(&d->described, "answer", buf_span(&answer));
            buf_finish(&answer);
        } else if (cut == IRC_CUT_LINE) {
            obey(d, line);
        } else if (used == 0) {
            break;
        }
        at += used;
    }
    buf_drop_front(&d->in, at);
}

static bool
has(const struct vector *v, const char *key)
{
    for (size_t i = 0; i < v->n; i++) {
        if (strcmp(v->lines[i].key, key) == 0)
            return true;
    }
    return false;
}

static void
begin(struct decoder *d, const struct vector *v)
{
    *d = (struct decoder){
        .session = wire_irc_create(
            SPAN("irc.test"), has(v, "password") ? SPAN("sesame") : SPAN_NONE)};
    if (!has(v, "registered"))
        return;
    feed(d, SPAN("NICK me\r\nUSER u 0 * :r\r\n"), false);
    assert_true(d->is_in);
    buf_truncate(&d->described, 0);
}

static struct buf
expected(const struct vector *v)
{
    static const char *const inputs[] = {"in", "end", "registered", "password"};
    struct buf out = {0};
    for (size_t i = 0; i < v->n; i++) {
        bool is_input = false;
        for (size_t k = 0; k < COUNT_OF(inputs); k++)
            is_input = is_input || strcmp(v->lines[i].key, inputs[k]) == 0;
        if (!is_input)
            add(&out, v->lines[i].key, buf_span(&v->lines[i].value));
    }
    return out;
}

/* In pieces of `step`, the first of `cut` when that is not 0. */
static void
run_in_pieces(const struct vector *v, struct span in, size_t cut, size_t step)
{
    struct decoder d;
    begin(&d, v);
    for (size_t at = 0; at < in.n;) {
        struct span piece = span_sub(in, at, at == 0 && cut > 0 ? cut : step);
        feed(&d, piece, false);
        at += piece.n;
    }
    if (has(v, "end"))
        feed(&d, SPAN_NONE, true);
    struct buf want = expected(v);
    if (!span_equal(buf_span(&d.described), buf_span(&want)))
        fprintf(stderr, "%s: cut at %zu, steps of %zu:\n%.*s", v->name, cut,
                step, SPAN_ARG(buf_span(&d.described)));
    assert_span(buf_span(&d.described), buf_span(&want));
    buf_finish(&want);
    buf_finish(&d.in);
    buf_finish(&d.scratch);
    buf_finish(&d.described);
    wire_irc_destroy(d.session);
}

static void
run(const struct vector *v)
{
    struct buf in = {0};
    for (size_t i = 0; i < v->n; i++) {
        if (strcmp(v->lines[i].key, "in") == 0)
            buf_add(&in, buf_span(&v->lines[i].value));
    }
    for (size_t cut = 0; cut < in.n; cut++)
        run_in_pieces(v, buf_span(&in), cut, in.n);
    for (size_t step = 1; step < 4; step++)
        run_in_pieces(v, buf_span(&in), 0, step);
    buf_finish(&in);
}

static void
test_vectors(void **state)
{
    (void)state;
    printf("%zu vectors\n", vectors_each("irc", run));
}

/* Whoever adds a command adds a vector. */
static void note_command(const struct vector *v);
static bool commands_seen[64];

static void
note_command(const struct vector *v)
{
    for (size_t i = 0; i < v->n; i++) {
        struct span value = buf_span(&v->lines[i].value);
        for (size_t c = 0; wire_irc_command_word(c) != NULL; c++) {
            struct irc_line line;
            struct span one = span_sub(value, 0, span_find(value, '\r'));
            if (strcmp(v->lines[i].key, "in") == 0 &&
                wire_irc_parse(one, &line) &&
                wire_irc_is_word(line.command, wire_irc_command_word(c)))
                commands_seen[c] = true;
        }
    }
}

static void
test_every_command_has_a_vector(void **state)
{
    (void)state;
    (void)vectors_each("irc", note_command);
    for (size_t c = 0; wire_irc_command_word(c) != NULL; c++) {
        assert_true(c < COUNT_OF(commands_seen));
        if (!commands_seen[c])
            fail_msg("no vector has %s", wire_irc_command_word(c));
    }
}

/* -- the grammar ------------------------------------------------------------------ */

static void
test_a_line_in_parts(void **state)
{
    (void)state;
    struct irc_line l;
    assert_true(wire_irc_parse(
        SPAN("@a=b;c :nick!u@h  PRIVMSG   #tea  : two words "), &l));
    assert_span(l.tags, SPAN("a=b;c"));
    assert_span(l.source, SPAN("nick!u@h"));
    assert_span(l.command, SPAN("PRIVMSG"));
    assert_int_equal(l.n, 2);
    assert_span(l.parameters[0], SPAN("#tea"));
    assert_span(l.parameters[1], SPAN(" two words "));
    assert_false(wire_irc_parse(SPAN("@tags-alone"), &l));
    assert_false(wire_irc_parse(SPAN(""), &l));
    assert_true(wire_irc_parse(SPAN("X a b c d e f g h i j k l m n o p"), &l));
    assert_int_equal(l.n, IRC_PARAMETERS_MOST);
    assert_span(l.parameters[14], SPAN("o p"));
    assert_true(wire_irc_parse(SPAN("X :"), &l));
    assert_int_equal(l.n, 1);
}

/* At the limit and one beyond it, with tags and without. */
static void
test_a_line_has_a_limit(void **state)
{
    (void)state;
    struct buf in = {0};
    struct irc_cutter cutter = {false};
    struct span line;
    size_t used;
    for (int i = 0; i < LIMIT_IRC_LINE_BYTES - 2; i++)
        buf_add_byte(&in, 'x');
    buf_add(&in, SPAN("\r\n"));
    assert_int_equal(wire_irc_cut(&cutter, buf_span(&in), false, &line, &used),
                     IRC_CUT_LINE);
    assert_int_equal(used, LIMIT_IRC_LINE_BYTES);
    buf_drop_front(&in, 0);
    buf_truncate(&in, 0);
    for (int i = 0; i < LIMIT_IRC_LINE_BYTES - 1; i++)
        buf_add_byte(&in, 'x');
    buf_add(&in, SPAN("\r\nPING a\r\n"));
    assert_int_equal(wire_irc_cut(&cutter, buf_span(&in), false, &line, &used),
                     IRC_CUT_LONG);
    buf_drop_front(&in, used);
    assert_int_equal(wire_irc_cut(&cutter, buf_span(&in), false, &line, &used),
                     IRC_CUT_LINE);
    assert_span(line, SPAN("PING a"));

    /* One that never ends is given up before it fills our memory. */
    buf_truncate(&in, 0);
    for (int i = 0; i < 20000; i++)
        buf_add_byte(&in, '@');
    assert_int_equal(wire_irc_cut(&cutter, buf_span(&in), false, &line, &used),
                     IRC_CUT_LONG);
    assert_int_equal(used, in.n);
    assert_int_equal(
        wire_irc_cut(&cutter, SPAN("more\r\nPING b\r\n"), false, &line, &used),
        IRC_CUT_MORE);
    assert_int_equal(used, 6);
    assert_int_equal(
        wire_irc_cut(&cutter, SPAN("PING b\r\n"), false, &line, &used),
        IRC_CUT_LINE);
    buf_finish(&in);
}

static void
test_formatting_is_stripped_with_its_numbers(void **state)
{
    (void)state;
    static const struct {
        struct span in;
        struct span out;
    } cases[] = {
        {SPAN_INIT("\x02"
                   "bold\x02 \x1d"
                   "it\x0f"),
         SPAN_INIT("bold it")},
        {SPAN_INIT("\x03"
                   "04,12red\x03 5"),
         SPAN_INIT("red 5")},
        {SPAN_INIT("\x03"
                   "4, 5"),
         SPAN_INIT(", 5")},
        {SPAN_INIT("\x03"
                   "123"),
         SPAN_INIT("3")},
        {SPAN_INIT("\x04"
                   "ff00aa,112233x\x04,"),
         SPAN_INIT("x,")},
        {SPAN_INIT("\x11\x16\x1e\x1f你好"), SPAN_INIT("你好")},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = {0};
        assert_true(wire_irc_is_formatted(cases[i].in));
        wire_irc_strip_format(cases[i].in, &out);
        assert_span(buf_span(&out), cases[i].out);
        buf_finish(&out);
    }
    assert_false(wire_irc_is_formatted(SPAN("plain, 你好")));
}

/* -- every line that leaves ---------------------------------------------------------- */

#define EVIL                                                                   \
    "a b:\001c\r\nQUIT\n\0 \x80\xff\x02"                                       \
    "d"

static void
check_lines(struct span out, const char *what)
{
    while (out.n > 0) {
        size_t n = span_find(out, '\n');
        if (n == out.n || n == 0 || span_get(out, n - 1) != '\r')
            fail_msg("%s: no CR LF at an end", what);
        struct span line = span_sub(out, 0, n - 1);
        if (line.n + 2 > LIMIT_IRC_LINE_BYTES)
            fail_msg("%s: %zu bytes in a line", what, line.n + 2);
        if (!span_starts(line, SPAN(":")) && !span_starts(line, SPAN("ERROR ")))
            fail_msg("%s: no source", what);
        for (size_t at = 0; at < line.n;) {
            int32_t cp;
            at += utf8_next(span_from(line, at), &cp);
            if (cp < 0 || cp == 0 || cp == '\r')
                fail_msg("%s: U+%04X inside", what, (unsigned)cp);
        }
        struct irc_line parsed;
        assert_true(wire_irc_parse(line, &parsed));
        out = span_from(out, n + 1);
    }
}

static struct span
long_text(struct buf *out)
{
    for (int i = 0; i < 300; i++)
        buf_add(out, SPAN("你好🙂e\xcc\x81 "));
    return buf_span(out);
}

static void
check_entry(enum entry_kind kind, struct span name, struct span text)
{
    struct buf out = {0};
    struct entry e = {
        .kind = kind,
        .author = {1},
        .nick = SPAN("bob"),
        .user = SPAN("~bob"),
        .cloak = UINT64_MAX,
        .room = name,
        .target = name,
        .text = text,
    };
    wire_encode_entry(WIRE_IRC, &e, &out);
    check_lines(buf_span(&out), "an entry");
    buf_finish(&out);
}

static void
check_reply(enum reply_kind kind, struct span name, struct span text)
{
    struct buf out = {0};
    const struct reply_note note = {
        .nick = name, .room = name, .key = name, .value = text};
    struct reply r = {
        .kind = kind,
        .count = UINT64_MAX,
        .other = UINT64_MAX,
        .cloak = UINT64_MAX,
        .time_ms = UINT64_C(4102444800000),
        .flags = ~REPLY_IS_UNASKED,
        .to = SPAN("me"),
        .from = SPAN("irc.test"),
        .nick = name,
        .user = name,
        .room = name,
        .text = text,
        .names = text,
        .real = text,
        .notes = &note,
        .notes_n = 1,
    };
    wire_encode_reply(WIRE_IRC, &r, &out);
    check_lines(buf_span(&out), reply_kinds[kind]);
    buf_finish(&out);
}

static void
test_every_line_is_legal(void **state)
{
    (void)state;
    struct buf longest = {0};
    const struct span texts[] = {SPAN_NONE, SPAN(EVIL),
                                 SPAN("%tcuihsnfdlaor,1"), long_text(&longest)};
    const struct span names[] = {SPAN_NONE, SPAN(EVIL), SPAN(":x"),
                                 SPAN("name")};
    for (size_t n = 0; n < COUNT_OF(names); n++) {
        for (size_t t = 0; t < COUNT_OF(texts); t++) {
            for (int k = 0; k < ENTRY_KIND_COUNT; k++)
                check_entry((enum entry_kind)k, names[n], texts[t]);
            for (int k = 0; k < REPLY_KIND_COUNT; k++)
                check_reply((enum reply_kind)k, names[n], texts[t]);
        }
    }
    buf_finish(&longest);
}

/* The longest value under the longest key, of the longest room, told by the
 * longest server to the longest nick, is not cut; nor are keys. */
static void
test_what_is_noted_fits_into_a_line(void **state)
{
    (void)state;
    struct buf x = {0}, out = {0}, keys = {0};
    for (int i = 0; i < 512; i++)
        buf_add_byte(&x, 'x');
    struct span xs = buf_span(&x);
    const struct reply_note note = {
        .room = span_sub(xs, 0, LIMIT_ROOM_NAME_BYTES),
        .key = span_sub(xs, 0, LIMIT_METADATA_KEY_BYTES),
        .value = span_sub(xs, 0, LIMIT_METADATA_VALUE_BYTES),
    };
    for (int i = 0; i < LIMIT_SUBSCRIPTIONS; i++) {
        if (i > 0)
            buf_add_byte(&keys, ' ');
        buf_add(&keys, note.key);
    }
    struct reply r = {
        .kind = REPLY_METADATA_SET,
        .to = span_sub(xs, 0, LIMIT_NICK_BYTES),
        .from = span_sub(xs, 0, 63), /* RFC 2812, 2.3.1 */
        .notes = &note,
        .notes_n = 1,
        .names = buf_span(&keys),
    };
    wire_encode_reply(WIRE_IRC, &r, &out);
    struct irc_line line;
    assert_true(wire_irc_parse(span_sub(buf_span(&out), 0, out.n - 2), &line));
    assert_int_equal(line.n, 5);
    assert_span(line.parameters[4], note.value);
    buf_truncate(&out, 0);

    r.kind = REPLY_SUBSCRIPTIONS;
    wire_encode_reply(WIRE_IRC, &r, &out);
    size_t n = 0;
    for (struct span rest = buf_span(&out); rest.n > 0; n += line.n - 1) {
        size_t end = span_find(rest, '\n');
        assert_true(end < LIMIT_IRC_LINE_BYTES);
        assert_true(wire_irc_parse(span_sub(rest, 0, end - 1), &line));
        for (size_t i = 1; i < line.n; i++)
            assert_span(line.parameters[i], note.key);
        rest = span_from(rest, end + 1);
    }
    assert_int_equal(n, LIMIT_SUBSCRIPTIONS);
    buf_finish(&x);
    buf_finish(&out);
    buf_finish(&keys);
}

/* Nothing is lost where a text becomes several lines, and no grapheme is
 * torn. */
static void
test_long_text_is_cut_between_graphemes(void **state)
{
    (void)state;
    struct buf text = {0}, out = {0}, joined = {0};
    struct entry e = {
        .kind = ENTRY_SAY,
        .author = {1},
        .nick = SPAN("bob"),
        .room = SPAN("lobby"),
        .text = long_text(&text),
    };
    wire_encode_entry(WIRE_IRC, &e, &out);
    struct span rest = buf_span(&out);
    while (rest.n > 0) {
        struct irc_line line;
        size_t n = span_find(rest, '\n');
        assert_true(wire_irc_parse(span_sub(rest, 0, n - 1), &line));
        assert_int_equal(line.n, 2);
        assert_false(span_starts(line.parameters[1], SPAN("\xcc\x81")));
        buf_add(&joined, line.parameters[1]);
        rest = span_from(rest, n + 1);
    }
    assert_span(buf_span(&joined), e.text);
    buf_finish(&text);
    buf_finish(&out);
    buf_finish(&joined);
}

/* -- what is told of modes ------------------------------------------------------------- */

static void
test_the_letters_are_those_of_the_table(void **state)
{
    (void)state;
    static const char letters[] = {
#define X(name, letter, shape) letter,
#include "msg/modes.def"
#undef X
    };
    assert_int_equal(sizeof(letters), strlen(IRC_ROOM_MODES));
    for (size_t i = 0; i < sizeof(letters); i++)
        assert_non_null(strchr(IRC_ROOM_MODES, letters[i]));
}

static void
test_005_is_legal(void **state)
{
    (void)state;
    struct buf out = {0};
    wire_irc_isupport(SPAN("irc.test"), SPAN("me"), SPAN("liao"), &out);
    struct span rest = buf_span(&out);
    check_lines(rest, "005");
    while (rest.n > 0) {
        struct irc_line line;
        size_t n = span_find(rest, '\n');
        assert_true(wire_irc_parse(span_sub(rest, 0, n - 1), &line));
        assert_span(line.command, SPAN("005"));
        assert_true(line.n >= 3 && line.n <= 15);
        for (size_t i = 1; i + 1 < line.n; i++) {
            struct span token = line.parameters[i];
            size_t equals = span_find(token, '=');
            struct span value = span_from(token, equals + 1);
            assert_int_equal(span_find(value, '='), value.n);
        }
        rest = span_from(rest, n + 1);
    }
    buf_finish(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_every_command_has_a_vector),
        cmocka_unit_test(test_a_line_in_parts),
        cmocka_unit_test(test_a_line_has_a_limit),
        cmocka_unit_test(test_formatting_is_stripped_with_its_numbers),
        cmocka_unit_test(test_every_line_is_legal),
        cmocka_unit_test(test_what_is_noted_fits_into_a_line),
        cmocka_unit_test(test_long_text_is_cut_between_graphemes),
        cmocka_unit_test(test_the_letters_are_those_of_the_table),
        cmocka_unit_test(test_005_is_legal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
