/*
 * From the logs to a peer: what it has not read, and in which order.
 *
 * A peer reads several logs, its legs: one a room, and one of its own. Every
 * entry has its place in one order, and the peer reads the merge by order.
 * When one leg has something, which is nearly always, that is one run and one
 * send. The same order on two legs is the same event (one who left two rooms
 * by leaving): it is sent once.
 */
#include "peer/peer_priv.h"

#include "base/alloc.h"
#include "base/tr.h"
#include "msg/limits.h"
#include "wire/irc/session.h"

#include <stdlib.h>

void
peer_want_flush(struct peer *p)
{
    bool is_pointless = p->is_blocked && !p->is_too_slow;
    if (p->state != PEER_DEAD && !is_pointless)
        peer_queue_join(p, PEER_TO_FLUSH);
}

/* -- the hub's way up --------------------------------------------------------- */

static struct private_log *
own_log(const struct peer *p)
{
    return p->work != NULL ? p->work->own : NULL;
}

static struct private_log *
open_own_log(struct peer *p)
{
    struct private_log *own = ALLOC(struct private_log);
    room_track_init(&own->track, &peer_set(p)->pool, p->key, true);
    room_reader_open(&own->reader, &own->track);
    return peer_work(p)->own = own;
}

static bool
has_too_many_legs(struct peer *p)
{
    size_t n = 0;
    for (struct leg *leg = peer_legs(p); leg != NULL; leg = leg->next)
        n++;
    return n > LIMIT_LEGS;
}

/* Replies wait for nobody's reading for ever: past a limit it is told so, and
 * closed at the end of the turn. */
void
peer_append_own(struct peer *p, uint64_t order)
{
    struct buf *encoded = &peer_set(p)->encoded;
    if (encoded->n == 0 || p->is_too_slow || p->state >= PEER_DRAINING)
        return;
    struct private_log *own = own_log(p);
    if (own == NULL)
        own = open_own_log(p);
    p->is_too_slow = own->track.bytes + encoded->n > LIMIT_ANSWER_BYTES ||
                     has_too_many_legs(p);
    if (p->is_too_slow) {
        buf_truncate(encoded, 0);
        wire_encode_reply(p->key, &(struct reply){.kind = REPLY_TOO_SLOW},
                          encoded);
    }
    room_track_append(&own->track, order, false, buf_span(encoded), NULL);
    peer_want_flush(p);
}

/* Words of its own dialect's, at this place in the order. */
void
peer_say_privately(struct peer *p, uint64_t order, struct span bytes)
{
    buf_truncate(&peer_set(p)->encoded, 0);
    buf_add(&peer_set(p)->encoded, bytes);
    peer_append_own(p, order);
}

/* The log leads from an address to a nick and on to the next one. */
static void
log_new_nick(const struct peer *p, struct span nick)
{
    char from[NET_ADDRESS_TEXT];
    peer_where(p, from);
    diag_say(peer_set(p)->diag, DIAG_INFO, "%s is now %.*s", from,
             SPAN_ARG(nick));
}

/* He is closed at the end of the turn. */
void
peer_say_too_slow(struct peer *p)
{
    peer_reply(p, &(struct reply){.kind = REPLY_TOO_SLOW});
    p->is_too_slow = true;
    peer_want_flush(p);
}

static void
on_reply(void *peer, uint64_t order, const struct reply *r)
{
    struct peer *p = peer;
    if (r->kind == REPLY_NICK_IS)
        log_new_nick(p, r->nick);
    if (r->kind == REPLY_REGISTERED && peer_irc(p) != NULL)
        wire_irc_welcome(peer_irc(p));
    buf_truncate(&peer_set(p)->encoded, 0);
    wire_encode_reply(p->key, r, &peer_set(p)->encoded);
    peer_tell(p, order);
}

/* What the peer says by itself, behind all that he has to read. */
void
peer_reply(struct peer *p, const struct reply *r)
{
    struct reply whole = *r;
    whole.to = hub_nick(peer_set(p)->hub, p->user);
    whole.from = hub_info(peer_set(p)->hub)->name;
    on_reply(p, hub_next_order(peer_set(p)->hub), &whole);
}

/* What others say to him alone must not use up what he has for answers: or
 * anybody could have him closed. */
static bool
has_enough(const struct peer *p)
{
    const struct private_log *own = own_log(p);
    return own != NULL && own->track.bytes > LIMIT_PRIVATE_BYTES / 2;
}

static bool
on_entry(void *peer, const struct entry *e)
{
    struct peer *p = peer;
    if (has_enough(p))
        return false;
    buf_truncate(&peer_set(p)->encoded, 0);
    wire_encode_entry(p->key, e, &peer_set(p)->encoded);
    peer_append_own(p, e->order);
    return true;
}

static bool
on_news(void *peer, uint64_t order, const struct reply *r)
{
    struct peer *p = peer;
    if (has_enough(p) || peers_behind_are_many(peer_set(p)))
        return false;
    buf_truncate(&peer_set(p)->encoded, 0);
    wire_encode_reply(p->key, r, &peer_set(p)->encoded);
    peer_append_own(p, order);
    return true;
}

static void
on_watched(void *peer, const struct entry *e)
{
    struct peer *p = peer;
    if (wire_key_has_watched(p->key))
        (void)on_entry(peer, e);
}

static bool
on_renamed(void *peer, const struct entry *e)
{
    struct peer *p = peer;
    if (!wire_key_has_rename(p->key))
        return false;
    buf_truncate(&peer_set(p)->encoded, 0);
    wire_encode_entry(p->key, e, &peer_set(p)->encoded);
    peer_tell(p, e->order);
    return true;
}

static void
on_echo(void *peer, const struct entry *e)
{
    struct peer *p = peer;
    if (e->kind == ENTRY_NICK)
        log_new_nick(p, e->target);
    if (!wire_key_has_echo(p->key, e))
        return;
    buf_truncate(&peer_set(p)->encoded, 0);
    wire_encode_entry(p->key, e, &peer_set(p)->encoded);
    peer_tell(p, e->order);
}

static void
open_reader(void *peer, struct room_log *log)
{
    peer_open_leg(peer, log);
}

static struct room_reader *
find_reader(void *peer, const struct room_log *log)
{
    return peer_find_reader(peer, log);
}

/* One that has been read goes at once, so that who changes his dialect many
 * times in a turn has no more legs than there is to read. */
static void
end_reader(void *peer, struct room_log *log)
{
    struct room_reader *r = peer_find_reader(peer, log);
    if (r != NULL)
        room_reader_end(r);
    if (r != NULL && room_reader_is_over(r))
        peer_close_leg(peer, CONTAINER_OF(r, struct leg, reader));
    else
        peer_want_flush(peer);
}

/* Members of several rooms read which room it was. */
static void
on_rooms(void *peer, size_t rooms)
{
    struct peer *p = peer;
    uint32_t key = wire_key_for_rooms(p->key, rooms);
    if (key == p->key)
        return;
    p->key = key;
    if (p->user.v != 0)
        hub_rekey(peer_set(p)->hub, p->user);
}

static void
on_resume(void *peer)
{
    struct peer *p = peer;
    if (p->state != PEER_OPEN)
        return;
    peer_queue_join(p, PEER_TO_FEED);
    loop_again(peer_set(p)->loop);
}

static void
on_goodbye(void *peer)
{
    struct peer *p = peer;
    char from[NET_ADDRESS_TEXT];
    peer_where(p, from);
    diag_say(peer_set(p)->diag, DIAG_INFO, "%s (%.*s) left", from,
             SPAN_ARG(hub_nick(peer_set(p)->hub, p->user)));
    p->user = USER_NOBODY;
    peer_end_answers(p, peer_set(p)->answers.order);
    peer_drain(p);
}

static bool
ban(void *peer, struct span nick, struct buf *where)
{
    return peer_bans_add(peer, nick, where);
}

static size_t
list_bans(void *peer, struct buf *out)
{
    return peer_bans_list(peer_set(peer), out);
}

static bool
unban(void *peer, uint64_t number)
{
    return peer_bans_remove(peer_set(peer), number);
}

const struct hub_ops peer_hub_ops = {
    .on_reply = on_reply,
    .on_entry = on_entry,
    .on_news = on_news,
    .on_watched = on_watched,
    .on_renamed = on_renamed,
    .mend_names = peer_mend_names,
    .on_echo = on_echo,
    .on_answers = peer_on_answers,
    .open_reader = open_reader,
    .end_reader = end_reader,
    .find_reader = find_reader,
    .has_read = peer_has_read,
    .on_rooms = on_rooms,
    .on_resume = on_resume,
    .on_goodbye = on_goodbye,
    .ban = ban,
    .list_bans = list_bans,
    .unban = unban,
};

/* -- the legs ------------------------------------------------------------------- */

void
peer_close_private(struct peer *p)
{
    struct private_log *own = own_log(p);
    if (own == NULL)
        return;
    room_reader_close(&own->reader);
    room_track_finish(&own->track);
    free(own);
    p->work->own = NULL;
}

void
peer_forget_own(struct peer *p)
{
    const struct private_log *own = own_log(p);
    if (own == NULL || own->track.oldest != NULL)
        return;
    peer_close_private(p);
    peer_behind_is_over(p);
}

/* While the merge looks for the leg whose turn it is. */
struct merge {
    struct room_reader *first; /* whose next order is the least; NULL: none */
    struct room_run run;       /* what it has */
    bool is_shared;            /* another leg has the same event */
    uint64_t before;           /* the least order of the others */

    struct room_reader *lapped; /* who has to be told of a gap... */
    uint64_t lapped_order;      /* ...at this place, the first such */
    uint64_t missed;
};

static void
merge_in(struct merge *m, struct room_reader *r, const struct room_run *run)
{
    uint64_t other = run->first_order;
    if (m->first == NULL || run->first_order < m->run.first_order) {
        other = m->run.first_order;
        m->first = r;
        m->run = *run;
        m->is_shared = false;
    } else if (run->first_order == m->run.first_order) {
        m->is_shared = true;
        other++; /* it goes alone */
    }
    if (other < m->before)
        m->before = other;
}

static void
note_gap(struct merge *m, const struct peer *p, struct room_reader *r,
         const struct room_run *run)
{
    uint64_t order = peer_gap_order(p, r);
    if (m->lapped != NULL && order >= m->lapped_order)
        return;
    m->lapped = r;
    m->lapped_order = order;
    m->missed = run->missed;
}

/* What several legs have is read on one of them, and only then stepped over
 * on the others: the one may lose it before it is sent. */
static void
step_over_shared(struct peer *p)
{
    struct private_log *own = own_log(p);
    uint64_t order = p->work->shared_order;
    p->work->shared_order = 0;
    if (own != NULL)
        room_reader_step_over(&own->reader, order);
    for (struct leg *leg = peer_legs(p); leg != NULL; leg = leg->next)
        room_reader_step_over(&leg->reader, order);
}

void
peer_take(struct peer *p, struct room_reader *r, size_t n)
{
    room_reader_take(r, n);
    if (p->work != NULL && p->work->shared_order != 0 && n > 0 &&
        !room_reader_is_inside(r))
        step_over_shared(p);
}

/* Half an entry was sent, and this is the other half. */
static void
keep_rest(struct peer *p, struct span rest)
{
    buf_add(&peer_work(p)->rest, rest);
    if (p->work->shared_order != 0)
        step_over_shared(p);
}

void
peer_on_cut(struct room_reader *r, struct span rest)
{
    keep_rest(peer_of_reader(r), rest);
}

void
peer_cut_own(struct peer *p)
{
    struct room_reader *r = &own_log(p)->reader;
    struct room_run run;
    if (room_reader_is_inside(r) &&
        room_reader_peek(r, 0, &run) == ROOM_READ_RUN)
        keep_rest(p, run.bytes);
    peer_close_private(p);
}

/* One leg that is inside an entry, which goes before all else. */
static struct room_reader *
find_inside(struct peer *p)
{
    struct private_log *own = own_log(p);
    if (own != NULL && room_reader_is_inside(&own->reader))
        return &own->reader;
    for (struct leg *leg = peer_legs(p); leg != NULL; leg = leg->next) {
        if (room_reader_is_inside(&leg->reader))
            return &leg->reader;
    }
    return NULL;
}

/*
 * The next bytes for this peer, all from one leg. False when there are none,
 * or when something was put into `rest`, which goes first.
 */
bool
peer_next_run(struct peer *p, struct room_run *run, struct room_reader **reader)
{
    struct merge m = {.before = ROOM_ORDER_NONE,
                      .run.first_order = ROOM_ORDER_NONE,
                      .lapped_order = ROOM_ORDER_NONE};
    *reader = find_inside(p);
    if (*reader != NULL && room_reader_peek(*reader, 0, run) == ROOM_READ_RUN)
        return true;
    if (p->work != NULL)
        p->work->shared_order = 0;

    struct private_log *own = own_log(p);
    if (own != NULL &&
        room_reader_peek(&own->reader, ROOM_ORDER_NONE, run) == ROOM_READ_RUN)
        merge_in(&m, &own->reader, run);
    for (struct leg *leg = peer_legs(p), *next; leg != NULL; leg = next) {
        next = leg->next;
        switch (room_reader_peek(&leg->reader, ROOM_ORDER_NONE, run)) {
        case ROOM_READ_RUN:
            merge_in(&m, &leg->reader, run);
            break;
        case ROOM_READ_ENDED:
            peer_close_leg(p, leg);
            break;
        case ROOM_READ_GAP:
            note_gap(&m, p, &leg->reader, run);
            break;
        case ROOM_READ_NOTHING:
            break;
        }
    }
    if (m.lapped != NULL && m.lapped_order <= m.run.first_order) {
        peer_tell_gap(p, m.lapped, m.missed);
        return false;
    }
    if (m.first == NULL)
        return peer_mend_gaps(p) && peer_next_run(p, run, reader);
    if (m.is_shared)
        peer_work(p)->shared_order = m.run.first_order;
    *reader = m.first;
    *run = m.run;
    if (m.lapped_order < m.before)
        m.before = m.lapped_order;
    if (m.before <= m.run.last_order)
        CHECK(room_reader_peek(m.first, m.before, run) == ROOM_READ_RUN);
    return true;
}

/* What comes behind this run, of the same leg, when there is no other that may
 * have its turn before. */
bool
peer_run_goes_on(struct peer *p, const struct room_reader *r,
                 struct room_run *run)
{
    bool is_only_leg = own_log(p) == NULL && peer_legs(p)->next == NULL;
    return is_only_leg && run->own_ahead > 0 && room_reader_peek_on(r, run);
}
