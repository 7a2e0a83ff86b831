/*
 * What does a new connection speak? Told from its first bytes and from how
 * they come, so that one port serves everybody.
 *
 *   first bytes                                 verdict
 *   ------------------------------------------  -------------------------
 *   nothing for 1.5 s                           SILENT, once; go on
 *   16 03                                       TLS
 *   a whole "METHOD target HTTP/x" line         HTTP
 *   "SSH-2"                                     SSH
 *   PROXY v1 or v2 header                       PROXY
 *   "NICK x", "CAP LS", "USER a b c :d" lines   IRC
 *   NUL or control characters                   BINARY
 *   a newline, or telnet's IAC, or keys typed   PLAIN
 *   one by one, or more than 1,024 bytes
 *   a burst, then 200 ms of silence             LAB
 *   a single byte, then 1 s of silence          LAB
 *
 * Bytes that may still become one of the machines' openings wait for more,
 * up to 1.5 s; then they are taken for what else they can be: "GET" alone
 * is a word, too. An HTTP request line that lacks only its end, a password
 * (PASS x) and the front of a trusted proxy's header wait up to 30 s, and
 * are then what they seemed to be.
 */
#ifndef WIRE_SNIFF_H
#define WIRE_SNIFF_H

#include "base/bytes.h"

#define SNIFF_SILENT_MS 1500  /* then it is a person who waits, or a listener */
#define SNIFF_BURST_MS 200    /* silence that ends a lab client's burst */
#define SNIFF_KEY_MS 1000     /* a telnet's user presses the next key by then */
#define SNIFF_DOUBT_MS 1500   /* the front of a machine's opening */
#define SNIFF_NEARLY_MS 30000 /* nearly the whole of one: slow-loris ends */

/* A second read so soon after the first is the same burst, cut by the
 * network; nobody types as fast. */
#define SNIFF_CUT_MS 30

#define SNIFF_BURST_BYTES 1024 /* what a lab client sends at most at once */
#define SNIFF_HELD_BYTES 8192  /* what is looked at, at most */

enum sniff_verdict {
    SNIFF_MORE,
    SNIFF_SILENT,
    SNIFF_PLAIN,
    SNIFF_LAB,
    SNIFF_PROXY,
    SNIFF_TLS,
    SNIFF_HTTP,
    SNIFF_SSH,
    SNIFF_IRC,
    SNIFF_BINARY,
};

/* Where framing is settled by the listener, only machines are looked for. */
enum sniff_pin {
    SNIFF_ANY,
    SNIFF_PINNED_PLAIN,
    SNIFF_PINNED_LAB,
    SNIFF_PINNED_IRC
};

/* What a listener's scheme ("plain" of plain://) settles. */
enum sniff_pin wire_sniff_pin(const char *scheme);

struct sniff {
    uint64_t opened_ms;
    uint64_t first_ms; /* when the first byte came */
    uint64_t last_ms;  /* and the last */
    enum sniff_pin pin;
    bool trusts_proxy;
    bool has_bytes;
    bool is_single; /* so far one byte alone */
    bool is_keyed;  /* bytes come key by key */
    bool was_silent;
};

/* `trusts_proxy`: the connection is from a proxy that we believe. */
void wire_sniff_init(struct sniff *s, enum sniff_pin pin, bool trusts_proxy,
                     uint64_t now_ms);

/* `fresh` more bytes came. */
void wire_sniff_note(struct sniff *s, size_t fresh, uint64_t now_ms);

/*
 * Judge all bytes that came so far. After SNIFF_MORE and SNIFF_SILENT, judge
 * again when more came, and at *again_ms (UINT64_MAX: not before).
 */
MUST_USE enum sniff_verdict wire_sniff_judge(struct sniff *s, struct span bytes,
                                             uint64_t now_ms,
                                             uint64_t *again_ms);

const char *wire_sniff_verdict_name(enum sniff_verdict verdict);

#endif
