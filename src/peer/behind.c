/*
 * Who has answers left to read gets no more of them until he has.
 *
 * What one asks for is told whole, however long it is: a list of all rooms, or
 * of all who sit in a large one, is longer than any limit that would suit the
 * rest. So it is the next question that waits. It is taken when his system has
 * the answers; if that takes none of them for a while, he asks for more than he
 * reads, is told so, and closed.
 */
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

bool
peer_behind_holds(struct peer *p)
{
    struct private_log *own = p->work->own;
    uint64_t now = loop_now_ms(p->set->loop);
    if (has_unsent_answers(p))
        return p->is_held = true;
    if (own == NULL || own->track.bytes <= LIMIT_PRIVATE_BYTES)
        return false;
    p->is_held = true;
    if (!p->is_blocked && p->work->pace == NULL) { /* sent in this turn */
        peer_queue_join(p, PEER_TO_FEED);
        loop_again(p->set->loop);
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
    if (!p->is_held || p->state == PEER_DEAD)
        return;
    peer_queue_join(p, PEER_TO_FEED);
    loop_again(p->set->loop);
}
