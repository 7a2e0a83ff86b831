#include "udp/call.h"

#include "base/alloc.h"
#include "udp/hall_priv.h"

#include <sys/random.h>

/* A hall of one member, into which nobody comes. */
static struct udp_hall *
create_hall(struct loop *l)
{
    struct udp_hall_owner owner = {0};
    CHECK(getrandom(owner.secret, sizeof(owner.secret), 0) ==
          (ssize_t)sizeof(owner.secret));
    struct udp_hall *h = udp_hall_create(l, &owner);
    h->is_callers = true;
    return h;
}

bool
udp_call(struct loop *l, const struct net_address *to, struct net_offer *o)
{
    static const struct net_address anywhere;
    uint8_t key[UDP_KEY_BYTES];
    uint64_t session;
    struct net_datagrams *socket = net_datagrams_connect(l, to);
    if (socket == NULL)
        return false;
    CHECK(getrandom(&session, sizeof(session), 0) == (ssize_t)sizeof(session));
    struct udp_hall *h = create_hall(l);
    struct udp_door *door = udp_hall_add_door(h, socket);
    door->is_closed = true; /* to all others */
    udp_hall_make_key(door, to, key);
    struct udp_member *m = udp_member_create(door, key, to, &anywhere);
    m->arq = ALLOC(struct arq);
    wire_arq_init(m->arq, session, true, ARQ_KEEP_MS, loop_now_ms(l));
    udp_member_touch(m);
    *o = udp_member_offer(m);
    return true;
}
