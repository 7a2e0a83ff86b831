/*
 * What people say: to a room, or to one person.
 */
#include "hub/hub_priv.h"

/* Tags alone are no words: who types is not heard yet. */
static void
note_said(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    if (r->msg.kind == MSG_TAGS)
        return;
    h->counts.messages++;
    if (u->person != NULL)
        u->person->said_ms = r->wall_ms;
}

/* Nothing comes back for a remark: programs that answer each other's errors
 * would never end (RFC 2812, 3.3.2). */
static void
refuse(struct hub *h, struct hub_user *u, const struct hub_request *r,
       struct reply told)
{
    if (r->msg.kind != MSG_REMARK && r->msg.kind != MSG_CTCP_REPLY)
        hub_tell(h, u, told);
}

/* May `u`, who is `m` there or not there at all, be heard in the room? */
static bool
may_say(const struct hub_room *room, const struct hub_user *u,
        const struct hub_member *m, enum msg_kind kind)
{
    if ((room->flags & MODE_BIT(MODE_NO_CTCP)) &&
        (kind == MSG_CTCP || kind == MSG_CTCP_REPLY))
        return false;
    if (m != NULL && m->rank != 0)
        return true;
    if (m == NULL && (room->flags & MODE_BIT(MODE_NO_OUTSIDE)))
        return false;
    if (room->flags & MODE_BIT(MODE_MODERATED))
        return false;
    return !hub_is_muted(room, u);
}

static enum entry_kind
kind_in_room(enum msg_kind kind)
{
    switch (kind) {
    case MSG_ACTION:
        return ENTRY_ACTION;
    case MSG_REMARK:
        return ENTRY_REMARK;
    case MSG_CTCP:
        return ENTRY_CTCP;
    case MSG_CTCP_REPLY:
        return ENTRY_CTCP_REPLY;
    case MSG_TAGS:
        return ENTRY_TAGS;
    default:
        return ENTRY_SAY;
    }
}

static enum entry_kind
kind_for_one(enum msg_kind kind)
{
    switch (kind) {
    case MSG_ACTION:
        return ENTRY_PRIVATE_ACTION;
    case MSG_REMARK:
        return ENTRY_PRIVATE_REMARK;
    case MSG_CTCP:
        return ENTRY_CTCP;
    case MSG_CTCP_REPLY:
        return ENTRY_CTCP_REPLY;
    case MSG_TAGS:
        return ENTRY_TAGS;
    default:
        return ENTRY_PRIVATE;
    }
}

/* They are few: each reads it in his own log. */
static void
say_to_some(struct hub *h, const struct hub_user *u,
            const struct hub_room *room, const struct entry *e)
{
    uint32_t ranks = MODE_BIT(MODE_OPERATOR);
    if (e->audience == AUDIENCE_VOICED)
        ranks |= MODE_BIT(MODE_VOICE);
    uint32_t at = 0;
    for (const struct hub_member *m;
         (m = hub_room_next(h, room, &at)) != NULL;) {
        const struct hub_user *to = hub_member_user(m);
        if ((m->rank & ranks) && to != u && to->peer != NULL)
            (void)h->ops->on_entry(to->peer, e); /* else: too slow */
    }
}

void
hub_say(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    if (r->msg.nick.n > 0) {
        hub_private(h, u, r);
        return;
    }
    struct hub_room *room = r->msg.room.n == 0 ? hub_room_meant(h, u, SPAN_NONE)
                                               : hub_room_find(h, r->msg.room);
    if (room == NULL && r->msg.room.n == 0)
        return;
    if (room == NULL) {
        refuse(h, u, r,
               (struct reply){.kind = REPLY_ROOM_UNKNOWN, .room = r->msg.room});
        return;
    }
    struct hub_member *m = hub_member_find(u, room);
    if (!may_say(room, u, m, r->msg.kind)) {
        refuse(h, u, r,
               (struct reply){.kind = REPLY_SAY_REFUSED, .room = room->name});
        return;
    }
    struct entry e = hub_entry(h, kind_in_room(r->msg.kind), u, r);
    e.text = r->msg.text;
    e.tags = r->msg.tags;
    e.has_lines = r->msg.has_lines;
    e.room = room->name;
    e.audience = r->msg.audience;
    if (e.audience == AUDIENCE_ALL)
        room_log_append(&room->log, &e, hub_member_reader(h, m));
    else
        say_to_some(h, u, room, &e);
    hub_echo(h, u, &e);
    note_said(h, u, r);
}

void
hub_private(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_user *to = hub_user_find_present(h, r->msg.nick);
    if (to == NULL) {
        refuse(h, u, r,
               (struct reply){.kind = REPLY_NICK_UNKNOWN, .nick = r->msg.nick});
        return;
    }
    struct entry e = hub_entry(h, kind_for_one(r->msg.kind), u, r);
    e.text = r->msg.text;
    e.tags = r->msg.tags;
    e.has_lines = r->msg.has_lines;
    e.target = hub_user_nick(to);
    if (to->peer != NULL && !h->ops->on_entry(to->peer, &e)) {
        refuse(h, u, r,
               (struct reply){.kind = REPLY_PRIVATE_REFUSED,
                              .nick = hub_user_nick(to)});
        return;
    }
    hub_echo(h, u, &e);
    struct reply told = {.kind = REPLY_PRIVATE_SENT,
                         .nick = hub_user_nick(to),
                         .text = r->msg.text};
    if (r->msg.kind == MSG_PRIVATE)
        hub_tell(h, u, told);
    if (to->person != NULL && to->person->away.n > 0 && r->msg.kind != MSG_TAGS)
        refuse(h, u, r,
               (struct reply){.kind = REPLY_AWAY_IS,
                              .nick = hub_user_nick(to),
                              .text = to->person->away});
    note_said(h, u, r);
}
