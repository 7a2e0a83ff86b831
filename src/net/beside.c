#include "net/beside.h"

#include <string.h>

unsigned
net_beside_get(struct msghdr *m, struct net_address *to)
{
    unsigned interface = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
         c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof(info));
            *to = net_address_make((const uint8_t *)&info.ipi_spec_dst, 4, 0);
            interface = (unsigned)info.ipi_ifindex;
        } else if (c->cmsg_level == IPPROTO_IPV6 &&
                   c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof(info));
            *to = net_address_make((const uint8_t *)&info.ipi6_addr, 16, 0);
            to->u.v6.sin6_scope_id = info.ipi6_ifindex;
            interface = info.ipi6_ifindex;
        }
    }
    return interface;
}

void
net_beside_put(struct msghdr *m, struct net_beside *beside,
               const struct net_address *from)
{
    struct cmsghdr *c = (void *)beside;
    m->msg_control = beside;
    if (from->u.any.sa_family == AF_INET) {
        struct in_pktinfo info = {.ipi_spec_dst = from->u.v4.sin_addr};
        c->cmsg_level = IPPROTO_IP;
        c->cmsg_type = IP_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof(info));
        m->msg_controllen = CMSG_SPACE(sizeof(info));
        memcpy(CMSG_DATA(c), &info, sizeof(info));
    } else {
        struct in6_pktinfo info = {.ipi6_addr = from->u.v6.sin6_addr};
        if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
            info.ipi6_ifindex = from->u.v6.sin6_scope_id;
        c->cmsg_level = IPPROTO_IPV6;
        c->cmsg_type = IPV6_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof(info));
        m->msg_controllen = CMSG_SPACE(sizeof(info));
        memcpy(CMSG_DATA(c), &info, sizeof(info));
    }
}

int
net_beside_icmp(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
         c = CMSG_NXTHDR(m, c)) {
        struct sock_extended_err e;
        bool is_error =
            (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
            (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
        if (!is_error)
            continue;
        memcpy(&e, CMSG_DATA(c), sizeof(e));
        return (int)e.ee_errno;
    }
    return 0;
}
