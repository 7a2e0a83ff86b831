/*
 * liao: a chat from the terminal, or through a pipe. See liao(1).
 */
#include "base/tr.h"
#include "liao/again.h"
#include "liao/ask.h"
#include "liao/duplex.h"
#include "liao/listen.h"
#include "liao/session.h"
#include "liao/voice.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct program {
    struct liao_options options;
    struct liao_voice voice;
    struct liao_input input;
    struct liao_log log;
    struct loop *loop;
    struct loop_watch signals;
    struct liao_session *session; /* NULL: we wait for the next try */
    struct liao_again again;
    struct buf name; /* to be taken at the start of the next session */
    bool was_connected;
    bool is_unwanted; /* by the server that we were on */
    int signal;       /* that came while there was no session */
};

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
interrupt(struct program *p, int number)
{
    if (p->session != NULL) {
        liao_session_interrupt(p->session, number);
        return;
    }
    p->signal = number;
    loop_stop(p->loop);
}

static void
on_signal(struct loop_watch *w, unsigned events)
{
    struct program *p = CONTAINER_OF(w, struct program, signals);
    struct signalfd_siginfo info;
    (void)events;
    if (read(w->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    int number = (int)info.ssi_signo;
    if (number == SIGWINCH || number == SIGTSTP || number == SIGCONT)
        liao_screen_on_signal(p->voice.screen, number);
    else
        interrupt(p, number);
}

static const struct loop_watcher signal_watcher = {on_signal};

/* As a descriptor, so that one that comes at any moment is found. */
static bool
open_signals(struct program *p, bool is_terminal)
{
    static const int of_terminal[] = {SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    for (size_t i = 0; is_terminal && i < COUNT_OF(of_terminal); i++)
        sigaddset(&set, of_terminal[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        return false;
    p->signals = (struct loop_watch){.fd = fd, .watcher = &signal_watcher};
    loop_watch(p->loop, &p->signals, LOOP_READ);
    return true;
}

static void
close_signals(struct program *p)
{
    if (p->signals.watcher == NULL)
        return;
    loop_close(p->loop, &p->signals);
}

/* Once the first session has looked up its host: that can't be waited for in
 * the loop, and until it is done signals just end us, which a terminal of
 * ours would not survive. */
static bool
open_screen(struct program *p)
{
    bool is_terminal = liao_screen_is_possible();
    if (p->signals.watcher != NULL)
        return true;
    if (!open_signals(p, is_terminal))
        return false;
    if (is_terminal)
        p->voice.screen =
            liao_screen_create(p->loop, &p->options, &p->input, &p->log);
    return true;
}

/* From connecting to the end of the connection; its exit status. */
static int
chat_once(struct program *p)
{
    int code = LIAO_EXIT_NO_SERVER;
    p->session = liao_session_create(p->loop, &p->voice.diag, &p->options,
                                     &p->input, &p->log);
    if (!open_screen(p)) {
        diag_say(&p->voice.diag, DIAG_ERROR, N_("out of descriptors: %s"),
                 strerror(errno));
        goto no_screen;
    }
    liao_session_set_screen(p->session, p->voice.screen);
    liao_session_set_name(p->session, buf_span(&p->name));
    loop_run(p->loop);
    code = liao_session_exit(p->session);
    if (liao_session_was_connected(p->session))
        p->was_connected = true;
    p->is_unwanted = liao_session_is_unwanted(p->session);
no_screen:
    liao_session_destroy(p->session);
    p->session = NULL;
    return code;
}

static void
remember_name(struct program *p)
{
    struct span nick =
        p->voice.screen != NULL ? liao_screen_nick(p->voice.screen) : SPAN_NONE;
    if (nick.n == 0)
        return;
    buf_truncate(&p->name, 0);
    buf_add(&p->name, nick);
}

/* A server that was never there is an error to be told, not to wait for. And
 * one does not go back to where one was turned out. */
static bool
goes_on(struct program *p, int code)
{
    bool is_lost = code == LIAO_EXIT_LOST || code == LIAO_EXIT_ENDED ||
                   (code == LIAO_EXIT_NO_SERVER && p->was_connected);
    if (!p->options.reconnects || !is_lost || liao_input_is_over(&p->input))
        return false;
    if (p->is_unwanted)
        diag_say(&p->voice.diag, DIAG_INFO,
                 N_("not connecting again after that"));
    return !p->is_unwanted;
}

static int
chat(struct program *p)
{
    for (;;) {
        uint64_t start_ms = loop_now_ms(p->loop);
        int code = chat_once(p);
        if (!goes_on(p, code))
            return code;
        remember_name(p);
        unsigned wait_s =
            liao_again_next(&p->again, loop_now_ms(p->loop) - start_ms);
        diag_say(&p->voice.diag, DIAG_INFO, N_("connecting again in %u s"),
                 wait_s);
        liao_again_wait(&p->again, p->loop, &p->input);
        if (p->signal != 0)
            return LIAO_EXIT_SIGNALLED + p->signal;
        if (p->again.has_given_up)
            return LIAO_EXIT_LEFT;
        diag_say(&p->voice.diag, DIAG_INFO, N_("connecting"));
    }
}

static int
run(struct program *p)
{
    bool selects = p->options.duplex == LIAO_DUPLEX_SELECT;
    p->loop = loop_create(selects ? &loop_select_ops : &loop_poll_ops);
    if (p->loop == NULL) {
        diag_say(&p->voice.diag, DIAG_ERROR, N_("out of descriptors: %s"),
                 strerror(errno));
        return LIAO_EXIT_NO_SERVER;
    }
    if (p->options.traces)
        loop_set_trace(p->loop, &p->voice.trace);
    if (p->options.name[0] != '\0')
        buf_add(&p->name, span_of(p->options.name));
    int code = chat(p);
    liao_screen_destroy(p->voice.screen);
    p->voice.screen = NULL;
    close_signals(p);
    loop_destroy(p->loop);
    buf_finish(&p->name);
    return code;
}

static int
flush_text(void)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return LIAO_EXIT_LEFT;
    fprintf(stderr, _("liao: cannot write to standard output: %s\n"),
            strerror(errno));
    return LIAO_EXIT_NO_OUTPUT;
}

/* --duplex, with calls that block. */
static int
chat_blocking(struct program *p)
{
    return liao_duplex(&p->options, &p->input,
                       p->options.traces ? &p->voice.trace : NULL);
}

int
main(int argc, char **argv)
{
    struct program p = {0};
    liao_voice_init(&p.voice);
    if (!has_standard_descriptors())
        return LIAO_EXIT_NO_SERVER;
    signal(SIGPIPE, SIG_IGN); /* writing tells */

    enum opt_verdict verdict = liao_options_parse(&p.options, argc, argv);
    if (verdict == OPT_DONE)
        return flush_text();
    if (verdict != OPT_GO)
        return opt_exit(verdict);

    liao_input_init(&p.input, STDIN_FILENO);
    int code = LIAO_EXIT_USAGE;
    bool is_ready = (p.options.log[0] == '\0' ||
                     liao_log_open(&p.log, &p.voice.diag, p.options.log)) &&
                    (p.options.is_listening || p.options.has_server ||
                     liao_ask_server(&p.options, &p.input));
    if (is_ready && p.options.duplex != OPT_UNSAID)
        liao_duplex_explain(p.options.duplex);
    if (is_ready && p.options.is_listening)
        code = liao_listen(&p.options, &p.voice, &p.input, &p.log);
    else if (is_ready && liao_options_is_small(&p.options))
        code = chat_blocking(&p);
    else if (is_ready)
        code = run(&p);
    trace_finish(&p.voice.trace);
    liao_log_close(&p.log);
    liao_input_finish(&p.input);
    return code;
}
