/*
 * The service manager's side: what it is told (sd_notify(3)) and what it
 * hands over (sd_listen_fds(3)), without its library.
 */
#ifndef LIAOD_SYSTEMD_H
#define LIAOD_SYSTEMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Are we a service? Then nobody reads what we say to people at a terminal. */
bool systemd_is_manager(void);

/* Send "READY=1" and the like to $NOTIFY_SOCKET; nothing without one. */
void systemd_notify(const char *state);

/* RELOADING=1, with the time that goes with it; READY=1 ends it. */
void systemd_notify_reloading(void);

/* How often systemd wants a sign of life, in ms; 0: not at all. */
uint64_t systemd_watchdog_ms(void);

#define SYSTEMD_FIRST_FD 3

/*
 * How many listening sockets this process was started with, from descriptor
 * SYSTEMD_FIRST_FD on; 0: none. They are ours alone from now on.
 */
size_t systemd_listen_fds(void);

/* FileDescriptorName= of the i-th of them, into `out`; empty: none. */
void systemd_fd_name(size_t i, char *out, size_t size);

#endif
