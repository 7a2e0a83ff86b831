/*
 * The roll of a room (msg/roll.h): made when its first member asks for it,
 * forgotten when one of those on it leaves, or is called or ranked otherwise.
 * Until then its texts are theirs.
 */
#include "hub/hub_priv.h"
#include "msg/roll.h"

static void
add(struct roll *roll, const struct hub_member *m)
{
    const struct hub_user *u = hub_member_user(m);
    struct reply_person person = {
        .nick = hub_user_nick(u),
        .user = u->person == NULL ? SPAN_NONE : u->person->user,
        .cloak = u->cloak,
        .flags = hub_member_flags(u, m),
    };
    msg_roll_add(roll, &person);
}

struct roll *
hub_room_roll(const struct hub *h, struct hub_room *room)
{
    if (room->roll != NULL)
        return room->roll;
    room->roll = msg_roll_create();
    uint32_t at = 0;
    for (const struct hub_member *m;
         (m = hub_room_next(h, room, &at)) != NULL;) {
        if (hub_member_user(m)->is_present)
            add(room->roll, m);
    }
    return room->roll;
}

/* He came in. */
void
hub_roll_add(const struct hub_member *m)
{
    if (m->room->roll != NULL && hub_member_user(m)->is_present)
        add(m->room->roll, m);
}

void
hub_roll_forget(struct hub_room *room)
{
    msg_roll_destroy(room->roll);
    room->roll = NULL;
}

/* He is not what he was, wherever he is. */
void
hub_roll_forget_user(struct hub_user *u)
{
    for (const struct hub_member *m = hub_user_members(u); m != NULL;
         m = m->next)
        hub_roll_forget(m->room);
}
