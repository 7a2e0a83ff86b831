/*
 * A room is called otherwise from here on; it stays what it is. People read
 * that as what somebody did. A program that keeps track of rooms has to know
 * it, or it would speak to one that is no more: one that understands is told
 * so, any other that it left and came. The names, which are the most of that,
 * it is told when it has read all else: in a large room they are too many to be
 * written down for everybody at once.
 */
#include "hub/hub_priv.h"
#include "msg/limits.h"

/* The room that he may call so; NULL after he was told why not. */
static struct hub_room *
room_to_rename(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    const struct msg *m = &r->msg;
    struct hub_room *room = hub_room_meant(h, u, m->room);
    const struct hub_room *other = hub_room_find(h, m->nick);
    if (room == NULL)
        return NULL;
    const struct hub_member *member = hub_member_find(u, room);
    struct reply refusal = {.room = room->name, .text = m->nick};
    if (member == NULL)
        refusal.kind = REPLY_ROOM_NOT_IN;
    else if (!hub_member_is_operator(member))
        refusal.kind = REPLY_NOT_ROOM_OPERATOR;
    else if (msg_name_check_room(m->nick) != NAME_OK)
        refusal.kind = REPLY_RENAME_BAD;
    else if ((other != NULL && other != room) ||
             span_equal(room->name, m->nick))
        refusal.kind = REPLY_RENAME_TAKEN;
    else if (room->renamed_ms > 0 &&
             r->wall_ms < room->renamed_ms + LIMIT_RENAME_MS)
        refusal.kind = REPLY_RENAME_SOON;
    else
        return room;
    hub_tell(h, u, refusal);
    return NULL;
}

static void
tell_program(struct hub *h, const struct hub_member *m, const struct entry *e,
             bool is_same_name)
{
    struct hub_user *u = hub_member_user(m);
    if (u->peer == NULL || h->ops->on_renamed(u->peer, e) || is_same_name ||
        !u->is_tracking)
        return;
    struct entry own = hub_own_entry(h, ENTRY_PART, m, e->wall_ms);
    own.room = e->room;
    own.text = e->text;
    hub_echo(h, u, &own);
    own = hub_own_entry(h, ENTRY_JOIN, m, e->wall_ms);
    hub_echo(h, u, &own);
    h->ops->mend_names(u->peer, &m->room->log);
}

void
hub_rename(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = room_to_rename(h, u, r);
    if (room == NULL)
        return;
    struct hub_member *m = hub_member_find(u, room);
    struct entry e = hub_entry(h, ENTRY_RENAMED, u, r);
    struct span was = span_copy(room->name), key = span_copy(room->key);
    /* In other letters it is the same to all programs. */
    bool is_same_name = hub_room_find(h, r->msg.nick) == room;
    e.target = r->msg.nick;
    e.text = r->msg.text;
    hub_append(h, m, &e);
    hub_room_set_name(h, room, r->msg.nick);
    room->renamed_ms = r->wall_ms;
    hub_roll_forget(room); /* whose lines have room for the old name */
    e.kind = ENTRY_RENAME;
    e.room = was;
    struct hub_user *one;
    for (uint32_t at = 0; (one = hub_user_next(h, &at)) != NULL;)
        hub_listing_renamed(one, key, room->key);
    for (uint32_t at = 0; (m = hub_room_next(h, room, &at)) != NULL;)
        tell_program(h, m, &e, is_same_name);
    span_free(&was);
    span_free(&key);
}
