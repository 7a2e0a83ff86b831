#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/name.h"

#include <stdlib.h>

struct hub_room *
hub_room_find(const struct hub *h, struct span name)
{
    struct buf key = {0};
    struct hub_room *room = NULL;
    if (msg_name_key(name, &key))
        room = map_find(&h->rooms, buf_span(&key));
    buf_finish(&key);
    return room;
}

static void
put_name(struct hub *h, struct hub_room *room, struct span name)
{
    struct buf both = {0};
    buf_add(&both, name);
    CHECK(msg_name_key(name, &both));
    room->names = (char *)both.at;
    room->name = span_sub(buf_span(&both), 0, name.n);
    room->key = span_from(buf_span(&both), name.n);
    map_add(&h->rooms, room);
}

struct hub_room *
hub_room_create(struct hub *h, struct span name)
{
    uint32_t number;
    struct hub_room *room = slab_take(&h->all_rooms, &number);
    room->number = number;
    put_name(h, room, name);
    room->flags = MODE_BIT(MODE_NO_OUTSIDE);
    list_init(&room->invites);
    for (size_t i = 0; i < COUNT_OF(room->masks); i++)
        list_init(&room->masks[i]);
    room_log_init(&room->log, h->pool);
    h->counts.rooms++;
    return room;
}

void
hub_room_set_name(struct hub *h, struct hub_room *room, struct span name)
{
    char *before = room->names;
    map_remove(&h->rooms, room->key);
    put_name(h, room, name);
    free(before);
}

void
hub_room_destroy(struct hub *h, struct hub_room *room)
{
    CHECK(room->members_n == 0);
    map_remove(&h->rooms, room->key);
    room_log_finish(&room->log);
    span_free(&room->topic);
    span_free(&room->topic_by);
    span_free(&room->password);
    span_free(&room->metadata);
    hub_masks_finish(room);
    hub_roll_forget(room);
    hub_room_forget_invites(room);
    free(room->names);
    free(room->members);
    slab_give_back(&h->all_rooms, room->number);
    h->counts.rooms--;
}

/* The room that he means: the one named, or the one he is talking in; NULL
 * after he was told why not. */
struct hub_room *
hub_room_meant(struct hub *h, struct hub_user *u, struct span name)
{
    struct hub_room *room =
        name.n == 0 ? hub_member_talking_in(u) : hub_room_find(h, name);
    if (room == NULL && name.n == 0)
        hub_tell_kind(h, u, REPLY_ROOM_NONE);
    else if (room == NULL)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_ROOM_UNKNOWN, .room = name});
    return room;
}

/* A secret room is seen by its members. */
bool
hub_room_is_seen(const struct hub_room *room, const struct hub_user *u)
{
    return !(room->flags & MODE_BIT(MODE_SECRET)) ||
           hub_member_find(u, room) != NULL;
}

/* The server's operators are not: they may turn people out, not rule. */
bool
hub_member_is_operator(const struct hub_member *m)
{
    return (m->rank & MODE_BIT(MODE_OPERATOR)) != 0;
}

/* "alice, bob, ..." of those present but one, `most` of them at most; marked:
 * "alice, bob (udp)". */
void
hub_room_names(const struct hub *h, const struct hub_room *room,
               const struct hub_user *except, size_t most, bool is_marked,
               struct buf *out)
{
    size_t n = 0;
    uint32_t at = 0;
    for (const struct hub_member *m;
         (m = hub_room_next(h, room, &at)) != NULL;) {
        const struct hub_user *u = hub_member_user(m);
        if (!u->is_present || u == except)
            continue;
        if (n > 0)
            buf_add(out, SPAN(", "));
        if (n++ == most) {
            buf_add(out, SPAN("..."));
            break;
        }
        buf_add(out, hub_user_nick(u));
        if (is_marked && u->is_forgeable)
            buf_add(out, SPAN(HUB_FORGEABLE_MARK));
    }
}

void
hub_entry_add_author(struct entry *e, const struct hub_user *u)
{
    e->author = u->id;
    e->nick = hub_user_nick(u);
    e->label = hub_user_label(u);
    e->cloak = u->cloak;
    e->is_bot = u->is_bot;
    if (u->person != NULL) {
        e->user = u->person->user;
        e->real = u->person->real;
    }
}

struct entry
hub_entry(struct hub *h, enum entry_kind kind, const struct hub_user *u,
          const struct hub_request *r)
{
    /* Everyone's ids sort by time, never repeat and never go back, whatever
     * the clock does. */
    uint64_t by_clock = r->wall_ms << 20;
    h->last_id = by_clock > h->last_id ? by_clock : h->last_id + 1;

    struct entry e = {
        .kind = kind,
        .order = hub_next_order(h),
        .id = h->last_id,
        .wall_ms = r->wall_ms,
    };
    if (u == NULL)
        e.nick = h->info->name;
    else
        hub_entry_add_author(&e, u);
    return e;
}

void
hub_append(struct hub *h, struct hub_member *m, struct entry *e)
{
    e->room = m->room->name;
    room_log_append(&m->room->log, e, hub_member_reader(h, m));
}

void
hub_append_everywhere(struct hub *h, struct hub_user *u, struct entry *e)
{
    for (struct hub_member *m = hub_user_members(u); m != NULL; m = m->next)
        hub_append(h, m, e);
}
