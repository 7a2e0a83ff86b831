/*
 * --trace: each socket call, what came of it, and what that means; for people
 * who want to see how a chat over sockets works.
 *
 *     ~ recv(7, "hi\n", 16384) = 3    # bytes, not messages: what came so far
 *     ~ recv(7, "", 16384) = 0        # the other side has ended
 *
 * The calls are written as in strace(1). Bytes are shown so that no terminal
 * obeys them and none is lost: what is no whole character of UTF-8 as \xe4.
 * What is secret is not shown (base/secrets.h), wherever reads or datagrams have
 * cut its line.
 *
 * A call for many datagrams is followed by a line for each:
 *
 *     ~ recvmmsg(5, 32) = 2
 *     ~   from 192.0.2.1:50001: "hi\n"
 *     ~   from 192.0.2.2:50002: "hello\n"
 *
 * A `struct trace *` is NULL when nobody wants to see it: that is the one
 * branch that each call costs then. errno is left alone.
 */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include "base/bytes.h"

enum trace_call {
    TRACE_SOCKET,
    TRACE_BIND,
    TRACE_LISTEN,
    TRACE_ACCEPT,
    TRACE_CONNECT,
    TRACE_CONNECT_UDP,
    TRACE_GETSOCKNAME,
    TRACE_GETSOCKOPT,
    TRACE_SETSOCKOPT,
    TRACE_SEND,
    TRACE_RECV,
    TRACE_SENDMMSG,
    TRACE_RECVMMSG,
    TRACE_RECVMSG,
    TRACE_SHUTDOWN,
    TRACE_CLOSE,
    TRACE_CALLS,
};

struct trace_lines;
struct trace_end;

struct trace {
    /* `line` has no newline; it is gone after the call. */
    void (*sink)(struct trace *t, struct span line);
    int thread; /* that calls now; 0: the only one, or the first */
    /* For what is secret: */
    struct trace_lines *lines; /* by descriptor */
    size_t lines_n;
    struct trace_end *ends; /* of datagrams; NULL: none was numbered */
};

void trace_finish(struct trace *t);

/* A sink: standard error. */
void trace_to_stderr(struct trace *t, struct span line);

/*
 * A call that has returned `result`, with errno if that is -1. `args` is what
 * stands behind the descriptor, as printf has it; it may come to nothing. For
 * TRACE_SOCKET `fd` is not shown.
 */
void trace_call(struct trace *t, enum trace_call call, int fd, long result,
                const char *args, ...) __attribute__((format(printf, 5, 6)));

void trace_close(struct trace *t, int fd);

/* The same for send and recv: `bytes` are those that went or came, `asked` is
 * how many there might have been. */
void trace_bytes(struct trace *t, enum trace_call call, int fd, long result,
                 struct span bytes, size_t asked);

/*
 * Of a datagram: what stands before its text. {0}: it is all text, and begins
 * a line.
 */
struct trace_header {
    size_t text_at;
    size_t secret_at; /* so many bytes there are not shown: who knows them */
    size_t secret_n;  /* could speak for another */
    bool is_numbered; /* its text goes on where the one before ended: */
    uint64_t stream;
    uint32_t number; /* from 0 */
    bool is_cut;     /* only the front of it is known */
};

/* One datagram of the call before. They are lost, come twice and in any
 * order: of a line whose beginning is not known nothing is shown. */
enum trace_way { TRACE_FROM, TRACE_TO };
void trace_datagram(struct trace *t, enum trace_way way, const char *address,
                    struct span bytes, const struct trace_header *h);

/* `wait`, a call that waits for many, has found `fd` ready. */
void trace_ready(struct trace *t, const char *wait, int fd, bool is_readable,
                 bool is_writable);

/* It has waited in vain. */
void trace_timeout(struct trace *t, const char *wait, int timeout_ms);

#define TRACE(t, ...) ((t) == NULL ? (void)0 : trace_call((t), __VA_ARGS__))
#define TRACE_BYTES(t, ...)                                                    \
    ((t) == NULL ? (void)0 : trace_bytes((t), __VA_ARGS__))

#endif
