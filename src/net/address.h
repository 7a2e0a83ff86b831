/*
 * Where: URLs that users write, and addresses as the kernel has them.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include "base/bytes.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define NET_DEFAULT_PORT 63434

/* "scheme://host:port", as written. */
struct net_url {
    char scheme[16]; /* "tcp" when none was written */
    char host[256];  /* without brackets; empty: none, or "*": all */
    uint16_t port;   /* 0: any free one */
    bool has_scheme;
    bool has_port;
    bool is_any; /* "*" was written */
};

enum net_url_verdict {
    NET_URL_OK,
    NET_URL_SCHEME, /* not a word before :// */
    NET_URL_HOST,   /* too long, or brackets that don't match */
    NET_URL_PORT,   /* not a number from 0 to 65535 */
};

/* Port defaults to NET_DEFAULT_PORT. An IPv6 address needs brackets when a
 * port follows. A number alone is a port of 127.0.0.1. */
MUST_USE enum net_url_verdict net_url_parse(const char *text,
                                            struct net_url *out);

const char *net_url_why(enum net_url_verdict verdict);

struct net_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6; /* the longest: there is one a connection */
    } u;
    socklen_t n; /* 0: unknown */
};

/* What is to be kept of one for long: in 20 bytes. */
struct net_place {
    uint8_t ip[16];
    uint8_t ip_bytes; /* 4 or 16; 0: unknown */
    uint16_t port;
};
struct net_place net_place_of(const struct net_address *a);
struct net_address net_place_address(const struct net_place *p);

/* "192.0.2.1" or "2001:db8::1"; an IPv4 address mapped into IPv6 is shown as
 * IPv4. */
void net_address_ip(const struct net_address *a, char out[INET6_ADDRSTRLEN]);
uint16_t net_address_port(const struct net_address *a);

/* "192.0.2.1:80" or "[2001:db8::1]:80". */
#define NET_ADDRESS_TEXT (INET6_ADDRSTRLEN + 8)
void net_address_text(const struct net_address *a, char out[NET_ADDRESS_TEXT]);

bool net_address_is_loopback(const struct net_address *a);

/* From `bytes` (4 or 16) in network order. */
struct net_address net_address_make(const uint8_t *at, size_t bytes,
                                    uint16_t port);

/*
 * Whom limits count: one IPv4 address, or one IPv6 /64, since that is what
 * one customer is given. *n is how many bytes of `out` are the key.
 */
void net_address_source(const struct net_address *a, uint8_t out[16],
                        size_t *n);

/* A set of addresses, "192.0.2.0/24" or a single one. */
struct net_block {
    uint8_t address[16];
    size_t bytes; /* 4 or 16 */
    unsigned bits;
};
MUST_USE bool net_block_parse(const char *text, struct net_block *out);
bool net_block_has(const struct net_block *b, const struct net_address *a);

#endif
