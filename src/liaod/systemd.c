#include "liaod/systemd.h"

#include "base/bytes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

bool
systemd_is_manager(void)
{
    return getenv("NOTIFY_SOCKET") != NULL;
}

void
systemd_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (path == NULL || strlen(path) >= sizeof(to.sun_path))
        return;
    size_t n = strlen(path);
    memcpy(to.sun_path, path, n);
    if (path[0] == '@') /* Linux's abstract names begin with NUL */
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    /* Nobody listening is no reason to do anything else. */
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    close(fd);
}

void
systemd_notify_reloading(void)
{
    struct timespec now;
    char state[80];
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    systemd_notify(state);
}

/* The number in a variable that is meant for this process, by `pid_name`. */
static uint64_t
number_for_us(const char *name, const char *pid_name)
{
    uint64_t pid, number;
    const char *pid_text = getenv(pid_name);
    if (pid_text != NULL && (!span_number(span_of(pid_text), INT32_MAX, &pid) ||
                             pid != (uint64_t)getpid()))
        return 0;
    if (!span_number(span_of(getenv(name)), INT64_MAX, &number))
        return 0;
    return number;
}

uint64_t
systemd_watchdog_ms(void)
{
    return number_for_us("WATCHDOG_USEC", "WATCHDOG_PID") / 1000;
}

size_t
systemd_listen_fds(void)
{
    if (getenv("LISTEN_PID") == NULL)
        return 0;
    uint64_t n = number_for_us("LISTEN_FDS", "LISTEN_PID");
    if (n > 64)
        return 0;
    for (int fd = SYSTEMD_FIRST_FD; fd < SYSTEMD_FIRST_FD + (int)n; fd++) {
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
    return (size_t)n;
}

void
systemd_fd_name(size_t i, char *out, size_t size)
{
    struct span names = span_of(getenv("LISTEN_FDNAMES"));
    for (; i > 0 && names.n > 0; i--)
        names = span_from(names, span_find(names, ':') + 1);
    struct span name = span_sub(names, 0, span_find(names, ':'));
    snprintf(out, size, "%.*s", SPAN_ARG(name));
}
