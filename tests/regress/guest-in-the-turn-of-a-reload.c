/*
 * SIGHUP took away a listener, and somebody connected to it in the same turn.
 * Both were ready: the listener was closed and freed where the signal was
 * read, and called after that. Found while the hall learnt to close its doors; the
 * same had been mended for SIGTERM, and nobody looked where else a listener
 * closes. It reloads at the end of the turn now, where nothing is called any
 * more.
 */
#include "base/check.h"
#include "liaod/options.h"
#include "liaod/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void
write_file(const char *path, const char *scheme, unsigned port)
{
    FILE *f = fopen(path, "w");
    CHECK(f != NULL);
    fprintf(f, "listen = \"%s://127.0.0.1:%u\"\n", scheme, port);
    CHECK(fclose(f) == 0);
}

/* A socket with an address; the port of another is free when it is closed. */
static int
open_socket(struct sockaddr_in *at)
{
    socklen_t n = sizeof(*at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *at = (struct sockaddr_in){.sin_family = AF_INET,
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)at, n) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)at, &n) == 0);
    return fd;
}

int
main(void)
{
    char path[] = "/tmp/liao-reload-XXXXXX";
    char name[] = "liaod", config[] = "--config";
    char *argv[] = {name, config, path, NULL};
    struct options options;
    struct sockaddr_in there, guests;
    CHECK(freopen("/dev/null", "r", stdin) != NULL); /* no console */
    close(mkstemp(path));
    close(open_socket(&there));
    write_file(path, "tcp", ntohs(there.sin_port));
    CHECK(options_parse(&options, 3, argv) == OPT_GO);
    struct server *s = server_create(&options, 3, argv);
    CHECK(s != NULL);

    /* In this order they are ready; and SIGTERM in the turn behind that. */
    write_file(path, "plain", 0);
    kill(getpid(), SIGHUP);
    int guest = open_socket(&guests);
    CHECK(connect(guest, (struct sockaddr *)&there, sizeof(there)) == 0);
    kill(getpid(), SIGTERM);
    server_run(s);

    /* The guest was let in, and told that it is over. */
    char heard[100] = "";
    CHECK(recv(guest, heard, sizeof(heard) - 1, 0) >= 0);
    close(guest);
    server_destroy(s);
    unlink(path);
    return 0;
}
