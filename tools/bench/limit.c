/*
 * The physical limit of fan-out: a program that only sends prepared blocks.
 *
 *   limit MEMBERS BYTES SECONDS MESSAGES...
 *
 * connects MEMBERS sockets to itself over loopback; a process of its own
 * reads them. For each number MESSAGES it sends, for SECONDS, blocks of so
 * many messages of BYTES each to all members in turn, and prints
 *
 *   {"per_send": 8, "ns": 912.4, "messages_per_read": 9.1}
 *
 * `ns` is processor time of the sending process for one delivered message:
 * what the kernel takes to carry it. No server that sends to each member with
 * send(2) can be below it at the same number of messages a send.
 *
 * Like the load of liao-bench it is a closed loop: the sender stops when
 * OUTSTANDING messages a member are under way, so that it meets the same full
 * and empty socket buffers, and readers that sleep as often.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTSTANDING 128 /* messages: 4 senders with a window of 32 each */
#define READ_BYTES (64 << 10)
#define EVENTS 512
#define BACKLOG 512

/* What the two processes share. Bytes are those of all members together. */
struct shared {
    atomic_ullong read_bytes;
    atomic_ullong reads;
    atomic_ullong wanted_bytes; /* wake the sender then; 0: it is awake */
    int wake[2];                /* a pipe, reader to sender */
};

static _Noreturn void
die(const char *what)
{
    perror(what);
    exit(1);
}

static long
number(const char *text, long least, long most)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || n < least || n > most) {
        fprintf(stderr, "limit: %s is not a number from %ld to %ld\n", text,
                least, most);
        exit(2);
    }
    return n;
}

static uint64_t
clock_ns(clockid_t which)
{
    struct timespec t;
    if (clock_gettime(which, &t) != 0)
        die("clock_gettime");
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* --- the reader's process ------------------------------------------------ */

static void
count(struct shared *s, size_t bytes)
{
    unsigned long long now = atomic_fetch_add(&s->read_bytes, bytes) + bytes;
    atomic_fetch_add_explicit(&s->reads, 1, memory_order_relaxed);
    unsigned long long wanted = atomic_load(&s->wanted_bytes);
    if (wanted != 0 && now >= wanted &&
        atomic_exchange(&s->wanted_bytes, 0) != 0)
        if (write(s->wake[1], "", 1) != 1)
            die("write");
}

static void
connect_all(int poll, long members, const struct sockaddr_in *to)
{
    for (long i = 0; i < members; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0)
            die("socket");
        if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
            die("connect");
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) != 0)
            die("epoll_ctl");
    }
}

static _Noreturn void
read_all(struct shared *s, long members, const struct sockaddr_in *to)
{
    static char block[READ_BYTES];
    struct epoll_event events[EVENTS];
    int poll = epoll_create1(0);
    if (poll < 0)
        die("epoll_create1");
    connect_all(poll, members, to);
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            ssize_t got = recv(events[i].data.fd, block, sizeof(block), 0);
            if (got <= 0) /* the sender is done: all close at once */
                exit(0);
            count(s, (size_t)got);
        }
    }
}

/* --- the sender's process ------------------------------------------------ */

static void
accept_all(int listener, int *fds, long members)
{
    for (long i = 0; i < members; i++) {
        fds[i] = accept(listener, NULL, NULL);
        if (fds[i] < 0)
            die("accept");
        if (setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &(int){1},
                       sizeof(int)) != 0)
            die("setsockopt");
    }
}

/* Sleep until `wanted` bytes were read. Who takes `wanted_bytes` back to 0,
 * we or the reader, decides whether there is a byte in the pipe. */
static void
wait_for(struct shared *s, unsigned long long wanted)
{
    if (atomic_load(&s->read_bytes) >= wanted)
        return;
    atomic_store(&s->wanted_bytes, wanted);
    if (atomic_load(&s->read_bytes) >= wanted &&
        atomic_exchange(&s->wanted_bytes, 0) != 0)
        return;
    char byte;
    if (read(s->wake[0], &byte, 1) != 1)
        die("read");
}

static void
measure(struct shared *s, const int *fds, long members, size_t message,
        long seconds, long per_send)
{
    size_t block = message * (size_t)per_send;
    char *bytes = calloc(1, block);
    if (bytes == NULL)
        die("calloc");
    unsigned long long sent = atomic_load(&s->read_bytes), start = sent;
    unsigned long long reads = atomic_load(&s->reads);
    unsigned long long under_way = (unsigned long long)members * message *
                                   (OUTSTANDING - (unsigned)per_send);
    uint64_t cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t end = clock_ns(CLOCK_MONOTONIC) + (uint64_t)seconds * 1000000000u;

    while (clock_ns(CLOCK_MONOTONIC) < end) {
        for (long i = 0; i < members; i++)
            if (send(fds[i], bytes, block, MSG_NOSIGNAL) != (ssize_t)block)
                die("send");
        sent += block * (unsigned long long)members;
        if (sent - start > under_way)
            wait_for(s, sent - under_way);
    }
    cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wait_for(s, sent);
    free(bytes);

    double messages = (double)(sent - start) / (double)message;
    reads = atomic_load(&s->reads) - reads;
    printf("{\"per_send\": %ld, \"ns\": %.1f, \"messages_per_read\": %.2f}\n",
           per_send, (double)cpu / messages, messages / (double)reads);
    fflush(stdout);
}

static int
listen_on(struct sockaddr_in *at)
{
    socklen_t length = sizeof(*at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)at, length) != 0 ||
        listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)at, &length) != 0)
        die("listen");
    return fd;
}

static void
raise_descriptors(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        die("getrlimit");
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        die("setrlimit");
}

int
main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: limit MEMBERS BYTES SECONDS MESSAGES...\n");
        return 2;
    }
    long members = number(argv[1], 1, 1000000);
    size_t message = (size_t)number(argv[2], 1, 1024);
    long seconds = number(argv[3], 1, 60);
    raise_descriptors();

    struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int *fds = calloc((size_t)members, sizeof(*fds));
    if (s == MAP_FAILED || fds == NULL || pipe(s->wake) != 0)
        die("limit");
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = listen_on(&at);

    pid_t reader = fork();
    if (reader < 0)
        die("fork");
    if (reader == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(listener);
        read_all(s, members, &at);
    }
    accept_all(listener, fds, members);
    for (int i = 4; i < argc; i++)
        measure(s, fds, members, message, seconds,
                number(argv[i], 1, OUTSTANDING));

    for (long i = 0; i < members; i++)
        close(fds[i]);
    waitpid(reader, NULL, 0);
    free(fds);
    return 0;
}
