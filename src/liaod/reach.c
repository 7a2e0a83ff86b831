#include "liaod/reach.h"

#include "base/tr.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The client beside us: installed, or in the folder it was built in. */
static void
find_client(char *out, size_t size)
{
    char self[512];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    snprintf(out, size, "liao");
    if (n <= 0)
        return;
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    if (slash == NULL)
        return;
    *slash = '\0';
    slash = strrchr(self, '/');
    if (slash == NULL || strcmp(slash, "/liaod") != 0)
        return;
    *slash = '\0';
    char built[600];
    snprintf(built, sizeof(built), "%s/liao/liao", self);
    char here[512];
    if (access(built, X_OK) != 0)
        return;
    size_t here_n = getcwd(here, sizeof(here)) == NULL ? 0 : strlen(here);
    bool is_below =
        here_n > 1 && strncmp(built, here, here_n) == 0 && built[here_n] == '/';
    snprintf(out, size, "%s", is_below ? built + here_n + 1 : built);
}

static void
print_lines(FILE *out, const char *scheme, const struct net_address *at)
{
    char ip[INET6_ADDRSTRLEN], client[640];
    unsigned port = net_address_port(at);
    net_address_ip(at, ip);
    if (strcmp(scheme, "irc") == 0) {
        fprintf(out, "    irssi -c %s -p %u\n", ip, port);
        return;
    }
    find_client(client, sizeof(client));
    bool is_v6 = strchr(ip, ':') != NULL;
    bool is_udp = strcmp(scheme, "udp") == 0;
    fprintf(out, "    nc %s%s %u\n", is_udp ? "-u " : "", ip, port);
    fprintf(out, is_v6 ? "    %s %s://[%s]:%u\n" : "    %s %s://%s:%u\n",
            client, scheme, ip, port);
}

static bool
is_any(const struct net_address *at)
{
    static const struct in6_addr any = IN6ADDR_ANY_INIT;
    if (at->u.any.sa_family == AF_INET)
        return at->u.v4.sin_addr.s_addr == htonl(INADDR_ANY);
    return memcmp(&at->u.v6.sin6_addr, &any, sizeof(any)) == 0;
}

/* A link-local address needs the other side's interface beside it, so
 * nobody could paste it. */
static bool
can_be_pasted(const struct ifaddrs *i, int family)
{
    if (i->ifa_addr == NULL || i->ifa_addr->sa_family != family ||
        !(i->ifa_flags & IFF_UP) || !(i->ifa_flags & IFF_RUNNING))
        return false;
    if (family == AF_INET)
        return true;
    struct sockaddr_in6 v6;
    memcpy(&v6, i->ifa_addr, sizeof(v6));
    return !IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr);
}

void
reach_each_own(int family,
               void (*call)(void *owner, const struct net_address *at),
               void *owner)
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
        if (!can_be_pasted(i, family))
            continue;
        struct net_address one = {.n = family == AF_INET ? sizeof(one.u.v4)
                                                         : sizeof(one.u.v6)};
        memcpy(&one.u, i->ifa_addr, one.n);
        call(owner, &one);
    }
    freeifaddrs(all);
}

struct page {
    FILE *out;
    const char *scheme;
    const struct net_address *at; /* all addresses, with the port */
};

static void
print_own(void *owner, const struct net_address *own)
{
    const struct page *p = owner;
    struct net_address one = *own;
    if (one.u.any.sa_family == AF_INET)
        one.u.v4.sin_port = p->at->u.v4.sin_port;
    else
        one.u.v6.sin6_port = p->at->u.v6.sin6_port;
    print_lines(p->out, p->scheme, &one);
}

static void
print_all(FILE *out, const char *scheme, const struct net_address *at)
{
    struct page p = {out, scheme, at};
    if (is_any(at))
        reach_each_own(at->u.any.sa_family, print_own, &p);
    else
        print_lines(out, scheme, at);
}

void
reach_tell(FILE *out, const struct net_doors *doors)
{
    fprintf(out, _("liao %s is ready. Join from another terminal:\n\n"),
            LIAO_VERSION);
    LIST_FOREACH (link, &doors->all) {
        const struct net_door *door = CONTAINER_OF(link, struct net_door, link);
        print_all(out, door->url.scheme, &door->listener.address);
    }
    fputs(_("\nCtrl-C stops it.\n"), out);
    fflush(out);
}
