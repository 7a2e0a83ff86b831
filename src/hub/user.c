#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An id is a generation above a slot, so that finding one is an index. */
#define SLOT_BITS 24

static size_t
take_slot(struct hub *h)
{
    if (h->free_slots_n == 0) {
        size_t cap = h->slots_cap == 0 ? 64 : h->slots_cap * 2;
        CHECK(cap < (size_t)1 << SLOT_BITS);
        h->slots = alloc_resize(h->slots, cap * sizeof(*h->slots));
        h->free_slots = alloc_resize(h->free_slots, cap * sizeof(size_t));
        for (size_t i = cap; i-- > h->slots_cap;) {
            h->slots[i] = NULL;
            h->free_slots[h->free_slots_n++] = i;
        }
        h->slots_cap = cap;
    }
    return h->free_slots[--h->free_slots_n];
}

struct hub_user *
hub_user_create(struct hub *h, void *peer, struct span label)
{
    struct hub_user *u = ALLOC(struct hub_user);
    size_t slot = take_slot(h);
    u->id.v = ++h->last_user << SLOT_BITS | slot;
    h->slots[slot] = u;
    u->peer = peer;
    u->label = span_copy(label);
    list_init(&u->rooms);
    h->counts.users++;
    return u;
}

static void
forget_nick(struct hub *h, struct hub_user *u)
{
    if (u->names == NULL)
        return;
    map_remove(&h->users, u->key);
    free(u->names);
    u->names = NULL;
}

void
hub_user_destroy(struct hub *h, struct hub_user *u)
{
    CHECK(list_is_empty(&u->rooms));
    size_t slot = u->id.v & (((uint64_t)1 << SLOT_BITS) - 1);
    forget_nick(h, u);
    h->slots[slot] = NULL;
    h->free_slots[h->free_slots_n++] = slot;
    h->counts.users--;
    if (u->is_present)
        h->counts.present--;
    span_free(&u->label);
    free(u);
}

struct hub_user *
hub_user_find(const struct hub *h, struct user_id id)
{
    size_t slot = id.v & (((uint64_t)1 << SLOT_BITS) - 1);
    if (slot >= h->slots_cap || h->slots[slot] == NULL)
        return NULL;
    return user_id_equal(h->slots[slot]->id, id) ? h->slots[slot] : NULL;
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
    forget_nick(h, u);
    u->names = (char *)both.at;
    u->nick = span_sub(buf_span(&both), 0, nick.n);
    u->key = span_from(buf_span(&both), nick.n);
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

void
hub_user_reply(struct hub *h, struct hub_user *u, uint64_t order,
               const struct reply *r)
{
    if (u->peer != NULL)
        h->ops->on_reply(u->peer, order, r);
}
