/*
 * A protocol, as a client of it speaks: one file each behind one interface,
 * so that the same load meets every server.
 *
 * A member greets; the cutter tells when it has joined, and what to answer
 * until then; from then on it cuts deliveries out of what comes in. Cutters
 * are pure: nothing is remembered from one piece to the next.
 */
#ifndef BENCH_PROTO_H
#define BENCH_PROTO_H

#include "base/bytes.h"

/* The one room, channel, subject or topic of all. */
#define PROTO_ROOM "bench"

enum proto_verdict {
    PROTO_MORE,    /* not whole yet; nothing was used */
    PROTO_POST,    /* a delivery: `text` */
    PROTO_JOINED,  /* whoever greeted is in; what is posted now reaches it */
    PROTO_OTHER,   /* nothing of ours; there may be an answer */
    PROTO_REFUSED, /* the server won't have us: `text` is why */
    PROTO_BAD,     /* that is not this protocol */
};

struct proto_piece {
    size_t used;
    struct span text; /* borrows from the input */
};

/* More than one piece other than a delivery may take; past that it is bad. */
#define PROTO_PIECE_MOST 65536

struct proto_who {
    uint32_t run;
    uint32_t number; /* among all connections */
    bool is_poster;  /* does nothing but post: see posts_apart */
};

struct proto {
    const char *scheme;
    const char *name; /* for people */
    uint16_t port;    /* the usual one */
    /* A member gets what it posts itself. */
    bool echoes;
    /* Who has joined may not post on the same connection; senders have a
     * second one. */
    bool posts_apart;
    /* Who is connected is in; nothing tells. */
    bool joins_at_once;
    size_t text_most;
    /* Connections that a server of this kind takes at a time, if its listen
     * queue is as short as that of some; 0: as many as we like. One too many
     * is not refused: it waits for the kernel to try again, for seconds. */
    uint32_t unanswered_most;

    /* Append what a connection says at first. */
    void (*greet)(const struct proto_who *who, struct buf *out);
    /* Append what stands before, and behind, each posted text. */
    void (*frame)(size_t text_bytes, struct buf *before, struct buf *behind);
    /* Cut one piece from the front of `in`; texts have `text_bytes`. What
     * has to be said in answer is appended to `answer`. */
    enum proto_verdict (*cut)(struct span in, size_t text_bytes,
                              struct proto_piece *out, struct buf *answer);
};

extern const struct proto proto_plain;
extern const struct proto proto_irc;
extern const struct proto proto_ircv3;
extern const struct proto proto_nats;
extern const struct proto proto_redis;
extern const struct proto proto_mqtt;
extern const struct proto proto_lab;

/* All of them, ended by NULL. */
extern const struct proto *const proto_all[];

const struct proto *proto_find(const char *scheme); /* may be NULL */

/* -- for protocols of lines ------------------------------------------------ */

/* The line at the front, without \r\n or \n; *used counts these, too. False:
 * none that is whole. */
MUST_USE bool proto_line(struct span in, struct span *line, size_t *used);

/* Of a line that is not whole. */
static inline enum proto_verdict
proto_more(struct span in)
{
    return in.n > PROTO_PIECE_MOST ? PROTO_BAD : PROTO_MORE;
}

/* The last `text_bytes` of a line that is longer, if they are a text. */
MUST_USE bool proto_text(struct span line, size_t text_bytes,
                         struct span *text);

#endif
