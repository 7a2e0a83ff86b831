/*
 * --trace: what a line looks like, and what is never in one.
 */
#include "unit/cmocka_all.h"

#include "base/trace.h"

#include <errno.h>
#include <stdlib.h>

static char last[1024];

static void
keep(struct trace *t, struct span line)
{
    (void)t;
    snprintf(last, sizeof(last), "%.*s", SPAN_ARG(line));
}

static void
receive(struct trace *t, int fd, struct span bytes)
{
    trace_bytes(t, TRACE_RECV, fd, (long)bytes.n, bytes, 4096);
}

/* What is between the first quotation mark and the arguments behind it. */
static const char *
shown(void)
{
    static char text[1024];
    const char *from = strchr(last, '"');
    assert_non_null(from);
    snprintf(text, sizeof(text), "%s", from);
    char *end = strstr(text, ", 4096)");
    assert_non_null(end);
    *end = '\0';
    return text;
}

/* The notes stand below one another. */
static void
assert_line(const char *call, const char *note)
{
    char want[200];
    snprintf(want, sizeof(want), "%-47s # %s", call, note);
    assert_string_equal(last, want);
}

static void
test_lines(void **state)
{
    (void)state;
    struct trace t = {.sink = keep};
    TRACE(&t, TRACE_SOCKET, 5, 5, "%s", "AF_INET, SOCK_STREAM");
    assert_line("~ socket(AF_INET, SOCK_STREAM) = 5",
                "a descriptor; it has no address yet");
    receive(&t, 7, SPAN("hi\n"));
    assert_line("~ recv(7, \"hi\\n\", 4096) = 3",
                "bytes, not messages: what has come so far");
    receive(&t, 7, SPAN("h\xc3\xa9 你好\n"));
    assert_string_equal(last,
                        "~ recv(7, \"h\xc3\xa9 你好\\n\", 4096) = 11"
                        "               # bytes, not messages: what has come "
                        "so far");
    errno = EPIPE;
    trace_bytes(&t, TRACE_SEND, 7, -1, SPAN_NONE, 3);
    assert_int_equal(errno, EPIPE); /* for the caller */
    assert_line("~ send(7, \"\", 3) = -1 EPIPE (Broken pipe)",
                "the other side has closed");
    trace_bytes(&t, TRACE_SEND, 7, 2, SPAN("ab"), 3);
    assert_non_null(strstr(last, "takes no more"));
    trace_bytes(&t, TRACE_RECV, 7, 0, SPAN_NONE, 3);
    assert_non_null(strstr(last, "the other side has ended"));
    trace_close(&t, 7);
    assert_non_null(strstr(last, "~ close(7) = 0 "));
    trace_ready(&t, "poll", 4, true, false);
    assert_string_equal(last, "~ poll: 4 is readable");
    trace_timeout(&t, "select", 20);
    assert_string_equal(last, "~ select: nothing for 20 ms");
    TRACE((struct trace *)NULL, TRACE_CLOSE, 1, 0, "%s", "nobody looks");
    trace_finish(&t);
}

/* Whatever came, a terminal shows it and does not obey it. */
static void
test_bytes_are_harmless(void **state)
{
    (void)state;
    static const struct {
        struct span bytes;
        const char *shown;
    } cases[] = {
        {SPAN_INIT("\033[2Jx\a"), "\"\\x1b[2Jx\\x07\""},
        {SPAN_INIT("a\r\n\t\"\\"), "\"a\\r\\n\\t\\\"\\\\\""},
        {SPAN_INIT("你好"), "\"你好\""},
        {SPAN_INIT("\xe4\xbd"), "\"\\xe4\\xbd\""}, /* half of a character */
        {SPAN_INIT("\xa0你"), "\"\\xa0你\""},
        {SPAN_INIT("\xc2\x9b"), "\"\\xc2\\x9b\""},          /* C1: CSI */
        {SPAN_INIT("\xe2\x80\xae"), "\"\\xe2\\x80\\xae\""}, /* U+202E */
        {SPAN_INIT("\0"), "\"\\x00\""},
    };
    struct trace t = {.sink = keep};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        receive(&t, 5, cases[i].bytes);
        assert_string_equal(shown(), cases[i].shown);
    }
    char much[5000];
    memset(much, 'x', sizeof(much));
    receive(&t, 5, (struct span){(uint8_t *)much, sizeof(much)});
    assert_true(strlen(shown()) < 120);
    assert_non_null(strstr(last, "= 5000"));
    trace_finish(&t);
}

/* Of each of these, the second half is a secret; wherever reads cut. */
static void
test_secrets(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "PASS geheim",
        "pass geheim",
        "OPER root geheim",
        "AUTHENTICATE geheim",
        "/msg NickServ identify geheim",
        "PRIVMSG NickServ :identify geheim",
        "/login geheim",
        "Authorization: Basic geheim",
        "Cookie: s=geheim",
        "JOIN #tea geheim",
        "/join  tea  geheim",
        "/mode +k geheim",
        "@label=1 :me  PASS  geheim",
        ":alice!~a@host MODE #tea +k geheim",
        ":host 324 alice #tea +k geheim",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        size_t n = strlen(lines[i]);
        for (size_t cut = 0; cut <= n; cut++) {
            struct trace t = {.sink = keep};
            struct span line = span_of(lines[i]);
            receive(&t, 5, SPAN("hello\n"));
            receive(&t, 5, span_sub(line, 0, cut));
            assert_null(strstr(last, "geh"));
            receive(&t, 5, span_from(line, cut));
            assert_null(strstr(last, "geh"));
            assert_null(strstr(last, "heim\""));
            receive(&t, 5, SPAN("\nafter\n"));
            assert_string_equal(shown(), "\"\\nafter\\n\"");
            trace_finish(&t);
        }
    }
}

/* Others' lines, and the other direction, are not secret for that. */
static void
test_a_secret_hides_nothing_else(void **state)
{
    (void)state;
    struct trace t = {.sink = keep};
    receive(&t, 5, SPAN("PASS "));
    assert_string_equal(shown(), "\"PASS \"");
    receive(&t, 6, SPAN("open"));
    assert_string_equal(shown(), "\"open\"");
    trace_bytes(&t, TRACE_SEND, 5, 4, SPAN("open"), 4096);
    assert_string_equal(shown(), "\"open\"");
    receive(&t, 5, SPAN("geheim"));
    assert_string_equal(shown(), "\"***\"");
    trace_close(&t, 5); /* the next connection with this number */
    receive(&t, 5, SPAN("open"));
    assert_string_equal(shown(), "\"open\"");
    receive(&t, 5, SPAN(" we COMPASS on\n"));
    assert_string_equal(shown(), "\" we COMPASS on\\n\"");
    trace_finish(&t);
}

/* What of one datagram is shown: what is behind its address. */
static void
assert_shown(struct trace *t, const struct trace_header *h, const char *bytes,
             const char *shown)
{
    char want[200];
    snprintf(want, sizeof(want), "~   from 192.0.2.1:50001: \"%s\"", shown);
    trace_datagram(t, TRACE_FROM, "192.0.2.1:50001", span_of(bytes), h);
    char *note = strstr(last, " # ");
    while (note != NULL && *note == ' ' && note > last)
        *note-- = '\0';
    assert_string_equal(last, want);
}

static void
assert_datagram(const char *bytes, size_t text_at, const char *shown)
{
    struct trace t = {.sink = keep};
    struct trace_header h = {.text_at = text_at};
    assert_shown(&t, &h, bytes, shown);
    trace_finish(&t);
}

static void
test_datagrams(void **state)
{
    (void)state;
    struct trace t = {.sink = keep};
    TRACE(&t, TRACE_RECVMMSG, 5, 2, "%d", 32);
    assert_line("~ recvmmsg(5, 32) = 2",
                "datagrams: each is whole, and has its sender");
    trace_datagram(&t, TRACE_TO, "[::1]:5", SPAN("\033hi\n"),
                   &(struct trace_header){0});
    assert_string_equal(last, "~   to [::1]:5: \"\\x1bhi\\n\"");
    TRACE(&t, TRACE_RECVMSG, 5, 3, "MSG_ERRQUEUE: %s", "ECONNREFUSED");
    assert_non_null(strstr(last, "nobody is at that port"));
    errno = EAGAIN;
    TRACE(&t, TRACE_RECVMSG, 5, -1, "MSG_ERRQUEUE");
    assert_non_null(strstr(last, "no ICMP error has come"));
    TRACE(&t, TRACE_CONNECT_UDP, 5, 0, "%s", "[::1]:5");
    assert_non_null(strstr(last, "~ connect(5, [::1]:5) = 0 "));
    assert_non_null(strstr(last, "as a first sendto would"));
    trace_finish(&t);
}

/* A header may look like anything; a secret begins behind it. */
static void
test_secrets_in_datagrams(void **state)
{
    (void)state;
    assert_datagram("PASS geheim\nhi\n", 0, "PASS ***\\nhi\\n");
    assert_datagram("headPASS geheim\n", 4, "headPASS ***\\n");
    /* Each datagram begins a line. */
    assert_datagram("geheim\n", 0, "geheim\\n");
    assert_datagram("to come in, type ABCDEFG7\n", 0,
                    "to come in, type ***\\n");
    assert_datagram("ABCDEFG7", 0, "***");
    assert_datagram("abcdefg7\r\n", 0, "***\\r\\n");
    assert_datagram(" abcdefg7 \n", 0, " *** \\n");
    assert_datagram("XABCDEFG7", 1, "X***");
    assert_datagram("xabcdefg7", 1, "x***");
    assert_datagram("see you tomorrow\n", 0, "see you tomorrow\\n");
    assert_datagram("ABCDEFG\n", 0, "ABCDEFG\\n");
    assert_datagram("ABCDEFG1\n", 0, "ABCDEFG1\\n");
    assert_datagram("\n", 0, "\\n");
    assert_datagram("", 0, "");
}

/* Datagrams of one stream, which cut its lines anywhere. */
static void
assert_numbered(struct trace *t, uint64_t stream, uint32_t number,
                const char *bytes, const char *shown)
{
    struct trace_header h = {
        .is_numbered = true, .stream = stream, .number = number};
    assert_shown(t, &h, bytes, shown);
}

static void
test_secrets_across_datagrams(void **state)
{
    (void)state;
    struct trace t = {.sink = keep};
    assert_numbered(&t, 1, 0, "ABCDEFG7", "***"); /* the one that opens */
    assert_numbered(&t, 1, 1, "hi\n/pa", "hi\\n/pa");
    assert_numbered(&t, 1, 2, "ss geh", "ss ***");
    assert_numbered(&t, 1, 2, "ss geh", "ss ***"); /* it came twice */
    assert_numbered(&t, 2, 3, "eim\n", "***\\n");  /* of another stream */
    assert_numbered(&t, 1, 3, "", "");             /* are you there? */
    assert_numbered(&t, 1, 4, "eim", "***");
    assert_numbered(&t, 1, 5, "\nafter\n", "\\nafter\\n");
    assert_numbered(&t, 1, 6, "after\n", "after\\n");
    /* One is missing: who knows what it began? */
    assert_numbered(&t, 1, 8, "eim\nafter\n", "***\\nafter\\n");
    assert_numbered(&t, 1, 9, "geheim?\n", "geheim?\\n");
    assert_numbered(&t, 1, 7, "/pass geh", "/pass ***");
    assert_numbered(&t, 1, 8, "eim\nafter\n", "***\\nafter\\n");
    /* What ICMP quotes of one ends earlier than it did. */
    assert_numbered(&t, 1, 10, "/pass geh", "/pass ***");
    struct trace_header quoted = {
        .is_numbered = true, .stream = 1, .number = 10, .is_cut = true};
    assert_shown(&t, &quoted, "/pa", "/pa");
    assert_numbered(&t, 1, 11, "eim\n", "***\\n");
    trace_finish(&t);
}

/* However many streams there are, what is kept of them has its size; of whom
 * nothing is kept any more, too much is hidden and not too little. */
static void
test_streams_that_are_too_many(void **state)
{
    (void)state;
    struct trace t = {.sink = keep};
    for (uint64_t i = 0; i < 5000; i++)
        assert_numbered(&t, i, 1000, "x\n/pass ", "***\\n/pass ");
    for (uint64_t i = 0; i < 5000; i++)
        assert_numbered(&t, i, 1001, "geheim\nhi\n", "***\\nhi\\n");
    trace_finish(&t);
}

/* Who knows a session's id can speak for its member. */
static void
test_secrets_in_headers(void **state)
{
    (void)state;
    struct trace t = {.sink = keep};
    struct trace_header h = {.text_at = 12, .secret_at = 2, .secret_n = 8};
    assert_shown(&t, &h, "abSESSIONScdhello\n", "ab***cdhello\\n");
    assert_shown(&t, &h, "abSESSIONS", "ab***");
    assert_shown(&t, &h, "abSES", "ab***"); /* as ICMP quotes it */
    trace_finish(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_bytes_are_harmless),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_a_secret_hides_nothing_else),
        cmocka_unit_test(test_datagrams),
        cmocka_unit_test(test_secrets_in_datagrams),
        cmocka_unit_test(test_secrets_across_datagrams),
        cmocka_unit_test(test_streams_that_are_too_many),
        cmocka_unit_test(test_secrets_in_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
