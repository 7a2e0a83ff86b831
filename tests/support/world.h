/*
 * A world without sockets: the real peers, hub and rooms on a loop whose
 * clock stands still until told, and streams that fail on purpose.
 *
 * A `wire` is a connection seen from the client's side. What the client sends
 * is read by the server in pieces of random length; what the server sends
 * piles up, up to a window, until the client reads.
 */
#ifndef SUPPORT_WORLD_H
#define SUPPORT_WORLD_H

#include "hub/hub.h"
#include "peer/peer.h"
#include "support/random.h"

struct wire {
    struct net_stream *stream; /* the server's; NULL: closed */
    struct list link;          /* world.wires */
    struct world *world;
    struct buf to_server;
    struct buf to_client;
    uint16_t port;       /* the client's */
    size_t window;       /* what the client's system takes at most */
    size_t blocks;       /* writes that the server made */
    unsigned wanted;     /* by the server */
    bool is_client_done; /* no more will come from the client */
    bool is_reset;
    bool is_server_done;
    bool is_closed;  /* by the server; the client frees it */
    bool is_unacked; /* what was sent counts as unacknowledged */
};

struct world {
    struct dice dice;
    struct loop *loop;
    struct peers *peers;
    struct list wires; /* wire.link; those the server has not closed */
    uint64_t now_ms;
    uint64_t step_ms;  /* the clock goes on so much at most in a turn */
    uint64_t write_ms; /* that a write takes */
    unsigned batches;  /* that were sent */
    bool breaks_batches;
    bool is_rough; /* short reads, partial writes, late readiness */

    /* Held requests, when the world orders them. */
    struct hub_request **held;
    size_t held_first, held_n, held_cap;
    void (*on_apply)(struct world *w, const struct hub_request *r);
    void *story;

    /* Who takes new connections instead of the peers; NULL: the peers do. */
    bool (*accept)(struct world *w, const struct net_offer *o,
                   const struct net_address *from, enum sniff_pin pin);
};

/* What an IRC client says first. */
#define IRC_HELLO(nick) "NICK " nick "\r\nUSER u 0 * :Real Name\r\n"

/* With an even seed peers send in batches. */
struct world *world_create(uint64_t seed, const struct peers_limits *limits);
void world_destroy(struct world *w); /* CHECKs all gauges */

struct wire *world_connect(struct world *w, enum sniff_pin pin);
struct wire *world_console(struct world *w, bool is_lab);
struct wire *world_connect_from(struct world *w, enum sniff_pin pin,
                                const uint8_t ip[4]);
void wire_send(struct wire *wire, const char *text);
void wire_send_bytes(struct wire *wire, struct span bytes);
void wire_hang_up(struct wire *wire); /* orderly: no more will come */
void wire_reset(struct wire *wire);
void wire_free(struct wire *wire); /* after is_closed */

/* All of these vanish, and nothing is left of the world: CHECKs all gauges. */
void world_end(struct world *w, struct wire **wires, size_t n);

/* Take up to `most` bytes of what the server sent. */
void wire_read(struct wire *wire, size_t most, struct buf *out);

/* Take all of it: are these words in there, or prints it; how often they are;
 * or whatever it was. */
bool wire_has_heard(struct wire *wire, const char *words);
int wire_count(struct wire *wire, const char *words);
void wire_forget(struct wire *wire);

/* Take all of it: was it these words and no others? What nobody can foretell is
 * "h", if it is a cloak, and "i", if it is an id. Prints both when not. */
bool wire_has_read(struct wire *wire, const char *words);

/* CHECKs that what he has not read yet is harmless UTF-8 in whole lines, none
 * of them endless. */
void wire_check_harmless(const struct wire *wire);

void world_turn(struct world *w);
void world_pass(struct world *w, uint64_t ms); /* turns, until so much later */

/*
 * From now on requests are held; world_order() applies some of them. With
 * on_apply set, a story sees each just before it is applied.
 */
void world_hold(struct world *w);
void world_order(struct world *w, size_t most);
void world_release(struct world *w); /* applies all, and holds no more */

#endif
