/*
 * What a room is about.
 */
#include "hub/hub_priv.h"
#include "msg/limits.h"

void
hub_tell_topic(struct hub *h, struct hub_user *u, const struct hub_room *room,
               enum reply_kind if_none)
{
    if (room->topic.n == 0) {
        if (if_none != REPLY_KIND_COUNT)
            hub_tell(h, u, (struct reply){.kind = if_none, .room = room->name});
        return;
    }
    hub_tell(h, u,
             (struct reply){.kind = REPLY_TOPIC_IS,
                            .room = room->name,
                            .text = room->topic});
    hub_tell(h, u,
             (struct reply){.kind = REPLY_TOPIC_BY,
                            .room = room->name,
                            .nick = room->topic_by,
                            .time_ms = room->topic_ms});
}

/* The room whose topic he may change; NULL after he was told why not. */
static struct hub_room *
room_to_change(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = hub_room_meant(h, u, r->msg.room);
    if (room == NULL)
        return NULL;
    const struct hub_member *m = hub_member_find(u, room);
    if (m == NULL) {
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_ROOM_NOT_IN, .room = room->name});
        return NULL;
    }
    if ((room->flags & MODE_BIT(MODE_TOPIC_LOCKED)) &&
        !hub_member_is_operator(m)) {
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_NOT_ROOM_OPERATOR,
                                .room = room->name});
        return NULL;
    }
    return room;
}

static void
change(struct hub *h, struct hub_user *u, struct hub_room *room,
       const struct hub_request *r, struct span topic)
{
    span_free(&room->topic);
    span_free(&room->topic_by);
    room->topic = span_copy(topic);
    room->topic_by = span_copy(hub_user_nick(u));
    room->topic_ms = r->wall_ms;
    struct entry e = hub_entry(h, ENTRY_TOPIC, u, r);
    e.text = room->topic;
    hub_append(h, hub_member_find(u, room), &e);
    if (u->is_tracking)
        hub_echo(h, u, &e);
    else
        hub_tell_topic(h, u, room, REPLY_TOPIC_NONE);
}

static void
ask(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = hub_room_meant(h, u, r->msg.room);
    if (room == NULL)
        return;
    if (hub_room_is_seen(room, u))
        hub_tell_topic(h, u, room, REPLY_TOPIC_NONE);
    else
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_ROOM_NOT_IN, .room = room->name});
}

void
hub_topic(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    if (r->msg.text.n == 0) {
        ask(h, u, r);
        return;
    }
    struct hub_room *room = room_to_change(h, u, r);
    if (room == NULL)
        return;
    if (r->msg.text.n > LIMIT_TOPIC_BYTES) {
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_TOPIC_TOO_LONG,
                                .room = room->name,
                                .count = LIMIT_TOPIC_BYTES});
        return;
    }
    change(h, u, room, r, r->msg.text);
}

void
hub_topic_end(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = room_to_change(h, u, r);
    if (room != NULL)
        change(h, u, room, r, SPAN_NONE);
}
