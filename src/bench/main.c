/*
 * liao-bench: load for a chat server. See liao-bench(1).
 */
#include "base/tr.h"
#include "bench/load.h"
#include "bench/report.h"
#include "term/language.h"

#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EXIT_WRONG = 1, EXIT_NO_SERVER = 3, EXIT_NO_OUTPUT = 4 };

/* Descriptors beside the connections. */
#define DESCRIPTORS_OWN 32

static volatile int is_stopped; /* written by a signal */

static void
on_signal(int number)
{
    (void)number;
    is_stopped = 1;
}

/* The first Ctrl-C ends the run and tells what there is; the second ends us. */
static void
catch_signals(void)
{
    struct sigaction a = {.sa_handler = on_signal,
                          .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
}

static bool
raise_limit(uint32_t connections)
{
    struct rlimit limit;
    uint64_t need = (uint64_t)connections + DESCRIPTORS_OWN;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
        return true;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max >= need)
        return true;
    fprintf(stderr,
            _("liao-bench: %llu connections need %llu descriptors, and the "
              "limit is %llu: raise it (ulimit -Hn, LimitNOFILE=), or take "
              "fewer --members\n"),
            (unsigned long long)connections, (unsigned long long)need,
            (unsigned long long)limit.rlim_max);
    return false;
}

/* Somebody listens there; or we can't tell, and joining will. */
static bool
is_open(const struct addrinfo *a)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool is_connected = connect(fd, a->ai_addr, a->ai_addrlen) == 0;
    close(fd);
    return is_connected;
}

/* Of several addresses (localhost has two) the first that somebody listens
 * on; a single one is not touched before the members come. */
static const struct addrinfo *
choose(const struct addrinfo *all)
{
    if (all->ai_next == NULL)
        return all;
    for (const struct addrinfo *a = all; a != NULL; a = a->ai_next) {
        if (is_open(a))
            return a;
    }
    return all;
}

static bool
look_up(const struct net_url *url, struct net_address *out)
{
    char port[8];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    snprintf(port, sizeof(port), "%u", url->port);
    int error = getaddrinfo(url->host, port, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "liao-bench: %s: %s\n", url->host, gai_strerror(error));
        return false;
    }
    const struct addrinfo *a = choose(found);
    memcpy(&out->u, a->ai_addr, a->ai_addrlen);
    out->n = a->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

static int
run(const struct options *o, const struct net_address *to)
{
    struct load *l = malloc(sizeof(*l));
    CHECK(l != NULL);
    int status = EXIT_NO_SERVER;
    if (load_run(l, o, to, &is_stopped) == LOAD_OK) {
        if (o->is_json)
            report_json(l);
        else
            report_table(l);
        status = load_is_clean(l) ? 0 : EXIT_WRONG;
    }
    if (l->crowd.why[0] != '\0')
        fprintf(stderr, "liao-bench: %s\n", l->crowd.why);
    load_finish(l);
    free(l);
    return status;
}

int
main(int argc, char **argv)
{
    struct options options;
    struct net_address to;
    term_language_begin(NULL);
    enum opt_verdict verdict = options_parse(&options, argc, argv);
    if (verdict != OPT_GO)
        return opt_exit(verdict);
    if (!raise_limit(
            crowd_size(options.proto, options.members, options.senders)) ||
        !look_up(&options.url, &to))
        return EXIT_NO_SERVER;
    catch_signals();
    int status = run(&options, &to);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "%s", _("liao-bench: cannot write the result\n"));
        return EXIT_NO_OUTPUT;
    }
    return status;
}
