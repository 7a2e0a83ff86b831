/*
 * Coming and going: the server, rooms, and by which name.
 */
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/name.h"

/* As many names as a greeting shows, so that it stays on one screen. */
#define NAMES_IN_GREETING 20

/* -- the server ----------------------------------------------------------- */

/* He is in: which room, who else is there, what it is about. */
static void
tell_entered(struct hub *h, struct hub_user *u, const struct hub_room *room,
             enum reply_kind kind)
{
    struct buf names = {0};
    hub_room_names(h, room, u, NAMES_IN_GREETING, false, &names);
    hub_tell(h, u,
             (struct reply){.kind = kind,
                            .nick = hub_user_nick(u),
                            .room = room->name,
                            .count = room->present,
                            .names = buf_span(&names)});
    buf_finish(&names);
    hub_tell_topic(h, u, room, REPLY_KIND_COUNT);
}

void
hub_welcome(struct hub *h, struct hub_user *u)
{
    tell_entered(h, u, h->lobby,
                 u->is_operator ? REPLY_WELCOME_OPERATOR : REPLY_WELCOME);
}

/* From now on the others see him. */
void
hub_announce(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    u->is_present = true;
    hub_roll_forget_user(u);
    h->counts.present++;
    if (h->counts.present > h->most_users)
        h->most_users = h->counts.present;
    struct entry e = hub_entry(h, ENTRY_JOIN, u, r);
    for (struct hub_member *m = hub_user_members(u); m != NULL; m = m->next) {
        m->room->present++;
        hub_append(h, m, &e);
    }
    hub_watch_came(h, u);
}

struct reply
hub_name_refusal(enum name_verdict verdict, struct span nick)
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

/* May `u` be called so? If not he was told why. */
static bool
may_be_called(struct hub *h, struct hub_user *u, struct span nick)
{
    enum name_verdict verdict = msg_name_check_nick(nick);
    if (verdict != NAME_OK) {
        hub_tell(h, u, hub_name_refusal(verdict, nick));
        return false;
    }
    const struct hub_user *holder = hub_user_find_nick(h, nick);
    if (holder != NULL && holder != u) {
        hub_tell(h, u, (struct reply){.kind = REPLY_NICK_TAKEN, .nick = nick});
        return false;
    }
    return true;
}

static void
join_at_once(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct span rest = h->info->autojoin;
    while (rest.n > 0) {
        size_t n = span_find(rest, ',');
        struct hub_request join = *r;
        join.msg = (struct msg){.kind = MSG_JOIN,
                                .room = span_trim(span_sub(rest, 0, n))};
        if (join.msg.room.n > 0)
            hub_join(h, u, &join);
        rest = span_from(rest, n + 1);
    }
}

/* Who came with a name gets it, and is somebody from now on. */
void
hub_register(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    if (!may_be_called(h, u, r->msg.nick))
        return;
    hub_user_set_nick(h, u, r->msg.nick);
    hub_announce(h, u, r);
    hub_tell(h, u,
             (struct reply){.kind = REPLY_REGISTERED,
                            .names = h->info->network,
                            .time_ms = h->info->started_ms});
    hub_counts_tell(h, u, r);
    if (u->is_tracking)
        hub_metadata_welcome(h, u);
    hub_tell_motd(h, u);
    join_at_once(h, u, r);
}

/* He is no more, and his peer may go when it has read all this. */
void
hub_leave_all(struct hub *h, struct hub_user *u)
{
    hub_watch_none(h, u);
    if (u->is_present)
        hub_watch_went(h, hub_user_nick(u));
    while (hub_user_members(u) != NULL)
        hub_leave_room(h, hub_user_members(u));
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
        hub_past_add(h, u, r->wall_ms);
    }
    struct reply told = {.kind = REPLY_BYE, .text = reason};
    hub_reply_add_user(&told, u);
    hub_tell(h, u, told);
    hub_leave_all(h, u);
}

/* -- names ---------------------------------------------------------------- */

/* Who watches his old name or his new one is told, if they are two: a name
 * in other letters is the same. */
static void
rename_user(struct hub *h, struct hub_user *u, struct span nick)
{
    bool is_same = hub_user_find_nick(h, nick) == u;
    if (!is_same)
        hub_watch_went(h, hub_user_nick(u));
    hub_user_set_nick(h, u, nick);
    if (!is_same)
        hub_watch_came(h, u);
}

/* His first line names him: nobody has to read of the guest that he was. */
static void
come_as(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    bool is_called_so = may_be_called(h, u, r->msg.nick);
    if (is_called_so)
        hub_user_set_nick(h, u, r->msg.nick);
    hub_announce(h, u, r);
    if (is_called_so)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_NICK_IS, .nick = r->msg.nick});
}

void
hub_nick_change(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct span nick = r->msg.nick;
    if (u->nick_bytes == 0) {
        hub_register(h, u, r);
        return;
    }
    if (!u->is_present) {
        come_as(h, u, r);
        return;
    }
    if (!may_be_called(h, u, nick))
        return;
    struct reply told = {.kind = REPLY_NICK_IS, .nick = nick};
    if (span_equal(hub_user_nick(u), nick)) {
        if (!u->is_tracking)
            hub_tell(h, u, told);
        return;
    }
    struct entry e = hub_entry(h, ENTRY_NICK, u, r);
    e.target = nick;
    e.target_label = hub_user_label(u);
    hub_append_everywhere(h, u, &e);
    hub_past_add(h, u, r->wall_ms);
    if (u->is_tracking)
        hub_echo(h, u, &e);
    rename_user(h, u, nick);
    if (!u->is_tracking)
        hub_user_reply(h, u, e.order, &told);
}

/* -- rooms ---------------------------------------------------------------- */

void
hub_leave_room(struct hub *h, struct hub_member *m)
{
    struct hub_room *room = m->room;
    hub_member_destroy(h, m);
    /* The room goes when its last reader has; unless people are there. */
    if (room->members_n == 0 && room != h->lobby)
        hub_room_destroy(h, room);
}

/* Why the room does not let him in; REPLY_KIND_COUNT: it does. */
static enum reply_kind
why_not_in(struct hub_room *room, const struct hub_user *u,
           struct span password)
{
    if (hub_room_take_invite(room, u->id))
        return REPLY_KIND_COUNT;
    if (hub_is_banned(room, u))
        return REPLY_ROOM_BANNED;
    if ((room->flags & MODE_BIT(MODE_INVITE_ONLY)) &&
        !hub_mask_invites(room, u))
        return REPLY_ROOM_INVITE_ONLY;
    if ((room->flags & MODE_BIT(MODE_PASSWORD)) &&
        !span_equal(room->password, password))
        return REPLY_ROOM_PASSWORD;
    if ((room->flags & MODE_BIT(MODE_LIMIT)) && room->present >= room->limit)
        return REPLY_ROOM_FULL;
    return REPLY_KIND_COUNT;
}

/* The room called `name`, made if need be; NULL after he was told why not. */
static struct hub_room *
room_to_join(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct span name = r->msg.room;
    if (msg_name_check_room(name) != NAME_OK) {
        hub_tell(h, u, (struct reply){.kind = REPLY_ROOM_BAD, .room = name});
        return NULL;
    }
    if (hub_member_count(u) >= LIMIT_ROOMS_PER_USER) {
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_ROOM_TOO_MANY,
                                .room = name,
                                .count = LIMIT_ROOMS_PER_USER});
        return NULL;
    }
    struct hub_room *room = hub_room_find(h, name);
    if (room == NULL && h->counts.rooms >= LIMIT_ROOMS) {
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_ROOMS_TOO_MANY, .room = name});
        return NULL;
    }
    if (room == NULL) {
        room = hub_room_create(h, name);
        room->created_ms = r->wall_ms;
        return room;
    }
    enum reply_kind why = why_not_in(room, u, r->msg.text);
    if (why == REPLY_KIND_COUNT)
        return room;
    hub_tell(
        h, u,
        (struct reply){.kind = why, .room = room->name, .count = room->limit});
    return NULL;
}

static void
tell_joined(struct hub *h, struct hub_user *u, struct hub_room *room,
            const struct entry *e)
{
    if (!u->is_tracking) {
        tell_entered(h, u, room, REPLY_JOINED);
        return;
    }
    hub_echo(h, u, e);
    hub_tell_topic(h, u, room, REPLY_KIND_COUNT);
    hub_tell_names(h, u, room);
}

void
hub_join(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = hub_room_find(h, r->msg.room);
    if (room != NULL && hub_member_find(u, room) != NULL) {
        hub_member_talk_in(u, room);
        if (!u->is_tracking)
            tell_entered(h, u, room, REPLY_JOINED);
        return;
    }
    room = room_to_join(h, u, r);
    if (room == NULL)
        return;
    struct hub_member *m = hub_member_create(h, u, room);
    /* Who makes a room is its operator. */
    if (room->present == 1 && room != h->lobby) {
        m->rank = MODE_BIT(MODE_OPERATOR);
        hub_roll_forget(room);
    }
    struct entry e = hub_entry(h, ENTRY_JOIN, u, r);
    hub_append(h, m, &e);
    if (u->person != NULL && u->person->away.n > 0) {
        struct entry away = hub_entry(h, ENTRY_AWAY, u, r);
        away.text = u->person->away;
        hub_append(h, m, &away);
    }
    tell_joined(h, u, room, &e);
    hub_metadata_joined(h, m);
}

static void
part(struct hub *h, struct hub_member *m, const struct hub_request *r)
{
    struct hub_user *u = hub_member_user(m);
    const struct hub_room *next = hub_member_room_after(m);
    struct entry e = hub_entry(h, ENTRY_PART, u, r);
    e.text = r->msg.text;
    hub_append(h, m, &e);
    struct reply told = {
        .kind = REPLY_LEFT,
        .room = m->room->name,
        .text = next == NULL ? SPAN_NONE : next->name,
    };
    hub_tell_himself(h, u, &e, told);
    hub_leave_room(h, m);
}

void
hub_part(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    const struct hub_room *room = hub_room_meant(h, u, r->msg.room);
    if (room == NULL)
        return;
    struct hub_member *m = hub_member_find(u, room);
    if (m == NULL)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_ROOM_NOT_IN, .room = room->name});
    else
        part(h, m, r);
}

void
hub_part_all(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    while (hub_user_members(u) != NULL)
        part(h, hub_user_members(u), r);
}
