/*
 * liao: a chat from the terminal, or through a pipe. See liao(1).
 */
#include "base/utf8.h"
#include "liao/ask.h"
#include "liao/session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct program {
    struct liao_options options;
    struct diag diag;
    struct liao_input input;
    struct loop *loop;
    struct loop_watch signals;
    struct liao_session *session;
};

/* Names that users gave, and what systems say, go through here. */
static void
say_to_user(struct diag *d, enum diag_level level, const char *line)
{
    (void)d, (void)level;
    struct buf clean = {0};
    utf8_clean(span_of(line), &clean);
    fprintf(stderr, "liao: %.*s\n", SPAN_ARG(buf_span(&clean)));
    buf_finish(&clean);
}

/* A closed standard descriptor must not become our socket. Opened this way,
 * reading ends at once and writing fails, as it would have. */
static bool
has_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fd <= 2);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void
on_signal(struct loop_watch *w, unsigned events)
{
    struct program *p = CONTAINER_OF(w, struct program, signals);
    struct signalfd_siginfo info;
    (void)events;
    if (read(w->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
        liao_session_interrupt(p->session, (int)info.ssi_signo);
}

/* As a descriptor, so that one that comes at any moment is found. */
static bool
open_signals(struct program *p)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        return false;
    p->signals = (struct loop_watch){.fd = fd, .on_ready = on_signal};
    loop_watch(p->loop, &p->signals, LOOP_READ);
    return true;
}

static int
chat(struct program *p)
{
    int code = LIAO_EXIT_NO_SERVER;
    p->loop = loop_create(&loop_poll_ops);
    if (p->loop == NULL)
        goto no_loop;
    /* A look-up can't be waited for in the loop: until it is done, signals
     * just end us. */
    p->session = liao_session_create(p->loop, &p->diag, &p->options, &p->input);
    if (!open_signals(p))
        goto no_signals;
    loop_run(p->loop);
    code = liao_session_exit(p->session);
    loop_watch(p->loop, &p->signals, 0);
    close(p->signals.fd);
no_signals:
    liao_session_destroy(p->session);
    loop_destroy(p->loop);
no_loop:
    if (code == LIAO_EXIT_NO_SERVER && p->signals.on_ready == NULL)
        diag_say(&p->diag, DIAG_ERROR, "out of descriptors: %s",
                 strerror(errno));
    return code;
}

static int
flush_text(void)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return LIAO_EXIT_LEFT;
    perror("liao: cannot write to standard output");
    return LIAO_EXIT_NO_OUTPUT;
}

int
main(int argc, char **argv)
{
    struct program p = {.diag = {DIAG_INFO, say_to_user}};
    if (!has_standard_descriptors())
        return LIAO_EXIT_NO_SERVER;
    signal(SIGPIPE, SIG_IGN); /* writing tells */

    enum liao_options_verdict verdict =
        liao_options_parse(&p.options, argc, argv);
    if (verdict == LIAO_OPTIONS_DONE)
        return flush_text();
    if (verdict == LIAO_OPTIONS_USAGE)
        return LIAO_EXIT_USAGE;

    liao_input_init(&p.input, STDIN_FILENO);
    int code = LIAO_EXIT_USAGE;
    if (p.options.has_server || liao_ask_server(&p.options, &p.input))
        code = chat(&p);
    liao_input_finish(&p.input);
    return code;
}
