#include "talk/program.h"

#include "base/tr.h"
#include "udp/hall.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct running {
    const struct talk_program *program;
    struct loop *loop;
    struct net_doors doors;
    struct udp_hall *hall;
    struct talk_view *view;
    struct talk *talk;
    struct loop_watch signals;
    struct loop_timer stop;
    struct loop_timer idle;
    struct loop_hook turn_end;
    int signal;
};

static bool
on_accept(struct net_door *door, const struct net_offer *o,
          const struct net_address *from)
{
    struct running *r = door->doors->owner;
    return talk_accept(r->talk, o, from, wire_sniff_pin(door->url.scheme));
}

static struct net_datagrams *
open_datagrams(struct net_doors *d, const struct net_address *at, int fd)
{
    return udp_hall_open(((struct running *)d->owner)->hall, at, fd);
}

static void
close_datagrams(struct net_doors *d, struct net_datagrams *s)
{
    udp_hall_close(((struct running *)d->owner)->hall, s);
}

static bool
on_accept_datagrams(void *owner, const struct net_offer *o,
                    const struct net_address *from)
{
    struct running *r = owner;
    return talk_accept(r->talk, o, from, SNIFF_PINNED_PLAIN);
}

static void
init_doors(struct running *r)
{
    struct udp_hall_owner hall = {
        .on_accept = on_accept_datagrams,
        .owner = r,
        .idle_ms = r->program->udp_idle_ms,
    };
    CHECK(getrandom(hall.secret, sizeof(hall.secret), 0) ==
          (ssize_t)sizeof(hall.secret));
    r->hall = udp_hall_create(r->loop, &hall);
    net_doors_init(&r->doors, r->program->name, r->loop, r->program->diag,
                   on_accept, r);
    r->doors.open_datagrams = open_datagrams;
    r->doors.close_datagrams = close_datagrams;
}

/* -- the end ------------------------------------------------------------------ */

static void
on_signal(struct loop_watch *w, unsigned events)
{
    struct running *r = CONTAINER_OF(w, struct running, signals);
    struct signalfd_siginfo info;
    (void)events;
    if (read(w->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    int number = (int)info.ssi_signo;
    if (number == SIGWINCH || number == SIGTSTP || number == SIGCONT) {
        r->view->on_signal(r->view, number);
        return;
    }
    if (r->signal != 0) { /* told twice: at once */
        loop_stop(r->loop);
        return;
    }
    r->signal = number;
    talk_stop(r->talk);
    loop_timer_set(r->loop, &r->stop, loop_now_ms(r->loop) + TALK_STOP_MS);
}

static const struct loop_watcher signal_watcher = {on_signal};

static void
on_stop_due(struct loop_timer *t)
{
    loop_stop(CONTAINER_OF(t, struct running, stop)->loop);
}

static void
on_idle(struct loop_timer *t)
{
    struct running *r = CONTAINER_OF(t, struct running, idle);
    diag_say(r->program->diag, DIAG_INFO,
             N_("stopping: nobody was connected for the time given by "
                "--timeout"));
    talk_stop(r->talk);
}

static void
watch_idleness(struct running *r)
{
    uint64_t timeout_ms = r->program->timeout_ms;
    bool is_idle = timeout_ms > 0 && talk_connections(r->talk) == 0;
    if (!is_idle)
        loop_timer_clear(r->loop, &r->idle);
    else if (r->idle.slot == 0)
        loop_timer_set(r->loop, &r->idle, loop_now_ms(r->loop) + timeout_ms);
}

static void
on_turn_end(struct loop_hook *h)
{
    struct running *r = CONTAINER_OF(h, struct running, turn_end);
    if (!talk_is_stopping(r->talk)) {
        watch_idleness(r);
        return;
    }
    net_doors_close(&r->doors);
    if (talk_is_over(r->talk) && r->view->is_written(r->view))
        loop_stop(r->loop);
}

/* -- the beginning ------------------------------------------------------------- */

/* A closed standard descriptor must not become one of ours. Opened this way,
 * reading ends at once and writing fails, as it would have. */
static bool
has_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* As a descriptor, so that one that comes at any moment is found. */
static bool
open_signals(struct running *r)
{
    static const int of_screen[] = {SIGWINCH, SIGTSTP, SIGCONT};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP); /* the terminal is gone */
    for (size_t i = 0; r->program->is_screen && i < COUNT_OF(of_screen); i++)
        sigaddset(&set, of_screen[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN); /* writing tells */
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    r->signals = (struct loop_watch){.fd = fd, .watcher = &signal_watcher};
    if (fd >= 0)
        loop_watch(r->loop, &r->signals, LOOP_READ);
    return fd >= 0;
}

static void
open_talk(struct running *r)
{
    const struct talk_program *p = r->program;
    uint64_t seed[2];
    CHECK(getrandom(seed, sizeof(seed), 0) == (ssize_t)sizeof(seed));
    r->view = p->open_view(r->loop, p->owner);
    r->talk = talk_create(r->loop, p->diag, &p->limits, seed, r->view);
    loop_hook_add(r->loop, &r->turn_end);
}

static void
close_talk(struct running *r)
{
    talk_destroy(r->talk);
    r->view->close(r->view);
    loop_timer_clear(r->loop, &r->stop);
    loop_timer_clear(r->loop, &r->idle);
}

static enum talk_end
run(struct running *r)
{
    r->program->on_listening(&r->doors, r->program->owner);
    loop_again(r->loop); /* a turn at once: the time-out runs from now on */
    loop_run(r->loop);
    int error = r->view->error(r->view);
    if (r->signal != 0)
        return TALK_END_SIGNAL;
    if (error == 0)
        return TALK_END_ASKED;
    if (error != EPIPE) /* a closed pipe is no news, a full disk is */
        diag_say(r->program->diag, DIAG_ERROR,
                 N_("cannot write to standard output: %s"),
                 diag_errno(r->program->diag, error));
    return TALK_END_NO_OUTPUT;
}

enum talk_end
talk_program_run(const struct talk_program *p, int *signal)
{
    enum talk_end end;
    struct running r = {
        .program = p,
        .stop.on_due = on_stop_due,
        .idle.on_due = on_idle,
        .turn_end.on_turn_end = on_turn_end,
    };
    if (!has_standard_descriptors())
        return TALK_END_NO_START;
    /* Standard input and output may be files, which epoll does not take. */
    r.loop = loop_create(&loop_poll_ops);
    if (r.loop == NULL)
        goto cannot_start;
    loop_set_trace(r.loop, p->trace);
    init_doors(&r);
    if (!p->open_doors(&r.doors, p->owner))
        goto no_doors;
    if (!open_signals(&r))
        goto cannot_start;
    open_talk(&r);
    end = run(&r);
    *signal = r.signal;
    if (p->on_closing != NULL)
        p->on_closing(p->owner);
    net_doors_close(&r.doors);
    close_talk(&r);
    udp_hall_destroy(r.hall);
    loop_close(r.loop, &r.signals);
    loop_destroy(r.loop);
    return end;

cannot_start:
    fprintf(stderr, _("%s: cannot start: %s\n"), p->name, strerror(errno));
no_doors:
    if (r.loop != NULL)
        net_doors_close(&r.doors);
    udp_hall_destroy(r.hall);
    loop_destroy(r.loop);
    return TALK_END_NO_START;
}
