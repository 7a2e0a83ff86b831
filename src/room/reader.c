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
    };
    list_add(&t->readers, &r->track_link);
    t->caught_up++;
    t->pool->readers_alive++;
}

void
room_reader_end(struct room_reader *r)
{
    if (r->track != NULL && r->until == UINT64_MAX)
        r->until = r->track->next;
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

/* Go on at entry `next`. */
static void
move_to(struct room_reader *r, uint64_t next)
{
    struct room_track *t = r->track;
    struct room_segment *from = room_track_segment(t, r->next);
    struct room_segment *to = room_track_segment(t, next);
    CHECK(from != NULL && next <= t->next);
    r->next = next;
    r->inside = 0;
    if (from == to)
        return;
    if (to != NULL)
        to->readers++;
    else
        t->caught_up++;
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
    return room_mark_said(s, i + 1) != room_mark_said(s, i);
}

/* Of entries [i, end) of `s`, count off those of its own. */
static void
count_off_own(struct room_reader *r, const struct room_segment *s, uint32_t i,
              uint32_t end)
{
    for (; r->own_unread > 0 && i < end; i++)
        step_over_own(r, room_mark_at(s, i), was_message(s, i));
}

void
room_reader_leave_dropped(struct room_reader *r, const struct room_segment *s)
{
    struct room_track *t = r->track;
    uint32_t i = (uint32_t)(r->next - s->first);
    if (r->inside > 0) {
        uint32_t from = room_mark_begin(s, i) + r->inside;
        uint32_t n = room_mark_at(s, i)->end - from;
        t->pool->on_cut(r, (struct span){s->room + from, n});
        r->inside = 0;
        i++;
    }
    uint32_t end = r->until - s->first < s->entries
                       ? (uint32_t)(r->until - s->first)
                       : s->entries;
    uint32_t entries = end - i;
    uint32_t messages = room_mark_said(s, end) - room_mark_said(s, i);
    uint32_t own = r->own_unread, own_messages = r->own_messages;
    count_off_own(r, s, i, end);
    r->missed += messages - (own_messages - r->own_messages);
    if (entries > own - r->own_unread)
        r->is_lapped = true;

    r->next = s->first + end;
    if (r->next == t->next)
        t->caught_up++;
    else if (r->next == s->newer->first)
        s->newer->readers++;
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
        move_to(r, r->next + 1);
    }
}

enum room_read
room_reader_peek(struct room_reader *r, uint64_t before, struct room_run *run)
{
    *run = (struct room_run){
        .first_order = ROOM_ORDER_NONE,
        .last_order = ROOM_ORDER_NONE,
    };
    if (r->is_lapped) {
        run->missed = r->missed;
        r->missed = 0;
        r->is_lapped = false;
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
        move_to(r, s->first + low);
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
        move_to(r, r->next + 1);
}
