#include "net/doors.h"

#include "base/alloc.h"
#include "base/tr.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
on_accept(struct net_listener *l, struct net_stream *stream,
          const struct net_address *from)
{
    struct net_door *door = l->owner;
    door->doors->on_accept(door, stream, from);
}

static void
complain(const struct net_doors *d, const struct net_url *url,
         const struct net_address *at)
{
    int error = errno;
    const char *program = d->program;
    char where[NET_ADDRESS_TEXT];
    net_address_text(at, where);
    fprintf(stderr, _("%s: cannot listen on %s: %s\n"), program, where,
            strerror(error));
    if (error == EACCES)
        fprintf(stderr, _("%s: ports below 1024 are root's; take one above\n"),
                program);
    if (error == EADDRNOTAVAIL)
        fprintf(stderr, _("%s: this machine has no such address\n"), program);
    if (error != EADDRINUSE)
        return;
    fprintf(stderr,
            _("%s: another program has port %u. Which one:  ss -ltnp "
              "'sport = :%u'\n"
              "%s: take another port:  %s --listen %s://%s:PORT\n"),
            program, url->port, url->port, program, program, url->scheme,
            url->host[0] != '\0' ? url->host : "*");
    if (url->port >= 32768)
        fprintf(stderr,
                _("%s: (it lies in the ephemeral range of some systems: any "
                  "program may hold it for a while)\n"),
                program);
}

static struct net_door *
door_create(struct net_doors *d, const char *scheme)
{
    struct net_door *door = ALLOC(struct net_door);
    door->doors = d;
    snprintf(door->scheme, sizeof(door->scheme), "%s", scheme);
    door->listener = (struct net_listener){
        .loop = d->loop,
        .diag = d->diag,
        .on_accept = on_accept,
        .owner = door,
    };
    list_add(&d->all, &door->link);
    return door;
}

static void
door_destroy(struct net_door *door)
{
    net_listener_close(&door->listener);
    list_remove(&door->link);
    free(door);
}

/* For its callers to return. Keeps errno. */
static bool
keep_if_open(struct net_doors *d, struct net_door *door, bool is_open)
{
    int error = errno;
    if (is_open) {
        char where[NET_ADDRESS_TEXT];
        net_address_text(&door->listener.address, where);
        diag_say(d->diag, DIAG_INFO, N_("listening on %s://%s"), door->scheme,
                 where);
    } else {
        door_destroy(door);
    }
    errno = error;
    return is_open;
}

static bool
open_door(struct net_doors *d, const struct net_url *url,
          const struct net_address *at)
{
    struct net_door *door = door_create(d, url->scheme);
    return keep_if_open(d, door, net_listener_open(&door->listener, at));
}

bool
net_doors_adopt(struct net_doors *d, int fd, const char *scheme)
{
    struct net_door *door = door_create(d, scheme);
    return keep_if_open(d, door, net_listener_adopt(&door->listener, fd));
}

/* A machine without IPv6 is no reason not to serve "*" or "localhost". */
static bool
is_missing_family(int error)
{
    return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

static bool
open_url(struct net_doors *d, const struct net_url *url)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char port[8];
    snprintf(port, sizeof(port), "%u", url->port);
    int error = getaddrinfo(url->host[0] != '\0' ? url->host : NULL, port,
                            &hints, &found);
    if (error != 0) {
        fprintf(stderr, _("%s: cannot listen on %s: %s\n"), d->program,
                url->host, gai_strerror(error));
        return false;
    }
    bool is_open = false;
    for (const struct addrinfo *a = found; a != NULL; a = a->ai_next) {
        struct net_address at = {.n = a->ai_addrlen};
        memcpy(&at.u, a->ai_addr, a->ai_addrlen);
        if (open_door(d, url, &at)) {
            is_open = true;
        } else if (!is_missing_family(errno) ||
                   (a->ai_next == NULL && !is_open)) {
            complain(d, url, &at);
            is_open = false;
            break;
        }
    }
    freeaddrinfo(found);
    return is_open;
}

bool
net_doors_open_default(struct net_doors *d)
{
    static const struct net_url v4 = {
        .scheme = "tcp", .host = "127.0.0.1", .port = NET_DEFAULT_PORT};
    static const struct net_url v6 = {
        .scheme = "tcp", .host = "::1", .port = NET_DEFAULT_PORT};
    if (!open_url(d, &v4))
        return false;
    struct net_address at = {.n = sizeof(at.u.v6)};
    at.u.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6,
                                    .sin6_addr = IN6ADDR_LOOPBACK_INIT,
                                    .sin6_port = htons(NET_DEFAULT_PORT)};
    if (open_door(d, &v6, &at) || is_missing_family(errno))
        return true;
    complain(d, &v6, &at);
    return false;
}

bool
net_doors_open(struct net_doors *d, const struct net_url *urls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!open_url(d, &urls[i]))
            return false;
    }
    return true;
}

void
net_doors_init(struct net_doors *d, const char *program, struct loop *l,
               struct diag *diag,
               void (*on_open)(struct net_door *d, struct net_stream *s,
                               const struct net_address *from),
               void *owner)
{
    *d = (struct net_doors){
        .program = program,
        .loop = l,
        .diag = diag,
        .on_accept = on_open,
        .owner = owner,
    };
    list_init(&d->all);
}

void
net_doors_close(struct net_doors *d)
{
    LIST_FOREACH_SAFE (link, &d->all)
        door_destroy(CONTAINER_OF(link, struct net_door, link));
}
