/*
 * The hall: datagrams of any kind from a few addresses, at any time, while
 * somebody sits in the room by TCP. Whoever has not proved his address is
 * never sent more than three times what came from him; the one in the room
 * reads harmless whole lines; and when all have been silent for long enough
 * nothing is left of anybody.
 *
 * Input: one byte for what kind of place it is, then datagrams, each behind a
 * byte that says from whom it comes and what passes after it, and one for its
 * length. Some are made right first, so that noise gets behind the door: a
 * session's datagrams are numbered by the test.
 */
#include "msg/limits.h"
#include "support/world.h"
#include "udp/hall.h"
#include "wire/datagram.h"

#include <stdlib.h>

#define ADDRESSES 4
#define IDLE_MS 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct place {
    struct net_datagrams socket;
    struct world *world;
    struct udp_hall *hall;
    bool is_local;
    size_t came_bytes; /* with headers */
    size_t sent_bytes;
    uint32_t numbers[ADDRESSES]; /* of the datagrams of each */
};

static void
on_send(struct net_datagrams *s, const struct net_address *to,
        const struct net_address *from, struct span bytes)
{
    struct place *p = CONTAINER_OF(s, struct place, socket);
    CHECK(to->n > 0 && from->n > 0 && bytes.n <= DATAGRAM_MOST_BYTES);
    CHECK(p->is_local || bytes.n <= LIMIT_UNPROVEN_BYTES);
    p->sent_bytes += NET_DATAGRAM_HEADERS_V4 + bytes.n;
}

static void
do_nothing(struct net_datagrams *s)
{
    (void)s;
}

static const struct net_datagrams_ops ops = {
    .send = on_send,
    .flush = do_nothing,
    .close = do_nothing,
};

static bool
on_accept(void *owner, const struct net_offer *o,
          const struct net_address *from)
{
    return peer_accept(((struct world *)owner)->peers, o, from,
                       SNIFF_PINNED_PLAIN);
}

static struct net_address
address_of(unsigned who)
{
    const uint8_t ip[4] = {192, 0, 2, (uint8_t)(1 + who / 2)};
    return net_address_make(ip, 4, (uint16_t)(1000 + who));
}

static void
hear(struct place *p, unsigned who, struct span bytes)
{
    struct net_datagram d = {
        .from = address_of(who),
        .to = address_of(9),
        .is_local = p->is_local,
        .bytes = bytes,
    };
    p->came_bytes += NET_DATAGRAM_HEADERS_V4 + bytes.n;
    p->socket.on_datagram(&p->socket, &d);
}

/* A datagram of a session, with these bytes in it: data, or whatever. */
static void
hear_session(struct place *p, unsigned who, uint8_t kind, struct span bytes)
{
    struct buf whole = {0};
    uint32_t number = ++p->numbers[who];
    struct datagram d = {
        .kind = (enum datagram_kind)(1 + kind % 6),
        .session = 7 + who,
        .number = number,
        .heard = number / 2,
        .room = 32,
        .segment = number > 1 ? number - 2 : 0,
        .bytes = span_sub(bytes, 0, 200),
    };
    wire_datagram_encode(&d, &whole);
    hear(p, who, buf_span(&whole));
    buf_finish(&whole);
}

/* His system says that nobody is there. */
static void
refuse(struct place *p, unsigned who, struct span sent)
{
    struct net_address from = address_of(who);
    p->socket.on_refused(&p->socket, &from, sent);
}

static void
live(struct place *p, struct span in)
{
    static const uint16_t times[] = {0, 10, 250, 5000};
    while (in.n >= 2) {
        uint8_t what = span_get(in, 0), n = span_get(in, 1);
        struct span bytes = span_sub(in, 2, n);
        unsigned who = what % ADDRESSES;
        in = span_from(in, 2 + n);
        if (what < 0x80)
            hear(p, who, bytes);
        else if (what < 0xf0)
            hear_session(p, who, n, bytes);
        else
            refuse(p, who, bytes);
        world_pass(p->world, times[what / 4 % COUNT_OF(times)]);
        CHECK(udp_hall_members(p->hall) <= (p->is_local ? ADDRESSES : 0));
        CHECK(p->is_local ||
              p->sent_bytes <= LIMIT_UNPROVEN_TIMES * p->came_bytes);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {data, size};
    if (size < 3)
        return 0;
    uint8_t choice = span_get(in, 0);
    struct place p = {.socket.ops = &ops, .is_local = choice & 1};
    struct world *w = p.world = world_create(choice, NULL);
    struct udp_hall_owner owner = {
        .on_accept = on_accept,
        .owner = w,
        .idle_ms = IDLE_MS,
        .secret = {choice, 1},
    };
    p.hall = udp_hall_create(w->loop, &owner);
    udp_hall_add(p.hall, &p.socket);
    struct wire *other = world_connect(w, SNIFF_PINNED_PLAIN);
    other->window = SIZE_MAX / 4;
    wire_send(other, "\n");
    world_pass(w, 20);

    live(&p, span_from(in, 1));
    w->step_ms = 1000;
    world_pass(w, 200000); /* who ended without a word is given up, too */
    CHECK(udp_hall_members(p.hall) == 0);
    wire_check_harmless(other);
    wire_reset(other);
    world_pass(w, 20);
    wire_free(other);
    peers_destroy(w->peers);
    udp_hall_destroy(p.hall);
    loop_destroy(w->loop);
    free(w->held);
    free(w);
    return 0;
}
