#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An id is a generation above a number of the slab, so that finding one is an
 * index, and rooms know their members by number. */
#define NUMBER_BITS 24
#define NUMBERS_MOST ((uint32_t)1 << NUMBER_BITS)

static uint32_t
number_of(struct user_id id)
{
    return (uint32_t)(id.v & (NUMBERS_MOST - 1));
}

uint32_t
hub_user_number(const struct hub_user *u)
{
    return number_of(u->id);
}

struct hub_user *
hub_user_next(const struct hub *h, uint32_t *at)
{
    return slab_next(&h->all_users, at);
}

struct hub_user *
hub_user_create(struct hub *h, void *peer, struct span label)
{
    uint32_t number;
    struct hub_user *u = slab_take(&h->all_users, &number);
    CHECK(number < NUMBERS_MOST);
    u->id.v = ++h->last_user << NUMBER_BITS | number;
    u->peer = peer;
    if (label.n > 0)
        hub_person_get(u)->label = span_copy(label);
    h->counts.users++;
    return u;
}

/* Nick and key lie behind one another, or, where they are the same, once. */
static bool
has_long_names(const struct hub_user *u)
{
    return u->nick_bytes + u->key_bytes > sizeof(u->short_names);
}

static const uint8_t *
names_of(const struct hub_user *u)
{
    return has_long_names(u) ? u->long_names : u->short_names;
}

struct span
hub_user_nick(const struct hub_user *u)
{
    return (struct span){names_of(u), u->nick_bytes};
}

struct span
hub_user_key(const struct hub_user *u)
{
    if (u->key_bytes == 0)
        return hub_user_nick(u);
    return (struct span){names_of(u) + u->nick_bytes, u->key_bytes};
}

static void
forget_nick(struct hub *h, struct hub_user *u)
{
    if (u->nick_bytes == 0)
        return;
    map_remove(&h->users, hub_user_key(u));
    if (has_long_names(u))
        free(u->long_names);
    u->nick_bytes = 0;
    u->key_bytes = 0;
}

void
hub_user_destroy(struct hub *h, struct hub_user *u)
{
    CHECK(hub_user_members(u) == NULL);
    hub_listing_end(u);
    forget_nick(h, u);
    h->counts.users--;
    if (u->is_present)
        h->counts.present--;
    hub_person_destroy(u->person);
    slab_give_back(&h->all_users, number_of(u->id));
}

struct hub_user *
hub_user_find(const struct hub *h, struct user_id id)
{
    struct hub_user *u = slab_find(&h->all_users, number_of(id));
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

static void
keep_names(struct hub_user *u, struct span names, size_t nick_n)
{
    struct span nick = span_sub(names, 0, nick_n);
    struct span key = span_from(names, nick_n);
    CHECK(nick.n <= UINT8_MAX && key.n <= UINT16_MAX);
    bool is_key = span_equal(nick, key);
    names = is_key ? nick : names;
    u->nick_bytes = (uint8_t)nick.n;
    u->key_bytes = is_key ? 0 : (uint16_t)key.n;
    uint8_t *at = u->short_names;
    if (has_long_names(u))
        at = u->long_names = alloc_resize(NULL, names.n);
    memcpy(at, names.at, names.n);
}

void
hub_user_set_nick(struct hub *h, struct hub_user *u, struct span nick)
{
    struct buf both = {0};
    buf_add(&both, nick);
    CHECK(msg_name_key(nick, &both));
    hub_roll_forget_user(u);
    forget_nick(h, u);
    keep_names(u, buf_span(&both), nick.n);
    buf_finish(&both);
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

struct span
hub_user_label(const struct hub_user *u)
{
    return u->person == NULL ? SPAN_NONE : u->person->label;
}

bool
hub_user_is_timed(const struct hub_user *u)
{
    return u->person != NULL && u->person->since_ms > 0;
}

/* Does `u` find `other` where he does not ask for him by name? */
bool
hub_user_sees(const struct hub_user *u, const struct hub_user *other)
{
    if (!other->is_invisible || u == other || u->is_operator)
        return true;
    const struct hub_member *m = hub_user_members(other);
    while (m != NULL && hub_member_find(u, m->room) == NULL)
        m = m->next;
    return m != NULL;
}

/* -- the server's word to one person --------------------------------------- */

void
hub_reply_add_user(struct reply *r, const struct hub_user *u)
{
    r->nick = hub_user_nick(u);
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
    whole.to = hub_user_nick(u);
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
