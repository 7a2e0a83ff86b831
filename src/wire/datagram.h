/*
 * Datagrams of liao over UDP: what is in one. liao-wire(7) has the same for
 * people who write a client.
 *
 *      0  fe         no text begins so, in UTF-8 or from a telnet
 *      1  kind       enum datagram_kind
 *      2  session    8 bytes; all numbers are big-endian
 *     10  number     of this datagram: each that is sent has the next
 *     14  heard      the highest number that came from the other side
 *     18  next       the segment that is awaited: all before have come
 *     22  beyond     bit i: segment next + 1 + i has come, too
 *     26  room       so many segments, from `next` on, are taken
 *     27  segment    OPEN, DATA, END: of the stream of its sender, from 0
 *     31  bytes
 *
 * TOKEN and RESET end behind the session; TOKEN has the token behind it.
 */
#ifndef WIRE_DATAGRAM_H
#define WIRE_DATAGRAM_H

#include "base/bytes.h"

#define DATAGRAM_FIRST_BYTE 0xfe
#define DATAGRAM_SESSION_AT 2
#define DATAGRAM_SESSION_BYTES 8

/* Fits with its headers into the 1,280 bytes that every link of IPv6 carries
 * (RFC 8200, 5), and leaves room for a tunnel. */
#define DATAGRAM_MOST_BYTES 1200
#define DATAGRAM_ACK_BYTES 27
#define DATAGRAM_HEADER_BYTES 31
#define DATAGRAM_SEGMENT_BYTES (DATAGRAM_MOST_BYTES - DATAGRAM_HEADER_BYTES)

enum datagram_kind {
    DATAGRAM_OPEN = 1, /* segment 0 of who calls; its bytes are a token */
    DATAGRAM_DATA,     /* bytes of the stream; none: are you there? */
    DATAGRAM_END,      /* the last segment; no bytes */
    DATAGRAM_ACK,      /* no segment */
    DATAGRAM_TOKEN,    /* prove your address: send OPEN with this */
    DATAGRAM_RESET,    /* there is no such session (any more) */
};

struct datagram {
    enum datagram_kind kind;
    uint64_t session;
    uint32_t number;
    uint32_t heard;
    uint32_t next;
    uint32_t beyond;
    uint8_t room;
    uint32_t segment;
    struct span bytes;
};

static inline bool
wire_datagram_has_segment(enum datagram_kind kind)
{
    return kind <= DATAGRAM_END;
}

/* *out borrows from `in`. False: it is none of ours, and to be ignored. */
MUST_USE bool wire_datagram_decode(struct span in, struct datagram *out);

/* `front` is that of a datagram, perhaps cut off, and tells this session. */
bool wire_datagram_is_of(struct span front, uint64_t session);

void wire_datagram_encode(const struct datagram *d, struct buf *out);

#endif
