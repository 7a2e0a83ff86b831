/*
 * Who is turned out of a room, and who is asked into one.
 */
#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/limits.h"

#include <stdlib.h>

/* `by` is NULL when it is the server. */
static void
kick(struct hub *h, struct hub_member *m, struct hub_user *by,
     const struct hub_request *r)
{
    struct hub_user *u = hub_member_user(m);
    struct entry e = hub_entry(h, ENTRY_KICK, by, r);
    e.target = hub_user_nick(u);
    e.target_label = hub_user_label(u);
    e.text = r->msg.text;
    if (u->is_present)
        hub_append(h, m, &e);
    e.room = m->room->name;
    struct reply told = {.kind = REPLY_KICKED,
                         .room = m->room->name,
                         .nick = by == NULL ? SPAN_NONE : hub_user_nick(by),
                         .text = r->msg.text};
    hub_tell_himself(h, u, &e, told);
    if (by != NULL && by != u) /* he reads it in the room, too, as one event */
        hub_echo(h, by, &e);
    hub_leave_room(h, m);
}

void
hub_kick_apply(struct hub *h, const struct hub_request *r)
{
    struct hub_user *u = hub_user_find_nick(h, r->msg.nick);
    struct hub_room *room = hub_room_find(h, r->msg.room);
    struct hub_member *m =
        u == NULL || room == NULL ? NULL : hub_member_find(u, room);
    if (m != NULL) /* else he left between request and order */
        kick(h, m, NULL, r);
}

/* A room's operator turns somebody out of it. The server's own, who names no
 * room, turns him out of the server: there he may come in again elsewhere. */
void
hub_kick_member(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    if (u->is_operator && r->msg.room.n == 0) {
        hub_kill(h, u, r);
        return;
    }
    struct hub_room *room = hub_room_meant(h, u, r->msg.room);
    if (room == NULL)
        return;
    struct reply no = {.room = room->name, .nick = r->msg.nick};
    const struct hub_member *own = hub_member_find(u, room);
    struct hub_user *whom = hub_user_find_present(h, r->msg.nick);
    struct hub_member *m = whom == NULL ? NULL : hub_member_find(whom, room);
    if (own == NULL)
        no.kind = REPLY_ROOM_NOT_IN;
    else if (!hub_member_is_operator(own))
        no.kind = REPLY_NOT_ROOM_OPERATOR;
    else if (m == NULL)
        no.kind = REPLY_NICK_NOT_IN_ROOM;
    if (own == NULL || !hub_member_is_operator(own) || m == NULL) {
        hub_tell(h, u, no);
        return;
    }
    kick(h, m, u, r);
}

/* -- invitations ---------------------------------------------------------- */

static void
invite_destroy(struct hub_invite *invite)
{
    list_remove(&invite->link);
    free(invite);
}

/* He comes by it: it is used up. False: he has none. */
bool
hub_room_take_invite(struct hub_room *room, struct user_id who)
{
    LIST_FOREACH (link, &room->invites) {
        struct hub_invite *invite = CONTAINER_OF(link, struct hub_invite, link);
        if (user_id_equal(invite->who, who)) {
            invite_destroy(invite);
            return true;
        }
    }
    return false;
}

void
hub_room_forget_invites(struct hub_room *room)
{
    LIST_FOREACH_SAFE (link, &room->invites)
        invite_destroy(CONTAINER_OF(link, struct hub_invite, link));
}

static void
keep_invite(struct hub_room *room, struct user_id who)
{
    size_t n = 0;
    (void)hub_room_take_invite(room, who);
    LIST_FOREACH (link, &room->invites)
        n++;
    if (n >= LIMIT_ROOM_INVITES)
        invite_destroy(
            CONTAINER_OF(room->invites.next, struct hub_invite, link));
    struct hub_invite *invite = ALLOC(struct hub_invite);
    invite->who = who;
    list_add(&room->invites, &invite->link);
}

void
hub_invite(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = r->msg.room.n == 0 ? hub_member_talking_in(u)
                                               : hub_room_find(h, r->msg.room);
    struct hub_user *whom = hub_user_find_present(h, r->msg.nick);
    const struct hub_member *own = room ? hub_member_find(u, room) : NULL;
    struct reply told = {
        .kind = REPLY_INVITED,
        .nick = whom == NULL ? r->msg.nick : hub_user_nick(whom),
        .room = room == NULL ? r->msg.room : room->name,
    };
    if (whom == NULL)
        told.kind = REPLY_NICK_UNKNOWN;
    else if (room == NULL)
        told.kind = r->msg.room.n == 0 ? REPLY_ROOM_NONE : REPLY_ROOM_UNKNOWN;
    else if (own == NULL)
        told.kind = REPLY_ROOM_NOT_IN;
    else if ((room->flags & MODE_BIT(MODE_INVITE_ONLY)) &&
             !hub_member_is_operator(own))
        told.kind = REPLY_NOT_ROOM_OPERATOR;
    else if (hub_member_find(whom, room) != NULL)
        told.kind = REPLY_NICK_IN_ROOM;
    if (told.kind != REPLY_INVITED) {
        hub_tell(h, u, told);
        return;
    }
    keep_invite(room, whom->id);
    struct entry e = hub_entry(h, ENTRY_INVITE, u, r);
    e.room = room->name;
    e.target = hub_user_nick(whom);
    if (whom->peer != NULL && !h->ops->on_entry(whom->peer, &e))
        told.kind = REPLY_PRIVATE_REFUSED;
    if (told.kind == REPLY_INVITED) {
        e.kind = ENTRY_INVITED;
        room_log_append(&room->log, &e, hub_member_reader(h, own));
    }
    hub_tell(h, u, told);
    if (whom->person != NULL && whom->person->away.n > 0)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_AWAY_IS,
                                .nick = hub_user_nick(whom),
                                .text = whom->person->away});
}

void
hub_invites(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    size_t at = 0;
    (void)r;
    for (struct hub_room *room; (room = map_next(&h->rooms, &at)) != NULL;) {
        LIST_FOREACH (link, &room->invites) {
            if (user_id_equal(CONTAINER_OF(link, struct hub_invite, link)->who,
                              u->id))
                hub_tell(h, u,
                         (struct reply){.kind = REPLY_INVITED_TO,
                                        .room = room->name});
        }
    }
    hub_tell_kind(h, u, REPLY_INVITED_TO_END);
}
