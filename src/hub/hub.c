#include "hub/hub.h"

#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/limits.h"

#include <stdlib.h>
#include <string.h>

#define LOBBY "lobby"

static const struct hub_info default_info = {
    .name = SPAN_INIT("liao.chat"),
    .network = SPAN_INIT("liao"),
    .about = SPAN_INIT("a liao chat server"),
};

static void
order_at_once(void *ctx, const struct hub_request *r)
{
    hub_apply(ctx, r);
}

static struct span
key_of_user(const void *value)
{
    return hub_user_key(value);
}

static struct span
key_of_room(const void *value)
{
    return ((const struct hub_room *)value)->key;
}

struct hub *
hub_create(const struct hub_ops *ops, struct room_pool *pool,
           const uint64_t seed[2])
{
    struct hub *h = ALLOC(struct hub);
    h->ops = ops;
    h->pool = pool;
    h->order = order_at_once;
    h->order_ctx = h;
    map_init(&h->users, key_of_user, seed);
    map_init(&h->rooms, key_of_room, seed);
    map_init(&h->watched, hub_watched_key, seed);
    list_init(&h->whowas);
    slab_init(&h->all_users, sizeof(struct hub_user));
    slab_init(&h->all_rooms, sizeof(struct hub_room));
    h->info = &default_info;
    h->lobby = hub_room_create(h, SPAN(LOBBY));
    return h;
}

void
hub_set_info(struct hub *h, const struct hub_info *info)
{
    h->info = info;
}

const struct hub_info *
hub_info(const struct hub *h)
{
    return h->info;
}

void
hub_destroy(struct hub *h)
{
    if (h == NULL)
        return;
    hub_room_destroy(h, h->lobby);
    hub_past_finish(h);
    CHECK(h->counts.users == 0 && h->counts.present == 0);
    CHECK(h->counts.rooms == 0 && h->counts.members == 0);
    map_finish(&h->users);
    map_finish(&h->rooms);
    CHECK(h->watched.n == 0);
    map_finish(&h->watched);
    slab_finish(&h->all_users);
    slab_finish(&h->all_rooms);
    free(h);
}

void
hub_set_order(struct hub *h,
              void (*order)(void *ctx, const struct hub_request *r), void *ctx)
{
    h->order = order != NULL ? order : order_at_once;
    h->order_ctx = order != NULL ? ctx : h;
}

/* One allocation: the request, its texts behind it. */
struct hub_request *
hub_request_copy(const struct hub_request *r)
{
    struct hub_request copy = *r;
    struct span *texts[] = {&copy.label,    &copy.msg.nick, &copy.msg.room,
                            &copy.msg.text, &copy.msg.tags, &copy.msg.token};
    size_t n = sizeof(copy);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        n += texts[i]->n;
    uint8_t *whole = alloc_zeroed(n);
    n = sizeof(copy);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (texts[i]->n > 0)
            memcpy(whole + n, texts[i]->at, texts[i]->n);
        texts[i]->at = whole + n;
        n += texts[i]->n;
    }
    memcpy(whole, &copy, sizeof(copy));
    return (struct hub_request *)(void *)whole;
}

/* -- request ------------------------------------------------------------ */

struct user_id
hub_attach(struct hub *h, const struct hub_env *env,
           const struct hub_arrival *arrival)
{
    struct hub_user *u = hub_user_create(h, arrival->peer, arrival->label);
    struct user_id id = u->id;
    u->has_command_in_flight = true;
    struct hub_request r = {
        .kind = HUB_REQUEST_ATTACH,
        .is_listener = arrival->is_listener,
        .is_operator = arrival->is_operator,
        .is_forgeable = arrival->is_forgeable,
        .is_tracking = arrival->is_tracking,
        .from = id,
        .wall_ms = env->wall_ms,
        .cloak = arrival->cloak,
        .label = arrival->label,
        .msg = {.nick = arrival->nick,
                .room = arrival->user,
                .text = arrival->real,
                .tags = arrival->metadata,
                .token = arrival->keys},
    };
    h->order(h->order_ctx, &r);
    return id;
}

enum hub_taken
hub_submit(struct hub *h, const struct hub_env *env, struct user_id from,
           const struct msg *m)
{
    struct hub_user *u = hub_user_find(h, from);
    CHECK(u != NULL);
    bool is_say = hub_command_is_say(m->kind);
    if (u->has_command_in_flight || (!is_say && u->says_in_flight > 0) ||
        u->says_in_flight == UINT16_MAX) {
        u->is_waiting = true;
        return HUB_WAIT;
    }
    if (m->kind == MSG_EMPTY && u->is_present)
        return HUB_TAKEN;

    if (is_say)
        u->says_in_flight++;
    else
        u->has_command_in_flight = true;
    struct hub_request r = {
        .kind = HUB_REQUEST_MSG,
        .from = from,
        .wall_ms = env->wall_ms,
        .msg = *m,
    };
    h->order(h->order_ctx, &r);
    return HUB_TAKEN;
}

bool
hub_is_quiet(struct hub *h, struct user_id who)
{
    struct hub_user *u = hub_user_find(h, who);
    CHECK(u != NULL);
    u->is_waiting = u->has_command_in_flight || u->says_in_flight > 0;
    return !u->is_waiting;
}

void
hub_detach(struct hub *h, const struct hub_env *env, struct user_id who,
           struct span reason)
{
    struct hub_user *u = hub_user_find(h, who);
    CHECK(u != NULL && u->peer != NULL);
    u->peer = NULL;
    struct hub_request r = {
        .kind = HUB_REQUEST_DETACH,
        .from = who,
        .wall_ms = env->wall_ms,
        .msg = {.kind = MSG_QUIT, .text = reason},
    };
    h->order(h->order_ctx, &r);
}

bool
hub_kick(struct hub *h, const struct hub_env *env, struct span room,
         struct span nick, struct span reason)
{
    const struct hub_user *u = hub_user_find_nick(h, nick);
    const struct hub_room *in = hub_room_find(h, room);
    if (u == NULL || in == NULL || hub_member_find(u, in) == NULL)
        return false;
    struct hub_request r = {
        .kind = HUB_REQUEST_KICK,
        .wall_ms = env->wall_ms,
        .msg = {.nick = nick, .room = room, .text = reason},
    };
    h->order(h->order_ctx, &r);
    return true;
}

void
hub_notice(struct hub *h, const struct hub_env *env, struct span text)
{
    struct hub_request r = {
        .kind = HUB_REQUEST_NOTICE,
        .wall_ms = env->wall_ms,
        .msg = {.text = text},
    };
    h->order(h->order_ctx, &r);
}

/* -- apply -------------------------------------------------------------- */

static void
apply_attach(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    u->has_command_in_flight = false;
    u->is_operator = r->is_operator;
    u->is_forgeable = r->is_forgeable;
    u->is_tracking = r->is_tracking;
    u->cloak = r->cloak & (((uint64_t)1 << 48) - 1);
    if (r->msg.room.n > 0) {
        struct hub_person *person = hub_person_get(u);
        person->user = span_copy(r->msg.room);
        person->real = span_copy(r->msg.text);
        person->since_ms = person->said_ms = r->wall_ms;
    }
    if (r->msg.tags.n > 0 || r->msg.token.n > 0) {
        struct hub_metadata *metadata = hub_metadata_get(u);
        metadata->values = span_copy(r->msg.tags);
        metadata->keys = span_copy(r->msg.token);
    }
    if (r->msg.nick.n > 0) {
        hub_register(h, u, r);
        return;
    }
    hub_user_set_first_nick(h, u);
    hub_member_create(h, u, h->lobby);
    hub_welcome(h, u);
    if (!r->is_listener)
        hub_announce(h, u, r);
}

static void
apply_msg(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    if (hub_command_is_say(r->msg.kind))
        u->says_in_flight--;
    else
        u->has_command_in_flight = false;
    if (r->msg.token.n == 0 || u->peer == NULL) {
        hub_command_apply(h, u, r);
        return;
    }
    h->ops->on_answers(u->peer, r->msg.token, hub_next_order(h));
    hub_command_apply(h, u, r);
    u = hub_user_find(h, r->from);
    if (u != NULL) /* else his peer knows that he is gone */
        h->ops->on_answers(u->peer, SPAN_NONE, hub_next_order(h));
}

static void
apply_notice(struct hub *h, const struct hub_request *r)
{
    struct entry e = hub_entry(h, ENTRY_NOTICE, NULL, r);
    e.text = r->msg.text;
    size_t at = 0;
    for (struct hub_room *room; (room = map_next(&h->rooms, &at)) != NULL;) {
        e.room = room->name;
        room_log_append(&room->log, &e, NULL);
    }
}

void
hub_apply(struct hub *h, const struct hub_request *r)
{
    if (r->kind == HUB_REQUEST_KICK) {
        hub_kick_apply(h, r);
        return;
    }
    if (r->kind == HUB_REQUEST_NOTICE) {
        apply_notice(h, r);
        return;
    }
    struct hub_user *u = hub_user_find(h, r->from);
    if (u == NULL) /* he left between request and order */
        return;
    if (r->kind == HUB_REQUEST_ATTACH)
        apply_attach(h, u, r);
    else if (r->kind == HUB_REQUEST_MSG)
        apply_msg(h, u, r);
    else
        hub_quit(h, u, r, r->msg.text);

    u = hub_user_find(h, r->from);
    if (u != NULL && u->is_waiting && u->peer != NULL) {
        u->is_waiting = false;
        h->ops->on_resume(u->peer);
    }
}

void
hub_stop(struct hub *h)
{
    uint64_t order = hub_next_order(h);
    uint32_t at = 0;
    for (struct hub_user *u; (u = hub_user_next(h, &at)) != NULL;)
        hub_user_reply(h, u, order, &(struct reply){.kind = REPLY_STOPPING});
}

void
hub_rekey(struct hub *h, struct user_id who)
{
    struct hub_user *u = hub_user_find(h, who);
    CHECK(u != NULL && u->peer != NULL);
    for (struct hub_member *m = hub_user_members(u); m != NULL; m = m->next) {
        h->ops->end_reader(u->peer, &m->room->log);
        h->ops->open_reader(u->peer, &m->room->log);
    }
}

uint64_t
hub_next_order(struct hub *h)
{
    return ++h->last_order;
}

struct hub_counts
hub_counts(const struct hub *h)
{
    return h->counts;
}

bool
hub_is_present(const struct hub *h, struct user_id who)
{
    const struct hub_user *u = hub_user_find(h, who);
    return u != NULL && u->is_present;
}

struct span
hub_nick(const struct hub *h, struct user_id who)
{
    const struct hub_user *u = hub_user_find(h, who);
    return u == NULL ? SPAN_NONE : hub_user_nick(u);
}

void
hub_each_nick(const struct hub *h, void (*each)(void *ctx, struct span nick),
              void *ctx)
{
    uint32_t at = 0;
    for (const struct hub_user *u; (u = hub_user_next(h, &at)) != NULL;) {
        if (u->is_present)
            each(ctx, hub_user_nick(u));
    }
}
