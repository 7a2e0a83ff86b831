/*
 * One who read slowly left a room and came back: then he has two readers on
 * one track. The old one fell off the left edge, and in reckoning what it had
 * missed it also looked at what he said after his return, beyond its end. So
 * he was told of more messages than there were. Found by unit/track.
 */
#include "msg/limits.h"
#include "room/log.h"

static uint8_t text[LIMIT_TRACK_BYTES / 2];

static struct room_reader old, fresh;

static struct room_reader *
next_reader(const struct room_track *t, struct room_reader *r)
{
    (void)t;
    return r == NULL ? &old : r == &old ? &fresh : NULL;
}

static void
say(struct room_track *t, uint64_t order, size_t n, struct room_reader *by)
{
    room_track_append(t, order, true, (struct span){text, n}, by);
}

int
main(void)
{
    struct room_pool p;
    struct room_track t;
    struct room_run run;
    room_pool_init(&p);
    p.next_reader = next_reader;
    room_track_init(&t, &p, 0, false);
    room_reader_open(&old, &t);
    for (uint64_t order = 1; order <= 10; order++)
        say(&t, order, 50, order <= 2 ? &old : NULL);
    room_reader_end(&old);
    room_reader_open(&fresh, &t);
    for (uint64_t order = 20; order < 24; order++)
        say(&t, order, sizeof(text), NULL);
    for (uint64_t order = 30; order < 33; order++)
        say(&t, order, 50, &fresh);
    CHECK(room_reader_peek(&old, ROOM_ORDER_NONE, &run) == ROOM_READ_GAP);
    CHECK(run.missed == 8); /* not 11 */
    room_reader_close(&old);
    room_reader_close(&fresh);
    room_track_finish(&t);
    room_pool_finish(&p);
    return 0;
}
