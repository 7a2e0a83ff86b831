/*
 * Inside the hall.
 */
#ifndef UDP_HALL_PRIV_H
#define UDP_HALL_PRIV_H

#include "base/bucket.h"
#include "base/list.h"
#include "base/map.h"
#include "udp/hall.h"
#include "wire/arq.h"

/* Who is closed gets so long to hear our last words. */
#define UDP_CLOSE_MS 10000

struct udp_door {
    struct list link; /* udp_hall.doors */
    struct udp_hall *hall;
    struct net_datagrams *socket;
    size_t members;
    uint16_t number;
    bool is_closed; /* to who is not in; it goes with the last who is */
};

/* Door, port, scope, address: whom a datagram is from. */
#define UDP_KEY_BYTES (2 + 2 + 4 + 16)

enum udp_fate {
    UDP_HERE,
    UDP_SILENT, /* and told so to who reads */
    UDP_REFUSED,
    UDP_REPLACED, /* another session came from the same address */
};

struct udp_member {
    struct net_stream *stream; /* the layer above's; NULL: not, or no more */
    struct udp_hall *hall;
    struct udp_door *door;
    uint8_t key[UDP_KEY_BYTES];
    struct net_address at;   /* his */
    struct net_address here; /* ours, as he knows it */
    struct list all_link;    /* udp_hall.all */
    struct list dirty_link;  /* udp_hall.dirty: may have to send */
    struct loop_timer timer; /* the earliest of all that may happen */
    struct bucket bucket;    /* bytes that may go out */
    uint64_t heard_ms;
    uint64_t close_ms; /* CLOSED: end of patience */
    unsigned wanted;
    enum udp_fate fate;
    bool was_told;    /* of UDP_SILENT */
    bool is_calling;  /* inside on_ready */
    bool is_closed;   /* by the layer above; only the hall knows him still */
    bool wants_reset; /* then he is told with a RESET */

    struct arq *arq; /* NULL: he speaks in lines */

    /* lines */
    struct buf in;
    struct buf line; /* the front of one that is not whole yet */
    bool has_ended;  /* our side; his has ended then as well */
};

struct udp_hall {
    struct loop *loop;
    struct udp_hall_owner owner;
    struct loop_hook turn_end;
    struct list doors;     /* udp_door.link */
    struct list all;       /* udp_member.all_link; also those replaced */
    struct list dirty;     /* udp_member.dirty_link */
    struct map members;    /* by key */
    struct bucket guesses; /* wrong tokens */
    uint16_t last_door;
    bool is_callers; /* of one who calls: it goes with its only member */
};

/* member.c */
struct udp_member *udp_member_create(struct udp_door *door, const uint8_t *key,
                                     const struct net_address *at,
                                     const struct net_address *here);
struct net_offer udp_member_offer(struct udp_member *m);
void udp_member_destroy(struct udp_member *m);
void udp_member_hear(struct udp_member *m, struct span datagram);
void udp_member_end(struct udp_member *m, enum udp_fate fate);
void udp_member_forget_address(struct udp_member *m);
void udp_member_send_some(struct udp_member *m);
void udp_member_wake(struct udp_member *m);
void udp_member_send(struct udp_member *m, struct span datagram);
void udp_member_touch(struct udp_member *m);

bool udp_member_may_send(const struct udp_member *m);

/* lines.c */
extern const struct net_stream_ops udp_lines_ops;
void udp_lines_hear(struct udp_member *m, struct span datagram);
unsigned udp_lines_readiness(struct udp_member *m);

/* What is common to both kinds of stream. */
bool udp_stream_open(struct net_stream *s, const struct net_offer *o);
struct udp_member *udp_member_of(struct net_stream *s);
ssize_t udp_member_read_fate(struct udp_member *m);
void udp_stream_want(struct net_stream *s, unsigned events);
void udp_stream_reset(struct net_stream *s);
void udp_stream_close(struct net_stream *s);

/* hall.c */
void udp_hall_make_key(const struct udp_door *door, const struct net_address *a,
                       uint8_t key[UDP_KEY_BYTES]);
struct udp_door *udp_hall_add_door(struct udp_hall *h, struct net_datagrams *s);

#endif
