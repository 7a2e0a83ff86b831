#include "liaod/server.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "liaod/reach.h"
#include "liaod/systemd.h"
#include "msg/limits.h"
#include "net/listener.h"
#include "peer/peer.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* Descriptors for what is not a client: listeners, signals, logs, the
 * waiter, and some for a rainy day. */
#define DESCRIPTORS_OF_OUR_OWN 48

/* After SIGTERM, everybody has so long to read what is queued. */
#define STOP_MS 2000

struct door {
    struct list link; /* server.doors */
    struct net_listener listener;
    struct server *server;
    enum sniff_pin pin;
    char scheme[16];
};

struct server {
    struct diag diag;
    struct loop *loop;
    struct peers *peers;
    struct list doors; /* door.link */
    struct loop_watch signals;
    struct loop_timer idle; /* --timeout */
    struct loop_timer stop;
    struct loop_timer watchdog;
    uint64_t watchdog_ms; /* 0: none */
    struct loop_hook turn_end;
    uint64_t idle_ms;
    bool is_stopping;
};

/* -- the log --------------------------------------------------------------- */

/* One format: time in UTC, level, words. What peers chose is made harmless. */
static void
log_line(struct diag *d, enum diag_level level, const char *line)
{
    (void)d;
    struct timespec now;
    struct tm utc;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &utc);
    struct buf clean = {0};
    utf8_clean(span_of(line), &clean);
    fprintf(stderr, "%s.%03ldZ %s: %.*s\n", stamp, now.tv_nsec / 1000000,
            diag_level_name(level), SPAN_ARG(buf_span(&clean)));
    buf_finish(&clean);
}

/* -- doors ----------------------------------------------------------------- */

static void
on_accept(struct net_listener *l, struct net_stream *stream,
          const struct net_address *from)
{
    struct door *door = l->owner;
    peer_accept(door->server->peers, stream, from, door->pin);
}

static enum sniff_pin
pin_of(const char *scheme)
{
    if (strcmp(scheme, "plain") == 0)
        return SNIFF_PINNED_PLAIN;
    return strcmp(scheme, "lab") == 0 ? SNIFF_PINNED_LAB : SNIFF_ANY;
}

static void
complain_about_door(const struct net_url *url, const struct net_address *at)
{
    int error = errno;
    char where[NET_ADDRESS_TEXT];
    net_address_text(at, where);
    fprintf(stderr, "liaod: cannot listen on %s: %s\n", where, strerror(error));
    if (error == EADDRINUSE)
        fprintf(stderr,
                "liaod: another program has port %u. Which one:  ss -ltnp "
                "'sport = :%u'\n"
                "liaod: take another port:  liaod --listen %s://%s:PORT%s\n",
                url->port, url->port, url->scheme,
                url->host[0] != '\0' ? url->host : "*",
                url->port >= 49152
                    ? "\nliaod: (ports from 49152 on are ephemeral on some "
                      "systems: any program may hold one for a while)"
                    : "");
    else if (error == EACCES)
        fprintf(stderr, "liaod: ports below 1024 are root's; take one above\n");
    else if (error == EADDRNOTAVAIL)
        fprintf(stderr, "liaod: this machine has no such address\n");
}

static struct door *
door_create(struct server *s, const char *scheme)
{
    struct door *door = ALLOC(struct door);
    door->server = s;
    door->pin = pin_of(scheme);
    snprintf(door->scheme, sizeof(door->scheme), "%s", scheme);
    door->listener = (struct net_listener){
        .loop = s->loop,
        .diag = &s->diag,
        .on_accept = on_accept,
        .owner = door,
    };
    list_add(&s->doors, &door->link);
    return door;
}

static void
door_destroy(struct door *door)
{
    net_listener_close(&door->listener);
    list_remove(&door->link);
    free(door);
}

static void
tell_open_door(struct server *s, const struct door *door)
{
    char where[NET_ADDRESS_TEXT];
    net_address_text(&door->listener.address, where);
    diag_say(&s->diag, DIAG_INFO, "listening on %s://%s", door->scheme, where);
}

static bool
open_door(struct server *s, const struct net_url *url,
          const struct net_address *at)
{
    struct door *door = door_create(s, url->scheme);
    if (net_listener_open(&door->listener, at)) {
        tell_open_door(s, door);
        return true;
    }
    int error = errno;
    door_destroy(door);
    errno = error;
    return false;
}

/* Sockets that the service manager opened; their names are the schemes. */
static bool
adopt_doors(struct server *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char name[sizeof((struct door){0}.scheme)];
        systemd_fd_name(i, name, sizeof(name));
        bool is_scheme = strcmp(name, "plain") == 0 || strcmp(name, "lab") == 0;
        struct door *door = door_create(s, is_scheme ? name : "tcp");
        int fd = SYSTEMD_FIRST_FD + (int)i;
        if (!net_listener_adopt(&door->listener, fd)) {
            fprintf(stderr, "liaod: descriptor %d is no listening socket: %s\n",
                    fd, strerror(errno));
            return false;
        }
        tell_open_door(s, door);
    }
    return true;
}

/* A machine without IPv6 is no reason not to serve "*" or "localhost". */
static bool
is_missing_family(int error)
{
    return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

static bool
open_url(struct server *s, const struct net_url *url)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char port[8];
    snprintf(port, sizeof(port), "%u", url->port);
    int error = getaddrinfo(url->host[0] != '\0' ? url->host : NULL, port,
                            &hints, &found);
    if (error != 0) {
        fprintf(stderr, "liaod: cannot listen on %s: %s\n", url->host,
                gai_strerror(error));
        return false;
    }
    bool is_open = false;
    for (const struct addrinfo *a = found; a != NULL; a = a->ai_next) {
        struct net_address at = {.n = a->ai_addrlen};
        memcpy(&at.u, a->ai_addr, a->ai_addrlen);
        if (open_door(s, url, &at)) {
            is_open = true;
        } else if (!is_missing_family(errno) ||
                   (a->ai_next == NULL && !is_open)) {
            complain_about_door(url, &at);
            is_open = false;
            break;
        }
    }
    freeaddrinfo(found);
    return is_open;
}

static bool
open_doors(struct server *s, const struct options *o)
{
    size_t inherited = systemd_listen_fds();
    if (!adopt_doors(s, inherited))
        return false;
    if (o->listens_n == 0 && inherited == 0) {
        static const struct net_url v4 = {
            .scheme = "tcp", .host = "127.0.0.1", .port = NET_DEFAULT_PORT};
        static const struct net_url v6 = {
            .scheme = "tcp", .host = "::1", .port = NET_DEFAULT_PORT};
        if (!open_url(s, &v4))
            return false;
        struct net_address at = {.n = sizeof(at.u.v6)};
        at.u.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6,
                                        .sin6_addr = IN6ADDR_LOOPBACK_INIT,
                                        .sin6_port = htons(NET_DEFAULT_PORT)};
        if (open_door(s, &v6, &at) || is_missing_family(errno))
            return true;
        complain_about_door(&v6, &at);
        return false;
    }
    for (size_t i = 0; i < o->listens_n; i++) {
        if (!open_url(s, &o->listens[i]))
            return false;
    }
    return true;
}

static void
close_doors(struct server *s)
{
    LIST_FOREACH_SAFE (link, &s->doors)
        door_destroy(CONTAINER_OF(link, struct door, link));
}

/* -- the end ---------------------------------------------------------------- */

static void
stop(struct server *s, const char *why)
{
    if (s->is_stopping) { /* told twice: at once */
        loop_stop(s->loop);
        return;
    }
    s->is_stopping = true;
    diag_say(&s->diag, DIAG_INFO, "stopping: %s", why);
    systemd_notify("STOPPING=1");
    close_doors(s);
    peers_stop(s->peers);
    loop_timer_set(s->loop, &s->stop, loop_now_ms(s->loop) + STOP_MS);
}

static void
on_signal(struct loop_watch *w, unsigned events)
{
    struct server *s = CONTAINER_OF(w, struct server, signals);
    struct signalfd_siginfo info;
    (void)events;
    if (read(w->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
        stop(s, info.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
}

static void
on_stop_due(struct loop_timer *t)
{
    loop_stop(CONTAINER_OF(t, struct server, stop)->loop);
}

/* That the loop turns is the sign of life. */
static void
on_watchdog(struct loop_timer *t)
{
    struct server *s = CONTAINER_OF(t, struct server, watchdog);
    systemd_notify("WATCHDOG=1");
    loop_timer_set(s->loop, t, loop_now_ms(s->loop) + s->watchdog_ms);
}

static void
on_idle(struct loop_timer *t)
{
    stop(CONTAINER_OF(t, struct server, idle), "nobody was connected for the "
                                               "time given by --timeout");
}

static void
on_turn_end(struct loop_hook *h)
{
    struct server *s = CONTAINER_OF(h, struct server, turn_end);
    bool is_empty = peers_counts(s->peers).connections == 0;
    if (s->is_stopping && is_empty)
        loop_stop(s->loop);
    if (s->idle_ms == 0 || s->is_stopping)
        return;
    if (!is_empty)
        loop_timer_clear(s->loop, &s->idle);
    else if (s->idle.slot == 0)
        loop_timer_set(s->loop, &s->idle, loop_now_ms(s->loop) + s->idle_ms);
}

/* -- the beginning ------------------------------------------------------------ */

/* As many descriptors as we may have; how many clients that makes. */
static size_t
count_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 1000000 ? 1000000 : (size_t)limit.rlim_cur;
}

static struct peers_limits
limits_of(struct server *s, const struct options *o)
{
    size_t descriptors = count_descriptors();
    size_t not_clients = DESCRIPTORS_OF_OUR_OWN + LIMIT_UNKNOWN_OVER_FULL;
    size_t most = descriptors > not_clients ? descriptors - not_clients : 1;
    if (o->max_clients > most)
        diag_say(&s->diag, DIAG_WARNING,
                 "--max-clients %llu is more than the descriptor limit "
                 "allows (ulimit -n %zu)",
                 (unsigned long long)o->max_clients, descriptors);
    if (o->max_clients != 0 && o->max_clients < most)
        most = (size_t)o->max_clients;
    diag_say(&s->diag, DIAG_INFO, "room for %zu clients (descriptor limit %zu)",
             most, descriptors);
    return (struct peers_limits){
        .most_clients = most,
        .most_per_source = (size_t)o->per_source,
        .most_per_source_unknown = (size_t)o->per_source_unknown,
        .proxies = o->proxies,
        .proxies_n = o->proxies_n,
    };
}

static void
watch_signals(struct server *s)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    s->signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    CHECK(s->signals.fd >= 0);
    s->signals.on_ready = on_signal;
    loop_watch(s->loop, &s->signals, LOOP_READ);
}

static void
tell_how_to_join(struct server *s)
{
    reach_begin(stdout);
    LIST_FOREACH (link, &s->doors) {
        struct door *door = CONTAINER_OF(link, struct door, link);
        reach_print(stdout, door->scheme, &door->listener.address);
    }
    reach_end(stdout);
}

struct server *
server_create(const struct options *o)
{
    struct server *s = ALLOC(struct server);
    s->diag = (struct diag){.level = o->log_level, .sink = log_line};
    list_init(&s->doors);
    s->idle_ms = o->timeout_s * 1000;
    s->idle.on_due = on_idle;
    s->stop.on_due = on_stop_due;
    s->watchdog.on_due = on_watchdog;
    s->turn_end.on_turn_end = on_turn_end;

    uint64_t seed[2];
    CHECK(getrandom(seed, sizeof(seed), 0) == (ssize_t)sizeof(seed));
    s->loop = loop_create(&loop_epoll_ops);
    if (s->loop == NULL) {
        fprintf(stderr, "liaod: epoll: %s\n", strerror(errno));
        free(s);
        return NULL;
    }
    struct peers_limits limits = limits_of(s, o);
    s->peers = peers_create(s->loop, &s->diag, &limits, seed);
    loop_hook_add(s->loop, &s->turn_end);
    watch_signals(s);
    if (!open_doors(s, o)) {
        server_destroy(s);
        return NULL;
    }
    tell_how_to_join(s);
    systemd_notify("READY=1\nSTATUS=open to chat");
    s->watchdog_ms = systemd_watchdog_ms() / 2;
    if (s->watchdog_ms > 0)
        loop_timer_set(s->loop, &s->watchdog, loop_now_ms(s->loop));
    loop_again(s->loop); /* a turn at once: --timeout runs from now on */
    return s;
}

void
server_run(struct server *s)
{
    loop_run(s->loop);
    diag_say(&s->diag, DIAG_INFO, "stopped");
}

void
server_destroy(struct server *s)
{
    if (s == NULL)
        return;
    close_doors(s);
    peers_destroy(s->peers);
    loop_timer_clear(s->loop, &s->idle);
    loop_timer_clear(s->loop, &s->stop);
    loop_timer_clear(s->loop, &s->watchdog);
    loop_watch(s->loop, &s->signals, 0);
    close(s->signals.fd);
    loop_destroy(s->loop);
    free(s);
}
