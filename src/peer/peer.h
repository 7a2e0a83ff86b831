/*
 * Peers: everybody who is connected. A peer is one connection, from its first
 * byte to its last:
 *
 *     SNIFFING [--> REGISTERING] --> OPEN --> DRAINING --> LINGERING --> DEAD
 *
 *   SNIFFING   what does it speak? (wire/sniff)
 *   REGISTERING   an IRC client, which first has to say who it is
 *   OPEN       a user of the hub
 *   DRAINING   it has left or is refused; what is queued is sent
 *   LINGERING  our end is closed; its last bytes are read and dropped, since
 *              closing with bytes unread would reset the connection and lose
 *              our last words
 *   DEAD       reaped at the end of the turn
 *
 * life.c goes from state to state, in.c reads, out.c knows what is to be sent,
 * flood.c holds back who sends too much, flush.c sends it, gap.c mends what was
 * missed, pace.c does so to lab programs, irc.c is in.c for IRC clients,
 * pulse.c finds out which of them are gone, refuse.c answers machines. A peer
 * that is silent and has read everything is small; work.c holds what it has
 * beside that while something is under way. queue.c is who is next at the end
 * of the turn.
 */
#ifndef PEER_PEER_H
#define PEER_PEER_H

#include "base/bucket.h"
#include "base/diag.h"
#include "hub/hub.h"
#include "net/address.h"
#include "net/batch.h"
#include "net/source.h"
#include "net/stream.h"
#include "wire/sniff.h"

struct peers;

struct peers_limits {
    size_t most_clients;
    size_t most_per_source;          /* 0: no limit */
    size_t most_per_source_unknown;  /* 0: no limit */
    const struct net_block *proxies; /* whose PROXY header we believe */
    size_t proxies_n;
    struct bucket_rate flood; /* of what one member asks for */
    uint64_t most_rest_us;    /* of rooms between two flushes; 0: none */
};

/* What everything starts with; limits are copied, the blocks are not. */
struct peers *peers_create(struct loop *l, struct diag *d,
                           const struct peers_limits *limits,
                           const uint64_t seed[2]);

/* Send to many in one call; the batch is the set's now. */
void peers_use_batch(struct peers *set, struct net_batch *batch);

/* From now on; who is in stays in. */
void peers_set_limits(struct peers *set, const struct peers_limits *limits);

/* Closes all at once. CHECKs that nothing is left of anybody. */
void peers_destroy(struct peers *set);

/* Somebody connected. False with errno: the loop takes no more, and the offer
 * was not taken. */
MUST_USE bool peer_accept(struct peers *set, const struct net_offer *o,
                          const struct net_address *from, enum sniff_pin pin);

/* The operator's console: in plain lines, or, for a lab's teacher, in lines
 * as the lab's server prints them. It counts for no limit.
 * False as above. */
MUST_USE bool peer_accept_console(struct peers *set, const struct net_offer *o,
                                  bool is_lab);

/* Tell everybody that the server stops, send what is queued, close. */
void peers_stop(struct peers *set);

struct peers_counts {
    size_t connections;
    size_t unknown;     /* of them: not sniffed yet */
    size_t seated;      /* of them: users of the hub */
    size_t turned_away; /* refused, and not closed yet */
    uint64_t accepted;
    uint64_t refused;
};
struct peers_counts peers_counts(const struct peers *set);
struct hub *peers_hub(struct peers *set);
struct room_pool *peers_pool(struct peers *set);

#endif
