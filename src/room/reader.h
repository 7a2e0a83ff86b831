/*
 * A reader: one member's place in one track. Its whole state is the number of
 * the entry that it reads next; see room/track.h.
 *
 * The struct is its owner's, and stays where it is from open to close. A track
 * only counts its readers; room_pool.next_reader finds them.
 */
#ifndef ROOM_READER_H
#define ROOM_READER_H

#include "room/track.h"

struct room_reader {
    struct room_track *track; /* NULL: closed */
    uint64_t next;            /* entry to read next */
    uint32_t until;           /* when it has ended: see room_reader_until() */
    uint32_t inside;          /* bytes of it that were taken already */
    uint32_t own_unread;      /* entries ahead to step over: its own words */
    uint32_t missed : 29;     /* messages of others, not told yet */
    uint32_t tag : 1;         /* its owner's; 0 when it is opened */
    uint32_t is_lapped : 1;   /* entries of others were dropped unread */
    uint32_t is_ended : 1;
};

/* The order that is behind all others: there is nothing to read. */
#define ROOM_ORDER_NONE UINT64_MAX

/* At the end: what is appended from now on is read. */
void room_reader_open(struct room_reader *r, struct room_track *t);

/* What is appended from now on is not read any more. */
void room_reader_end(struct room_reader *r);
void room_reader_close(struct room_reader *r); /* may be closed already */

/* It was ended and has nothing more to say: it need not be asked again. */
static inline bool
room_reader_is_over(const struct room_reader *r)
{
    return r->is_ended && r->until == (uint32_t)r->next && !r->is_lapped;
}

enum room_read {
    ROOM_READ_RUN,     /* there are bytes */
    ROOM_READ_NOTHING, /* for now */
    ROOM_READ_ENDED,   /* it was ended and has read all up to there */
    ROOM_READ_GAP,     /* it had fallen behind and goes on later: tell it */
};

/* One send's worth: entries that lie together and are all for this reader. */
struct room_run {
    struct span bytes;    /* dies with the next append or take */
    uint64_t first_order; /* of the entry it begins with or in */
    uint64_t last_order;  /* of the entry it ends with */
    uint64_t missed;      /* with ROOM_READ_GAP: messages of others; 0 when
                             others only came, left or changed */
    uint32_t end;         /* the entry behind it, in its segment */
    uint32_t own_ahead;   /* of the reader, behind it */
};

/*
 * What `r` reads next, of orders below `before`, without taking it. Steps
 * over what is not for it, so it changes the reader but nothing that can be
 * seen. It says ROOM_READ_GAP until that was told.
 */
MUST_USE enum room_read room_reader_peek(struct room_reader *r, uint64_t before,
                                         struct room_run *run);

/* What `r` reads behind this run, which was peeked at: with only entries of
 * its own between them, and in the same segment. False: that was all. */
MUST_USE bool room_reader_peek_on(const struct room_reader *r,
                                  struct room_run *run);

/* The gap was. */
void room_reader_told(struct room_reader *r);

/* `n` bytes of the run that was peeked at are on their way; of several, one
 * after the other. */
void room_reader_take(struct room_reader *r, size_t n);

/* If the next entry has this order, it was read elsewhere: step over it. */
void room_reader_step_over(struct room_reader *r, uint64_t order);

/* It is inside an entry, which has to be finished before anything else. */
static inline bool
room_reader_is_inside(const struct room_reader *r)
{
    return r->inside > 0;
}

#endif
