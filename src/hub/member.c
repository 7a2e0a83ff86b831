/*
 * Who is in which room: a member for each.
 *
 * Of his rooms one is where he talks when he names none: the last that he
 * joined, or asked to join again.
 */
#include "hub/hub_priv.h"

struct hub_member *
hub_member_find(const struct hub_user *u, const struct hub_room *room)
{
    struct hub_member *m = u->members;
    while (m != NULL && m->room != room)
        m = m->next;
    return m;
}

size_t
hub_member_count(const struct hub_user *u)
{
    size_t n = 0;
    for (const struct hub_member *m = u->members; m != NULL; m = m->next)
        n++;
    return n;
}

struct hub_room *
hub_member_talking_in(const struct hub_user *u)
{
    struct hub_member *m = u->members;
    while (m != NULL && !m->is_talking)
        m = m->next;
    return m == NULL ? NULL : m->room;
}

void
hub_member_talk_in(struct hub_user *u, const struct hub_room *room)
{
    for (struct hub_member *m = u->members; m != NULL; m = m->next)
        m->is_talking = m->room == room;
}

/* Where he talks when he has left `m`; NULL: nowhere. */
struct hub_room *
hub_member_room_after(const struct hub_member *m)
{
    struct hub_room *last = NULL;
    if (!m->is_talking)
        return hub_member_talking_in(m->user);
    for (const struct hub_member *o = m->user->members; o != NULL; o = o->next)
        last = o == m ? last : o->room;
    return last;
}

/* What leads to `m`; NULL: to the one that comes next. */
static struct hub_member **
find_link(struct hub_user *u, const struct hub_member *m)
{
    struct hub_member **at = &u->members;
    while (*at != m)
        at = &(*at)->next;
    return at;
}

struct hub_member *
hub_member_create(struct hub *h, struct hub_user *u, struct hub_room *room)
{
    uint32_t number;
    struct hub_member *m = slab_take(&h->all_members, &number);
    m->number = number;
    m->user = u;
    m->room = room;
    *find_link(u, NULL) = m;
    list_add(&room->members, &m->room_link);
    h->counts.members++;
    if (u->is_present)
        room->present++;
    hub_member_talk_in(u, room);
    hub_roll_add(m);
    if (u->peer != NULL) {
        h->ops->open_reader(u->peer, &room->log);
        h->ops->on_rooms(u->peer, hub_member_count(u));
    }
    return m;
}

void
hub_member_destroy(struct hub *h, struct hub_member *m)
{
    struct hub_user *u = m->user;
    struct hub_room *room = m->room;
    hub_member_talk_in(u, hub_member_room_after(m));
    *find_link(u, m) = m->next;
    list_remove(&m->room_link);
    hub_roll_forget(room);
    h->counts.members--;
    if (u->is_present)
        room->present--;
    if (u->peer != NULL) {
        h->ops->end_reader(u->peer, &room->log);
        h->ops->on_rooms(u->peer, hub_member_count(u));
    }
    slab_give_back(&h->all_members, m->number);
}

struct room_reader *
hub_member_reader(const struct hub *h, const struct hub_member *m)
{
    if (m == NULL || m->user->peer == NULL)
        return NULL;
    return h->ops->find_reader(m->user->peer, &m->room->log);
}
