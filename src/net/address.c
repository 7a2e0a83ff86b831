#include "net/address.h"

#include "base/tr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* -- URLs --------------------------------------------------------------- */

static bool
copy_text(char *out, size_t size, struct span s)
{
    if (s.n >= size || span_find(s, 0) < s.n)
        return false;
    if (s.n > 0)
        memcpy(out, s.at, s.n);
    out[s.n] = '\0';
    return true;
}

/* Letters, and behind the first one digits (RFC 3986, 3.1). */
static bool
is_scheme(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = span_get(s, i);
        bool is_digit = i > 0 && c >= '0' && c <= '9';
        if (!is_digit && (c < 'a' || c > 'z'))
            return false;
    }
    return s.n > 0;
}

/* "host", "host:port", "[v6]:port" or a bare "v6". */
static bool
split_port(struct span s, struct span *host, struct span *port)
{
    *port = SPAN_NONE;
    size_t colon = span_find(s, ':');
    if (span_starts(s, SPAN("["))) {
        size_t end = span_find(s, ']');
        struct span after = span_from(s, end + 1);
        if (end == s.n || (after.n > 0 && !span_starts(after, SPAN(":"))))
            return false;
        *host = span_sub(s, 1, end - 1);
        *port = after;
    } else if (span_find(span_from(s, colon + 1), ':') + colon + 1 < s.n) {
        *host = s; /* several colons: an IPv6 address without a port */
    } else {
        *host = span_sub(s, 0, colon);
        *port = span_from(s, colon);
    }
    return span_find(*host, '/') == host->n;
}

/* getaddrinfo(3) would take 8080 for 0.0.31.144, and 0 for all addresses. */
static bool
is_number(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (span_get(s, i) < '0' || span_get(s, i) > '9')
            return false;
    }
    return s.n > 0;
}

enum net_url_verdict
net_url_parse(const char *text, struct net_url *out)
{
    *out = (struct net_url){.scheme = "tcp", .port = NET_DEFAULT_PORT};
    struct span s = span_of(text);
    const char *mark = strstr(text, "://");
    if (mark != NULL) {
        struct span scheme = span_sub(s, 0, (size_t)(mark - text));
        if (!is_scheme(scheme) ||
            !copy_text(out->scheme, sizeof(out->scheme), scheme))
            return NET_URL_SCHEME;
        out->has_scheme = true;
        s = span_from(s, scheme.n + 3);
    }
    if (s.n > 0 && span_get(s, s.n - 1) == '/')
        s.n--;

    struct span host, port;
    if (!split_port(s, &host, &port) ||
        !copy_text(out->host, sizeof(out->host), host))
        return NET_URL_HOST;
    out->is_any = strcmp(out->host, "*") == 0;
    if (out->is_any)
        out->host[0] = '\0';
    if (port.n > 0)
        port = span_from(port, 1);
    else if (!is_number(host))
        return NET_URL_OK;
    else {
        port = host;
        snprintf(out->host, sizeof(out->host), "127.0.0.1");
    }
    uint64_t number;
    if (!span_number(port, UINT16_MAX, &number))
        return NET_URL_PORT;
    out->port = (uint16_t)number;
    out->has_port = true;
    return NET_URL_OK;
}

const char *
net_url_why(enum net_url_verdict verdict)
{
    static const char *const why[] = {
        [NET_URL_OK] = N_("it is right"),
        [NET_URL_SCHEME] = N_("the part before :// has to be a word"),
        [NET_URL_HOST] = N_("the host cannot be read"),
        [NET_URL_PORT] = N_("the port has to be a number from 0 to 65535"),
    };
    return tr(why[verdict]);
}

/* -- addresses ------------------------------------------------------------ */

/* The address alone, in network order; IPv4 mapped into IPv6 is IPv4. */
static struct span
bytes_of(const struct net_address *a)
{
    if (a->n == 0)
        return SPAN_NONE;
    if (a->u.any.sa_family == AF_INET)
        return (struct span){(const uint8_t *)&a->u.v4.sin_addr, 4};
    if (a->u.any.sa_family != AF_INET6)
        return SPAN_NONE;
    struct span all = {(const uint8_t *)&a->u.v6.sin6_addr, 16};
    return IN6_IS_ADDR_V4MAPPED(&a->u.v6.sin6_addr) ? span_from(all, 12) : all;
}

void
net_address_ip(const struct net_address *a, char out[INET6_ADDRSTRLEN])
{
    struct span bytes = bytes_of(a);
    snprintf(out, INET6_ADDRSTRLEN, "unknown");
    if (bytes.n > 0)
        inet_ntop(bytes.n == 4 ? AF_INET : AF_INET6, bytes.at, out,
                  INET6_ADDRSTRLEN);
}

uint16_t
net_address_port(const struct net_address *a)
{
    if (a->n == 0)
        return 0;
    return ntohs(a->u.any.sa_family == AF_INET ? a->u.v4.sin_port
                                               : a->u.v6.sin6_port);
}

void
net_address_text(const struct net_address *a, char out[NET_ADDRESS_TEXT])
{
    char ip[INET6_ADDRSTRLEN];
    net_address_ip(a, ip);
    bool is_v6 = strchr(ip, ':') != NULL;
    snprintf(out, NET_ADDRESS_TEXT, is_v6 ? "[%s]:%u" : "%s:%u", ip,
             net_address_port(a));
}

bool
net_address_is_loopback(const struct net_address *a)
{
    struct span bytes = bytes_of(a);
    if (bytes.n == 4)
        return span_get(bytes, 0) == 127;
    return bytes.n == 16 && IN6_IS_ADDR_LOOPBACK(&a->u.v6.sin6_addr);
}

struct net_address
net_address_make(const uint8_t *at, size_t bytes, uint16_t port)
{
    struct net_address a = {.n = sizeof(a.u.v4)};
    if (bytes == 4) {
        a.u.v4 = (struct sockaddr_in){.sin_family = AF_INET,
                                      .sin_port = htons(port)};
        memcpy(&a.u.v4.sin_addr, at, 4);
        return a;
    }
    CHECK(bytes == 16);
    a.n = sizeof(a.u.v6);
    a.u.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6,
                                   .sin6_port = htons(port)};
    memcpy(&a.u.v6.sin6_addr, at, 16);
    return a;
}

struct net_place
net_place_of(const struct net_address *a)
{
    struct net_place p = {.port = net_address_port(a)};
    struct span bytes = bytes_of(a);
    p.ip_bytes = (uint8_t)bytes.n;
    if (bytes.n > 0)
        memcpy(p.ip, bytes.at, bytes.n);
    return p;
}

struct net_address
net_place_address(const struct net_place *p)
{
    struct net_address none = {0};
    return p->ip_bytes == 0 ? none
                            : net_address_make(p->ip, p->ip_bytes, p->port);
}

void
net_address_source(const struct net_address *a, uint8_t out[16], size_t *n)
{
    struct span bytes = bytes_of(a);
    *n = bytes.n == 16 ? 8 : bytes.n;
    if (*n > 0)
        memcpy(out, bytes.at, *n);
}

bool
net_block_parse(const char *text, struct net_block *out)
{
    char ip[INET6_ADDRSTRLEN];
    struct span s = span_of(text);
    size_t slash = span_find(s, '/');
    if (!copy_text(ip, sizeof(ip), span_sub(s, 0, slash)))
        return false;
    *out = (struct net_block){.bytes = strchr(ip, ':') == NULL ? 4 : 16};
    if (inet_pton(out->bytes == 4 ? AF_INET : AF_INET6, ip, out->address) != 1)
        return false;
    uint64_t bits = out->bytes * 8;
    if (slash < s.n && !span_number(span_from(s, slash + 1), bits, &bits))
        return false;
    out->bits = (unsigned)bits;
    return true;
}

bool
net_block_has(const struct net_block *b, const struct net_address *a)
{
    struct span bytes = bytes_of(a);
    if (bytes.n != b->bytes)
        return false;
    for (unsigned bit = 0; bit < b->bits; bit++) {
        uint8_t differ = span_get(bytes, bit / 8) ^ b->address[bit / 8];
        if (differ & (0x80u >> bit % 8))
            return false;
    }
    return true;
}
