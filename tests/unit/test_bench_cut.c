/*
 * What liao-bench cuts out of what servers send, by the vectors of
 * tests/vectors/bench_cut, whole and split at every byte:
 *
 *     proto SCHEME    texts have 26 bytes
 *     in BYTES        what the server sends
 *     then, in this order, what it means:
 *         post TEXT  joined  answer BYTES  refused WHY  bad
 *         left N      bytes at the end that are not whole
 */
#include "unit/cmocka_all.h"

#include "bench/proto.h"
#include "bench/text.h"
#include "support/vectors.h"

#define TEXT_BYTES 26

/* Cut all that is whole; false: nothing more can be cut, ever. */
static bool
cut_all(const struct proto *p, struct buf *in, struct buf *story)
{
    struct buf answer = {0};
    bool goes_on = true;
    while (goes_on) {
        struct proto_piece piece = {0, SPAN_NONE};
        struct span bytes = buf_span(in);
        enum proto_verdict v = p->cut(bytes, TEXT_BYTES, &piece, &answer);
        if (v == PROTO_MORE)
            break;
        if (v == PROTO_POST)
            buf_add_format(story, "post %.*s\n", SPAN_ARG(piece.text));
        if (v == PROTO_JOINED)
            buf_add_format(story, "joined\n");
        if (v == PROTO_REFUSED)
            buf_add_format(story, "refused %.*s\n", SPAN_ARG(piece.text));
        if (v == PROTO_BAD)
            buf_add_format(story, "bad\n");
        if (answer.n > 0) {
            buf_add_format(story, "answer ");
            buf_add(story, buf_span(&answer));
            buf_add_byte(story, '\n');
        }
        answer.n = 0;
        goes_on = v != PROTO_BAD && v != PROTO_REFUSED;
        if (goes_on)
            buf_drop_front(in, piece.used);
    }
    buf_finish(&answer);
    return goes_on;
}

static struct buf
tell(const struct proto *p, struct span in, size_t cut, size_t step)
{
    struct buf held = {0}, story = {0};
    bool goes_on = true;
    for (size_t at = 0; at < in.n && goes_on;) {
        size_t n = step > 0 ? step : at == 0 && cut > 0 ? cut : in.n;
        struct span piece = span_sub(in, at, n);
        buf_add(&held, piece);
        goes_on = cut_all(p, &held, &story);
        at += piece.n;
    }
    if (goes_on && held.n > 0)
        buf_add_format(&story, "left %zu\n", held.n);
    buf_finish(&held);
    return story;
}

static struct buf
expected(const struct vector *v)
{
    struct buf story = {0};
    for (size_t i = 2; i < v->n; i++) {
        buf_add_format(&story, "%s", v->lines[i].key);
        if (v->lines[i].value.n > 0)
            buf_add_byte(&story, ' ');
        buf_add(&story, buf_span(&v->lines[i].value));
        buf_add_byte(&story, '\n');
    }
    return story;
}

static void
check(const struct vector *v, const struct proto *p, size_t cut, size_t step)
{
    struct buf want = expected(v);
    struct buf got = tell(p, buf_span(&v->lines[1].value), cut, step);
    if (!span_equal(buf_span(&got), buf_span(&want)))
        fprintf(stderr, "%s, cut at %zu, step %zu\n", v->name, cut, step);
    assert_span(buf_span(&got), buf_span(&want));
    buf_finish(&want);
    buf_finish(&got);
}

static void
run_vector(const struct vector *v)
{
    assert_true(v->n >= 2);
    assert_string_equal(v->lines[0].key, "proto");
    assert_string_equal(v->lines[1].key, "in");
    struct buf scheme = {0};
    buf_add_format(&scheme, "%.*s", SPAN_ARG(buf_span(&v->lines[0].value)));
    buf_add_byte(&scheme, '\0');
    const struct proto *p = proto_find((const char *)scheme.at);
    assert_non_null(p);
    for (size_t cut = 0; cut < v->lines[1].value.n; cut++)
        check(v, p, cut, 0);
    for (size_t step = 1; step < 4; step++)
        check(v, p, 0, step);
    buf_finish(&scheme);
}

static void
test_vectors(void **state)
{
    (void)state;
    assert_true(vectors_each("bench_cut", run_vector) > 0);
}

/* What one posts, each server wraps in its own way: the two halves of the
 * same protocol must agree on where the text is. */
static void
test_frames_hold_the_text(void **state)
{
    (void)state;
    for (size_t i = 0; proto_all[i] != NULL; i++) {
        struct buf before = {0}, behind = {0};
        struct text_stamp stamp = {.sequence = 7};
        proto_all[i]->frame(300, &before, &behind);
        size_t n = before.n;
        text_write(&stamp, 300, &before);
        assert_int_equal(before.n, n + 300);
        buf_finish(&before);
        buf_finish(&behind);
    }
}

/* A server that never ends a line does not make us keep all of it. */
static void
test_pieces_are_bounded(void **state)
{
    (void)state;
    static uint8_t noise[PROTO_PIECE_MOST + 1];
    static const struct {
        const char *scheme;
        const char *opening;
    } endless[] = {
        {"plain", "x"},
        {"irc", ":x"},
        {"nats", "MSG bench 1 65536\r\n"},
        {"nats", "INFO "},
        {"redis", "*3\r\n$7\r\nmessage\r\n$5\r\nbench\r\n$65536\r\n"},
        {"redis", "+"},
        {"redis", "$65536\r\n"},
        {"mqtt", "\x30\xff\xff\xff\x7f"},
    };
    for (size_t i = 0; i < COUNT_OF(endless); i++) {
        struct buf answer = {0};
        struct proto_piece piece;
        const struct proto *p = proto_find(endless[i].scheme);
        memset(noise, 'x', sizeof(noise));
        memcpy(noise, endless[i].opening, strlen(endless[i].opening));
        struct span all = {noise, sizeof(noise)};
        struct span less = {noise, sizeof(noise) - 1};
        assert_int_equal(p->cut(less, TEXT_BYTES, &piece, &answer), PROTO_MORE);
        assert_int_equal(p->cut(all, TEXT_BYTES, &piece, &answer), PROTO_BAD);
        assert_int_equal(answer.n, 0);
    }
}

/* -- what we say -------------------------------------------------------------- */

static void
assert_greets(const char *scheme, bool is_poster, struct span want)
{
    struct buf out = {0};
    struct proto_who who = {
        .run = 0xabc, .number = 0xfffff, .is_poster = is_poster};
    proto_find(scheme)->greet(&who, &out);
    assert_span(buf_span(&out), want);
    buf_finish(&out);
}

static void
test_greetings(void **state)
{
    (void)state;
    assert_greets("plain", false, SPAN("\n"));
    assert_greets("lab", false, SPAN(""));
    assert_greets("irc", false,
                  SPAN("CAP LS 302\r\nPING bench\r\nNICK babcfffff\r\n"
                       "USER bench 0 * :liao-bench\r\nCAP END\r\n"));
    /* 0xfffff % 50 is 25, so set 26: 2 + 8 + 16. */
    assert_greets("ircv3", false,
                  SPAN("CAP LS 302\r\nPING bench\r\nNICK babcfffff\r\n"
                       "USER bench 0 * :liao-bench\r\n"
                       "CAP REQ message-tags\r\nCAP REQ away-notify\r\n"
                       "CAP REQ chghost\r\nCAP END\r\n"));
    assert_greets("redis", false,
                  SPAN("*2\r\n$9\r\nSUBSCRIBE\r\n$5\r\nbench\r\n"));
    assert_greets("redis", true, SPAN("*1\r\n$4\r\nPING\r\n"));
    assert_greets("mqtt", false,
                  SPAN("\x10\x19\0\4MQTT\4\2\0\0\0\rbenchabcfffff"));
}

static void
assert_frames(const char *scheme, struct span before, struct span behind)
{
    struct buf b = {0}, e = {0};
    proto_find(scheme)->frame(200, &b, &e);
    assert_span(buf_span(&b), before);
    assert_span(buf_span(&e), behind);
    buf_finish(&b);
    buf_finish(&e);
}

static void
test_frames(void **state)
{
    (void)state;
    assert_frames("plain", SPAN(""), SPAN("\n"));
    assert_frames("lab", SPAN(""), SPAN(""));
    assert_frames("irc", SPAN("PRIVMSG #bench :"), SPAN("\r\n"));
    assert_frames("nats", SPAN("PUB bench 200\r\n"), SPAN("\r\n"));
    assert_frames("redis",
                  SPAN("*3\r\n$7\r\nPUBLISH\r\n$5\r\nbench\r\n$200\r\n"),
                  SPAN("\r\n"));
    /* 2 + 5 + 200 = 207 = 0x4f + 1 * 128 */
    assert_frames("mqtt", SPAN("\x30\xcf\x01\0\5bench"), SPAN(""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_frames_hold_the_text),
        cmocka_unit_test(test_pieces_are_bounded),
        cmocka_unit_test(test_greetings),
        cmocka_unit_test(test_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
