#include "room/track.h"

#include "base/alloc.h"
#include "msg/limits.h"

#include <stdlib.h>
#include <string.h>

/* Beside each entry. */
struct mark {
    uint64_t order;
    struct user_id except; /* who steps over it */
    uint32_t end;          /* of its bytes, in the segment */
    uint32_t said;         /* messages of the track, this one included */
};

/* bytes | free | marks, the newest first */
struct room_segment {
    struct room_segment *newer;
    struct room_segment *older;
    uint64_t first; /* number of its first entry */
    uint32_t said;  /* messages of the track before it */
    uint32_t entries;
    uint32_t used;      /* bytes of entries */
    uint32_t cap;       /* of `room`, a multiple of 8 */
    size_t readers;     /* whose next entry is in here */
    uint8_t size_class; /* ROOM_SEGMENT_SIZES: a size of its own */
    _Alignas(8) uint8_t room[];
};

static struct mark *
mark_at(const struct room_segment *s, uint32_t i)
{
    CHECK(i < s->entries);
    return (struct mark *)(void *)(s->room + s->cap) - 1 - i;
}

static uint32_t
begin_of(const struct room_segment *s, uint32_t i)
{
    return i == 0 ? 0 : mark_at(s, i - 1)->end;
}

static size_t
segment_bytes(const struct room_segment *s)
{
    return sizeof(*s) + s->cap;
}

/* -- the pool ---------------------------------------------------------- */

void
room_pool_init(struct room_pool *p)
{
    *p = (struct room_pool){
        .bytes_most = LIMIT_SEGMENT_BYTES_ALL,
        .track_bytes_most = LIMIT_TRACK_BYTES,
    };
    list_init(&p->dirty);
    list_init(&p->tracks);
}

void
room_pool_finish(struct room_pool *p)
{
    for (int i = 0; i < ROOM_SEGMENT_SIZES; i++) {
        while (p->kept[i] != NULL) {
            struct room_segment *s = p->kept[i];
            p->kept[i] = s->newer;
            free(s);
        }
    }
    buf_finish(&p->scratch);
    CHECK(p->segments_alive == 0 && p->readers_alive == 0);
    CHECK(p->logs_alive == 0 && p->bytes == 0);
    CHECK(list_is_empty(&p->dirty) && list_is_empty(&p->tracks));
}

static struct room_segment *
segment_create(struct room_pool *p, uint8_t size_class, size_t need)
{
    size_t bytes = (size_t)ROOM_SEGMENT_LEAST << size_class;
    while (size_class < ROOM_SEGMENT_SIZES &&
           bytes < sizeof(struct room_segment) + need) {
        size_class++;
        bytes *= 2;
    }
    if (size_class >= ROOM_SEGMENT_SIZES)
        bytes = (sizeof(struct room_segment) + need + 7) / 8 * 8;

    struct room_segment *s;
    if (size_class < ROOM_SEGMENT_SIZES && p->kept[size_class] != NULL) {
        s = p->kept[size_class];
        p->kept[size_class] = s->newer;
        p->kept_bytes -= bytes;
    } else {
        s = alloc_resize(NULL, bytes);
    }
    *s = (struct room_segment){
        .cap = (uint32_t)(bytes - sizeof(*s)),
        .size_class = size_class,
    };
    p->segments_alive++;
    return s;
}

static void
segment_destroy(struct room_pool *p, struct room_segment *s)
{
    p->segments_alive--;
    size_t bytes = segment_bytes(s);
    if (s->size_class >= ROOM_SEGMENT_SIZES ||
        p->kept_bytes + bytes > ROOM_POOL_KEPT_BYTES) {
        free(s);
        return;
    }
    s->newer = p->kept[s->size_class];
    p->kept[s->size_class] = s;
    p->kept_bytes += bytes;
}

/* -- segments of a track ----------------------------------------------- */

void
room_track_init(struct room_track *t, struct room_pool *p, uint32_t key,
                bool is_private)
{
    *t = (struct room_track){.pool = p, .key = key, .is_private = is_private};
    list_init(&t->pool_link);
    list_init(&t->log_link);
    list_init(&t->readers);
    if (!is_private)
        list_add(&p->tracks, &t->pool_link);
}

static void
add_segment(struct room_track *t, size_t need)
{
    /* A burst outgrew the newest: the next is twice as large. */
    if (t->newest != NULL && t->size_class < ROOM_SEGMENT_SIZES - 1)
        t->size_class++;
    struct room_segment *s = segment_create(t->pool, t->size_class, need);
    s->first = t->next;
    s->said = t->said;
    s->older = t->newest;
    if (t->newest != NULL)
        t->newest->newer = s;
    else
        t->oldest = s;
    t->newest = s;
    t->bytes += segment_bytes(s);
    if (!t->is_private)
        t->pool->bytes += segment_bytes(s);
}

static void
remove_oldest(struct room_track *t)
{
    struct room_segment *s = t->oldest;
    t->oldest = s->newer;
    if (t->oldest != NULL) {
        t->oldest->older = NULL;
    } else {
        t->newest = NULL;
        /* The burst is over: begin smaller next time. */
        if (t->size_class > 0 && s->used < s->cap / 2)
            t->size_class--;
    }
    t->bytes -= segment_bytes(s);
    if (!t->is_private)
        t->pool->bytes -= segment_bytes(s);
    segment_destroy(t->pool, s);
}

static void
free_what_all_have_read(struct room_track *t)
{
    while (t->oldest != NULL && t->oldest->readers == 0)
        remove_oldest(t);
}

void
room_track_finish(struct room_track *t)
{
    CHECK(list_is_empty(&t->readers));
    while (t->oldest != NULL)
        remove_oldest(t);
    list_remove(&t->pool_link);
    list_remove(&t->log_link);
}

/* The segment that holds entry `number`; NULL when it is gone or to come.
 * From the newest on, where nearly all readers are. */
static struct room_segment *
segment_of(const struct room_track *t, uint64_t number)
{
    if (number >= t->next)
        return NULL;
    struct room_segment *s = t->newest;
    while (s != NULL && s->first > number)
        s = s->older;
    return s;
}

/* -- dropping what slow readers have not read -------------------------- */

/* Readers inside an entry of the oldest segment keep the rest of it, and go
 * on behind it: lost, unless it was the segment's last. */
static void
save_rests(struct room_track *t)
{
    const struct room_segment *s = t->oldest;
    LIST_FOREACH (link, &t->readers) {
        struct room_reader *r =
            CONTAINER_OF(link, struct room_reader, track_link);
        if (r->inside == 0 || r->next < s->first ||
            r->next - s->first >= s->entries)
            continue;
        const struct mark *m = mark_at(s, (uint32_t)(r->next - s->first));
        uint32_t from = begin_of(s, (uint32_t)(r->next - s->first)) + r->inside;
        t->pool->on_cut(r, (struct span){s->room + from, m->end - from});
        r->next++;
        r->said = m->said;
        r->inside = 0;
        if (r->next == t->next)
            t->caught_up++;
        else if (r->next == s->newer->first)
            s->newer->readers++;
    }
}

static void
drop_oldest(struct room_track *t)
{
    save_rests(t);
    remove_oldest(t);
}

/* Of those with more than one segment; NULL when there is none. */
static struct room_track *
largest_track(struct room_pool *p)
{
    struct room_track *largest = NULL;
    LIST_FOREACH (link, &p->tracks) {
        struct room_track *t = CONTAINER_OF(link, struct room_track, pool_link);
        if (t->oldest != t->newest &&
            (largest == NULL || t->bytes > largest->bytes))
            largest = t;
    }
    return largest;
}

/* Before the segment of `t` that is to come: nobody's reading costs more
 * than the limits. The newest segment of a track always stays. */
static void
keep_limits(struct room_track *t)
{
    if (t->is_private)
        return;
    while (t->bytes > t->pool->track_bytes_most && t->oldest != t->newest)
        drop_oldest(t);
    while (t->pool->bytes > t->pool->bytes_most) {
        struct room_track *largest = largest_track(t->pool);
        if (largest == NULL)
            break;
        drop_oldest(largest);
    }
}

/* -- appending --------------------------------------------------------- */

void
room_track_append(struct room_track *t, uint64_t order, bool is_message,
                  struct span bytes, struct room_reader *stepper)
{
    CHECK(bytes.n > 0 && bytes.n < UINT32_MAX / 2);
    struct room_segment *s = t->newest;
    size_t need = bytes.n + sizeof(struct mark);
    if (s == NULL ||
        s->cap - s->used - s->entries * sizeof(struct mark) < need) {
        add_segment(t, need);
        keep_limits(t);
        s = t->newest;
    }
    memcpy(s->room + s->used, bytes.at, bytes.n);
    s->used += (uint32_t)bytes.n;
    if (is_message)
        t->said++;
    s->entries++;
    *mark_at(s, s->entries - 1) = (struct mark){
        .order = order,
        .except = stepper == NULL ? USER_NOBODY : stepper->self,
        .end = s->used,
        .said = t->said,
    };
    t->next++;
    s->readers += t->caught_up;
    t->caught_up = 0;

    if (stepper != NULL && stepper->track == t) {
        stepper->own_unread++;
        if (is_message)
            stepper->own_messages++;
    }
    if (list_is_empty(&t->readers))
        free_what_all_have_read(t);
}

/* -- readers ----------------------------------------------------------- */

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
        struct room_segment *s = segment_of(t, r->next);
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
    free_what_all_have_read(t);
}

/* Go on at entry `next`, before which `said` messages were appended. */
static void
move_to(struct room_reader *r, uint64_t next, uint32_t said)
{
    struct room_track *t = r->track;
    struct room_segment *from = segment_of(t, r->next);
    struct room_segment *to = segment_of(t, next);
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
    free_what_all_have_read(t);
}

static bool
is_own(const struct room_reader *r, const struct mark *m)
{
    return m->except.v != 0 && user_id_equal(m->except, r->self);
}

static void
step_over_own(struct room_reader *r, const struct mark *m, bool was_message)
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
    uint32_t before = i == 0 ? s->said : mark_at(s, i - 1)->said;
    return mark_at(s, i)->said != before;
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
        const struct room_segment *s = segment_of(t, n);
        if (s == NULL || !is_own(r, mark_at(s, (uint32_t)(n - s->first))))
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
        struct room_segment *s = segment_of(r->track, r->next);
        if (s == NULL || r->next >= r->until)
            return NULL;
        if (r->inside > 0 || r->own_unread == 0)
            return s;
        uint32_t i = (uint32_t)(r->next - s->first);
        const struct mark *m = mark_at(s, i);
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
    if (mark_at(s, last)->order >= before || r->own_unread > 0) {
        /* Cut the run where another log's turn or an own entry comes. */
        uint32_t i = first;
        while (i < last && mark_at(s, i + 1)->order < before &&
               !is_own(r, mark_at(s, i + 1)))
            i++;
        last = i;
    }
    run->first_order = mark_at(s, first)->order;
    run->last_order = mark_at(s, last)->order;
    uint32_t from = begin_of(s, first) + r->inside;
    if (run->first_order >= before && r->inside == 0)
        return ROOM_READ_NOTHING;
    run->bytes = (struct span){s->room + from, mark_at(s, last)->end - from};
    return ROOM_READ_RUN;
}

void
room_reader_take(struct room_reader *r, size_t n)
{
    const struct room_segment *s = segment_of(r->track, r->next);
    CHECK(s != NULL);
    uint32_t i = (uint32_t)(r->next - s->first);
    size_t at = begin_of(s, i) + r->inside + n;
    CHECK(at <= s->used);

    /* The first entry that does not end at or before `at`. */
    uint32_t low = i, high = s->entries;
    if (mark_at(s, high - 1)->end <= at)
        low = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (mark_at(s, middle)->end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t inside = (uint32_t)at - begin_of(s, low);
    if (low > i)
        move_to(r, s->first + low, mark_at(s, low - 1)->said);
    r->inside = inside;
}

void
room_reader_step_over(struct room_reader *r, uint64_t order)
{
    const struct room_segment *s = skip_own(r);
    if (s == NULL || r->inside > 0)
        return;
    const struct mark *m = mark_at(s, (uint32_t)(r->next - s->first));
    if (m->order == order)
        move_to(r, r->next + 1, m->said);
}

void
room_track_check(const struct room_track *t)
{
    size_t in_segments = 0, readers = 0, lost = 0, bytes = 0;
    for (const struct room_segment *s = t->oldest; s != NULL; s = s->newer) {
        CHECK(s->entries > 0 && s->first < t->next);
        CHECK(s->newer == NULL || s->newer->first == s->first + s->entries);
        in_segments += s->readers;
        bytes += segment_bytes(s);
    }
    LIST_FOREACH (link, &t->readers) {
        const struct room_reader *r =
            CONTAINER_OF(link, struct room_reader, track_link);
        CHECK(r->track == t && r->next <= t->next);
        CHECK(r->own_messages <= r->own_unread);
        readers++;
        if (r->next < t->next && segment_of(t, r->next) == NULL)
            lost++;
    }
    CHECK(in_segments + t->caught_up + lost == readers);
    CHECK(t->oldest == NULL || t->oldest->readers > 0 || lost > 0);
    CHECK(bytes == t->bytes);
}
