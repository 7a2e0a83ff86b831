/*
 * Inside a track: a segment and its marks. pool.c makes segments, track.c
 * appends to them and drops them, reader.c reads them.
 */
#ifndef ROOM_SEGMENT_PRIV_H
#define ROOM_SEGMENT_PRIV_H

#include "room/reader.h"

/* Beside each entry. */
struct room_mark {
    uint64_t order;
    const struct room_reader *except; /* who steps over it; may be closed */
    uint32_t end;                     /* of its bytes, in the segment */
    uint32_t said; /* messages of the track, this one included */
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
    bool begins_burst;  /* all before it was read when it was made */
    _Alignas(8) uint8_t room[];
};

static inline struct room_mark *
room_mark_at(const struct room_segment *s, uint32_t i)
{
    CHECK(i < s->entries);
    return (struct room_mark *)(void *)(s->room + s->cap) - 1 - i;
}

static inline uint32_t
room_mark_begin(const struct room_segment *s, uint32_t i)
{
    return i == 0 ? 0 : room_mark_at(s, i - 1)->end;
}

/* Messages of the track before entry `i`, modulo 2^32. */
static inline uint32_t
room_mark_said(const struct room_segment *s, uint32_t i)
{
    return i == 0 ? s->said : room_mark_at(s, i - 1)->said;
}

static inline size_t
room_segment_bytes(const struct room_segment *s)
{
    return sizeof(*s) + s->cap;
}

/* The first entry not to read; UINT64_MAX: it has not ended. Of its number
 * the low half is kept: there are never so many between it and `next`. */
static inline uint64_t
room_reader_until(const struct room_reader *r)
{
    return r->is_ended ? r->next + (uint32_t)(r->until - (uint32_t)r->next)
                       : UINT64_MAX;
}

struct room_segment *room_segment_create(struct room_pool *p,
                                         uint8_t size_class, size_t need);
void room_segment_destroy(struct room_pool *p, struct room_segment *s);

/* The segment that holds entry `number`; NULL when it is gone or to come. */
struct room_segment *room_track_segment(const struct room_track *t,
                                        uint64_t number);

/* `s`, the oldest, is dropped while `r` is in it: `r` goes on behind it. What
 * it has not read is missed; the rest of an entry that it is inside of goes
 * up to its owner. */
void room_reader_leave_dropped(struct room_reader *r,
                               const struct room_segment *s);

/* The oldest segments that no reader is in go. */
void room_track_free_read(struct room_track *t);

#endif
