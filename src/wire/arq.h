/*
 * A stream of bytes both ways over datagrams that get lost, come twice, late
 * and in any order (automatic repeat request). Bytes, datagrams and the time
 * go in; bytes, datagrams and the next deadline come out: no clock, no
 * descriptor.
 *
 *   one side's stream, cut into segments:
 *
 *        first           end = first + 32 at most
 *          v              v
 *     | .. | 7 | 8 | 9 | 10        kept until acknowledged, and no longer
 *            ^   ^
 *            |   came beyond a hole: acknowledged by a bit
 *            the hole: the other side's `next`
 *
 * Every datagram has a number of its own, also the one that repeats a
 * segment, and every one tells the highest that was heard from the other
 * side. So the time there and back is measured without ambiguity, and a
 * segment whose datagram is three numbers older than one that arrived is
 * lost (RFC 9002, 3 and 6.1.1). Else a timer tells (RFC 6298): it doubles
 * while nothing is acknowledged, and repeats the oldest segment alone.
 *
 * A side that does not read makes no room, which its datagrams tell; then one
 * segment is tried again and again until there is some. Who hears nothing for
 * a while asks with an empty segment; who hears nothing for two minutes,
 * while an answer is due, gives up.
 *
 * Who calls opens: his segment 0 is an OPEN, and nothing else is sent until
 * it was acknowledged. Both streams end by themselves with an END, which is a
 * segment as well: so each side knows that the other has read to its end.
 */
#ifndef WIRE_ARQ_H
#define WIRE_ARQ_H

#include "wire/datagram.h"

#define ARQ_WINDOW 32 /* segments that are sent and not acknowledged */

/* The timer: before anything was measured; and its bounds. The least is
 * below RFC 6298's second, which is from the time of 100 ms clocks; the most
 * is short since people wait at both ends. */
#define ARQ_FIRST_WAIT_MS 1000
#define ARQ_LEAST_WAIT_MS 200
#define ARQ_MOST_WAIT_MS 4000

#define ARQ_GIVE_UP_MS 120000 /* as long as net/tcp.c waits */

/* So often who calls is heard of at least: below the 30 s after which some
 * routers forget a UDP address (RFC 9000, 10.1.2). */
#define ARQ_KEEP_MS 15000

enum arq_state {
    ARQ_OPENING, /* who calls, until the other side answered */
    ARQ_OPEN,
    ARQ_LOST,  /* nothing was heard for too long */
    ARQ_RESET, /* the other side has no such session (any more) */
};

struct arq_segment {
    enum datagram_kind kind;
    bool is_due;      /* to be sent: for the first time, or lost */
    bool was_sent;    /* at all */
    uint32_t number;  /* of the datagram that carried it last */
    uint64_t sent_ms; /* when that was */
    struct buf bytes;
};

struct arq {
    enum arq_state state;
    uint64_t session;
    uint64_t heard_ms; /* when anything came */
    uint64_t keep_ms;  /* ask after so long; 0: never */
    uint32_t number;   /* of the last datagram sent */
    uint32_t heard;    /* the highest that came */

    /* ours */
    struct arq_segment *out[ARQ_WINDOW]; /* [n % ARQ_WINDOW]; NULL: came */
    uint32_t first;                      /* the oldest not acknowledged */
    uint32_t end;                        /* the next to be made */
    uint32_t echo;        /* the highest of our numbers that they heard */
    uint32_t room;        /* segments from `first` on that they take */
    uint64_t wait_ms;     /* the timer's length, doubled or not */
    uint64_t due_ms;      /* the timer; 0: nothing is in flight */
    uint64_t owed_ms;     /* since then an answer is due; with due_ms */
    uint64_t srtt_8_ms;   /* smoothed round trip, times 8; 0: not measured */
    uint64_t rttvar_4_ms; /* its variation, times 4 */
    bool has_ended;       /* an END is among ours, or awaits a place */
    bool has_end;         /* it has its place */

    /* theirs */
    struct arq_segment *early[ARQ_WINDOW]; /* came beyond a hole */
    uint32_t next;
    struct buf in; /* in order, not read yet */
    uint8_t told_room;
    bool is_ended;   /* `in` is the last of it */
    bool is_ack_due; /* a segment came */
};

void wire_arq_init(struct arq *a, uint64_t session, bool is_caller,
                   uint64_t keep_ms, uint64_t now_ms);
void wire_arq_finish(struct arq *a);

/* A datagram came; one of another session, or a wrong one, is ignored: false.
 */
bool wire_arq_hear(struct arq *a, struct span datagram, uint64_t now_ms);

/*
 * Append the next datagram to be sent, now, to `out`. False: none; ask again
 * after anything was heard, written, read or ended, and at wire_arq_due_ms()
 * (UINT64_MAX: not before).
 */
MUST_USE bool wire_arq_next(struct arq *a, uint64_t now_ms, struct buf *out);
uint64_t wire_arq_due_ms(const struct arq *a, uint64_t now_ms);

/* Bytes taken, up to what the window has place for. */
size_t wire_arq_write(struct arq *a, struct span bytes);
bool wire_arq_can_write(const struct arq *a);

/* Bytes given; 0: none now, or, if wire_arq_is_at_end(), never again. */
size_t wire_arq_read(struct arq *a, uint8_t *at, size_t n);
bool wire_arq_is_at_end(const struct arq *a);

/* Nothing more will be written. */
void wire_arq_end(struct arq *a);

/* Bytes written that are not acknowledged. */
size_t wire_arq_unacknowledged(const struct arq *a);

/* Both have ended, and each knows it of the other. */
bool wire_arq_is_done(const struct arq *a);

/* What must always be true; too slow for production. */
void wire_arq_check(const struct arq *a);

#endif
