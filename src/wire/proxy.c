#include "wire/proxy.h"

#include <arpa/inet.h>
#include <string.h>

#define V2_SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define V2_FIXED 16 /* signature, version and command, family, length */

static bool
parse_address(struct span word, int family, uint8_t out[16])
{
    char text[INET6_ADDRSTRLEN];
    if (word.n == 0 || word.n >= sizeof(text))
        return false;
    memcpy(text, word.at, word.n);
    text[word.n] = '\0';
    return inet_pton(family, text, out) == 1;
}

/* "TCP4 192.0.2.1 192.0.2.2 40000 63434", without "PROXY ". */
static enum proxy_result
decode_v1_words(struct span rest, struct proxy_header *out)
{
    struct span family = span_word(&rest);
    if (span_equal(family, SPAN("UNKNOWN")))
        return PROXY_OK;
    bool is_v6 = span_equal(family, SPAN("TCP6"));
    if (!is_v6 && !span_equal(family, SPAN("TCP4")))
        return PROXY_BAD;

    struct span source = span_word(&rest);
    struct span destination = span_word(&rest);
    struct span source_port = span_word(&rest);
    struct span destination_port = span_word(&rest);
    uint64_t port, ignored;
    uint8_t ignored_address[16];
    int af = is_v6 ? AF_INET6 : AF_INET;
    if (!parse_address(source, af, out->address) ||
        !parse_address(destination, af, ignored_address) ||
        !span_number(source_port, UINT16_MAX, &port) ||
        !span_number(destination_port, UINT16_MAX, &ignored) || rest.n > 0)
        return PROXY_BAD;
    out->address_bytes = is_v6 ? 16 : 4;
    out->port = (uint16_t)port;
    return PROXY_OK;
}

static enum proxy_result
decode_v1(struct span bytes, struct proxy_header *out, size_t *used)
{
    struct span opening = SPAN("PROXY ");
    if (bytes.n < opening.n)
        return span_starts(opening, bytes) ? PROXY_MORE : PROXY_NO;
    if (!span_starts(bytes, opening))
        return PROXY_NO;
    /* A person may say "PROXY settings?"; a proxy goes on as follows. */
    struct span rest = span_from(bytes, opening.n);
    if (!span_starts(rest, SPAN("TCP")) && !span_starts(rest, SPAN("UNK")))
        return rest.n < 3 && (span_starts(SPAN("TCP"), rest) ||
                              span_starts(SPAN("UNK"), rest))
                   ? PROXY_MORE
                   : PROXY_NO;

    size_t n = span_find(span_sub(bytes, 0, PROXY_V1_MOST), '\n');
    if (n >= bytes.n)
        return PROXY_MORE;
    if (n == PROXY_V1_MOST || span_get(bytes, n - 1) != '\r')
        return PROXY_BAD;
    *used = n + 1;
    return decode_v1_words(span_sub(rest, 0, n - 1 - opening.n), out);
}

static enum proxy_result
decode_v2(struct span bytes, struct proxy_header *out, size_t *used)
{
    struct span signature = SPAN(V2_SIGNATURE);
    if (bytes.n < signature.n)
        return span_starts(signature, bytes) ? PROXY_MORE : PROXY_NO;
    if (!span_starts(bytes, signature))
        return PROXY_NO;
    if (bytes.n < V2_FIXED)
        return PROXY_MORE;

    uint8_t command = span_get(bytes, 12);
    uint8_t family = span_get(bytes, 13);
    size_t n = (size_t)span_get(bytes, 14) << 8 | span_get(bytes, 15);
    if (command >> 4 != 2 || (command & 15) > 1 || n > PROXY_V2_MOST - V2_FIXED)
        return PROXY_BAD;
    if (bytes.n < V2_FIXED + n)
        return PROXY_MORE;
    *used = V2_FIXED + n;

    struct span addresses = span_sub(bytes, V2_FIXED, n);
    size_t address_bytes = family >> 4 == 1 ? 4 : family >> 4 == 2 ? 16 : 0;
    if ((command & 15) == 0 || address_bytes == 0)
        return PROXY_OK; /* LOCAL, or no IP address */
    if (addresses.n < 2 * address_bytes + 4)
        return PROXY_BAD;
    memcpy(out->address, addresses.at, address_bytes);
    out->address_bytes = (uint8_t)address_bytes;
    out->port = (uint16_t)(span_get(addresses, 2 * address_bytes) << 8 |
                           span_get(addresses, 2 * address_bytes + 1));
    return PROXY_OK;
}

enum proxy_result
wire_proxy_decode(struct span bytes, struct proxy_header *out, size_t *used)
{
    *out = (struct proxy_header){0};
    *used = 0;
    enum proxy_result v1 = decode_v1(bytes, out, used);
    return v1 != PROXY_NO ? v1 : decode_v2(bytes, out, used);
}
