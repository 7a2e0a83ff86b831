#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An id is a generation above a slot, so that finding one is an index. */
#define SLOT_BITS 24
#define SLOTS_MOST ((uint32_t)1 << SLOT_BITS)

static uint32_t
slot_of(struct user_id id)
{
    return (uint32_t)(id.v & (SLOTS_MOST - 1));
}

/* Slot 0 stays empty: as the next free one it says that there is none. */
static void
add_slots(struct hub *h)
{
    uint32_t from = h->slots_cap == 0 ? 1 : h->slots_cap;
    uint32_t cap = h->slots_cap == 0 ? 64 : h->slots_cap * 2;
    CHECK(cap < SLOTS_MOST);
    h->slots = alloc_resize(h->slots, cap * sizeof(*h->slots));
    h->slots[0].next_free = 1;
    for (uint32_t i = from; i < cap; i++)
        h->slots[i].next_free = i + 1 < cap ? (uintptr_t)(i + 1) << 1 | 1 : 1;
    h->slots_cap = cap;
    h->free_slot = from;
}

static uint32_t
take_slot(struct hub *h)
{
    if (h->free_slot == 0)
        add_slots(h);
    uint32_t slot = h->free_slot;
    h->free_slot = (uint32_t)(h->slots[slot].next_free >> 1);
    return slot;
}

static void
give_back_slot(struct hub *h, uint32_t slot)
{
    h->slots[slot].next_free = (uintptr_t)h->free_slot << 1 | 1;
    h->free_slot = slot;
}

struct hub_user *
hub_user_at(const struct hub *h, uint32_t slot)
{
    return h->slots[slot].next_free & 1 ? NULL : h->slots[slot].user;
}

struct hub_user *
hub_user_create(struct hub *h, void *peer, struct span label)
{
    struct hub_user *u = ALLOC(struct hub_user);
    uint32_t slot = take_slot(h);
    u->id.v = ++h->last_user << SLOT_BITS | slot;
    h->slots[slot].user = u;
    u->peer = peer;
    u->label = span_copy(label);
    list_init(&u->rooms);
    h->counts.users++;
    return u;
}

struct span
hub_user_key(const struct hub_user *u)
{
    return (struct span){u->nick.at + u->nick.n, u->key_bytes};
}

static void
forget_nick(struct hub *h, struct hub_user *u)
{
    if (u->nick.n == 0)
        return;
    map_remove(&h->users, hub_user_key(u));
    span_free(&u->nick);
}

void
hub_user_destroy(struct hub *h, struct hub_user *u)
{
    CHECK(list_is_empty(&u->rooms));
    forget_nick(h, u);
    give_back_slot(h, slot_of(u->id));
    h->counts.users--;
    if (u->is_present)
        h->counts.present--;
    span_free(&u->label);
    hub_person_destroy(u->person);
    free(u);
}

struct hub_user *
hub_user_find(const struct hub *h, struct user_id id)
{
    uint32_t slot = slot_of(id);
    struct hub_user *u = slot < h->slots_cap ? hub_user_at(h, slot) : NULL;
    return u != NULL && user_id_equal(u->id, id) ? u : NULL;
}

struct hub_user *
hub_user_find_nick(const struct hub *h, struct span nick)
{
    struct buf key = {0};
    struct hub_user *u = NULL;
    if (msg_name_key(nick, &key))
        u = map_find(&h->users, buf_span(&key));
    buf_finish(&key);
    return u;
}

void
hub_user_set_nick(struct hub *h, struct hub_user *u, struct span nick)
{
    struct buf both = {0};
    buf_add(&both, nick);
    CHECK(msg_name_key(nick, &both));
    hub_roll_forget_user(u);
    forget_nick(h, u);
    struct span names = span_copy(buf_span(&both)); /* no longer than it is */
    buf_finish(&both);
    u->nick = span_sub(names, 0, nick.n);
    u->key_bytes = (uint16_t)(names.n - nick.n);
    map_add(&h->users, u);
}

/* How he is called until he says otherwise. */
void
hub_user_set_first_nick(struct hub *h, struct hub_user *u)
{
    char nick[32] = "server";
    if (!u->is_operator || hub_user_find_nick(h, span_of(nick)) != NULL)
        snprintf(nick, sizeof(nick), "guest%" PRIu64, ++h->last_guest);
    hub_user_set_nick(h, u, span_of(nick));
}

struct hub_user *
hub_user_find_present(const struct hub *h, struct span nick)
{
    struct hub_user *u = hub_user_find_nick(h, nick);
    return u != NULL && u->is_present ? u : NULL;
}

/* Does `u` find `other` where he does not ask for him by name? */
bool
hub_user_sees(const struct hub_user *u, const struct hub_user *other)
{
    if (!other->is_invisible || u == other || u->is_operator)
        return true;
    LIST_FOREACH (link, &other->rooms) {
        if (hub_member_find(
                u, CONTAINER_OF(link, struct hub_member, user_link)->room))
            return true;
    }
    return false;
}

/* -- the server's word to one person --------------------------------------- */

void
hub_reply_add_user(struct reply *r, const struct hub_user *u)
{
    r->nick = u->nick;
    r->cloak = u->cloak;
    if (u->person != NULL) {
        r->user = u->person->user;
        r->real = u->person->real;
    }
}

void
hub_user_reply(struct hub *h, struct hub_user *u, uint64_t order,
               const struct reply *r)
{
    if (u->peer == NULL)
        return;
    struct reply whole = *r;
    whole.to = u->nick;
    whole.from = h->info->name;
    h->ops->on_reply(u->peer, order, &whole);
}

void
hub_tell(struct hub *h, struct hub_user *u, struct reply r)
{
    hub_user_reply(h, u, hub_next_order(h), &r);
}

void
hub_tell_kind(struct hub *h, struct hub_user *u, enum reply_kind kind)
{
    hub_tell(h, u, (struct reply){.kind = kind});
}

/* What others read of him, for the program that keeps track; it is nothing to
 * people. */
void
hub_echo(struct hub *h, struct hub_user *u, const struct entry *e)
{
    if (u->peer != NULL && u->is_tracking)
        h->ops->on_echo(u->peer, e);
}

/* As others read it, or in words to him. */
void
hub_tell_himself(struct hub *h, struct hub_user *u, const struct entry *e,
                 struct reply r)
{
    if (u->is_tracking)
        hub_echo(h, u, e);
    else
        hub_user_reply(h, u, e->order, &r);
}
