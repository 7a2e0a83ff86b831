#include "liaod/holder.h"

#include "base/bytes.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TCP_LISTENING 0x0a /* of the kernel's TCP states */

/* Of a row of /proc/net/tcp, which columns have what. */
enum { COLUMN_LOCAL = 1, COLUMN_STATE = 3, COLUMN_INODE = 9, COLUMNS };

static bool
split_row(char *row, char *columns[COLUMNS])
{
    char *rest = row;
    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i] = strtok_r(i == 0 ? row : NULL, " \n", &rest);
        if (columns[i] == NULL)
            return false;
    }
    return true;
}

/* "0100007F:F7CA" */
static unsigned long
port_of(const char *local)
{
    const char *colon = strchr(local, ':');
    return colon != NULL ? strtoul(colon + 1, NULL, 16) : 0;
}

/* The inode of a listening socket; 0: none in this table. */
static unsigned long
find_socket(const char *table, uint16_t port)
{
    FILE *f = fopen(table, "re");
    char line[512];
    unsigned long found = 0;
    while (f != NULL && found == 0 && fgets(line, sizeof(line), f) != NULL) {
        char *columns[COLUMNS];
        if (split_row(line, columns) &&
            port_of(columns[COLUMN_LOCAL]) == port &&
            strtoul(columns[COLUMN_STATE], NULL, 16) == TCP_LISTENING)
            found = strtoul(columns[COLUMN_INODE], NULL, 10);
    }
    if (f != NULL)
        fclose(f);
    return found;
}

static bool
has_socket(const char *pid, unsigned long inode)
{
    char path[320], wanted[64], link[64];
    snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
    snprintf(path, sizeof(path), "/proc/%s/fd", pid);
    DIR *fds = opendir(path);
    bool found = false;
    struct dirent *d;
    while (fds != NULL && !found && (d = readdir(fds)) != NULL) {
        ssize_t n = readlinkat(dirfd(fds), d->d_name, link, sizeof(link) - 1);
        link[n > 0 ? n : 0] = '\0';
        found = strcmp(link, wanted) == 0;
    }
    if (fds != NULL)
        closedir(fds);
    return found;
}

static void
read_name(const char *pid, char *name, size_t size)
{
    char path[320];
    snprintf(path, sizeof(path), "/proc/%s/comm", pid);
    FILE *f = fopen(path, "re");
    if (f == NULL || fgets(name, (int)size, f) == NULL)
        snprintf(name, size, "?");
    name[strcspn(name, "\n")] = '\0';
    if (f != NULL)
        fclose(f);
}

bool
holder_find(uint16_t port, char *name, size_t size, int *pid)
{
    unsigned long inode = find_socket("/proc/net/tcp", port);
    if (inode == 0)
        inode = find_socket("/proc/net/tcp6", port);
    DIR *processes = inode != 0 ? opendir("/proc") : NULL;
    bool found = false;
    struct dirent *d;
    while (processes != NULL && !found && (d = readdir(processes)) != NULL) {
        uint64_t number;
        if (!span_number(span_of(d->d_name), INT_MAX, &number) ||
            !has_socket(d->d_name, inode))
            continue;
        found = true;
        *pid = (int)number;
        read_name(d->d_name, name, size);
    }
    if (processes != NULL)
        closedir(processes);
    return found;
}
