#include "unit/cmocka_all.h"

#include "wire/proxy.h"

#define V2 "\r\n\r\n\0\r\nQUIT\n"
#define V4_PAIR "\xc0\0\2\1\xc0\0\2\2\x9c\x40\xf7\xca"
#define V6_A "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define V6_B "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2"

struct header {
    struct span bytes;
    enum proxy_result result;
    struct span address;
    uint16_t port;
};

/* clang-format off */
static const struct header headers[] = {
    /* version 1 */
    {SPAN_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 40000 63434\r\n"), PROXY_OK,
     SPAN_INIT("\xc0\0\2\1"), 40000},
    {SPAN_INIT("PROXY TCP6 2001:db8::1 2001:db8::2 65535 0\r\n"), PROXY_OK,
     SPAN_INIT(V6_A), 65535},
    {SPAN_INIT("PROXY UNKNOWN\r\n"), PROXY_OK, SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY UNKNOWN ffff:f...f:ffff 1 2\r\n"), PROXY_OK,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 40000 63434\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP4 2001:db8::1 192.0.2.2 1 2\r\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 1 -2\r\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n"), PROXY_BAD,
     SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY TCP4\r\n"), PROXY_BAD, SPAN_INIT(""), 0},
    {SPAN_INIT("PROXY settings?\r\n"), PROXY_NO, SPAN_INIT(""), 0},
    {SPAN_INIT("proxy TCP4"), PROXY_NO, SPAN_INIT(""), 0},
    {SPAN_INIT("hello"), PROXY_NO, SPAN_INIT(""), 0},

    /* version 2 */
    {SPAN_INIT(V2 "\x21\x11\0\x0c" V4_PAIR), PROXY_OK,
     SPAN_INIT("\xc0\0\2\1"), 40000},
    {SPAN_INIT(V2 "\x21\x21\0\x24" V6_A V6_B "\0\x50\0\x51"), PROXY_OK,
     SPAN_INIT(V6_A), 80},
    {SPAN_INIT(V2 "\x21\x11\0\x10" V4_PAIR "\4\0\1x"), PROXY_OK, /* a TLV */
     SPAN_INIT("\xc0\0\2\1"), 40000},
    {SPAN_INIT(V2 "\x20\x11\0\x0c" V4_PAIR), PROXY_OK, /* LOCAL */
     SPAN_INIT(""), 0},
    {SPAN_INIT(V2 "\x20\0\0\0"), PROXY_OK, SPAN_INIT(""), 0},
    {SPAN_INIT(V2 "\x21\x31\0\2xy"), PROXY_OK, SPAN_INIT(""), 0}, /* unix */
    {SPAN_INIT(V2 "\x21\x11\0\x0b\xc0\0\2\1\xc0\0\2\2\x9c\x40\xf7"),
     PROXY_BAD, SPAN_INIT(""), 0},
    {SPAN_INIT(V2 "\x21\x21\0\x0c" V4_PAIR), PROXY_BAD, SPAN_INIT(""), 0},
    {SPAN_INIT(V2 "\x11\x11\0\x0c" V4_PAIR), PROXY_BAD, SPAN_INIT(""), 0},
    {SPAN_INIT(V2 "\x22\x11\0\x0c" V4_PAIR), PROXY_BAD, SPAN_INIT(""), 0},
    {SPAN_INIT(V2 "\x21\x11\xff\xff"), PROXY_BAD, SPAN_INIT(""), 0},
};
/* clang-format on */

static void
test_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        const struct header *h = &headers[i];
        struct buf bytes = {0};
        buf_add(&bytes, h->bytes);
        buf_add(&bytes, SPAN("and what follows\r\n"));
        struct proxy_header got;
        size_t used;
        enum proxy_result result =
            wire_proxy_decode(buf_span(&bytes), &got, &used);
        if (result != h->result)
            fail_msg("row %zu: %d, want %d", i, result, h->result);
        if (result == PROXY_OK) {
            assert_int_equal(used, h->bytes.n);
            assert_span(((struct span){got.address, got.address_bytes}),
                        h->address);
            assert_int_equal(got.port, h->port);
        }
        buf_finish(&bytes);
    }
}

/* The front of a header asks for more, and is never taken for one. */
static void
test_fronts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        const struct header *h = &headers[i];
        for (size_t n = 0; h->result == PROXY_OK && n < h->bytes.n; n++) {
            struct proxy_header got;
            size_t used;
            enum proxy_result result =
                wire_proxy_decode(span_sub(h->bytes, 0, n), &got, &used);
            if (result != PROXY_MORE)
                fail_msg("row %zu, %zu bytes: %d", i, n, result);
        }
    }
}

static void
test_version_1_has_107_bytes_at_most(void **state)
{
    (void)state;
    struct proxy_header got;
    size_t used;
    for (size_t n = PROXY_V1_MOST - 3; n < PROXY_V1_MOST + 5; n++) {
        struct buf bytes = {0};
        buf_add(&bytes, SPAN("PROXY UNKNOWN "));
        while (bytes.n < n - 2)
            buf_add_byte(&bytes, 'x');
        assert_int_equal(wire_proxy_decode(buf_span(&bytes), &got, &used),
                         n - 2 <= PROXY_V1_MOST ? PROXY_MORE : PROXY_BAD);
        buf_add(&bytes, SPAN("\r\n"));
        assert_int_equal(wire_proxy_decode(buf_span(&bytes), &got, &used),
                         n <= PROXY_V1_MOST ? PROXY_OK : PROXY_BAD);
        buf_finish(&bytes);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_fronts),
        cmocka_unit_test(test_version_1_has_107_bytes_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
