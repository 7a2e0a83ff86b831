#include "net/doors.h"

#include "base/alloc.h"
#include "base/tr.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
on_accept(struct net_listener *l, const struct net_offer *o,
          const struct net_address *from)
{
    struct net_door *door = l->owner;
    return door->doors->on_accept(door, o, from);
}

static void
complain(const struct net_doors *d, const struct net_url *url,
         const struct net_address *at)
{
    int error = errno;
    const char *program = d->program;
    char where[NET_ADDRESS_TEXT];
    net_address_text(at, where);
    if (d->is_serving) {
        diag_say(d->diag, DIAG_WARNING, N_("cannot listen on %s: %s"), where,
                 diag_errno(d->diag, error));
        return;
    }
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
            _("%s: another program has port %u. Which one:  ss -ltunp "
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
door_create(struct net_doors *d, const struct net_url *url)
{
    struct net_door *door = ALLOC(struct net_door);
    door->doors = d;
    door->url = *url;
    door->is_new = true;
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
    if (door->datagrams != NULL)
        door->doors->close_datagrams(door->doors, door->datagrams);
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
        diag_say(d->diag, DIAG_INFO, N_("listening on %s://%s"),
                 door->url.scheme, where);
    } else {
        door_destroy(door);
    }
    errno = error;
    return is_open;
}

static bool
is_udp(const struct net_door *door)
{
    return strcmp(door->url.scheme, "udp") == 0;
}

static bool
open_datagrams(struct net_door *door, const struct net_address *at, int fd)
{
    door->datagrams = door->doors->open_datagrams(door->doors, at, fd);
    if (door->datagrams == NULL)
        return false;
    door->listener.address = door->datagrams->address;
    return true;
}

static bool
open_door(struct net_doors *d, const struct net_url *url,
          const struct net_address *at)
{
    struct net_door *door = door_create(d, url);
    return keep_if_open(d, door,
                        is_udp(door) ? open_datagrams(door, at, -1)
                                     : net_listener_open(&door->listener, at));
}

bool
net_doors_adopt(struct net_doors *d, int fd, const char *scheme)
{
    struct net_url url = {.host = ""};
    snprintf(url.scheme, sizeof(url.scheme), "%s", scheme);
    struct net_door *door = door_create(d, &url);
    door->is_adopted = true;
    return keep_if_open(d, door,
                        is_udp(door) ? open_datagrams(door, NULL, fd)
                                     : net_listener_adopt(&door->listener, fd));
}

/* A machine without IPv6 is no reason not to serve "*" or "localhost". */
static bool
is_missing_family(int error)
{
    return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

static void
complain_name(const struct net_doors *d, const char *host, const char *why)
{
    if (d->is_serving)
        diag_say(d->diag, DIAG_WARNING, N_("cannot listen on %s: %s"), host,
                 why);
    else
        fprintf(stderr, _("%s: cannot listen on %s: %s\n"), d->program, host,
                why);
}

/* This machine's own addresses; of IPv6 it may have none. */
static const struct net_url defaults[] = {
    {.scheme = "tcp", .host = "127.0.0.1", .port = NET_DEFAULT_PORT},
    {.scheme = "tcp", .host = "::1", .port = NET_DEFAULT_PORT},
};

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
        complain_name(d, url->host, gai_strerror(error));
        return false;
    }
    bool is_open = url == &defaults[1]; /* or need not be */
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

const struct net_url *
net_doors_default(size_t *n)
{
    *n = COUNT_OF(defaults);
    return defaults;
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

bool
net_doors_open_default(struct net_doors *d)
{
    return net_doors_open(d, defaults, COUNT_OF(defaults));
}

/* -- change --------------------------------------------------------------- */

static bool
is_same(const struct net_url *a, const struct net_url *b)
{
    return strcmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0 &&
           a->port == b->port;
}

static bool
is_among(const struct net_url *url, const struct net_url *urls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_same(url, &urls[i]))
            return true;
    }
    return false;
}

static bool
has_door(const struct net_doors *d, const struct net_url *url)
{
    LIST_FOREACH (link, &d->all) {
        const struct net_door *door = CONTAINER_OF(link, struct net_door, link);
        if (!door->is_adopted && is_same(&door->url, url))
            return true;
    }
    return false;
}

/* Close what is not among `urls`, and put its URLs into `closed`, each once;
 * there is room for as many as are open. How many. */
static size_t
close_unwanted(struct net_doors *d, const struct net_url *urls, size_t n,
               struct net_url *closed)
{
    size_t closed_n = 0;
    LIST_FOREACH_SAFE (link, &d->all) {
        struct net_door *door = CONTAINER_OF(link, struct net_door, link);
        door->is_new = false;
        if (door->is_adopted || is_among(&door->url, urls, n))
            continue;
        if (!is_among(&door->url, closed, closed_n))
            closed[closed_n++] = door->url;
        char where[NET_ADDRESS_TEXT];
        net_address_text(&door->listener.address, where);
        diag_say(d->diag, DIAG_INFO, N_("no longer listening on %s://%s"),
                 door->url.scheme, where);
        door_destroy(door);
    }
    return closed_n;
}

static bool
open_missing(struct net_doors *d, const struct net_url *urls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!has_door(d, &urls[i]) && !open_url(d, &urls[i]))
            return false;
    }
    return true;
}

static void
close_new(struct net_doors *d)
{
    LIST_FOREACH_SAFE (link, &d->all) {
        struct net_door *door = CONTAINER_OF(link, struct net_door, link);
        if (door->is_new)
            door_destroy(door);
    }
}

bool
net_doors_change(struct net_doors *d, const struct net_url *urls, size_t n)
{
    size_t open_n = 0;
    LIST_FOREACH (link, &d->all)
        open_n++;
    struct net_url *closed = alloc_zeroed((open_n + 1) * sizeof(*closed));
    size_t closed_n = close_unwanted(d, urls, n, closed);
    bool is_changed = open_missing(d, urls, n);
    if (!is_changed) {
        close_new(d);
        (void)open_missing(d, closed, closed_n); /* says so if it can't */
    }
    free(closed);
    return is_changed;
}

/* -- life ------------------------------------------------------------------ */

void
net_doors_init(struct net_doors *d, const char *program, struct loop *l,
               struct diag *diag,
               bool (*on_open)(struct net_door *d, const struct net_offer *o,
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
