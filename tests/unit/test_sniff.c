/*
 * Openings, cut at every byte, with a gap between the two parts; and what a
 * new connection is then taken for. It is driven as a peer drives it: judged
 * at each arrival, and when it asked to be judged again.
 *
 * Where the expectation surprises, the reason stands beside it.
 */
#include "unit/cmocka_all.h"

#include "wire/sniff.h"

#include <stdlib.h>

#define HELD_ROOM 9000
#define FOREVER_MS 100000

/* -- a connection, and what is made of it ------------------------------------ */

struct line {
    struct sniff sniff;
    uint8_t bytes[HELD_ROOM];
    size_t n;
    uint64_t now_ms;
    uint64_t again_ms;
    uint64_t silent_ms; /* when it was taken for a listener; 0: never */
    enum sniff_verdict verdict;
};

static void
judge(struct line *l)
{
    struct span held = {l->bytes, l->n};
    l->verdict = wire_sniff_judge(&l->sniff, held, l->now_ms, &l->again_ms);
    if (l->verdict == SNIFF_SILENT) {
        assert_int_equal(l->silent_ms, 0); /* it is said once */
        assert_int_equal(l->n, 0);
        l->silent_ms = l->now_ms;
        l->verdict = SNIFF_MORE;
        l->again_ms = UINT64_MAX;
    }
    if (l->verdict == SNIFF_MORE)
        assert_true(l->again_ms > l->now_ms);
}

static void
begin(struct line *l, enum sniff_pin pin, bool trusts_proxy)
{
    *l = (struct line){.now_ms = 5000};
    wire_sniff_init(&l->sniff, pin, trusts_proxy, l->now_ms);
    judge(l);
}

/* Time passes; the verdict may fall meanwhile. */
static void
pass_until(struct line *l, uint64_t until_ms)
{
    while (l->verdict == SNIFF_MORE && l->again_ms <= until_ms) {
        l->now_ms = l->again_ms;
        judge(l);
    }
    if (l->verdict == SNIFF_MORE)
        l->now_ms = until_ms;
}

static void
arrive(struct line *l, struct span part)
{
    if (l->verdict != SNIFF_MORE || part.n == 0)
        return;
    assert_true(l->n + part.n <= HELD_ROOM);
    memcpy(l->bytes + l->n, part.at, part.n);
    l->n += part.n;
    wire_sniff_note(&l->sniff, part.n, l->now_ms);
    judge(l);
}

/* -- the table --------------------------------------------------------------- */

enum { GAPS = 4 };
static const uint64_t gaps_ms[GAPS] = {0, 150, 900, 1600};

struct opening {
    const char *name;
    struct span bytes;
    enum sniff_pin pin;
    bool trusts_proxy;
    /* When it comes whole: the verdict, and after how long. */
    const char *whole;
    uint64_t after_ms;
    /*
     * When it comes in two parts, for each of the gaps: "VERDICT", or
     * "2:LAB 5:IRC PLAIN" for LAB up to a first part of 2 bytes, IRC up to
     * 5, PLAIN beyond.
     */
    const char *cut[GAPS];
};

#define PROXY_1 "PROXY TCP4 192.0.2.1 192.0.2.2 40000 63434\r\n"
#define PROXY_2                                                                \
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\x9c\x40\xf7\xca"

/* clang-format off */
static const struct opening openings[] = {
/* -- people ---------------------------------------------------------------- */
{"a line", SPAN_INIT("hello everybody\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN",
  "PLAIN",
  "1:PLAIN LAB",    /* 900 ms after one key comes the next: keys */
  "LAB"}},
{"a line of CRLF", SPAN_INIT("hello\r\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "1:PLAIN LAB", "LAB"}},
{"a burst", SPAN_INIT("hello"), SNIFF_ANY, false, "LAB", 200,
 {"LAB", "1:PLAIN LAB", "1:PLAIN LAB", "LAB"}},
{"a Chinese burst", SPAN_INIT("你好，世界"), SNIFF_ANY, false, "LAB", 200,
 {"LAB", "1:PLAIN LAB", "1:PLAIN LAB", "LAB"}},
{"a Chinese line", SPAN_INIT("你好\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "1:PLAIN LAB", "LAB"}},
{"two lines in a burst", SPAN_INIT("hello\nworld"), SNIFF_ANY, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "1:PLAIN 5:LAB PLAIN", "5:LAB PLAIN"}},
{"one byte", SPAN_INIT("x"), SNIFF_ANY, false, "LAB", 1000,
 {NULL, NULL, NULL, NULL}},
{"q", SPAN_INIT("q"), SNIFF_ANY, false, "LAB", 1000, {NULL, NULL, NULL, NULL}},
{"q and Enter", SPAN_INIT("q\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "LAB"}},
{"Enter", SPAN_INIT("\n"), SNIFF_ANY, false, "PLAIN", 0,
 {NULL, NULL, NULL, NULL}},
{"Enter of telnet", SPAN_INIT("\r\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "LAB"}},
{"blanks", SPAN_INIT("  \t "), SNIFF_ANY, false, "LAB", 200,
 {"LAB", "1:PLAIN LAB", "1:PLAIN LAB", "LAB"}},
{"a command", SPAN_INIT("/nick bob"), SNIFF_ANY, false, "LAB", 200,
 {"LAB", "1:PLAIN LAB", "1:PLAIN LAB", "LAB"}},

/* -- people who sound like machines ---------------------------------------- */
{"GET well soon", SPAN_INIT("GET well soon"), SNIFF_ANY, false, "LAB", 200,
 /* "GET well " may become a request for 1.5 s; "GET well s" may not. */
 {"LAB", "1:PLAIN LAB", "1:PLAIN LAB", "LAB"}},
{"GET well soon, line", SPAN_INIT("GET well soon\n"), SNIFF_ANY, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "9:PLAIN LAB", "LAB"}},
{"GET alone", SPAN_INIT("GET"), SNIFF_ANY, false, "LAB", 1500,
 {"LAB", "1:PLAIN LAB", "1:PLAIN LAB", "LAB"}},
{"GET alone, line", SPAN_INIT("GET\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "LAB"}},
{"nick bob", SPAN_INIT("nick bob\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "1:PLAIN LAB", "LAB"}},
{"user bob", SPAN_INIT("user bob\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "1:PLAIN LAB", "LAB"}},
{"NICK of a shop", SPAN_INIT("NICK of time\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "8:PLAIN LAB", "LAB"}},
{"USER with too few", SPAN_INIT("USER a b\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "LAB"}},
{"USER with three", SPAN_INIT("USER a b c\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "LAB"}},
{"USER with too many", SPAN_INIT("USER a b c d e\n"), SNIFF_ANY, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "13:PLAIN LAB", "LAB"}},
{"GET and two blanks", SPAN_INIT("GET  HTTP/1.1\n"), SNIFF_ANY, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "4:PLAIN LAB", "LAB"}},
{"CAP of a bottle", SPAN_INIT("CAP off\n"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "4:PLAIN LAB", "LAB"}},
{"SSH-keys are cool", SPAN_INIT("SSH-keys are cool\n"), SNIFF_ANY, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "4:PLAIN LAB", "LAB"}},
{"PROXY settings", SPAN_INIT("PROXY settings?\n"), SNIFF_ANY, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "2:PLAIN LAB", "LAB"}}, /* PRI is a method of HTTP/2 */
{"PASS me the salt", SPAN_INIT("PASS me the salt\n"), SNIFF_ANY, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "8:PLAIN LAB", "4:LAB 8:PLAIN LAB"}},

/* -- IRC ------------------------------------------------------------------- */
{"NICK", SPAN_INIT("NICK bob\r\n"), SNIFF_ANY, false, "IRC", 0,
 {"IRC", "IRC", "IRC", "LAB"}},
{"NICK, LF", SPAN_INIT("NICK bob\n"), SNIFF_ANY, false, "IRC", 0,
 {"IRC", "IRC", "IRC", "LAB"}},
{"CAP LS", SPAN_INIT("CAP LS 302\r\n"), SNIFF_ANY, false, "IRC", 0,
 {"IRC", "IRC", "IRC", "LAB"}},
{"CAP REQ", SPAN_INIT("CAP REQ :sasl echo-message\r\n"), SNIFF_ANY, false,
 "IRC", 0,
 {"IRC", "IRC", "IRC", "LAB"}},
{"USER", SPAN_INIT("USER a b c :d e f\r\n"), SNIFF_ANY, false, "IRC", 0,
 {"IRC", "IRC", "IRC", "LAB"}},
{"PASS and NICK", SPAN_INIT("PASS secret\r\nNICK bob\r\n"), SNIFF_ANY, false,
 "IRC", 0,
 {"IRC", "IRC", "IRC", "4:LAB IRC"}}, /* what may be a password waits 30 s */
{"PASS alone", SPAN_INIT("PASS secret\r\n"), SNIFF_ANY, false, "IRC", 30000,
 {"IRC", "IRC", "IRC", "4:LAB IRC"}},

/* -- HTTP ------------------------------------------------------------------ */
{"GET", SPAN_INIT("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), SNIFF_ANY, false,
 "HTTP", 0,
 {"HTTP", "HTTP", "HTTP",
  "10:LAB HTTP"}}, /* from "GET / HTTP/" on it waits 30 s */
{"POST", SPAN_INIT("POST /x HTTP/1.0\nContent-Length: 3\n\nabc"), SNIFF_ANY,
 false, "HTTP", 0,
 {"HTTP", "HTTP", "HTTP", "12:LAB HTTP"}},
{"HTTP/2", SPAN_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), SNIFF_ANY, false,
 "HTTP", 0,
 {"HTTP", "HTTP", "HTTP", "10:LAB HTTP"}},
{"a request without end", SPAN_INIT("GET / HTTP/1.1"), SNIFF_ANY, false,
 "HTTP", 30000,
 {"HTTP", "HTTP", "HTTP", "10:LAB HTTP"}},

/* -- other machines -------------------------------------------------------- */
{"TLS", SPAN_INIT("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"), SNIFF_ANY,
 false, "TLS", 0,
 {"TLS", "TLS", "TLS", "1:BINARY TLS"}},
{"SSH", SPAN_INIT("SSH-2.0-OpenSSH_9.2\r\n"), SNIFF_ANY, false, "SSH", 0,
 {"SSH", "SSH", "SSH", "4:LAB SSH"}},
{"old SSH", SPAN_INIT("SSH-1.99-x\n"), SNIFF_ANY, false, "SSH", 0,
 {"SSH", "SSH", "SSH", "5:LAB SSH"}},
{"NUL", SPAN_INIT("\0abc"), SNIFF_ANY, false, "BINARY", 0,
 {"BINARY", "BINARY", "BINARY", "BINARY"}},
{"text, then NUL", SPAN_INIT("abc\0"), SNIFF_ANY, false, "BINARY", 0,
 {"BINARY", "BINARY", "1:BINARY LAB", "LAB"}},
{"ESC", SPAN_INIT("\x1b[A"), SNIFF_ANY, false, "BINARY", 0,
 {"BINARY", "BINARY", "BINARY", "BINARY"}},
{"a line with ESC", SPAN_INIT("\x1b[31mred\n"), SNIFF_ANY, false, "BINARY", 0,
 {"BINARY", "BINARY", "BINARY", "BINARY"}},

/* -- proxies --------------------------------------------------------------- */
{"PROXY v1", SPAN_INIT(PROXY_1 "hello\n"), SNIFF_ANY, true, "PROXY", 0,
 {"PROXY", "PROXY", "PROXY", "PROXY"}},
{"PROXY v2", SPAN_INIT(PROXY_2 "hello\n"), SNIFF_ANY, true, "PROXY", 0,
 {"PROXY", "PROXY", "PROXY", "PROXY"}},
{"PROXY v1 of a stranger", SPAN_INIT(PROXY_1), SNIFF_ANY, false, "PROXY", 0,
 {"PROXY", "PROXY", "2:PROXY LAB", "LAB"}},
/* The front of a stranger's is nothing special: "\r\n" is Enter. */
{"PROXY v2 of a stranger", SPAN_INIT(PROXY_2), SNIFF_ANY, false, "PROXY", 0,
 {"1:PROXY 4:PLAIN BINARY", "1:PROXY 4:PLAIN BINARY",
  "1:PROXY 4:PLAIN BINARY", "1:LAB 4:PLAIN BINARY"}},
{"a line through a proxy", SPAN_INIT("hello\n"), SNIFF_ANY, true, "PLAIN", 0,
 {"PLAIN", "PLAIN", "1:PLAIN LAB", "LAB"}},

/* -- telnet ---------------------------------------------------------------- */
{"telnet", SPAN_INIT("\xff\xfd\x03\xff\xfb\x18"), SNIFF_ANY, false, "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "1:LAB PLAIN"}},
{"telnet and a line", SPAN_INIT("\xff\xfb\x1fhi\r\n"), SNIFF_ANY, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "1:LAB PLAIN"}},
/* 0xff, but no command: wrong UTF-8 is a person's, too. */
{"Latin-1", SPAN_INIT("\xff" "abc"), SNIFF_ANY, false, "LAB", 200,
 {"LAB", "1:PLAIN LAB", "1:PLAIN LAB", "LAB"}},

/* -- pinned listeners: only machines are looked for -------------------------- */
{"a line on plain://", SPAN_INIT("hello\n"), SNIFF_PINNED_PLAIN, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "PLAIN"}},
{"a burst on plain://", SPAN_INIT("hello"), SNIFF_PINNED_PLAIN, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "PLAIN"}},
{"a burst on lab://", SPAN_INIT("hello"), SNIFF_PINNED_LAB, false, "LAB", 0,
 {"LAB", "LAB", "LAB", "LAB"}},
{"a line on lab://", SPAN_INIT("hello\n"), SNIFF_PINNED_LAB, false, "LAB", 0,
 {"LAB", "LAB", "LAB", "LAB"}},
{"GET on lab://", SPAN_INIT("GET"), SNIFF_PINNED_LAB, false, "LAB", 1500,
 {"LAB", "LAB", "LAB", "LAB"}},
{"HTTP on lab://", SPAN_INIT("GET / HTTP/1.1\r\n\r\n"), SNIFF_PINNED_LAB,
 false, "HTTP", 0,
 {"HTTP", "HTTP", "HTTP", "10:LAB HTTP"}},
{"TLS on plain://", SPAN_INIT("\x16\x03\x01"), SNIFF_PINNED_PLAIN, false,
 "TLS", 0,
 {"TLS", "TLS", "TLS", "1:BINARY TLS"}},
{"SSH on lab://", SPAN_INIT("SSH-2.0-x\r\n"), SNIFF_PINNED_LAB, false,
 "SSH", 0,
 {"SSH", "SSH", "SSH", "4:LAB SSH"}},
{"telnet on plain://", SPAN_INIT("\xff\xfd\x03"), SNIFF_PINNED_PLAIN, false,
 "PLAIN", 0,
 {"PLAIN", "PLAIN", "PLAIN", "PLAIN"}},
/* The lab's programs negotiate nothing: there 0xff is a wrong byte. */
{"telnet on lab://", SPAN_INIT("\xff\xfd\x27"), SNIFF_PINNED_LAB, false, "LAB",
 0,
 {"LAB", "LAB", "LAB", "LAB"}},
{"NUL on lab://", SPAN_INIT("\0"), SNIFF_PINNED_LAB, false, "BINARY", 0,
 {NULL, NULL, NULL, NULL}},
{"NICK on irc://", SPAN_INIT("NICK a\r\n"), SNIFF_PINNED_IRC, false, "IRC", 0,
 {"IRC", "IRC", "IRC", "IRC"}},
{"QUIT on irc://", SPAN_INIT("QUIT :x\r\n"), SNIFF_PINNED_IRC, false, "IRC", 0,
 {"IRC", "IRC", "IRC", "IRC"}},
{"words on irc://", SPAN_INIT("hello"), SNIFF_PINNED_IRC, false, "IRC", 0,
 {"IRC", "IRC", "IRC", "IRC"}},
{"TLS on irc://", SPAN_INIT("\x16\x03\x01"), SNIFF_PINNED_IRC, false,
 "TLS", 0,
 {"TLS", "TLS", "TLS", "1:BINARY TLS"}},
{"telnet on irc://", SPAN_INIT("\xff\xfd\x27"), SNIFF_PINNED_IRC, false,
 "IRC", 0,
 {"IRC", "IRC", "IRC", "IRC"}},
};
/* clang-format on */

/* The verdict that `table` has for a first part of `cut` bytes. */
static struct span
expected(const char *table, size_t cut)
{
    struct span rest = span_of(table);
    for (;;) {
        struct span word = span_word(&rest);
        size_t colon = span_find(word, ':');
        if (colon == word.n)
            return word;
        uint64_t upto;
        assert_true(span_number(span_sub(word, 0, colon), 9999, &upto));
        if (cut <= upto)
            return span_from(word, colon + 1);
    }
}

static bool
is_verdict(enum sniff_verdict got, struct span want)
{
    return span_equal(span_of(wire_sniff_verdict_name(got)), want);
}

static void
check_whole(const struct opening *o, uint64_t silence_ms)
{
    struct line l;
    begin(&l, o->pin, o->trusts_proxy);
    pass_until(&l, l.now_ms + silence_ms);
    uint64_t came_ms = l.now_ms;
    arrive(&l, o->bytes);
    pass_until(&l, l.now_ms + FOREVER_MS);
    if (!is_verdict(l.verdict, span_of(o->whole)) ||
        l.now_ms != came_ms + o->after_ms)
        fail_msg(
            "%s, whole after %u ms: %s after %u ms; want %s after %u", o->name,
            (unsigned)silence_ms, wire_sniff_verdict_name(l.verdict),
            (unsigned)(l.now_ms - came_ms), o->whole, (unsigned)o->after_ms);
    bool was_silent = silence_ms >= SNIFF_SILENT_MS;
    assert_int_equal(l.silent_ms, was_silent ? 5000 + SNIFF_SILENT_MS : 0);
}

/* Returns false, and says so, when it is taken for something else. */
static bool
check_cut(const struct opening *o, size_t cut, int gap)
{
    struct line l;
    begin(&l, o->pin, o->trusts_proxy);
    pass_until(&l, l.now_ms + 10);
    arrive(&l, span_sub(o->bytes, 0, cut));
    pass_until(&l, l.now_ms + gaps_ms[gap]);
    arrive(&l, span_from(o->bytes, cut));
    pass_until(&l, l.now_ms + FOREVER_MS);
    struct span want = expected(o->cut[gap], cut);
    if (is_verdict(l.verdict, want))
        return true;
    fprintf(stderr, "%s, %zu of %zu bytes, then %u ms: %s; want %.*s\n",
            o->name, cut, o->bytes.n, (unsigned)gaps_ms[gap],
            wire_sniff_verdict_name(l.verdict), SPAN_ARG(want));
    return false;
}

static void
test_whole_openings(void **state)
{
    (void)state;
    static const uint64_t silences_ms[] = {0, 10, 1499, 1500, 60000};
    for (size_t i = 0; i < COUNT_OF(openings); i++) {
        for (size_t k = 0; k < COUNT_OF(silences_ms); k++)
            check_whole(&openings[i], silences_ms[k]);
    }
}

static void
test_openings_cut_in_two(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT_OF(openings); i++) {
        const struct opening *o = &openings[i];
        for (int gap = 0; gap < GAPS; gap++) {
            for (size_t cut = 1; cut < o->bytes.n; cut++)
                wrong += !check_cut(o, cut, gap);
        }
    }
    assert_int_equal(wrong, 0);
}

/* -- what no table shows -------------------------------------------------------- */

static void
test_keys_typed_one_by_one(void **state)
{
    (void)state;
    for (uint64_t gap_ms = 40; gap_ms < 1000; gap_ms += 120) {
        struct line l;
        begin(&l, SNIFF_ANY, false);
        struct span typed = SPAN("hi there\r\n");
        for (size_t i = 0; i < typed.n && l.verdict == SNIFF_MORE; i++) {
            arrive(&l, span_sub(typed, i, 1));
            pass_until(&l, l.now_ms + gap_ms);
        }
        assert_int_equal(l.verdict, SNIFF_PLAIN);
        assert_int_equal(l.n, 2); /* the second key tells */
    }
}

/* One byte alone, cut off by the network, does not make keys of the rest. */
static void
test_a_burst_in_three_parts(void **state)
{
    (void)state;
    struct line l;
    begin(&l, SNIFF_ANY, false);
    arrive(&l, SPAN("h"));
    pass_until(&l, l.now_ms + 10);
    arrive(&l, SPAN("ell"));
    pass_until(&l, l.now_ms + 150);
    arrive(&l, SPAN("o, everybody"));
    pass_until(&l, l.now_ms + 199);
    assert_int_equal(l.verdict, SNIFF_MORE);
    pass_until(&l, l.now_ms + 1);
    assert_int_equal(l.verdict, SNIFF_LAB);
}

/* The first key of GET, NICK and the like waits for the second as well. */
static void
test_keys_that_begin_a_machines_word(void **state)
{
    (void)state;
    struct line l;
    begin(&l, SNIFF_ANY, false);
    struct span typed = SPAN("NICE to see you\n");
    for (size_t i = 0; i < typed.n && l.verdict == SNIFF_MORE; i++) {
        arrive(&l, span_sub(typed, i, 1));
        pass_until(&l, l.now_ms + 100);
    }
    assert_int_equal(l.verdict, SNIFF_PLAIN);
    assert_int_equal(l.n, 4);
}

static void
test_a_burst_of_1024_bytes_and_of_1025(void **state)
{
    (void)state;
    static uint8_t text[1025];
    memset(text, 'a', sizeof(text));
    struct line l;
    begin(&l, SNIFF_ANY, false);
    arrive(&l, (struct span){text, 1024});
    assert_int_equal(l.verdict, SNIFF_MORE);
    pass_until(&l, l.now_ms + 200);
    assert_int_equal(l.verdict, SNIFF_LAB);

    begin(&l, SNIFF_ANY, false);
    arrive(&l, (struct span){text, 1025});
    assert_int_equal(l.verdict, SNIFF_PLAIN);

    struct opening long_one = {
        .name = "1,025 bytes",
        .bytes = {text, sizeof(text)},
        .cut = {"PLAIN", "PLAIN", "1:PLAIN LAB", "LAB"},
    };
    for (int gap = 0; gap < GAPS; gap++) {
        for (size_t cut = 1; cut < sizeof(text); cut += 31)
            assert_true(check_cut(&long_one, cut, gap));
    }
}

/* Bytes that drip in one by one do not keep it waiting for ever. */
static void
test_who_drips_is_told_apart_in_the_end(void **state)
{
    (void)state;
    static const struct {
        struct span front;
        bool trusts_proxy;
        uint64_t most_ms;
        enum sniff_verdict verdict;
    } drips[] = {
        {SPAN_INIT("GET /"), false, 1500, SNIFF_PLAIN},
        {SPAN_INIT("GET / HTTP/"), false, 30000, SNIFF_HTTP},
        {SPAN_INIT("PROXY TCP4 "), true, 30000, SNIFF_PROXY},
    };
    for (size_t i = 0; i < COUNT_OF(drips); i++) {
        struct line l;
        begin(&l, SNIFF_ANY, drips[i].trusts_proxy);
        uint64_t came_ms = l.now_ms;
        arrive(&l, drips[i].front);
        for (int n = 0; n < 60 && l.verdict == SNIFF_MORE; n++) {
            pass_until(&l, l.now_ms + 700);
            arrive(&l, SPAN("1"));
        }
        /* "GET /" and one more byte is no single key, but a burst: it may
         * be either framing, as long as it is said in time. */
        if (drips[i].verdict == SNIFF_PLAIN)
            assert_true(l.verdict == SNIFF_PLAIN || l.verdict == SNIFF_LAB);
        else
            assert_int_equal(l.verdict, drips[i].verdict);
        assert_in_range(l.now_ms, came_ms, came_ms + drips[i].most_ms + 700);
    }
}

/* A request line is not looked at for ever, either. */
static void
test_an_endless_machine_line(void **state)
{
    (void)state;
    static uint8_t text[SNIFF_HELD_BYTES];
    memset(text, 'a', sizeof(text));
    struct line l;
    begin(&l, SNIFF_ANY, false);
    arrive(&l, SPAN("GET / HTTP/1.1 "));
    arrive(&l, (struct span){text, sizeof(text) - 100});
    assert_int_equal(l.verdict, SNIFF_MORE);
    arrive(&l, (struct span){text, 200});
    assert_int_equal(l.verdict, SNIFF_HTTP);

    begin(&l, SNIFF_ANY, false);
    arrive(&l, SPAN("GET /"));
    arrive(&l, (struct span){text, sizeof(text)});
    assert_int_equal(l.verdict, SNIFF_PLAIN);
}

static void
test_silence_is_said_once(void **state)
{
    (void)state;
    struct line l;
    begin(&l, SNIFF_ANY, false);
    assert_int_equal(l.again_ms, l.now_ms + SNIFF_SILENT_MS);
    pass_until(&l, l.now_ms + SNIFF_SILENT_MS - 1);
    assert_int_equal(l.silent_ms, 0);
    pass_until(&l, l.now_ms + FOREVER_MS);
    assert_int_equal(l.silent_ms, 5000 + SNIFF_SILENT_MS);
    judge(&l); /* asked again, it has nothing to add */
    assert_int_equal(l.verdict, SNIFF_MORE);
    assert_int_equal(l.again_ms, UINT64_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_openings),
        cmocka_unit_test(test_openings_cut_in_two),
        cmocka_unit_test(test_keys_typed_one_by_one),
        cmocka_unit_test(test_a_burst_in_three_parts),
        cmocka_unit_test(test_keys_that_begin_a_machines_word),
        cmocka_unit_test(test_a_burst_of_1024_bytes_and_of_1025),
        cmocka_unit_test(test_who_drips_is_told_apart_in_the_end),
        cmocka_unit_test(test_an_endless_machine_line),
        cmocka_unit_test(test_silence_is_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
