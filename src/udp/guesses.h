/*
 * Wrong tokens are few: so many in a second from one source (an IPv4 address,
 * an IPv6 /56, which is what one customer has), and so many from everywhere
 * together. Past either, right ones count no more than wrong ones.
 *
 * A source has a cell of a table of one size, which others may share: so
 * nothing grows, whoever forges whatever. One who floods empties his cell and
 * is not looked at any more, long before he has used up what is everybody's.
 * Who forges many sources can still do that; then nobody comes in for as long
 * as it lasts, and he has no more guesses for it.
 */
#ifndef UDP_GUESSES_H
#define UDP_GUESSES_H

#include "net/address.h"
#include "udp/bucket.h"

#define UDP_GUESS_CELLS 1024

struct udp_guesses {
    uint64_t seed[2]; /* nobody knows who shares a cell with whom */
    struct udp_bucket all;
    struct udp_bucket cells[UDP_GUESS_CELLS];
};

void udp_guesses_init(struct udp_guesses *g, const uint64_t seed[2],
                      uint64_t now_ms);

/* May one more token from there be looked at? */
bool udp_guesses_may(struct udp_guesses *g, const struct net_address *from,
                     uint64_t now_ms);

/* It was a wrong one. */
void udp_guesses_wrong(struct udp_guesses *g, const struct net_address *from);

#endif
