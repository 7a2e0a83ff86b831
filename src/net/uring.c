#include "net/batch.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>

#ifndef HAS_LIBURING

struct net_batch *
net_uring_open(void)
{
    errno = ENOSYS;
    return NULL;
}

#else

#include <liburing.h>
#include <sys/socket.h>

#define SENDS_MOST 256

struct uring {
    struct net_batch batch;
    struct io_uring ring;
    struct message {
        struct msghdr head;
        struct iovec pieces[NET_SEND_PIECES];
    } messages[SENDS_MOST]; /* of sends that are in several pieces */
};

static ssize_t
outcome(int result)
{
    if (result >= 0)
        return result;
    bool is_later = result == -EAGAIN || result == -EINTR;
    return is_later ? NET_AGAIN : NET_LOST;
}

static struct msghdr *
message_of(struct message *m, const struct net_send *s)
{
    for (size_t i = 0; i < s->pieces_n; i++)
        m->pieces[i] = (struct iovec){.iov_base = (void *)s->pieces[i].at,
                                      .iov_len = s->pieces[i].n};
    m->head = (struct msghdr){.msg_iov = m->pieces, .msg_iovlen = s->pieces_n};
    return &m->head;
}

/* How many of them the kernel took; these are done. */
static size_t
submit(struct uring *u, struct net_send *sends, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);
        CHECK(sqe != NULL); /* there is room for SENDS_MOST */
        struct net_send *s = &sends[i];
        int fd = net_stream_ops(s->stream)->descriptor(s->stream);
        int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
        if (s->pieces_n == 1)
            io_uring_prep_send(sqe, fd, s->pieces[0].at, s->pieces[0].n, flags);
        else
            io_uring_prep_sendmsg(sqe, fd, message_of(&u->messages[i], s),
                                  (unsigned)flags);
        io_uring_sqe_set_data(sqe, s);
    }
    int taken = io_uring_submit_and_wait(&u->ring, (unsigned)n);
    for (int i = 0; i < taken; i++) {
        struct io_uring_cqe *cqe;
        CHECK(io_uring_wait_cqe(&u->ring, &cqe) == 0);
        struct net_send *s = io_uring_cqe_get_data(cqe);
        s->sent = outcome(cqe->res);
        io_uring_cqe_seen(&u->ring, cqe);
    }
    return taken > 0 ? (size_t)taken : 0;
}

static void
uring_send(struct net_batch *b, struct net_send *sends, size_t n)
{
    struct uring *u = (struct uring *)b;
    CHECK(n <= SENDS_MOST);
    size_t done = b->is_broken ? 0 : submit(u, sends, n);
    if (done < n && !b->is_broken) {
        /* What it did not take must not go later, too. */
        io_uring_queue_exit(&u->ring);
        b->is_broken = true;
    }
    for (; done < n; done++)
        net_send_by_pieces(&sends[done]);
}

static void
uring_close(struct net_batch *b)
{
    struct uring *u = (struct uring *)b;
    if (!b->is_broken)
        io_uring_queue_exit(&u->ring);
    free(u);
}

struct net_batch *
net_uring_open(void)
{
    struct uring *u = ALLOC(struct uring);
    u->batch = (struct net_batch){
        .most = SENDS_MOST,
        .send = uring_send,
        .close = uring_close,
    };
    /* Nobody but us uses it, and only inside our own calls (Linux 6.0). */
    unsigned flags = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SINGLE_ISSUER;
    int error = io_uring_queue_init(SENDS_MOST, &u->ring, flags);
    if (error == -EINVAL)
        error = io_uring_queue_init(SENDS_MOST, &u->ring, 0);
    if (error == 0)
        return &u->batch;
    free(u);
    errno = -error;
    return NULL;
}

#endif
