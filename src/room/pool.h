/*
 * What all logs of a process share: the memory of their segments, the list of
 * logs with something new, and the way up to whoever encodes and delivers.
 */
#ifndef ROOM_POOL_H
#define ROOM_POOL_H

#include "base/list.h"
#include "msg/entry.h"

/* Segments are 512 bytes, doubled seven times at most. An entry that needs
 * more gets a segment of its own size. */
#define ROOM_SEGMENT_LEAST 512u
#define ROOM_SEGMENT_SIZES 8
#define ROOM_SEGMENT_MOST (ROOM_SEGMENT_LEAST << (ROOM_SEGMENT_SIZES - 1))

/* Freed segments kept for the next burst. */
#define ROOM_POOL_KEPT_BYTES (512u << 10)

struct room_reader;
struct room_segment;
struct room_track;

struct room_pool {
    /* Encode one entry for a dialect key, by appending to `out`: a function
     * of these two and nothing else. It may append nothing. */
    void (*encode)(uint32_t key, const struct entry *e, struct buf *out);

    /* What of a key this entry's bytes depend on: keys that are the same then
     * share them. NULL: on all of it. */
    uint32_t (*key_for)(uint32_t key, const struct entry *e);

    /* A reader had taken half an entry, which is now dropped: `rest` is the
     * other half, and has to be sent before anything else. */
    void (*on_cut)(struct room_reader *r, struct span rest);

    /* Entries of others, from this order on, were dropped unread. Once, until
     * that is told (room_reader_told()). */
    void (*on_lapped)(struct room_reader *r, uint64_t order);

    /* The reader of this track behind that one: start with NULL; NULL at the
     * end. Only asked when something is dropped unread, and in tests. */
    struct room_reader *(*next_reader)(const struct room_track *t,
                                       struct room_reader *r);

    struct list dirty;  /* room_log.dirty_link: appended to since last flush */
    struct list tracks; /* room_track.pool_link: of rooms, which may lose */
    size_t bytes;       /* in segments of those tracks */
    size_t bytes_most;  /* past it the largest track loses its oldest */
    size_t track_bytes_most;   /* past it a track loses its own oldest */
    size_t private_bytes;      /* in segments of private tracks, likewise... */
    size_t private_bytes_most; /* ...but their owner sees to that */

    struct room_segment *kept[ROOM_SEGMENT_SIZES];
    size_t kept_bytes;
    struct buf scratch; /* one encoded entry */

    /* Gauges: 0 when everything was destroyed. */
    size_t segments_alive;
    size_t readers_alive;
    size_t logs_alive;
};

void room_pool_init(struct room_pool *p);
void room_pool_trim(struct room_pool *p);   /* keep no freed segments */
void room_pool_finish(struct room_pool *p); /* CHECKs the gauges */

#endif
