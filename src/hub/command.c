/*
 * What each request does. One table says for every kind of request who
 * carries it out; every function depends on the hub's state and the request
 * and on nothing else.
 */
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/name.h"

/* As many names as a greeting shows, so that it stays on one screen. */
#define NAMES_IN_GREETING 20

static void
reply(struct hub *h, struct hub_user *u, struct reply r)
{
    hub_user_reply(h, u, hub_next_order(h), &r);
}

static void
reply_kind(struct hub *h, struct hub_user *u, enum reply_kind kind)
{
    reply(h, u, (struct reply){.kind = kind});
}

/* -- coming and going --------------------------------------------------- */

static void
reply_topic(struct hub *h, struct hub_user *u, const struct hub_room *room,
            enum reply_kind if_none)
{
    if (room->topic.n > 0)
        reply(h, u,
              (struct reply){.kind = REPLY_TOPIC_IS,
                             .room = room->name,
                             .text = room->topic});
    else if (if_none != REPLY_KIND_COUNT)
        reply(h, u, (struct reply){.kind = if_none, .room = room->name});
}

/* He is in: which room, who else is there, what it is about. */
static void
reply_entered(struct hub *h, struct hub_user *u, const struct hub_room *room,
              enum reply_kind kind)
{
    struct buf names = {0};
    hub_room_names(h, room, u, NAMES_IN_GREETING, false, &names);
    reply(h, u,
          (struct reply){.kind = kind,
                         .nick = u->nick,
                         .room = room->name,
                         .count = room->present,
                         .names = buf_span(&names)});
    buf_finish(&names);
    reply_topic(h, u, room, REPLY_KIND_COUNT);
}

void
hub_welcome(struct hub *h, struct hub_user *u)
{
    reply_entered(h, u, h->lobby,
                  u->is_operator ? REPLY_WELCOME_OPERATOR : REPLY_WELCOME);
}

/* From now on the others see him. */
void
hub_announce(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    u->is_present = true;
    h->counts.present++;
    struct entry e = hub_entry(h, ENTRY_JOIN, u, r);
    LIST_FOREACH (link, &u->rooms) {
        struct hub_member *m = CONTAINER_OF(link, struct hub_member, user_link);
        m->room->present++;
        hub_append(h, m, &e);
    }
}

static void
leave_room(struct hub *h, struct hub_member *m)
{
    struct hub_room *room = m->room;
    hub_member_destroy(h, m);
    /* The room goes when its last reader has; unless people are there. */
    if (list_is_empty(&room->members) && room != h->lobby)
        hub_room_destroy(h, room);
}

/* He is no more, and his peer may go when it has read all this. */
static void
leave_all(struct hub *h, struct hub_user *u)
{
    LIST_FOREACH_SAFE (link, &u->rooms)
        leave_room(h, CONTAINER_OF(link, struct hub_member, user_link));
    if (u->peer != NULL)
        h->ops->on_goodbye(u->peer);
    hub_user_destroy(h, u);
}

void
hub_quit(struct hub *h, struct hub_user *u, const struct hub_request *r,
         struct span reason)
{
    if (u->is_present) {
        struct entry e = hub_entry(h, ENTRY_QUIT, u, r);
        e.text = reason;
        hub_append_everywhere(h, u, &e);
    }
    reply_kind(h, u, REPLY_BYE);
    LIST_FOREACH_SAFE (link, &u->rooms)
        leave_room(h, CONTAINER_OF(link, struct hub_member, user_link));
    if (u->peer != NULL)
        h->ops->on_goodbye(u->peer);
    hub_user_destroy(h, u);
}

void
hub_kick_apply(struct hub *h, const struct hub_request *r)
{
    struct hub_user *u = hub_user_find_nick(h, r->msg.nick);
    struct hub_room *room = hub_room_find(h, r->msg.room);
    struct hub_member *m =
        u == NULL || room == NULL ? NULL : hub_member_find(u, room);
    if (m == NULL) /* he left between request and order */
        return;
    struct entry e = hub_entry(h, ENTRY_KICK, NULL, r);
    e.target = u->nick;
    e.target_label = u->label;
    e.text = r->msg.text;
    if (u->is_present)
        hub_append(h, m, &e);
    struct reply told = {
        .kind = REPLY_KICKED, .room = room->name, .text = r->msg.text};
    hub_user_reply(h, u, e.order, &told);
    leave_room(h, m);
}

/* -- requests ----------------------------------------------------------- */

/* The room that he means: the one named, or the one he is talking in; NULL
 * after he was told why not. */
static struct hub_room *
meant_room(struct hub *h, struct hub_user *u, struct span name)
{
    struct hub_room *room =
        name.n == 0 ? u->talking_in : hub_room_find(h, name);
    if (room == NULL && name.n == 0)
        reply_kind(h, u, REPLY_ROOM_NONE);
    else if (room == NULL)
        reply(h, u, (struct reply){.kind = REPLY_ROOM_UNKNOWN, .room = name});
    return room;
}

static void
apply_empty(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)h, (void)u, (void)r; /* it made him present, that is all */
}

static void
apply_say(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    const struct hub_room *room = meant_room(h, u, SPAN_NONE);
    if (room == NULL)
        return;
    struct entry e = hub_entry(
        h, r->msg.kind == MSG_ACTION ? ENTRY_ACTION : ENTRY_SAY, u, r);
    e.text = r->msg.text;
    hub_append(h, hub_member_find(u, room), &e);
    h->counts.messages++;
}

static void
apply_private(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_user *to = hub_user_find_nick(h, r->msg.nick);
    if (to == NULL || !to->is_present) {
        reply(h, u,
              (struct reply){.kind = REPLY_NICK_UNKNOWN, .nick = r->msg.nick});
        return;
    }
    struct entry e = hub_entry(h, ENTRY_PRIVATE, u, r);
    e.text = r->msg.text;
    if (to->peer != NULL && !h->ops->on_entry(to->peer, &e)) {
        reply(h, u,
              (struct reply){.kind = REPLY_PRIVATE_REFUSED, .nick = to->nick});
        return;
    }
    reply(h, u,
          (struct reply){.kind = REPLY_PRIVATE_SENT,
                         .nick = to->nick,
                         .text = r->msg.text});
    h->counts.messages++;
}

static struct reply
name_refusal(enum name_verdict verdict, struct span nick)
{
    static const enum reply_kind kinds[] = {
        [NAME_EMPTY] = REPLY_NICK_EMPTY,
        [NAME_TOO_LONG] = REPLY_NICK_TOO_LONG,
        [NAME_CHARACTER] = REPLY_NICK_CHARACTER,
        [NAME_FIRST] = REPLY_NICK_FIRST,
        [NAME_MIXED] = REPLY_NICK_MIXED,
        [NAME_RESERVED] = REPLY_NICK_RESERVED,
    };
    return (struct reply){
        .kind = kinds[verdict],
        .nick = nick,
        .count = LIMIT_NICK_CHARACTERS,
    };
}

static void
apply_nick(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct span nick = r->msg.nick;
    enum name_verdict verdict = msg_name_check_nick(nick);
    if (verdict != NAME_OK) {
        reply(h, u, name_refusal(verdict, nick));
        return;
    }
    const struct hub_user *holder = hub_user_find_nick(h, nick);
    if (holder != NULL && holder != u) {
        reply(h, u, (struct reply){.kind = REPLY_NICK_TAKEN, .nick = nick});
        return;
    }
    struct reply told = {.kind = REPLY_NICK_IS, .nick = nick};
    if (span_equal(u->nick, nick)) {
        reply(h, u, told);
        return;
    }
    struct entry e = hub_entry(h, ENTRY_NICK, u, r);
    e.target = nick;
    e.target_label = u->label;
    hub_append_everywhere(h, u, &e);
    hub_user_set_nick(h, u, nick);
    hub_user_reply(h, u, e.order, &told);
}

/* The room called `name`, made if need be; NULL after he was told why not. */
static struct hub_room *
room_to_join(struct hub *h, struct hub_user *u, struct span name)
{
    if (msg_name_check_room(name) != NAME_OK) {
        reply(h, u, (struct reply){.kind = REPLY_ROOM_BAD, .room = name});
        return NULL;
    }
    size_t rooms = 0;
    LIST_FOREACH (link, &u->rooms)
        rooms++;
    if (rooms >= LIMIT_ROOMS_PER_USER) {
        reply(h, u,
              (struct reply){.kind = REPLY_ROOM_TOO_MANY,
                             .count = LIMIT_ROOMS_PER_USER});
        return NULL;
    }
    struct hub_room *room = hub_room_find(h, name);
    if (room == NULL && h->counts.rooms >= LIMIT_ROOMS) {
        reply_kind(h, u, REPLY_ROOMS_TOO_MANY);
        return NULL;
    }
    return room != NULL ? room : hub_room_create(h, name);
}

static void
apply_join(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = hub_room_find(h, r->msg.room);
    if (room != NULL && hub_member_find(u, room) != NULL) {
        u->talking_in = room;
        reply_entered(h, u, room, REPLY_JOINED);
        return;
    }
    room = room_to_join(h, u, r->msg.room);
    if (room == NULL)
        return;
    struct hub_member *m = hub_member_create(h, u, room);
    struct entry e = hub_entry(h, ENTRY_JOIN, u, r);
    hub_append(h, m, &e);
    reply_entered(h, u, room, REPLY_JOINED);
}

/* Where he talks when he has left `m`; empty: nowhere. */
static struct span
room_after(const struct hub_user *u, const struct hub_member *m)
{
    const struct hub_room *next = NULL;
    if (u->talking_in != NULL && u->talking_in != m->room)
        return u->talking_in->name;
    LIST_FOREACH (link, &u->rooms) {
        const struct hub_member *other =
            CONTAINER_OF(link, struct hub_member, user_link);
        if (other != m)
            next = other->room;
    }
    return next == NULL ? SPAN_NONE : next->name;
}

static void
apply_part(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = meant_room(h, u, r->msg.room);
    if (room == NULL)
        return;
    struct hub_member *m = hub_member_find(u, room);
    if (m == NULL) {
        reply(h, u,
              (struct reply){.kind = REPLY_ROOM_NOT_IN, .room = r->msg.room});
        return;
    }
    struct entry e = hub_entry(h, ENTRY_PART, u, r);
    hub_append(h, m, &e);
    struct reply told = {
        .kind = REPLY_LEFT,
        .room = room->name,
        .text = room_after(u, m),
    };
    hub_user_reply(h, u, e.order, &told);
    leave_room(h, m);
}

static void
apply_topic(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = meant_room(h, u, SPAN_NONE);
    if (room == NULL)
        return;
    if (r->msg.text.n == 0) {
        reply_topic(h, u, room, REPLY_TOPIC_NONE);
        return;
    }
    if (r->msg.text.n > LIMIT_TOPIC_BYTES) {
        reply(h, u,
              (struct reply){.kind = REPLY_TOPIC_TOO_LONG,
                             .count = LIMIT_TOPIC_BYTES});
        return;
    }
    span_free(&room->topic);
    room->topic = span_copy(r->msg.text);
    struct entry e = hub_entry(h, ENTRY_TOPIC, u, r);
    e.text = room->topic;
    hub_append(h, hub_member_find(u, room), &e);
    reply_topic(h, u, room, REPLY_TOPIC_NONE);
}

static void
apply_who(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    const struct hub_room *room = meant_room(h, u, r->msg.room);
    if (room == NULL)
        return;
    struct buf names = {0};
    hub_room_names(h, room, NULL, LIMIT_NAMES_LISTED, true, &names);
    reply(h, u,
          (struct reply){.kind = REPLY_WHO,
                         .room = room->name,
                         .count = room->present,
                         .names = buf_span(&names)});
    buf_finish(&names);
}

static void
apply_rooms(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    struct buf names = {0};
    size_t at = 0, n = 0;
    for (const struct hub_room *room; (room = map_next(&h->rooms, &at));) {
        if (n++ == LIMIT_NAMES_LISTED) {
            buf_add(&names, SPAN(", ..."));
            break;
        }
        buf_add(&names, n == 1 ? SPAN("") : SPAN(", "));
        buf_add(&names, room->name);
        buf_add_format(&names, ": %zu", room->present);
    }
    reply(h, u,
          (struct reply){.kind = REPLY_ROOMS,
                         .count = h->counts.rooms,
                         .names = buf_span(&names)});
    buf_finish(&names);
}

static void
apply_help(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    reply_kind(h, u, REPLY_HELP);
    if (u->is_operator)
        reply_kind(h, u, REPLY_HELP_OPERATOR);
}

static void
apply_quit(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    hub_quit(h, u, r, r->msg.text);
}

static void
apply_unknown(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    reply(h, u,
          (struct reply){.kind = REPLY_COMMAND_UNKNOWN, .text = r->msg.text});
}

static void
apply_usage(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    reply(h, u,
          (struct reply){.kind = REPLY_COMMAND_USAGE, .text = r->msg.text});
}

static void
apply_too_long(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    reply(h, u,
          (struct reply){.kind = REPLY_COMMAND_TOO_LONG,
                         .count = LIMIT_TEXT_BYTES});
}

/* -- the operator's -------------------------------------------------------- */

/* Out of all rooms and of the server. */
static void
turn_out(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct entry e = hub_entry(h, ENTRY_KICK, NULL, r);
    e.target = u->nick;
    e.target_label = u->label;
    e.text = r->msg.text;
    if (u->is_present)
        hub_append_everywhere(h, u, &e);
    struct reply told = {.kind = REPLY_KILLED, .text = r->msg.text};
    hub_user_reply(h, u, e.order, &told);
    leave_all(h, u);
}

/* Whom he means; NULL after he was told that there is nobody, or only he. */
static struct hub_user *
meant_user(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_user *meant = hub_user_find_nick(h, r->msg.nick);
    if (meant != NULL && meant != u)
        return meant;
    reply(h, u,
          (struct reply){.kind = REPLY_NICK_UNKNOWN, .nick = r->msg.nick});
    return NULL;
}

static void
apply_kill(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_user *meant = meant_user(h, u, r);
    if (meant != NULL)
        turn_out(h, meant, r);
}

static void
apply_ban(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_user *meant = meant_user(h, u, r);
    struct buf where = {0};
    if (meant == NULL)
        return;
    if (meant->peer != NULL && h->ops->ban(meant->peer, meant->nick, &where)) {
        turn_out(h, meant, r);
        reply(h, u,
              (struct reply){.kind = REPLY_BANNED, .names = buf_span(&where)});
    } else {
        reply(
            h, u,
            (struct reply){.kind = REPLY_BAN_IMPOSSIBLE, .nick = meant->nick});
    }
    buf_finish(&where);
}

static void
apply_bans(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    struct buf names = {0};
    size_t n = u->peer == NULL ? 0 : h->ops->list_bans(u->peer, &names);
    reply(h, u,
          (struct reply){
              .kind = REPLY_BANS, .count = n, .names = buf_span(&names)});
    buf_finish(&names);
}

static void
apply_unban(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    uint64_t number;
    bool is_done = span_number(r->msg.text, UINT32_MAX, &number) &&
                   u->peer != NULL && h->ops->unban(u->peer, number);
    reply(h, u,
          (struct reply){.kind = is_done ? REPLY_UNBANNED : REPLY_BAN_UNKNOWN,
                         .text = r->msg.text});
}

/* A say may be many in flight; for anything else its sender waits. Some
 * things are the operator's. */
static const struct {
    void (*apply)(struct hub *h, struct hub_user *u,
                  const struct hub_request *r);
    bool is_say;
    bool is_operators;
} commands[MSG_KIND_COUNT] = {
    [MSG_EMPTY] = {apply_empty, false, false},
    [MSG_SAY] = {apply_say, true, false},
    [MSG_ACTION] = {apply_say, true, false},
    [MSG_PRIVATE] = {apply_private, true, false},
    [MSG_NICK] = {apply_nick, false, false},
    [MSG_JOIN] = {apply_join, false, false},
    [MSG_PART] = {apply_part, false, false},
    [MSG_TOPIC] = {apply_topic, false, false},
    [MSG_WHO] = {apply_who, false, false},
    [MSG_ROOMS] = {apply_rooms, false, false},
    [MSG_HELP] = {apply_help, false, false},
    [MSG_QUIT] = {apply_quit, false, false},
    [MSG_KILL] = {apply_kill, false, true},
    [MSG_BAN] = {apply_ban, false, true},
    [MSG_BANS] = {apply_bans, false, true},
    [MSG_UNBAN] = {apply_unban, false, true},
    [MSG_UNKNOWN] = {apply_unknown, false, false},
    [MSG_USAGE] = {apply_usage, false, false},
    [MSG_TOO_LONG] = {apply_too_long, false, false},
};

bool
hub_command_is_say(enum msg_kind kind)
{
    CHECK(kind < MSG_KIND_COUNT);
    return commands[kind].is_say;
}

void
hub_command_apply(struct hub *h, struct hub_user *u,
                  const struct hub_request *r)
{
    /* A listener becomes a member by his first line; not by leaving. */
    if (!u->is_present && r->msg.kind != MSG_QUIT)
        hub_announce(h, u, r);
    if (r->msg.was_mended && !u->was_told_of_mending) {
        u->was_told_of_mending = true;
        reply_kind(h, u, REPLY_MENDED);
    }
    if (commands[r->msg.kind].is_operators && !u->is_operator)
        reply_kind(h, u, REPLY_NOT_OPERATOR);
    else
        commands[r->msg.kind].apply(h, u, r);
}
