#include "room/reader.h"

#include "room/segment_priv.h"

void
room_reader_open(struct room_reader *r, struct room_track *t,
                 struct user_id self)
{
    *r = (struct room_reader){
        .track = t,
        .self = self,
        .next = t->next,
        .until = UINT64_MAX,
        .said = t->said,
    };
    list_add(&t->readers, &r->track_link);
    t->caught_up++;
    t->pool->readers_alive++;
}

void
room_reader_end(struct room_reader *r)
{
    if (r->track == NULL || r->until != UINT64_MAX)
        return;
    r->until = r->track->next;
    r->said_until = r->track->said;
}

/* `r` is no longer counted where it is. */
static void
uncount(struct room_reader *r)
{
    struct room_track *t = r->track;
    if (r->next == t->next) {
        t->caught_up--;
    } else {
        struct room_segment *s = room_track_segment(t, r->next);
        if (s != NULL)
            s->readers--;
    }
}

void
room_reader_close(struct room_reader *r)
{
    struct room_track *t = r->track;
    if (t == NULL)
        return;
    uncount(r);
    list_remove(&r->track_link);
    r->track = NULL;
    t->pool->readers_alive--;
    room_track_free_read(t);
}

/* Go on at entry `next`, before which `said` messages were appended. */
static void
move_to(struct room_reader *r, uint64_t next, uint32_t said)
{
    struct room_track *t = r->track;
    struct room_segment *from = room_track_segment(t, r->next);
    struct room_segment *to = room_track_segment(t, next);
    CHECK(next <= t->next);
    r->next = next;
    r->said = said;
    r->inside = 0;
    if (from == to && from != NULL)
        return;
    if (to != NULL)
        to->readers++;
    else if (next == t->next)
        t->caught_up++;
    if (from != NULL)
        from->readers--;
    room_track_free_read(t);
}

static bool
is_own(const struct room_reader *r, const struct room_mark *m)
{
    return m->except.v != 0 && user_id_equal(m->except, r->self);
}

static void
step_over_own(struct room_reader *r, const struct room_mark *m,
              bool was_message)
{
    if (!is_own(r, m))
        return;
    CHECK(r->own_unread > 0);
    r->own_unread--;
    if (was_message)
        r->own_messages--;
}

/* Did entry `i` of `s` count as a message? */
static bool
was_message(const struct room_segment *s, uint32_t i)
{
    uint32_t before = i == 0 ? s->said : room_mark_at(s, i - 1)->said;
    return room_mark_at(s, i)->said != before;
}

/* `r` reads on at the oldest entry there is. How many messages did it miss?
 * All that were appended meanwhile, but its own. False: nothing but these. */
static bool
resume_after_gap(struct room_reader *r, uint32_t *missed)
{
    struct room_track *t = r->track;
    uint64_t resume = t->oldest == NULL ? t->next : t->oldest->first;
    uint32_t said = t->oldest == NULL ? t->said : t->oldest->said;
    if (resume > r->until) { /* all that it had left to read is gone */
        resume = r->until;
        said = r->said_until;
    }

    /* Only up to its end: one who came back speaks behind it. */
    uint64_t end = r->until < t->next ? r->until : t->next;
    uint32_t own_left = 0, own_messages_left = 0;
    for (uint64_t n = resume; r->own_unread > 0 && n < end; n++) {
        const struct room_segment *s = room_track_segment(t, n);
        if (s == NULL || !is_own(r, room_mark_at(s, (uint32_t)(n - s->first))))
            continue;
        own_left++;
        if (was_message(s, (uint32_t)(n - s->first)))
            own_messages_left++;
    }
    *missed = said - r->said - (r->own_messages - own_messages_left);
    bool is_gap = resume - r->next > r->own_unread - own_left;
    r->own_unread = own_left;
    r->own_messages = own_messages_left;
    move_to(r, resume, said);
    return is_gap;
}

static bool
is_lost(const struct room_reader *r)
{
    const struct room_track *t = r->track;
    return r->next < t->next && r->next < r->until &&
           (t->oldest == NULL || r->next < t->oldest->first);
}

/* Step over own entries at the front; the segment to read in, or NULL. */
static struct room_segment *
skip_own(struct room_reader *r)
{
    for (;;) {
        struct room_segment *s = room_track_segment(r->track, r->next);
        if (s == NULL || r->next >= r->until)
            return NULL;
        if (r->inside > 0 || r->own_unread == 0)
            return s;
        uint32_t i = (uint32_t)(r->next - s->first);
        const struct room_mark *m = room_mark_at(s, i);
        if (!is_own(r, m))
            return s;
        step_over_own(r, m, was_message(s, i));
        move_to(r, r->next + 1, m->said);
    }
}

enum room_read
room_reader_peek(struct room_reader *r, uint64_t before, struct room_run *run)
{
    *run = (struct room_run){
        .first_order = ROOM_ORDER_NONE,
        .last_order = ROOM_ORDER_NONE,
    };
    if (is_lost(r)) {
        uint32_t missed;
        bool is_gap = resume_after_gap(r, &missed);
        run->missed = missed;
        if (is_gap)
            return ROOM_READ_GAP;
    }
    const struct room_segment *s = skip_own(r);
    if (s == NULL)
        return r->next >= r->until ? ROOM_READ_ENDED : ROOM_READ_NOTHING;

    uint32_t first = (uint32_t)(r->next - s->first);
    uint32_t last = s->entries - 1;
    if (r->until - s->first <= last)
        last = (uint32_t)(r->until - s->first) - 1;
    if (room_mark_at(s, last)->order >= before || r->own_unread > 0) {
        /* Cut the run where another log's turn or an own entry comes. */
        uint32_t i = first;
        while (i < last && room_mark_at(s, i + 1)->order < before &&
               !is_own(r, room_mark_at(s, i + 1)))
            i++;
        last = i;
    }
    run->first_order = room_mark_at(s, first)->order;
    run->last_order = room_mark_at(s, last)->order;
    uint32_t from = room_mark_begin(s, first) + r->inside;
    if (run->first_order >= before && r->inside == 0)
        return ROOM_READ_NOTHING;
    run->bytes =
        (struct span){s->room + from, room_mark_at(s, last)->end - from};
    return ROOM_READ_RUN;
}

void
room_reader_take(struct room_reader *r, size_t n)
{
    const struct room_segment *s = room_track_segment(r->track, r->next);
    CHECK(s != NULL);
    uint32_t i = (uint32_t)(r->next - s->first);
    size_t at = room_mark_begin(s, i) + r->inside + n;
    CHECK(at <= s->used);

    /* The first entry that does not end at or before `at`. */
    uint32_t low = i, high = s->entries;
    if (room_mark_at(s, high - 1)->end <= at)
        low = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (room_mark_at(s, middle)->end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t inside = (uint32_t)at - room_mark_begin(s, low);
    if (low > i)
        move_to(r, s->first + low, room_mark_at(s, low - 1)->said);
    r->inside = inside;
}

void
room_reader_step_over(struct room_reader *r, uint64_t order)
{
    const struct room_segment *s = skip_own(r);
    if (s == NULL || r->inside > 0)
        return;
    const struct room_mark *m = room_mark_at(s, (uint32_t)(r->next - s->first));
    if (m->order == order)
        move_to(r, r->next + 1, m->said);
}
