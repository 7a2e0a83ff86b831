#include "liaod/server.h"

#include "base/alloc.h"
#include "base/tr.h"
#include "liaod/about.h"
#include "liaod/console.h"
#include "liaod/doors.h"
#include "liaod/log.h"
#include "liaod/reach.h"
#include "liaod/room.h"
#include "liaod/systemd.h"
#include "msg/limits.h"
#include "net/doors.h"
#include "peer/peer.h"
#include "udp/hall.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* After SIGTERM, everybody has so long to read what is queued. */
#define STOP_MS 2000

struct server {
    struct options options;
    int argc; /* the command line, for SIGHUP */
    char **argv;
    size_t inherited; /* sockets that we were started with */
    struct log log;
    struct loop *loop;
    struct peers *peers;
    struct about about;
    struct net_doors doors;
    struct udp_hall *hall; /* behind the doors of udp:// */
    struct loop_watch signals;
    struct loop_timer idle; /* --timeout */
    struct loop_timer stop;
    struct loop_timer watchdog;
    uint64_t watchdog_ms; /* 0: none */
    struct loop_hook turn_end;
    uint64_t idle_ms;
    struct console *console; /* NULL: no terminal */
    bool has_terminal;
    enum diag_level quiet; /* the log's level unless asked for */
    bool wants_reload;
    const char *reload_why; /* who wants it */
    bool is_stopping;
    bool has_told; /* everybody that it is */
};

/* -- doors ----------------------------------------------------------------- */

static bool
on_accept(struct net_door *door, const struct net_offer *o,
          const struct net_address *from)
{
    struct server *s = door->doors->owner;
    return peer_accept(s->peers, o, from, wire_sniff_pin(door->url.scheme));
}

static struct net_datagrams *
open_datagrams(struct net_doors *d, const struct net_address *at, int fd)
{
    return udp_hall_open(((struct server *)d->owner)->hall, at, fd);
}

static void
close_datagrams(struct net_doors *d, struct net_datagrams *socket)
{
    udp_hall_close(((struct server *)d->owner)->hall, socket);
}

static bool
on_accept_datagrams(void *owner, const struct net_offer *o,
                    const struct net_address *from)
{
    struct server *s = owner;
    return peer_accept(s->peers, o, from, SNIFF_PINNED_PLAIN);
}

static void
open_hall(struct server *s, const struct options *o)
{
    struct udp_hall_owner hall = {
        .on_accept = on_accept_datagrams,
        .owner = s,
        .idle_ms = o->udp_idle_s * 1000,
    };
    CHECK(getrandom(hall.secret, sizeof(hall.secret), 0) ==
          (ssize_t)sizeof(hall.secret));
    s->hall = udp_hall_create(s->loop, &hall);
}

static bool
change_doors(struct server *s, const struct options *o)
{
    size_t n = o->listens_n;
    const struct net_url *urls = o->listens;
    if (n == 0 && s->inherited == 0)
        urls = net_doors_default(&n);
    return net_doors_change(&s->doors, urls, n);
}

/* -- limits ------------------------------------------------------------------ */

static struct peers_limits
limits_of(struct server *s)
{
    const struct options *o = &s->options; /* its proxies live as long as s */
    size_t descriptors = room_descriptors();
    const struct loop_ops *engine = loop_engines[o->engine];
    size_t most = room_for_clients(engine, descriptors);
    if (engine->most_fds > 0 && engine->most_fds < descriptors)
        diag_say(&s->log.diag, DIAG_INFO, "%s", engine->limit);
    if (o->max_clients > most)
        diag_say(&s->log.diag, DIAG_WARNING,
                 "--max-clients %llu is more than the descriptor limit "
                 "allows (ulimit -n %zu)",
                 (unsigned long long)o->max_clients, descriptors);
    if (o->max_clients != 0 && o->max_clients < most)
        most = (size_t)o->max_clients;
    diag_say(&s->log.diag, DIAG_INFO,
             "room for %zu clients (descriptor limit %zu)", most, descriptors);
    return (struct peers_limits){
        .most_clients = most,
        .most_per_source = (size_t)o->per_source,
        .most_per_source_unknown = (size_t)o->per_source_unknown,
        .flood = bucket_rate((uint32_t)o->flood_rate, (uint32_t)o->flood_burst),
        .most_rest_us = o->coalesce_ms * 1000,
        .proxies = o->proxies,
        .proxies_n = o->proxies_n,
    };
}

/* -- reload ------------------------------------------------------------------ */

struct reload_ear {
    struct opt_ear ear;
    struct diag *diag;
};

static void
hear_complaint(const struct opt_ear *ear, const char *line)
{
    const struct reload_ear *r = CONTAINER_OF(ear, struct reload_ear, ear);
    diag_say(r->diag, DIAG_WARNING, "%s", line);
}

/* All that was read is right: live with it. Listeners may still fail; then
 * those that were there stay. */
static void
take_over(struct server *s, const struct options *fresh)
{
    struct options old = s->options;
    s->options = *fresh;
    s->log.diag.level = options_log_level(fresh, s->quiet);
    s->idle_ms = fresh->timeout_s * 1000;
    loop_timer_clear(s->loop, &s->idle); /* the end of the turn sets it */
    struct peers_limits limits = limits_of(s);
    peers_set_limits(s->peers, &limits);
    udp_hall_set_idle(s->hall, fresh->udp_idle_s * 1000);
    if (change_doors(s, fresh))
        return;
    diag_say(&s->log.diag, DIAG_WARNING, "the listeners stay as they were");
    memcpy(s->options.listens, old.listens, sizeof(old.listens));
    s->options.listens_n = old.listens_n;
}

static void
reload(struct server *s)
{
    const struct reload_ear r = {{hear_complaint, "liaod"}, &s->log.diag};
    struct options fresh = s->options;
    if (s->options.asks) {
        diag_say(&s->log.diag, DIAG_INFO, "%s: not with --ask", s->reload_why);
        return;
    }
    systemd_notify_reloading();
    if (options_reload(&fresh, &r.ear, s->argc, s->argv)) {
        diag_say(&s->log.diag, DIAG_INFO, "%s: configuration read again: %s",
                 s->reload_why,
                 fresh.config.path[0] != '\0' ? fresh.config.path : "no file");
        take_over(s, &fresh);
        systemd_notify("READY=1\nSTATUS=open to chat");
    } else {
        diag_say(&s->log.diag, DIAG_WARNING,
                 "%s: the configuration stays as it was", s->reload_why);
        systemd_notify("READY=1\nSTATUS=open to chat, with the configuration "
                       "from before: the file is wrong");
    }
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
    diag_say(&s->log.diag, DIAG_INFO, "stopping: %s", why);
    systemd_notify("STOPPING=1");
    loop_again(s->loop);
    loop_timer_set(s->loop, &s->stop, loop_now_ms(s->loop) + STOP_MS);
}

static void
want_reload(struct server *s, const char *why)
{
    s->wants_reload = true;
    s->reload_why = why;
    loop_again(s->loop);
}

/* An operator's command does what SIGHUP does. */
static void
on_rehash(void *owner)
{
    want_reload(owner, "REHASH");
}

/* A hang-up is the end of the terminal that we were started from; a daemon's
 * means that it should read its configuration anew. */
static void
on_signal_number(struct server *s, int number)
{
    if (number == SIGWINCH || number == SIGTSTP || number == SIGCONT) {
        if (s->console != NULL)
            console_on_signal(s->console, number);
        return;
    }
    if (number == SIGHUP && !s->has_terminal) {
        want_reload(s, "SIGHUP");
        return;
    }
    stop(s, number == SIGINT    ? "SIGINT"
            : number == SIGTERM ? "SIGTERM"
                                : "the terminal is gone");
}

static void
on_signal(struct loop_watch *w, unsigned events)
{
    struct server *s = CONTAINER_OF(w, struct server, signals);
    struct signalfd_siginfo info;
    (void)events;
    if (read(w->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
        on_signal_number(s, (int)info.ssi_signo);
}

static const struct loop_watcher signal_watcher = {on_signal};

/* The operator has left; or the server has, and its console with it. */
static void
on_console_end(void *owner)
{
    struct server *s = owner;
    if (!s->is_stopping)
        stop(s, "the operator left");
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

/* As below, not where it was decided: a listener that closes may be ready in
 * the same turn. */
static void
reload_if_wanted(struct server *s)
{
    bool is_wanted = s->wants_reload && !s->is_stopping;
    s->wants_reload = false;
    if (is_wanted)
        reload(s);
}

/* Not where it was decided: a listener may be ready in the same turn. */
static void
tell_the_end(struct server *s)
{
    s->has_told = true;
    net_doors_close(&s->doors);
    peers_stop(s->peers);
}

static void
on_turn_end(struct loop_hook *h)
{
    struct server *s = CONTAINER_OF(h, struct server, turn_end);
    reload_if_wanted(s);
    if (s->is_stopping && !s->has_told)
        tell_the_end(s);
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

/* What a loop needs first: it hears when it shall stop. */
static bool
watch_signals(struct server *s, struct loop *l)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    static const int of_terminal[] = {SIGWINCH, SIGTSTP, SIGCONT};
    for (size_t i = 0; console_is_possible() && i < COUNT_OF(of_terminal); i++)
        sigaddset(&set, of_terminal[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    s->signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    s->signals.watcher = &signal_watcher;
    if (s->signals.fd < 0 || !loop_add(l, &s->signals))
        return false;
    loop_watch(l, &s->signals, LOOP_READ);
    return true;
}

/* A descriptor limit may be raised, an engine's not. */
static bool
fits_engine(const struct loop_ops *engine, uint64_t clients)
{
    size_t most = room_for_clients(engine, SIZE_MAX);
    if (engine->most_fds == 0 || clients <= most)
        return true;
    fprintf(stderr,
            _("liaod: --max-clients %llu: with --engine %s there is room for "
              "%zu: %s\n"),
            (unsigned long long)clients, engine->name, most, tr(engine->limit));
    return false;
}

/* NULL after saying why. */
static struct loop *
open_loop(struct server *s, const struct loop_ops *engine)
{
    struct loop *l = loop_create(engine);
    if (l != NULL && watch_signals(s, l))
        return l;
    fprintf(stderr, _("liaod: cannot start: %s\n"), strerror(errno));
    if (engine->limit != NULL)
        fprintf(stderr, "liaod: --engine %s: %s\n", engine->name,
                tr(engine->limit));
    loop_destroy(l);
    return NULL;
}

static void
open_batch(struct server *s)
{
    /* A ring belongs to one thread; and who learns sees each call. */
    if (s->options.io_uring == OPTIONS_IO_URING_OFF || s->options.traces ||
        loop_engine(s->loop)->nudge != NULL)
        return;
    struct net_batch *batch = net_uring_open();
    if (batch != NULL)
        peers_use_batch(s->peers, batch);
    else
        diag_say(&s->log.diag, DIAG_INFO,
                 "no io_uring (%s): each send is a call", strerror(errno));
}

/* On nothing but lab:// the operator is a lab's teacher. */
static bool
all_are_lab(const struct net_doors *doors)
{
    LIST_FOREACH (link, &doors->all) {
        const struct net_door *door = CONTAINER_OF(link, struct net_door, link);
        if (strcmp(door->url.scheme, "lab") != 0)
            return false;
    }
    return true;
}

struct server *
server_create(const struct options *o, int argc, char **argv)
{
    struct server *s = ALLOC(struct server);
    s->options = *o;
    s->argc = argc;
    s->argv = argv;
    s->has_terminal = isatty(STDIN_FILENO);
    /* The console tells who comes and goes. */
    s->quiet = console_is_possible() ? DIAG_WARNING : DIAG_INFO;
    s->log = (struct log){
        .diag = {.level = options_log_level(o, s->quiet), .sink = log_line},
        .trace = {.sink = log_trace},
        .show = console_show,
    };
    s->idle_ms = o->timeout_s * 1000;
    s->idle.on_due = on_idle;
    s->stop.on_due = on_stop_due;
    s->watchdog.on_due = on_watchdog;
    s->turn_end.on_turn_end = on_turn_end;

    uint64_t seed[2];
    CHECK(getrandom(seed, sizeof(seed), 0) == (ssize_t)sizeof(seed));
    const struct loop_ops *engine = loop_engines[o->engine];
    s->loop = fits_engine(engine, o->max_clients) ? open_loop(s, engine) : NULL;
    if (s->loop == NULL) {
        free(s);
        return NULL;
    }
    if (o->traces)
        loop_set_trace(s->loop, &s->log.trace);
    net_doors_init(&s->doors, "liaod", s->loop, &s->log.diag, on_accept, s);
    struct peers_limits limits = limits_of(s);
    s->peers = peers_create(s->loop, &s->log.diag, &limits, seed);
    open_batch(s);
    open_hall(s, o);
    s->doors.open_datagrams = open_datagrams;
    s->doors.close_datagrams = close_datagrams;
    loop_hook_add(s->loop, &s->turn_end);
    bool is_known = about_read(&s->about, &s->options, loop_wall_ms(s->loop));
    s->about.info.on_rehash = on_rehash;
    s->about.info.owner = s;
    hub_set_info(peers_hub(s->peers), &s->about.info);
    if (!is_known || !doors_open(&s->doors, o, &s->inherited)) {
        server_destroy(s);
        return NULL;
    }
    s->doors.is_serving = true;
    if (!systemd_is_manager())
        reach_tell(stdout, &s->doors);
    if (console_is_possible())
        s->console = console_open(s->loop, s->peers, all_are_lab(&s->doors),
                                  on_console_end, s);
    s->log.owner = s->console;
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
}

void
server_destroy(struct server *s)
{
    if (s == NULL)
        return;
    net_doors_close(&s->doors);
    peers_destroy(s->peers);
    udp_hall_destroy(s->hall);
    about_finish(&s->about);
    s->log.owner = NULL;
    console_close(s->console);
    if (s->is_stopping)
        diag_say(&s->log.diag, DIAG_INFO, "stopped");
    loop_timer_clear(s->loop, &s->idle);
    loop_timer_clear(s->loop, &s->stop);
    loop_timer_clear(s->loop, &s->watchdog);
    loop_close(s->loop, &s->signals);
    loop_destroy(s->loop);
    trace_finish(&s->log.trace);
    free(s);
}
