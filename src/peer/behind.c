/*
 * Who has answers left to read gets no more of them until he has.
 *
 * A list of all rooms, or of all people, is longer than any limit that would suit
 * the rest: he is told some of it, and more when he has read that. Whatever else
 * he asks for is told whole, and it is the next question that waits, or that he
 * leaves. It is taken when his system has the answers; if that takes none of
 * them for a while, he asks for more than he reads, is told so, and closed.
 *
 * All together have a limit, too. Past it no question is taken in this turn;
 * and if after its end, when what can be sent was, there is still too much,
 * who has most of it goes. So who left little unread has nothing to fear from
 * others, and there is never more than the limit and one answer.
 */
#include "base/tr.h"
#include "msg/limits.h"
#include "peer/peer_priv.h"

/* How long his system may take nothing. */
#define PATIENCE_MS 5000

/* It took some since it was last looked at, or was not looked at yet. */
static bool
has_read_on(struct private_log *own)
{
    const struct room_reader *r = &own->reader;
    bool has = own->held_at != r->next + 1 || own->held_inside != r->inside;
    own->held_at = r->next + 1;
    own->held_inside = r->inside;
    return has;
}

/* Before he is a user of the hub he has no log, and so much time and no more. */
static bool
has_unsent_answers(const struct peer *p)
{
    return p->user.v == 0 && p->work->rest.n > LIMIT_PRIVATE_BYTES;
}

static bool
is_over_limit(const struct peers *set)
{
    return set->pool.private_bytes > set->pool.private_bytes_most;
}

/* What a whole room is told unasked can wait: it never brings all together to
 * their limit, past which somebody is closed. */
bool
peers_behind_are_many(const struct peers *set)
{
    return set->pool.private_bytes > set->pool.private_bytes_most / 4 * 3;
}

/* Until this turn has ended. */
static void
hold_for_now(struct peer *p)
{
    peer_queue_join(p, PEER_TO_FEED);
    loop_again(peer_set(p)->loop);
}

bool
peer_behind_holds(struct peer *p)
{
    struct private_log *own = p->work->own;
    uint64_t now = loop_now_ms(peer_set(p)->loop);
    if (has_unsent_answers(p))
        return p->is_held = true;
    bool is_behind = own != NULL && (own->track.bytes > LIMIT_PRIVATE_BYTES ||
                                     p->is_owed_more);
    if (!is_behind && !is_over_limit(peer_set(p)))
        return false;
    p->is_held = true;
    if (!is_behind || (!p->is_blocked && p->work->pace == NULL)) {
        hold_for_now(p);
    } else if (p->work->feed_ms <= now || p->work->feed_ms == UINT64_MAX) {
        if (!has_read_on(own))
            peer_say_too_slow(p);
        p->work->feed_ms = now + PATIENCE_MS;
        peer_set_timer(p);
    }
    return true;
}

/* He has read them all, and may go on. */
void
peer_behind_is_over(struct peer *p)
{
    if ((p->is_held || p->is_owed_more) && p->state != PEER_DEAD)
        hold_for_now(p);
}

/* What answers a line with a token is gathered anyway: see answers.c. */
bool
peer_has_read(void *peer)
{
    struct peer *p = peer;
    const struct private_log *own = p->work == NULL ? NULL : p->work->own;
    p->is_owed_more = peer_set(p)->answers.to != p && own != NULL &&
                      own->track.bytes >= LIMIT_LISTED_BYTES;
    return !p->is_owed_more;
}

void
peer_behind_go_on(struct peer *p)
{
    if (!p->is_owed_more || p->user.v == 0)
        return;
    if (is_over_limit(peer_set(p)))
        hold_for_now(p);
    else if (peer_has_read(p))
        hub_go_on(peer_set(p)->hub, p->user);
}

/* NULL: nobody has one. */
static struct peer *
find_largest(const struct peers *set)
{
    struct peer *largest = NULL;
    size_t most = 0;
    uint32_t at = 0;
    for (struct peer *p; (p = slab_next(&set->all, &at)) != NULL;) {
        size_t bytes = p->work != NULL && p->work->own != NULL
                           ? p->work->own->track.bytes
                           : 0;
        if (bytes > most) {
            largest = p;
            most = bytes;
        }
    }
    return largest;
}

/* He reads the line that he is in, and why; if that line is itself most of it,
 * not even that. One who is leaving already has heard why. */
static void
close_largest(struct peer *p)
{
    peer_cut_own(p);
    if (p->work->rest.n > LIMIT_PRIVATE_BYTES) {
        peer_lose(p, N_("read too slowly"));
    } else if (p->state < PEER_DRAINING) {
        peer_say_too_slow(p);
        peer_turn_out(p, N_("read too slowly"));
    }
}

/* No log is being read from now. */
void
peers_behind_keep_limit(struct peers *set)
{
    while (is_over_limit(set))
        close_largest(find_largest(set));
}
