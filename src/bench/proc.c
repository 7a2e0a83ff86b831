#include "bench/proc.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILE_BYTES 8192

/* The whole of a small file, as a string; false: it can't be read. */
static bool
read_file(const char *path, char out[FILE_BYTES])
{
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return false;
    size_t n = fread(out, 1, FILE_BYTES - 1, f);
    out[n] = '\0';
    fclose(f);
    return n > 0;
}

/* The number behind `word`; 0 if it is not there. */
static uint64_t
number_behind(const char *text, const char *word)
{
    const char *found = strstr(text, word);
    return found == NULL ? 0 : strtoull(found + strlen(word), NULL, 10);
}

/* utime and stime are the 14th and 15th field; the second, the name, may hold
 * blanks and parentheses. */
static bool
read_ticks(int pid, uint64_t *out_ns)
{
    char path[64], text[FILE_BYTES];
    uint64_t user, system;
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    if (!read_file(path, text))
        return false;
    const char *name_end = strrchr(text, ')');
    if (name_end == NULL)
        return false;
    struct span rest = span_from(span_of(name_end), 1);
    for (int field = 3; field < 14; field++)
        span_word(&rest);
    if (!span_number(span_word(&rest), UINT64_MAX, &user) ||
        !span_number(span_word(&rest), UINT64_MAX, &system))
        return false;
    *out_ns = (user + system) * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
    return true;
}

/* Adds what the threads of `pid` have run, in ns, and their switches. */
static bool
read_threads(int pid, uint64_t *run_ns, uint64_t *switches)
{
    char path[512], text[FILE_BYTES];
    snprintf(path, sizeof(path), "/proc/%d/task", pid);
    DIR *all = opendir(path);
    if (all == NULL)
        return false;
    *run_ns = 0;
    /* cppcheck-suppress readdirCalled ; there is one thread */
    for (struct dirent *e; (e = readdir(all)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", pid,
                 e->d_name);
        if (read_file(path, text))
            *run_ns += strtoull(text, NULL, 10);
        snprintf(path, sizeof(path), "/proc/%d/task/%s/status", pid, e->d_name);
        if (read_file(path, text))
            *switches += number_behind(text, "\nvoluntary_ctxt_switches:") +
                         number_behind(text, "\nnonvoluntary_ctxt_switches:");
    }
    closedir(all);
    return *run_ns > 0;
}

static bool
add_one(int pid, struct proc_usage *u)
{
    char path[64], text[FILE_BYTES];
    uint64_t ticks_ns, run_ns;
    if (!read_ticks(pid, &ticks_ns))
        return false;
    /* Threads that ended are in the ticks only. */
    bool is_exact = read_threads(pid, &run_ns, &u->switches);
    u->is_exact = u->is_exact && is_exact;
    u->cpu_ns += is_exact ? run_ns : ticks_ns;
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    if (!read_file(path, text))
        return false;
    u->rss_bytes += number_behind(text, "\nVmRSS:") * 1024;
    return true;
}

struct proc_usage
proc_read(const int *pids, size_t n)
{
    struct proc_usage u = {.is_known = n > 0, .is_exact = n > 0};
    for (size_t i = 0; i < n; i++)
        u.is_known = add_one(pids[i], &u) && u.is_known;
    return u;
}

uint64_t
proc_own_cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
