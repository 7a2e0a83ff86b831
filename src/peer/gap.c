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

/* The room may be called otherwise when this is mended, or be gone: `log`, NULL
 * if it was gone already, is only compared. */
struct peer_gap {
    struct peer_gap *next;
    const struct room_reader *reader; /* NULL: told, not mended yet */
    const struct room_log *log;
    uint64_t order; /* of the first entry that is missed */
    bool has_come;  /* he knows that he is in it: the names alone are missing */
    uint8_t room_n;
    uint8_t room[]; /* as it is called to him */
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

/* Told, and not mended yet; NULL: there is none. */
static struct peer_gap *
find_told(const struct peer *p, const struct room_log *log)
{
    struct peer_gap *g = p->work->gaps;
    while (g != NULL && (g->reader != NULL || g->log != log))
        g = g->next;
    return g;
}

static struct peer_gap *
add(struct peer *p, const struct room_log *log)
{
    struct peer_work *w = peer_work(p);
    struct span room = log == NULL ? SPAN_NONE : hub_room_name(log);
    struct peer_gap *gap = alloc_zeroed(sizeof(*gap) + room.n);
    CHECK(room.n <= UINT8_MAX);
    gap->next = w->gaps;
    gap->log = log;
    gap->room_n = (uint8_t)room.n;
    if (room.n > 0)
        memcpy(gap->room, room.at, room.n);
    return w->gaps = gap;
}

void
peer_on_lapped(struct room_reader *r, uint64_t order)
{
    struct peer_gap *gap = add(peer_of_reader(r), r->track->log);
    gap->reader = r;
    gap->order = order;
}

/* He missed nothing, but is told the names when he has read all else. */
void
peer_mend_names(void *peer, const struct room_log *log)
{
    struct peer *p = peer;
    (void)peer_work(p);
    if (find_told(p, log) == NULL)
        add(p, log)->has_come = true;
    peer_want_flush(p);
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
        .to = hub_nick(peer_set(p)->hub, p->user),
        .from = hub_info(peer_set(p)->hub)->name,
    };
    uint32_t key = p->key;
    if (told.room.n == 0) /* nobody is left in it */
        key = wire_key(wire_key_dialect(key), 0);
    wire_encode_reply(key, &told, &p->work->rest);
    room_reader_told(r);
    struct peer_gap *before = find_told(p, gap->log);
    if (before == NULL) {
        gap->reader = NULL;
    } else {
        before->has_come = false; /* he missed some of who came since */
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
    struct hub_env env = peer_env(peer_set(p));
    bool is_mended = false;
    for (struct peer_gap *gap; (gap = p->work->gaps) != NULL;) {
        if (p->user.v != 0 && peers_behind_are_many(peer_set(p))) {
            peer_queue_join(p, PEER_TO_MEND);
            break;
        }
        p->work->gaps = gap->next;
        is_mended = true;
        if (p->user.v != 0)
            hub_mend(peer_set(p)->hub, &env, p->user, gap->log,
                     gap->has_come ? SPAN_NONE
                                   : span_of(tr(N_("catching up"))));
        free(gap);
    }
    return is_mended && p->work->own != NULL;
}

/* Others have read: in a turn, so nobody has to look for it. */
void
peers_mend_on(struct peers *set)
{
    if (set->pool.private_bytes <= set->pool.private_bytes_most / 2)
        peer_queue_serve(set, PEER_TO_MEND, peer_want_flush);
}

void
peer_forget_gaps(struct peer_work *w)
{
    for (struct peer_gap *gap; (gap = w->gaps) != NULL;) {
        w->gaps = gap->next;
        free(gap);
    }
}
