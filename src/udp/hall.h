/*
 * The hall: where people come in from whom only datagrams come. To the layers
 * above each of them is a stream (net/stream.h), like a connection.
 *
 *     socket --+                      +-- member (lines)   nc -u
 *              +-- by address: who? --+-- member (arq)     liao
 *     socket --+                      +-- unknown: prove it, or nothing
 *
 * There are two kinds, told apart by their first byte. What a person sends
 * with nc -u is text: a datagram is a line, and each line that he is sent is
 * one; what gets lost is lost (udp/lines.c). A liao sends what wire/arq makes
 * of a stream, and nothing is lost.
 *
 * A source address is easily forged. So until an address has said a token
 * that was sent there (wire/token.h) nothing is kept of it, and it gets one
 * datagram of LIMIT_UNPROVEN_BYTES at most for each of its own. What came over
 * the loopback interface needs no proof. From then on a liao's session id,
 * which it chose and which is in every datagram, keeps forgers out; a plain
 * `nc -u` has nothing of the kind, which its stream tells (is_forgeable).
 */
#ifndef UDP_HALL_H
#define UDP_HALL_H

#include "net/datagrams.h"
#include "net/stream.h"

struct udp_hall;

struct udp_hall_owner {
    /* The offer has to be taken. */
    bool (*on_accept)(void *owner, const struct net_offer *o,
                      const struct net_address *from);
    void *owner;
    uint64_t idle_ms;   /* who is silent for so long has left; 0: never */
    uint64_t secret[2]; /* of tokens; random */
};

/* What is written is sent at the end of the turn, by a hook of the hall. */
struct udp_hall *udp_hall_create(struct loop *l,
                                 const struct udp_hall_owner *owner);

/* All streams have been closed; what they still had to send is lost. */
void udp_hall_destroy(struct udp_hall *h); /* may be NULL */

/*
 * Let people come in at this address; or, if fd is not -1, at this socket,
 * which is bound already and becomes the hall's. NULL with errno. The result
 * is good until udp_hall_close().
 */
struct net_datagrams *udp_hall_open(struct udp_hall *h,
                                    const struct net_address *at, int fd);

/* The same with a socket of any kind, which becomes the hall's. */
void udp_hall_add(struct udp_hall *h, struct net_datagrams *s);

/* Nobody else comes in there. Who came there goes on, and the socket stays
 * until the last of them has left; if the address is opened again before, it
 * is this one. */
void udp_hall_close(struct udp_hall *h, struct net_datagrams *s);

void udp_hall_set_idle(struct udp_hall *h, uint64_t idle_ms);

/* Addresses that something is kept of. */
size_t udp_hall_members(const struct udp_hall *h);

#endif
