/*
 * Who fell so far behind in a room that the oldest of what he had not read was
 * dropped.
 *
 * He is told how many messages that were, where they stood. What he may have
 * missed beside them, who came and who left, is mended when he has read all
 * that is left: only then is the state of the room, which is that of now, the
 * one at his place in the order; and who is lapped ten times before that is
 * mended once.
 */
#include "base/alloc.h"
#include "base/tr.h"
#include "peer/peer_priv.h"

#include <stdlib.h>
#include <string.h>

/* Its room has a name, by which it is found again if it is still there. */
struct peer_gap {
    struct peer_gap *next;
    const struct room_reader *reader; /* NULL: told, not mended yet */
    uint64_t order;                   /* of the first entry that is missed */
    uint8_t room_n;
    uint8_t room[];
};

static struct span
room_of(const struct peer_gap *gap)
{
    return (struct span){gap->room, gap->room_n};
}

/* Where the one is linked that is `reader`'s; NULL: there is none. */
static struct peer_gap **
find_untold(const struct peer *p, const struct room_reader *r)
{
    if (p->work == NULL)
        return NULL;
    for (struct peer_gap **at = &p->work->gaps; *at != NULL; at = &(*at)->next)
        if ((*at)->reader == r)
            return at;
    return NULL;
}

static bool
is_to_be_mended(const struct peer *p, struct span room)
{
    for (const struct peer_gap *g = p->work->gaps; g != NULL; g = g->next)
        if (g->reader == NULL && span_equal(room_of(g), room))
            return true;
    return false;
}

void
peer_on_lapped(struct room_reader *r, uint64_t order)
{
    struct peer_work *w = peer_work(peer_of_reader(r));
    const struct room_log *log = r->track->log;
    struct span room = log == NULL ? SPAN_NONE : hub_room_name(log);
    struct peer_gap *gap = alloc_zeroed(sizeof(*gap) + room.n);
    CHECK(room.n <= UINT8_MAX);
    *gap = (struct peer_gap){
        .next = w->gaps,
        .reader = r,
        .order = order,
        .room_n = (uint8_t)room.n,
    };
    if (room.n > 0)
        memcpy(gap->room, room.at, room.n);
    w->gaps = gap;
}

uint64_t
peer_gap_order(const struct peer *p, const struct room_reader *r)
{
    struct peer_gap **at = find_untold(p, r);
    CHECK(at != NULL);
    return (*at)->order;
}

/* It goes before anything else. */
void
peer_tell_gap(struct peer *p, struct room_reader *r, uint64_t missed)
{
    struct peer_gap **at = find_untold(p, r);
    struct peer_gap *gap = *at;
    struct reply told = {
        .kind = REPLY_GAP,
        .count = missed,
        .room = room_of(gap),
        .to = hub_nick(p->set->hub, p->user),
        .from = hub_info(p->set->hub)->name,
    };
    uint32_t key = p->key;
    if (told.room.n == 0) /* nobody is left in it */
        key = wire_key(wire_key_dialect(key), 0);
    wire_encode_reply(key, &told, &p->work->rest);
    room_reader_told(r);
    if (!is_to_be_mended(p, told.room)) {
        gap->reader = NULL;
    } else {
        *at = gap->next;
        free(gap);
    }
}

/* He has read everything. True: there is something to read again. */
bool
peer_mend_gaps(struct peer *p)
{
    if (p->work == NULL || p->work->gaps == NULL)
        return false;
    struct hub_env env = peer_env(p->set);
    for (struct peer_gap *gap; (gap = p->work->gaps) != NULL;) {
        p->work->gaps = gap->next;
        if (p->user.v != 0)
            hub_mend(p->set->hub, &env, p->user, room_of(gap),
                     span_of(tr(N_("catching up"))));
        free(gap);
    }
    return p->work->own != NULL;
}

void
peer_forget_gaps(struct peer_work *w)
{
    for (struct peer_gap *gap; (gap = w->gaps) != NULL;) {
        w->gaps = gap->next;
        free(gap);
    }
}
