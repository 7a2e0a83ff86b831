#include "liaod/doors.h"

#include "base/tr.h"
#include "liaod/systemd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A socket's name is its scheme; any other name is the usual one. */
static const char *
scheme_of(const char *name)
{
    bool is_scheme = strcmp(name, "plain") == 0 || strcmp(name, "lab") == 0 ||
                     strcmp(name, "udp") == 0 || strcmp(name, "irc") == 0;
    return is_scheme ? name : "tcp";
}

static bool
adopt(struct net_doors *d, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char name[16];
        systemd_fd_name(i, name, sizeof(name));
        int fd = SYSTEMD_FIRST_FD + (int)i;
        if (!net_doors_adopt(d, fd, scheme_of(name))) {
            fprintf(stderr,
                    _("liaod: descriptor %d is no listening socket: %s\n"), fd,
                    strerror(errno));
            return false;
        }
    }
    return true;
}

bool
doors_are_all_irc(const struct options *o)
{
    size_t inherited = systemd_listen_fds();
    for (size_t i = 0; i < inherited; i++) {
        char name[16];
        systemd_fd_name(i, name, sizeof(name));
        if (strcmp(scheme_of(name), "irc") != 0)
            return false;
    }
    for (size_t i = 0; i < o->listens_n; i++) {
        if (strcmp(o->listens[i].scheme, "irc") != 0)
            return false;
    }
    return inherited + o->listens_n > 0; /* by default it is tcp:// */
}

bool
doors_open(struct net_doors *d, const struct options *o, size_t *inherited)
{
    *inherited = systemd_listen_fds();
    if (!adopt(d, *inherited))
        return false;
    if (o->listens_n == 0)
        return *inherited > 0 || net_doors_open_default(d);
    return net_doors_open(d, o->listens, o->listens_n);
}
