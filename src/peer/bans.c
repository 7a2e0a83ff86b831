/*
 * Where nobody is let in from: sources that the operator banned. They last as
 * long as the server runs.
 */
#include "base/alloc.h"
#include "peer/peer_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct ban {
    struct list link; /* peers.bans; oldest first */
    uint64_t number;  /* for the operator; not used again */
    uint8_t key[16];
    size_t key_bytes;
    struct span name; /* "192.0.2.1 (nick)"; owned */
};

static void
ban_destroy(struct ban *b)
{
    list_remove(&b->link);
    span_free(&b->name);
    free(b);
}

bool
peer_bans_have(const struct peers *set, const struct net_address *a)
{
    uint8_t key[16];
    size_t n;
    net_address_source(a, key, &n);
    LIST_FOREACH (link, &set->bans) {
        const struct ban *b = CONTAINER_OF(link, struct ban, link);
        if (n > 0 && b->key_bytes == n && memcmp(b->key, key, n) == 0)
            return true;
    }
    return false;
}

/* Who is on this machine itself cannot be banned: all that comes through a
 * proxy, and the operator, would be with him. */
bool
peer_bans_add(struct peer *p, struct span nick, struct buf *where)
{
    char ip[INET6_ADDRSTRLEN];
    struct net_address from = peer_address(p);
    if (p->source == NULL)
        return false;
    struct ban *b = ALLOC(struct ban);
    b->number = ++peer_set(p)->last_ban;
    memcpy(b->key, p->source->key, sizeof(b->key));
    b->key_bytes = p->source->key_bytes;
    list_add(&peer_set(p)->bans, &b->link);
    net_address_ip(&from, ip);
    buf_add_format(where, "%s (%.*s)", ip, SPAN_ARG(nick));
    b->name = span_copy(buf_span(where));
    return true;
}

size_t
peer_bans_list(const struct peers *set, struct buf *out)
{
    size_t n = 0;
    LIST_FOREACH (link, &set->bans) {
        const struct ban *b = CONTAINER_OF(link, struct ban, link);
        buf_add_format(out, "%s%" PRIu64 ": %.*s", n++ == 0 ? "" : ", ",
                       b->number, SPAN_ARG(b->name));
    }
    return n;
}

bool
peer_bans_remove(struct peers *set, uint64_t number)
{
    LIST_FOREACH (link, &set->bans) {
        struct ban *b = CONTAINER_OF(link, struct ban, link);
        if (b->number == number) {
            ban_destroy(b);
            return true;
        }
    }
    return false;
}

void
peer_bans_finish(struct peers *set)
{
    LIST_FOREACH_SAFE (link, &set->bans)
        ban_destroy(CONTAINER_OF(link, struct ban, link));
}
