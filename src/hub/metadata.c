/*
 * What programs note of people and rooms (msg/metadata.h): each of himself, a
 * room's operators of it. It lives as long as they do. What is noted of
 * somebody is for everybody; what is noted of a room, for its members.
 */
#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/limits.h"

#include <stdlib.h>

struct hub_metadata *
hub_metadata_get(struct hub_user *u)
{
    struct hub_person *person = hub_person_get(u);
    if (person->metadata == NULL)
        person->metadata = ALLOC(struct hub_metadata);
    return person->metadata;
}

void
hub_metadata_destroy(struct hub_metadata *m)
{
    if (m == NULL)
        return;
    span_free(&m->values);
    span_free(&m->keys);
    free(m);
}

/* -- requests ---------------------------------------------------------------- */

/* Whose: a person's, or a room's. */
struct target {
    struct hub_user *user;
    struct hub_room *room;
    const struct hub_member *member; /* who asks, in that room */
};

static void
refuse(struct hub *h, struct hub_user *u, const struct hub_request *r,
       enum reply_kind kind)
{
    struct span key = span_sub(r->msg.text, 0, span_find(r->msg.text, ' '));
    hub_tell(h, u,
             (struct reply){.kind = kind,
                            .nick = r->msg.nick,
                            .room = r->msg.room,
                            .text = key.n > 0 ? key : SPAN("*")});
}

/* False: he was told that there is none, or none for him. */
static bool
find_target(struct hub *h, struct hub_user *u, const struct hub_request *r,
            struct target *t)
{
    *t = (struct target){.user = u};
    if (r->msg.room.n > 0) {
        t->user = NULL;
        t->room = hub_room_find(h, r->msg.room);
    } else if (r->msg.nick.n > 0) {
        t->user = hub_user_find_present(h, r->msg.nick);
    }
    if (t->room != NULL)
        t->member = hub_member_find(u, t->room);
    bool is_there =
        t->user != NULL || (t->room != NULL && hub_room_is_seen(t->room, u));
    if (!is_there)
        refuse(h, u, r, REPLY_METADATA_TARGET);
    else if (t->room != NULL && t->member == NULL)
        refuse(h, u, r, REPLY_METADATA_REFUSED);
    return is_there && (t->room == NULL || t->member != NULL);
}

static bool
has_metadata(const struct hub_user *u)
{
    return u != NULL && u->person != NULL && u->person->metadata != NULL;
}

static bool
may_change(const struct target *t, const struct hub_user *u)
{
    return t->room != NULL ? hub_member_is_operator(t->member) : t->user == u;
}

/* May he ask that of it? False: he was told. A room notes things, but
 * subscribes to none. */
static bool
may_ask(struct hub *h, struct hub_user *u, const struct hub_request *r,
        const struct target *t)
{
    if (msg_metadata_is_of_keys(r->msg.kind)) {
        if (t->user != u)
            refuse(h, u, r, REPLY_METADATA_TARGET);
        return t->user == u;
    }
    bool may = r->msg.kind == MSG_METADATA || may_change(t, u);
    if (!may)
        refuse(h, u, r, REPLY_METADATA_REFUSED);
    return may;
}

/* Who asks, while he is answered. */
struct asker {
    struct hub *h;
    struct hub_user *u;
};

static void
tell(void *ctx, const struct reply *r)
{
    const struct asker *asker = ctx;
    hub_tell(asker->h, asker->u, *r);
}

/* What he changed, one by one. */
static void
tell_others(struct hub *h, struct hub_user *u, const struct target *t,
            const struct msg *asked, struct span before)
{
    struct reply_note note;
    if (asked->kind == MSG_SUBSCRIBE) {
        hub_metadata_tell_later(h, u);
        return;
    }
    if (asked->kind != MSG_METADATA_CLEAR) {
        struct span line = asked->text;
        (void)msg_metadata_next(&line, &note);
        if (asked->kind == MSG_METADATA_UNSET)
            note.state = NOTE_IS_NOT_SET;
        hub_metadata_changed(h, u, t->user, t->room, note);
        return;
    }
    while (msg_metadata_next(&before, &note)) {
        note.state = NOTE_IS_NOT_SET;
        hub_metadata_changed(h, u, t->user, t->room, note);
    }
}

void
hub_metadata(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct target t;
    struct asker asker = {h, u};
    if (!find_target(h, u, r, &t) || !may_ask(h, u, r, &t))
        return;
    struct span nothing = SPAN_NONE;
    struct metadata m = {.values = &nothing};
    if (t.room != NULL) {
        m.values = &t.room->metadata;
        m.room = t.room->name;
    } else {
        m.nick = hub_user_nick(t.user);
    }
    /* Who is only asked about gets none by that. */
    if (t.user == u || has_metadata(t.user)) {
        struct hub_metadata *own = hub_metadata_get(t.user);
        m.values = &own->values;
        m.keys = &own->keys;
    }
    struct span before =
        r->msg.kind == MSG_METADATA_CLEAR ? span_copy(*m.values) : SPAN_NONE;
    if (msg_metadata_apply(&m, &r->msg, tell, &asker))
        tell_others(h, u, &t, &r->msg, before);
    span_free(&before);
}

void
hub_metadata_sync(struct hub *h, struct hub_user *u,
                  const struct hub_request *r)
{
    struct target t;
    if (!find_target(h, u, r, &t))
        return;
    if (t.room != NULL && t.room->present > LIMIT_METADATA_PEOPLE)
        hub_metadata_tell_large_room(h, u, t.room, r);
    else if (t.room != NULL)
        hub_metadata_tell_room(h, u, t.room, 0);
    else
        hub_metadata_tell_user(h, u, t.user, 0);
}
