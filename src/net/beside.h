/*
 * What the system tells beside the bytes of a datagram, and is told: which
 * address of ours it came to or shall come from, and what ICMP said (cmsg(3)).
 */
#ifndef NET_BESIDE_H
#define NET_BESIDE_H

#include "net/address.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Room for one struct in6_pktinfo, the largest that we send or hear of. */
struct net_beside {
    _Alignas(struct cmsghdr)
        uint8_t room[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
                     CMSG_SPACE(sizeof(struct sock_extended_err) +
                                sizeof(struct sockaddr_in6))];
};

/* To which address it came, and over which interface; 0: it was not told. */
unsigned net_beside_get(struct msghdr *m, struct net_address *to);

/* An answer goes out from where the question came to: else its asker, or a
 * firewall on the way, does not know it. `beside` lives as long as m. */
void net_beside_put(struct msghdr *m, struct net_beside *beside,
                    const struct net_address *from);

/* What ICMP says, as an errno; 0: nothing. */
int net_beside_icmp(struct msghdr *m);

#endif
