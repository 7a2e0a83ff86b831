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
 * messages it missed (ROOM_READ_GAP).
 *
 * Always true (room_track_check):
 *   every reader's next <= the track's next
 *   the readers counted by the segments, those caught up and those lost are
 *   all readers
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
    struct list readers;  /* room_reader.track_link */
    struct room_pool *pool;
    struct room_segment *oldest;
    struct room_segment *newest;
    uint32_t key;       /* the dialect's */
    uint32_t said;      /* messages appended, modulo 2^32 */
    uint64_t next;      /* number of the entry to come */
    size_t bytes;       /* in its segments */
    size_t caught_up;   /* readers whose next is ours */
    uint8_t size_class; /* of the next segment */
    bool is_private;    /* one reader's replies: it loses nothing, and its
                         owner looks at `bytes` */
};

/*
 * One reader's place in a track. The struct is its owner's, and stays where
 * it is from open to close.
 */
struct room_reader {
    struct list track_link;
    struct room_track *track; /* NULL: closed */
    struct user_id self;      /* whose own words are stepped over */
    uint64_t next;            /* entry to read next */
    uint64_t until;           /* first entry not to read; UINT64_MAX: none */
    uint32_t inside;          /* bytes of it that were taken already */
    uint32_t said;            /* as the track's, at `next` */
    uint32_t said_until;      /* and at `until` */
    uint32_t own_unread;      /* entries ahead to step over... */
    uint32_t own_messages;    /* ...and how many of them are messages */
};

/* The order that is behind all others: there is nothing to read. */
#define ROOM_ORDER_NONE UINT64_MAX

void room_track_init(struct room_track *t, struct room_pool *p, uint32_t key,
                     bool is_private);
void room_track_finish(struct room_track *t); /* it has no readers */

/* One encoded entry. `is_message`: it counts for who misses it. `stepper`,
 * who may be NULL, reads every entry but this one. */
void room_track_append(struct room_track *t, uint64_t order, bool is_message,
                       struct span bytes, struct room_reader *stepper);

/* At the end: what is appended from now on is read. */
void room_reader_open(struct room_reader *r, struct room_track *t,
                      struct user_id self);

/* What is appended from now on is not read any more. */
void room_reader_end(struct room_reader *r);
void room_reader_close(struct room_reader *r); /* may be closed already */

enum room_read {
    ROOM_READ_RUN,     /* there are bytes */
    ROOM_READ_NOTHING, /* for now */
    ROOM_READ_ENDED,   /* it was ended and has read all up to there */
    ROOM_READ_GAP,     /* it had fallen behind and goes on later: say so */
};

/* One send's worth: entries that lie together and are all for this reader. */
struct room_run {
    struct span bytes;    /* dies with the next append or take */
    uint64_t first_order; /* of the entry it begins with or in */
    uint64_t last_order;  /* of the entry it ends with */
    uint64_t missed;      /* with ROOM_READ_GAP: messages of others; 0 when
                             others only came, left or changed */
};

/*
 * What `r` reads next, of orders below `before`, without taking it. Steps
 * over what is not for it, so it changes the reader but nothing that can be
 * seen. After ROOM_READ_GAP, which is said once, ask again.
 */
MUST_USE enum room_read room_reader_peek(struct room_reader *r, uint64_t before,
                                         struct room_run *run);

/* `n` bytes of the run that was peeked at are on their way. */
void room_reader_take(struct room_reader *r, size_t n);

/* If the next entry has this order, it was read elsewhere: step over it. */
void room_reader_step_over(struct room_reader *r, uint64_t order);

/* It is inside an entry, which has to be finished before anything else. */
static inline bool
room_reader_is_inside(const struct room_reader *r)
{
    return r->inside > 0;
}

void room_track_check(const struct room_track *t);

#endif
