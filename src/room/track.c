#include "room/track.h"

#include "room/segment_priv.h"

#include <string.h>

void
room_track_init(struct room_track *t, struct room_pool *p, uint32_t key,
                bool is_private)
{
    *t = (struct room_track){.pool = p, .key = key, .is_private = is_private};
    list_init(&t->pool_link);
    list_init(&t->log_link);
    if (!is_private)
        list_add(&p->tracks, &t->pool_link);
}

/* Of this kind of track, in all segments. */
static size_t *
bytes_of_all(struct room_track *t)
{
    return t->is_private ? &t->pool->private_bytes : &t->pool->bytes;
}

static void
add_segment(struct room_track *t, size_t need)
{
    /* A burst outgrew the newest: the next is twice as large. */
    if (t->newest != NULL && t->size_class < ROOM_SEGMENT_SIZES - 1)
        t->size_class++;
    struct room_segment *s = room_segment_create(t->pool, t->size_class, need);
    s->first = t->next;
    s->said = t->said;
    s->older = t->newest;
    s->begins_burst = t->newest == NULL;
    if (t->newest != NULL)
        t->newest->newer = s;
    else
        t->oldest = s;
    t->newest = s;
    t->bytes += room_segment_bytes(s);
    *bytes_of_all(t) += room_segment_bytes(s);
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
        /* The burst is over: begin smaller next time, unless this was only
         * what the segment before could not hold. */
        if (t->size_class > 0 && s->begins_burst && s->used < s->cap / 2)
            t->size_class--;
    }
    t->bytes -= room_segment_bytes(s);
    *bytes_of_all(t) -= room_segment_bytes(s);
    room_segment_destroy(t->pool, s);
}

void
room_track_free_read(struct room_track *t)
{
    while (t->oldest != NULL && t->oldest->readers == 0)
        remove_oldest(t);
}

void
room_track_finish(struct room_track *t)
{
    CHECK(t->readers == 0);
    while (t->oldest != NULL)
        remove_oldest(t);
    list_remove(&t->pool_link);
    list_remove(&t->log_link);
}

/* The segment that holds entry `number`; NULL when it is gone or to come.
 * From the newest on, where nearly all readers are. */
struct room_segment *
room_track_segment(const struct room_track *t, uint64_t number)
{
    if (number >= t->next)
        return NULL;
    struct room_segment *s = t->newest;
    while (s != NULL && s->first > number)
        s = s->older;
    return s;
}

/* -- dropping what slow readers have not read -------------------------- */

static struct room_reader *
next_reader(const struct room_track *t, struct room_reader *r)
{
    return t->pool->next_reader(t, r);
}

/* Whoever is still in it goes on in the next one, and is told. */
static void
drop_oldest(struct room_track *t)
{
    const struct room_segment *s = t->oldest;
    for (struct room_reader *r = NULL; (r = next_reader(t, r)) != NULL;) {
        if (r->next >= s->first && r->next - s->first < s->entries)
            room_reader_leave_dropped(r, s);
    }
    remove_oldest(t);
    room_track_free_read(t); /* they may all have ended */
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

/* Nobody's reading costs more than the limits. The newest segment of a track
 * always stays. */
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
    size_t need = bytes.n + sizeof(struct room_mark);
    if (s == NULL ||
        s->cap - s->used - s->entries * sizeof(struct room_mark) < need) {
        add_segment(t, need);
        s = t->newest;
    }
    memcpy(s->room + s->used, bytes.at, bytes.n);
    s->used += (uint32_t)bytes.n;
    if (is_message)
        t->said++;
    s->entries++;
    *room_mark_at(s, s->entries - 1) = (struct room_mark){
        .order = order,
        .except = stepper,
        .end = s->used,
        .said = t->said,
    };
    t->next++;
    s->readers += t->caught_up;
    t->caught_up = 0;

    if (stepper != NULL && stepper->track == t)
        stepper->own_unread++;
    room_track_free_read(t); /* there may be no readers */
    keep_limits(t);
}

void
room_track_check(const struct room_track *t)
{
    size_t in_segments = 0, readers = 0, ended = 0, bytes = 0;
    for (const struct room_segment *s = t->oldest; s != NULL; s = s->newer) {
        CHECK(s->entries > 0 && s->first < t->next);
        CHECK(s->newer == NULL || s->newer->first == s->first + s->entries);
        in_segments += s->readers;
        bytes += room_segment_bytes(s);
    }
    for (struct room_reader *r = NULL; (r = next_reader(t, r)) != NULL;) {
        CHECK(r->track == t && r->next <= t->next);
        readers++;
        if (r->next < t->next && room_track_segment(t, r->next) == NULL) {
            CHECK(r->next == room_reader_until(r));
            ended++;
        }
    }
    CHECK(readers == t->readers);
    CHECK(in_segments + t->caught_up + ended == readers);
    CHECK(t->oldest == NULL || t->oldest->readers > 0);
    CHECK(bytes == t->bytes);
}
