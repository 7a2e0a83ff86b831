/*
 * Who is in which room: a member for each.
 *
 * Nearly everybody is in one room, so the first member lives in its user;
 * further ones are chained behind it. When the first is left, the next takes
 * its place. A room has the numbers of its users and nothing else: to find the
 * one who leaves it looks at all of them, who are told of it anyway.
 *
 * Of his rooms one is where he talks when he names none: the last that he
 * joined, or asked to join again.
 */
#include "base/alloc.h"
#include "hub/hub_priv.h"

#include <stdlib.h>
#include <string.h>

struct further_member {
    struct hub_member member;
    struct hub_user *user;
};

struct hub_member *
hub_user_members(const struct hub_user *u)
{
    return u->first.room == NULL ? NULL : (struct hub_member *)&u->first;
}

struct hub_user *
hub_member_user(const struct hub_member *m)
{
    if (m->is_further)
        return CONTAINER_OF(m, const struct further_member, member)->user;
    return (struct hub_user *)CONTAINER_OF(m, const struct hub_user, first);
}

struct hub_member *
hub_room_next(const struct hub *h, const struct hub_room *room, uint32_t *at)
{
    if (*at == room->members_n)
        return NULL;
    uint32_t number = room->members[(*at)++];
    return hub_member_find(slab_find(&h->all_users, number), room);
}

struct hub_member *
hub_member_find(const struct hub_user *u, const struct hub_room *room)
{
    struct hub_member *m = hub_user_members(u);
    while (m != NULL && m->room != room)
        m = m->next;
    return m;
}

size_t
hub_member_count(const struct hub_user *u)
{
    size_t n = 0;
    for (const struct hub_member *m = hub_user_members(u); m != NULL;
         m = m->next)
        n++;
    return n;
}

struct hub_room *
hub_member_talking_in(const struct hub_user *u)
{
    struct hub_member *m = hub_user_members(u);
    while (m != NULL && !m->is_talking)
        m = m->next;
    return m == NULL ? NULL : m->room;
}

void
hub_member_talk_in(struct hub_user *u, const struct hub_room *room)
{
    for (struct hub_member *m = hub_user_members(u); m != NULL; m = m->next)
        m->is_talking = m->room == room;
}

/* Where he talks when he has left `m`; NULL: nowhere. */
struct hub_room *
hub_member_room_after(const struct hub_member *m)
{
    struct hub_room *last = NULL;
    if (!m->is_talking)
        return hub_member_talking_in(hub_member_user(m));
    const struct hub_member *o = hub_user_members(hub_member_user(m));
    for (; o != NULL; o = o->next)
        last = o == m ? last : o->room;
    return last;
}

/* -- coming and going ------------------------------------------------------ */

static void
add_number(struct hub_room *room, uint32_t number)
{
    if (room->members_n == room->members_cap) {
        uint32_t cap = room->members_cap == 0 ? 4 : room->members_cap * 2;
        room->members =
            alloc_resize(room->members, cap * sizeof(*room->members));
        room->members_cap = cap;
    }
    room->members[room->members_n++] = number;
}

static void
remove_number(struct hub_room *room, uint32_t number)
{
    uint32_t i = 0;
    while (room->members[i] != number)
        CHECK(++i < room->members_n);
    uint32_t *at = room->members + i;
    memmove(at, at + 1, (--room->members_n - i) * sizeof(*at));
    /* A crowd that has left leaves no room for itself. */
    uint32_t cap = room->members_cap / 2;
    if (cap >= 4 && room->members_n <= cap / 2) {
        room->members =
            alloc_resize(room->members, cap * sizeof(*room->members));
        room->members_cap = cap;
    }
}

static struct hub_member *
add_member(struct hub_user *u)
{
    if (hub_user_members(u) == NULL)
        return &u->first;
    struct further_member *further = ALLOC(struct further_member);
    further->user = u;
    further->member.is_further = true;
    struct hub_member *last = &u->first;
    while (last->next != NULL)
        last = last->next;
    return last->next = &further->member;
}

static void
remove_member(struct hub_user *u, struct hub_member *m)
{
    struct hub_member *next = m->next;
    if (m->is_further) {
        struct hub_member *before = &u->first;
        while (before->next != m)
            before = before->next;
        before->next = next;
        free(CONTAINER_OF(m, struct further_member, member));
    } else if (next != NULL) {
        u->first = *next;
        u->first.is_further = false;
        free(CONTAINER_OF(next, struct further_member, member));
    } else {
        u->first = (struct hub_member){0};
    }
}

struct hub_member *
hub_member_create(struct hub *h, struct hub_user *u, struct hub_room *room)
{
    struct hub_member *m = add_member(u);
    m->room = room;
    add_number(room, hub_user_number(u));
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
    struct hub_user *u = hub_member_user(m);
    struct hub_room *room = m->room;
    hub_member_talk_in(u, hub_member_room_after(m));
    remove_member(u, m);
    remove_number(room, hub_user_number(u));
    hub_roll_forget(room);
    h->counts.members--;
    if (u->is_present)
        room->present--;
    if (u->peer != NULL) {
        h->ops->end_reader(u->peer, &room->log);
        h->ops->on_rooms(u->peer, hub_member_count(u));
    }
}

void
hub_each_reader(const struct hub *h, const struct room_log *log,
                void (*each)(void *peer))
{
    const struct hub_room *room = CONTAINER_OF(log, const struct hub_room, log);
    for (uint32_t i = 0; i < room->members_n; i++) {
        const struct hub_user *u = slab_find(&h->all_users, room->members[i]);
        if (u->peer != NULL)
            each(u->peer);
    }
}

struct room_reader *
hub_member_reader(const struct hub *h, const struct hub_member *m)
{
    void *peer = m == NULL ? NULL : hub_member_user(m)->peer;
    return peer == NULL ? NULL : h->ops->find_reader(peer, &m->room->log);
}
