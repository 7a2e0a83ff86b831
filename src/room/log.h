/*
 * A room's log: the one ordered list of what happened in a room, encoded
 * once for every dialect key that somebody in the room reads.
 *
 *          entry --+--> track "plain"             --> readers
 *                  +--> track "plain, [room]"     --> readers
 *                  +--> track "lab"               --> readers
 *
 * A track begins with its first reader and ends with its last. Tracks are
 * sorted by key, so that those whose bytes are the same for most entries lie
 * together: these are encoded once, and copied.
 */
#ifndef ROOM_LOG_H
#define ROOM_LOG_H

#include "room/reader.h"

struct room_log {
    struct room_pool *pool;
    struct list tracks;     /* room_track.log_link, by key; few */
    struct list dirty_link; /* in room_pool.dirty */
};

void room_log_init(struct room_log *log, struct room_pool *p);
void room_log_finish(struct room_log *log); /* all readers were ended */

/*
 * Append for all readers but `stepper`, who may be NULL. Its texts are
 * encoded before this returns.
 */
void room_log_append(struct room_log *log, const struct entry *e,
                     struct room_reader *stepper);

/* Read what is appended from now on, in the dialect of `key`. */
void room_log_open(struct room_log *log, struct room_reader *r, uint32_t key);

/* `r` reads it, and will read what is appended. */
bool room_log_has_reader(const struct room_log *log,
                         const struct room_reader *r);

/* Instead of room_reader_close() for a reader of a room. */
void room_log_close(struct room_reader *r);

#endif
