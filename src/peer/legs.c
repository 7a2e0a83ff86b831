/*
 * The logs that a peer reads, one leg each; see out.c for how they are read.
 *
 * Nearly everybody is in one room, so the first leg lives in the peer; it is
 * a leg while its reader is open. Further ones are chained behind it.
 */
#include "base/alloc.h"
#include "peer/peer_priv.h"

#include <stdlib.h>

struct further_leg {
    struct leg leg;
    struct peer *peer;
};

/* Of a reader, as its tag: is its leg a further one? */
#define IS_FURTHER 1u

struct peer *
peer_of_reader(struct room_reader *r)
{
    struct leg *leg = CONTAINER_OF(r, struct leg, reader);
    if (r->tag == IS_FURTHER)
        return CONTAINER_OF(leg, struct further_leg, leg)->peer;
    return CONTAINER_OF(leg, struct peer, first_leg);
}

struct leg *
peer_legs(struct peer *p)
{
    return p->first_leg.reader.track != NULL ? &p->first_leg
                                             : p->first_leg.next;
}

/* Who reads what is dropped is looked for among all: that is seldom, costs no
 * more than what was dropped did, and nobody has to remember it. */
struct room_reader *
peers_next_reader(const struct room_track *t, struct room_reader *r)
{
    const struct peers *set = CONTAINER_OF(t->pool, struct peers, pool);
    uint32_t at = 0;
    struct leg *leg = NULL;
    if (r != NULL) {
        at = peer_of_reader(r)->number;
        leg = CONTAINER_OF(r, struct leg, reader)->next;
    }
    for (;;) {
        for (; leg != NULL; leg = leg->next) {
            if (leg->reader.track == t)
                return &leg->reader;
        }
        struct peer *p = slab_next(&set->all, &at);
        if (p == NULL)
            return NULL;
        leg = peer_legs(p);
    }
}

static struct leg *
add_further(struct peer *p)
{
    struct further_leg *further = ALLOC(struct further_leg);
    further->peer = p;
    further->leg.next = p->first_leg.next;
    return p->first_leg.next = &further->leg;
}

void
peer_open_leg(struct peer *p, struct room_log *log)
{
    bool is_first = p->first_leg.reader.track == NULL;
    struct leg *leg = is_first ? &p->first_leg : add_further(p);
    room_log_open(log, &leg->reader, wire_key_of_room(p->key));
    leg->reader.tag = is_first ? 0 : IS_FURTHER;
}

struct room_reader *
peer_find_reader(struct peer *p, const struct room_log *log)
{
    for (struct leg *leg = peer_legs(p); leg != NULL; leg = leg->next) {
        if (room_log_has_reader(log, &leg->reader))
            return &leg->reader;
    }
    return NULL;
}

/* Each reads up to here. */
void
peer_end_legs(struct peer *p)
{
    for (struct leg *leg = peer_legs(p); leg != NULL; leg = leg->next)
        room_reader_end(&leg->reader);
}

void
peer_close_leg(struct peer *p, struct leg *leg)
{
    room_log_close(&leg->reader);
    if (leg == &p->first_leg)
        return;
    struct leg **at = &p->first_leg.next;
    while (*at != leg)
        at = &(*at)->next;
    *at = leg->next;
    free(CONTAINER_OF(leg, struct further_leg, leg));
}

void
peer_close_legs(struct peer *p)
{
    for (struct leg *leg; (leg = peer_legs(p)) != NULL;)
        peer_close_leg(p, leg);
}
