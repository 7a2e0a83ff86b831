#include "room/log.h"

#include "base/alloc.h"

#include <stdlib.h>

void
room_log_init(struct room_log *log, struct room_pool *p)
{
    log->pool = p;
    list_init(&log->tracks);
    list_init(&log->dirty_link);
    p->logs_alive++;
}

void
room_log_finish(struct room_log *log)
{
    /* Who has left may still be reading his last words here: a track goes
     * with its last reader. */
    LIST_FOREACH_SAFE (link, &log->tracks) {
        CONTAINER_OF(link, struct room_track, log_link)->log = NULL;
        list_remove(link);
    }
    list_remove(&log->dirty_link);
    log->pool->logs_alive--;
}

/* What of it changes the bytes of `e`. */
static uint32_t
key_for(const struct room_pool *p, uint32_t key, const struct entry *e)
{
    return p->key_for == NULL ? key : p->key_for(key, e);
}

void
room_log_append(struct room_log *log, const struct entry *e,
                struct room_reader *stepper)
{
    struct buf *scratch = &log->pool->scratch;
    bool is_first = true, is_news = false;
    uint32_t encoded = 0; /* for this key */
    LIST_FOREACH (link, &log->tracks) {
        struct room_track *t = CONTAINER_OF(link, struct room_track, log_link);
        uint32_t key = key_for(log->pool, t->key, e);
        if (is_first || key != encoded) {
            buf_truncate(scratch, 0);
            log->pool->encode(key, e, scratch);
        }
        is_first = false;
        encoded = key;
        if (scratch->n == 0)
            continue;
        room_track_append(t, e->order, entry_is_message(e), buf_span(scratch),
                          stepper);
        is_news = true;
    }
    if (is_news && list_is_empty(&log->dirty_link))
        list_add(&log->pool->dirty, &log->dirty_link);
}

static struct room_track *
find_track(struct room_log *log, uint32_t key)
{
    LIST_FOREACH (link, &log->tracks) {
        struct room_track *t = CONTAINER_OF(link, struct room_track, log_link);
        if (t->key == key)
            return t;
    }
    return NULL;
}

static void
add_track(struct room_log *log, struct room_track *t)
{
    struct list *before = &log->tracks;
    LIST_FOREACH (link, &log->tracks) {
        if (CONTAINER_OF(link, struct room_track, log_link)->key > t->key) {
            before = link;
            break;
        }
    }
    list_add(before, &t->log_link);
}

void
room_log_open(struct room_log *log, struct room_reader *r, uint32_t key)
{
    struct room_track *t = find_track(log, key);
    if (t == NULL) {
        t = ALLOC(struct room_track);
        room_track_init(t, log->pool, key, false);
        t->log = log;
        add_track(log, t);
    }
    room_reader_open(r, t);
}

bool
room_log_has_reader(const struct room_log *log, const struct room_reader *r)
{
    return r->track != NULL && r->track->log == log && !r->is_ended;
}

void
room_log_close(struct room_reader *r)
{
    struct room_track *t = r->track;
    if (t == NULL)
        return;
    room_reader_close(r);
    if (t->readers == 0) {
        room_track_finish(t);
        free(t);
    }
}
