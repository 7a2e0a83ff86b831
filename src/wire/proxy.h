/*
 * The PROXY protocol's header, versions 1 and 2: a proxy in front of us tells
 * whom it speaks for (haproxy.org, proxy-protocol.txt).
 */
#ifndef WIRE_PROXY_H
#define WIRE_PROXY_H

#include "base/bytes.h"

#define PROXY_V1_MOST 107 /* bytes, with CRLF */
#define PROXY_V2_MOST 536 /* more than any that names an IP address */

enum proxy_result {
    PROXY_NO,   /* not a PROXY header */
    PROXY_MORE, /* so far it is the front of one */
    PROXY_BAD,  /* it is one, but broken */
    PROXY_OK,
};

struct proxy_header {
    uint8_t address[16];   /* network order; the first 4 for IPv4 */
    uint8_t address_bytes; /* 4, 16; 0: unknown or the proxy's own health
                              check, so the connection's address stands */
    uint16_t port;
};

/* *used is how long the header is, with PROXY_OK. */
MUST_USE enum proxy_result
wire_proxy_decode(struct span bytes, struct proxy_header *out, size_t *used);

#endif
