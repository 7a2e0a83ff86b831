#include "room/pool.h"

#include "base/alloc.h"
#include "msg/limits.h"
#include "room/segment_priv.h"

#include <stdlib.h>

void
room_pool_init(struct room_pool *p)
{
    *p = (struct room_pool){
        .bytes_most = LIMIT_SEGMENT_BYTES_ALL,
        .track_bytes_most = LIMIT_TRACK_BYTES,
        .private_bytes_most = LIMIT_PRIVATE_BYTES_ALL,
    };
    list_init(&p->dirty);
    list_init(&p->tracks);
}

void
room_pool_trim(struct room_pool *p)
{
    for (int i = 0; i < ROOM_SEGMENT_SIZES; i++) {
        while (p->kept[i] != NULL) {
            struct room_segment *s = p->kept[i];
            p->kept[i] = s->newer;
            free(s);
        }
    }
    p->kept_bytes = 0;
}

void
room_pool_finish(struct room_pool *p)
{
    room_pool_trim(p);
    buf_finish(&p->scratch);
    CHECK(p->segments_alive == 0 && p->readers_alive == 0);
    CHECK(p->logs_alive == 0 && p->bytes == 0 && p->private_bytes == 0);
    CHECK(list_is_empty(&p->dirty) && list_is_empty(&p->tracks));
}

struct room_segment *
room_segment_create(struct room_pool *p, uint8_t size_class, size_t need)
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

void
room_segment_destroy(struct room_pool *p, struct room_segment *s)
{
    p->segments_alive--;
    size_t bytes = room_segment_bytes(s);
    if (s->size_class >= ROOM_SEGMENT_SIZES ||
        p->kept_bytes + bytes > ROOM_POOL_KEPT_BYTES) {
        free(s);
        return;
    }
    s->newer = p->kept[s->size_class];
    p->kept[s->size_class] = s;
    p->kept_bytes += bytes;
}
