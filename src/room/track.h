/*
 * A track: entries encoded for one dialect, and where its readers are.
 *
 *      oldest segment               newest segment
 *    | 41 | 42 | 43 | 44 |   | 45 | 46 | 47          <- append only
 *           ^                          ^    ^
 *         dave                       erin  frank     readers: next entry
 *
 * Bytes of whole entries lie behind one another in a segment; a table of
 * marks grows towards them from the segment's other end and says, for each
 * entry, where it ends, its order, and who steps over it. A reader holds
 * no queue: its whole state is a number. A segment counts the readers that
 * are inside; the oldest is freed when the last has left it. Readers
 * that have read everything are in no segment: they are `caught_up`.
 *
 * Writers never wait. Past the limit the oldest segment is dropped under
 * whoever is still in it, and each of those is told the exact number of
 * messages it missed (ROOM_READ_GAP). Only for this somebody has to know who
 * they are: those who opened them (room_pool.next_reader).
 *
 * Always true (room_track_check):
 *   every reader's next <= the track's next
 *   each reader that has not ended is counted by the segment that it is in,
 *   or is caught up
 *   an entry never changes after it was appended
 */
#ifndef ROOM_TRACK_H
#define ROOM_TRACK_H

#include "base/list.h"
#include "msg/ids.h"
#include "room/pool.h"

struct room_track {
    struct list pool_link;
    struct list log_link; /* room_log.tracks; unused in private tracks */
    struct room_pool *pool;
    const struct room_log *log; /* NULL: private, or the room is no more */
    struct room_segment *oldest;
    struct room_segment *newest;
    uint32_t key;       /* the dialect's */
    uint32_t said;      /* messages appended, modulo 2^32 */
    uint64_t next;      /* number of the entry to come */
    size_t bytes;       /* in its segments */
    size_t readers;     /* open */
    size_t caught_up;   /* of them: whose next is ours */
    uint8_t size_class; /* of the next segment */
    bool is_private;    /* one reader's replies: it loses nothing, and its
                         owner looks at `bytes` */
};

void room_track_init(struct room_track *t, struct room_pool *p, uint32_t key,
                     bool is_private);
void room_track_finish(struct room_track *t); /* it has no readers */

/* One encoded entry. `is_message`: it counts for who misses it. `stepper`,
 * who may be NULL, reads every entry but this one. */
void room_track_append(struct room_track *t, uint64_t order, bool is_message,
                       struct span bytes, struct room_reader *stepper);

void room_track_check(const struct room_track *t);

#endif
