#include "room/reader.h"

#include "room/segment_priv.h"

void
room_reader_open(struct room_reader *r, struct room_track *t)
{
    *r = (struct room_reader){
        .track = t,
        .next = t->next,
    };
    t->readers++;
    t->caught_up++;
    t->pool->readers_alive++;
}

void
room_reader_end(struct room_reader *r)
{
    if (r->track == NULL || r->is_ended)
        return;
    r->is_ended = true;
    r->until = (uint32_t)r->track->next;
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
    r->track = NULL;
    t->readers--;
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

/* A reader that was closed may have been where `r` is now; but `r` looks at
 * no mark from before it was opened. */
static bool
is_own(const struct room_reader *r, const struct room_mark *m)
{
    return m->except == r;
}

/* Did entry `i` of `s` count as a message? */
static bool
was_message(const struct room_segment *s, uint32_t i)
{
    return room_mark_said(s, i + 1) != room_mark_said(s, i);
}

/* Of entries [i, end) of `s`, count off those of its own; how many of these
 * were messages. */
static uint32_t
count_off_own(struct room_reader *r, const struct room_segment *s, uint32_t i,
              uint32_t end)
{
    uint32_t messages = 0;
    for (; r->own_unread > 0 && i < end; i++) {
        if (!is_own(r, room_mark_at(s, i)))
            continue;
        r->own_unread--;
        messages += was_message(s, i);
    }
    return messages;
}

void
room_reader_leave_dropped(struct room_reader *r, const struct room_segment *s)
{
    struct room_track *t = r->track;
    uint64_t until = room_reader_until(r);
    uint32_t i = (uint32_t)(r->next - s->first);
    if (r->inside > 0) {
        uint32_t from = room_mark_begin(s, i) + r->inside;
        uint32_t n = room_mark_at(s, i)->end - from;
        t->pool->on_cut(r, (struct span){s->room + from, n});
        r->inside = 0;
        i++;
    }
    uint32_t end = until - s->first < s->entries ? (uint32_t)(until - s->first)
                                                 : s->entries;
    uint32_t entries = end - i;
    uint32_t messages = room_mark_said(s, end) - room_mark_said(s, i);
    uint32_t own = r->own_unread;
    r->missed += messages - count_off_own(r, s, i, end);
    if (entries > own - r->own_unread && !r->is_lapped) {
        while (is_own(r, room_mark_at(s, i)))
            i++;
        r->is_lapped = true;
        if (t->pool->on_lapped != NULL)
            t->pool->on_lapped(r, room_mark_at(s, i)->order);
    }

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
        if (s == NULL || (r->is_ended && r->next == room_reader_until(r)))
            return NULL;
        if (r->inside > 0 || r->own_unread == 0)
            return s;
        uint32_t i = (uint32_t)(r->next - s->first);
        if (!is_own(r, room_mark_at(s, i)))
            return s;
        r->own_unread--;
        move_to(r, r->next + 1);
    }
}

/* Of `s` it may read so many. */
static uint32_t
entries_for(const struct room_reader *r, const struct room_segment *s)
{
    uint64_t n = room_reader_until(r) - s->first;
    return n < s->entries ? (uint32_t)n : s->entries;
}

/* The run of entries [i, ...) is cut where another log's turn or an own entry
 * comes. */
static void
set_run(const struct room_reader *r, const struct room_segment *s, uint32_t i,
        uint64_t before, struct room_run *run)
{
    uint32_t end = entries_for(r, s);
    uint32_t from = room_mark_begin(s, i);
    run->first_order = room_mark_at(s, i)->order;
    if (room_mark_at(s, end - 1)->order < before && run->own_ahead == 0)
        i = end;
    else
        i++;
    while (i < end && room_mark_at(s, i)->order < before &&
           !is_own(r, room_mark_at(s, i)))
        i++;
    const struct room_mark *last = room_mark_at(s, i - 1);
    run->last_order = last->order;
    run->end = i;
    run->bytes = (struct span){s->room + from, last->end - from};
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
        return ROOM_READ_GAP;
    }
    const struct room_segment *s = skip_own(r);
    uint64_t until = room_reader_until(r);
    if (s == NULL)
        return r->next == until ? ROOM_READ_ENDED : ROOM_READ_NOTHING;

    run->own_ahead = r->own_unread;
    set_run(r, s, (uint32_t)(r->next - s->first), before, run);
    if (run->first_order >= before && r->inside == 0)
        return ROOM_READ_NOTHING;
    run->bytes = span_from(run->bytes, r->inside);
    return ROOM_READ_RUN;
}

bool
room_reader_peek_on(const struct room_reader *r, struct room_run *run)
{
    const struct room_segment *s = room_track_segment(r->track, r->next);
    uint32_t i = run->end;
    for (; run->own_ahead > 0 && i < entries_for(r, s); i++) {
        if (!is_own(r, room_mark_at(s, i)))
            break;
        run->own_ahead--;
    }
    if (i == run->end || i == entries_for(r, s))
        return false;
    set_run(r, s, i, ROOM_ORDER_NONE, run);
    return true;
}

void
room_reader_told(struct room_reader *r)
{
    r->missed = 0;
    r->is_lapped = false;
}

void
room_reader_take(struct room_reader *r, size_t n)
{
    const struct room_segment *s = skip_own(r);
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
