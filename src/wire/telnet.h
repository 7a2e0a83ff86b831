/*
 * Telnet's negotiation (RFC 854), taken out of a stream and refused politely:
 * every DO is answered by WONT, every WILL by DONT.
 */
#ifndef WIRE_TELNET_H
#define WIRE_TELNET_H

#include "base/bytes.h"

/* A telnet client offers about ten options once. Beyond this it is asking in
 * a loop, and gets no more answers. */
#define TELNET_ANSWERS_MOST 40

/* What a subnegotiation may hold; one that goes on is none. */
#define TELNET_SB_MOST 512

struct telnet {
    uint8_t state; /* zeroed: outside of a command */
    uint8_t verb;
    uint8_t answers;
    uint16_t sb_bytes;
};

/*
 * Take negotiation out of the n bytes at `at`, in place; what is left of
 * them. Answers are appended to `answers`. Commands may be cut between reads.
 */
size_t wire_telnet_filter(struct telnet *t, uint8_t *at, size_t n,
                          struct buf *answers);

/* `bytes` begin with a telnet command, not with wrong UTF-8. */
bool wire_telnet_is_opening(struct span bytes);

#endif
