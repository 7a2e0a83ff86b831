#include "unit/cmocka_all.h"

#include "net/address.h"

#include <arpa/inet.h>

struct url {
    const char *text;
    enum net_url_verdict verdict;
    const char *scheme;
    const char *host;
    int port;
    bool has_scheme;
    bool has_port;
};

/* clang-format off */
static const struct url urls[] = {
    {"tcp://127.0.0.1:63434", NET_URL_OK, "tcp", "127.0.0.1", 63434, 1, 1},
    {"lab://10.0.0.1", NET_URL_OK, "lab", "10.0.0.1", NET_DEFAULT_PORT, 1, 0},
    {"tcp://chat.example.org:80/", NET_URL_OK, "tcp", "chat.example.org", 80,
     1, 1},
    {"chat.example.org", NET_URL_OK, "tcp", "chat.example.org",
     NET_DEFAULT_PORT, 0, 0},
    {"localhost:0", NET_URL_OK, "tcp", "localhost", 0, 0, 1},
    {"localhost:65535", NET_URL_OK, "tcp", "localhost", 65535, 0, 1},
    {"tcp://[::1]:80", NET_URL_OK, "tcp", "::1", 80, 1, 1},
    {"[2001:db8::1]", NET_URL_OK, "tcp", "2001:db8::1", NET_DEFAULT_PORT, 0,
     0},
    {"::1", NET_URL_OK, "tcp", "::1", NET_DEFAULT_PORT, 0, 0},
    {"tcp://fe80::1%eth0", NET_URL_OK, "tcp", "fe80::1%eth0",
     NET_DEFAULT_PORT, 1, 0},
    {"tcp://*:63434", NET_URL_OK, "tcp", "", 63434, 1, 1},
    {"plain://*", NET_URL_OK, "plain", "", NET_DEFAULT_PORT, 1, 0},
    {"ircv3://h:80", NET_URL_OK, "ircv3", "h", 80, 1, 1},
    {"tcp://:80", NET_URL_OK, "tcp", "", 80, 1, 1},

    /* getaddrinfo(3) would take 8080 for 0.0.31.144, and 0 for all. */
    {"8080", NET_URL_OK, "tcp", "127.0.0.1", 8080, 0, 1},
    {"0", NET_URL_OK, "tcp", "127.0.0.1", 0, 0, 1},
    {"udp://5000", NET_URL_OK, "udp", "127.0.0.1", 5000, 1, 1},
    {"80x", NET_URL_OK, "tcp", "80x", NET_DEFAULT_PORT, 0, 0},
    {"3com:80", NET_URL_OK, "tcp", "3com", 80, 0, 1},
    {"3com.example", NET_URL_OK, "tcp", "3com.example", NET_DEFAULT_PORT, 0,
     0},
    {"127.1", NET_URL_OK, "tcp", "127.1", NET_DEFAULT_PORT, 0, 0},
    {"*:8080", NET_URL_OK, "tcp", "", 8080, 0, 1},

    {"65536", NET_URL_PORT, NULL, NULL, 0, 0, 0},
    {"localhost:", NET_URL_PORT, NULL, NULL, 0, 0, 0},
    {"localhost:65536", NET_URL_PORT, NULL, NULL, 0, 0, 0},
    {"localhost:-1", NET_URL_PORT, NULL, NULL, 0, 0, 0},
    {"localhost:80x", NET_URL_PORT, NULL, NULL, 0, 0, 0},
    {"localhost:http", NET_URL_PORT, NULL, NULL, 0, 0, 0},
    {"[::1]:", NET_URL_PORT, NULL, NULL, 0, 0, 0},
    {"[::1", NET_URL_HOST, NULL, NULL, 0, 0, 0},
    {"[::1]80", NET_URL_HOST, NULL, NULL, 0, 0, 0},
    {"tcp://host/room", NET_URL_HOST, NULL, NULL, 0, 0, 0},
    {"://host", NET_URL_SCHEME, NULL, NULL, 0, 0, 0},
    {"3irc://host", NET_URL_SCHEME, NULL, NULL, 0, 0, 0},
    {"t c p://host", NET_URL_SCHEME, NULL, NULL, 0, 0, 0},
    {"averyveryverylongscheme://host", NET_URL_SCHEME, NULL, NULL, 0, 0, 0},
};
/* clang-format on */

static void
test_urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        const struct url *u = &urls[i];
        struct net_url got;
        enum net_url_verdict verdict = net_url_parse(u->text, &got);
        if (verdict != u->verdict)
            fail_msg("%s: %d, want %d", u->text, verdict, u->verdict);
        assert_true(strlen(net_url_why(verdict)) > 10);
        if (verdict != NET_URL_OK)
            continue;
        assert_string_equal(got.scheme, u->scheme);
        assert_string_equal(got.host, u->host);
        assert_int_equal(got.port, u->port);
        assert_int_equal(got.has_scheme, u->has_scheme);
        assert_int_equal(got.has_port, u->has_port);
    }
}

static void
test_long_hosts(void **state)
{
    (void)state;
    char text[400];
    struct net_url got;
    memset(text, 'a', sizeof(text));
    text[255] = '\0';
    assert_int_equal(net_url_parse(text, &got), NET_URL_OK);
    assert_int_equal(strlen(got.host), 255);
    text[255] = 'a';
    text[256] = '\0';
    assert_int_equal(net_url_parse(text, &got), NET_URL_HOST);
}

static struct net_address
address(const char *ip, uint16_t port)
{
    uint8_t bytes[16];
    bool is_v6 = strchr(ip, ':') != NULL;
    assert_int_equal(inet_pton(is_v6 ? AF_INET6 : AF_INET, ip, bytes), 1);
    return net_address_make(bytes, is_v6 ? 16 : 4, port);
}

static void
test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *ip;
        const char *shown;
        const char *with_port;
        bool is_loopback;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", "192.0.2.1:80", false},
        {"127.0.0.1", "127.0.0.1", "127.0.0.1:80", true},
        {"127.255.255.254", "127.255.255.254", "127.255.255.254:80", true},
        {"126.0.0.1", "126.0.0.1", "126.0.0.1:80", false},
        {"2001:db8::1", "2001:db8::1", "[2001:db8::1]:80", false},
        {"::1", "::1", "[::1]:80", true},
        {"::2", "::2", "[::2]:80", false},
        {"::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1:80", false},
        {"::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1:80", true},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:80", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_address a = address(cases[i].ip, 80);
        char ip[INET6_ADDRSTRLEN], text[NET_ADDRESS_TEXT];
        net_address_ip(&a, ip);
        net_address_text(&a, text);
        assert_string_equal(ip, cases[i].shown);
        assert_string_equal(text, cases[i].with_port);
        assert_int_equal(net_address_port(&a), 80);
        assert_int_equal(net_address_is_loopback(&a), cases[i].is_loopback);
    }
}

static void
test_an_unknown_address(void **state)
{
    (void)state;
    struct net_address none = {0};
    char ip[INET6_ADDRSTRLEN];
    uint8_t key[16];
    size_t n;
    net_address_ip(&none, ip);
    assert_string_equal(ip, "unknown");
    assert_int_equal(net_address_port(&none), 0);
    assert_false(net_address_is_loopback(&none));
    net_address_source(&none, key, &n);
    assert_int_equal(n, 0);
}

static bool
are_one_source(const char *a, const char *b)
{
    uint8_t key_a[16], key_b[16];
    size_t n_a, n_b;
    struct net_address address_a = address(a, 1), address_b = address(b, 2);
    net_address_source(&address_a, key_a, &n_a);
    net_address_source(&address_b, key_b, &n_b);
    return n_a == n_b && memcmp(key_a, key_b, n_a) == 0;
}

static void
test_sources(void **state)
{
    (void)state;
    assert_true(are_one_source("192.0.2.1", "192.0.2.1"));
    assert_true(are_one_source("192.0.2.1", "::ffff:192.0.2.1"));
    assert_false(are_one_source("192.0.2.1", "192.0.2.2"));
    assert_true(are_one_source("2001:db8::1", "2001:db8::ffff:2"));
    assert_false(are_one_source("2001:db8:0:1::1", "2001:db8:0:2::1"));
}

static void
test_blocks(void **state)
{
    (void)state;
    static const struct {
        const char *block;
        const char *ip;
        bool has;
    } cases[] = {
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.0/23", "192.0.3.255", true},
        {"10.0.0.0/8", "10.255.0.1", true},
        {"128.0.0.0/1", "127.255.255.255", false},
        {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "192.0.2.1", false},
        {"::1", "::1", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_block b;
        struct net_address a = address(cases[i].ip, 1);
        assert_true(net_block_parse(cases[i].block, &b));
        if (net_block_has(&b, &a) != cases[i].has)
            fail_msg("%s in %s", cases[i].ip, cases[i].block);
    }
    static const char *const wrong[] = {
        "",
        "192.0.2",
        "192.0.2.0/33",
        "192.0.2.0/",
        "::1/129",
        "192.0.2.0/-1",
        "192.0.2.0/8x",
        "example.org",
        "192.0.2.0/24/24",
        "192.0.2.1 ",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct net_block b;
        if (net_block_parse(wrong[i], &b))
            fail_msg("\"%s\" is no block", wrong[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_long_hosts),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_an_unknown_address),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
