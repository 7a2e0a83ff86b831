/*
 * Who is told what is noted (metadata.c): whoever subscribed to the key, of
 * himself, of those with whom he shares a room, of those whom he watches, and
 * of his rooms; when it changes, and all of it when he comes into a room.
 *
 * What others noted is news, as in watch.c: who does not read is not sent it
 * for ever. He is told later where to ask.
 */
#include "hub/hub_priv.h"
#include "msg/limits.h"

/* NULL: to nothing. */
static struct hub_metadata *
subscriber(const struct hub_user *u)
{
    if (u->peer == NULL || u->person == NULL || u->person->metadata == NULL ||
        u->person->metadata->keys.n == 0)
        return NULL;
    return u->person->metadata;
}

static struct span
values_of(const struct hub_user *u)
{
    return u->person == NULL || u->person->metadata == NULL
               ? SPAN_NONE
               : u->person->metadata->values;
}

/* -- one change --------------------------------------------------------------- */

struct change {
    struct hub *h;
    const struct hub_user *by; /* who knows it already */
    struct reply_note note;
    uint64_t order;
};

/* Once, in however many rooms they meet. */
static void
tell(struct hub_user *to, void *ctx)
{
    const struct change *c = ctx;
    struct hub_metadata *m = subscriber(to);
    if (m == NULL || to == c->by || m->told_order == c->order ||
        !msg_metadata_is_subscribed(m->keys, c->note.key))
        return;
    m->told_order = c->order;
    struct reply news = {
        .kind = REPLY_METADATA_NEWS,
        .flags = REPLY_IS_UNASKED,
        .notes = &c->note,
        .notes_n = 1,
        .to = hub_user_nick(to),
        .from = c->h->info->name,
    };
    if (!c->h->ops->on_news(to->peer, c->order, &news))
        m->is_stale = true;
}

static void
tell_members(const struct hub_room *room, struct change *c)
{
    const struct hub_member *m;
    for (uint32_t at = 0; (m = hub_room_next(c->h, room, &at)) != NULL;)
        tell(hub_member_user(m), c);
}

void
hub_metadata_changed(struct hub *h, const struct hub_user *by,
                     const struct hub_user *user, const struct hub_room *room,
                     struct reply_note note)
{
    struct change c = {h, by, note, hub_next_order(h)};
    if (room != NULL) {
        c.note.nick = SPAN_NONE;
        c.note.room = room->name;
        tell_members(room, &c);
        return;
    }
    c.note.nick = hub_user_nick(user);
    c.note.room = SPAN_NONE;
    for (const struct hub_member *m = hub_user_members(user); m != NULL;
         m = m->next)
        tell_members(m->room, &c);
    hub_watch_each(h, hub_user_nick(user), tell, &c);
}

/* -- all of it ------------------------------------------------------------------ */

static void
add_subscribed(struct notes *notes, struct span keys, struct span values,
               struct span nick, struct span room)
{
    struct reply_note note = {.nick = nick, .room = room};
    while (msg_metadata_next(&values, &note)) {
        if (msg_metadata_is_subscribed(keys, note.key))
            msg_notes_add(notes, &note);
    }
}

static void
tell_notes(struct hub *h, struct hub_user *to, struct span nick,
           struct span room, const struct notes *notes, uint32_t flags)
{
    if (notes->n > 0 || !(flags & REPLY_IS_UNASKED))
        hub_tell(h, to,
                 (struct reply){.kind = REPLY_METADATA_SYNC,
                                .nick = nick,
                                .room = room,
                                .flags = flags,
                                .notes = notes->at,
                                .notes_n = notes->n});
}

void
hub_metadata_tell_user(struct hub *h, struct hub_user *to,
                       const struct hub_user *of, uint32_t flags)
{
    struct notes notes = {0};
    const struct hub_metadata *m = subscriber(to);
    if (m != NULL)
        add_subscribed(&notes, m->keys, values_of(of), hub_user_nick(of),
                       SPAN_NONE);
    tell_notes(h, to, hub_user_nick(of), SPAN_NONE, &notes, flags);
    msg_notes_finish(&notes);
}

void
hub_metadata_tell_room(struct hub *h, struct hub_user *to,
                       const struct hub_room *of, uint32_t flags)
{
    struct notes notes = {0};
    const struct hub_metadata *m = subscriber(to);
    const struct hub_member *member;
    if (m != NULL)
        add_subscribed(&notes, m->keys, of->metadata, SPAN_NONE, of->name);
    for (uint32_t at = 0;
         m != NULL && (member = hub_room_next(h, of, &at)) != NULL;) {
        const struct hub_user *u = hub_member_user(member);
        if (u->is_present)
            add_subscribed(&notes, m->keys, values_of(u), hub_user_nick(u),
                           SPAN_NONE);
    }
    tell_notes(h, to, SPAN_NONE, of->name, &notes, flags);
    msg_notes_finish(&notes);
}

/* Of its members only while he is one. */
static bool
tell_next_member(struct hub *h, struct hub_user *to, struct hub_listing *l)
{
    struct notes notes = {0};
    const struct hub_metadata *m = subscriber(to);
    const struct hub_room *room = hub_room_find(h, l->wanted);
    const struct hub_user *u = hub_user_next(h, &l->at);
    bool is_of_both = m != NULL && u != NULL && u->is_present && room != NULL &&
                      hub_member_find(u, room) != NULL &&
                      hub_member_find(to, room) != NULL;
    uint32_t flags = REPLY_HAS_BEGUN | (u != NULL ? REPLY_IS_UNFINISHED : 0);
    if (is_of_both)
        add_subscribed(&notes, m->keys, values_of(u), hub_user_nick(u),
                       SPAN_NONE);
    if (notes.n > 0 || u == NULL)
        tell_notes(h, to, SPAN_NONE, l->asked->msg.room, &notes, flags);
    msg_notes_finish(&notes);
    return u != NULL;
}

void
hub_metadata_tell_large_room(struct hub *h, struct hub_user *to,
                             const struct hub_room *of,
                             const struct hub_request *r)
{
    struct notes notes = {0};
    const struct hub_metadata *m = subscriber(to);
    if (m != NULL)
        add_subscribed(&notes, m->keys, of->metadata, SPAN_NONE, of->name);
    tell_notes(h, to, SPAN_NONE, of->name, &notes, REPLY_IS_UNFINISHED);
    msg_notes_finish(&notes);
    hub_listing_begin(h, to, tell_next_member, r, of->key);
}

/* What he noted before he had a name: his program wants to see it again. */
void
hub_metadata_welcome(struct hub *h, struct hub_user *u)
{
    struct notes notes = {0};
    struct reply_note note = {.nick = hub_user_nick(u)};
    struct span values = values_of(u);
    while (msg_metadata_next(&values, &note))
        msg_notes_add(&notes, &note);
    hub_tell(h, u,
             (struct reply){.kind = REPLY_METADATA_SYNC,
                            .nick = hub_user_nick(u),
                            .flags = REPLY_IS_UNASKED,
                            .notes = notes.at,
                            .notes_n = notes.n});
    msg_notes_finish(&notes);
}

void
hub_metadata_whois(struct hub *h, struct hub_user *to,
                   const struct hub_user *whom)
{
    struct reply_note note = {.nick = hub_user_nick(whom)};
    struct span values = values_of(whom);
    while (msg_metadata_next(&values, &note))
        hub_tell(h, to,
                 (struct reply){.kind = REPLY_WHOIS_METADATA,
                                .nick = hub_user_nick(whom),
                                .flags = REPLY_IS_UNASKED,
                                .notes = &note,
                                .notes_n = 1});
}

/* -- coming and going --------------------------------------------------------- */

/* To one who watches him, or shares a room with him from now on. */
void
hub_metadata_tell_came(struct hub *h, struct hub_user *to,
                       const struct hub_user *who)
{
    struct change c = {.h = h, .by = who};
    struct span values = subscriber(to) == NULL ? SPAN_NONE : values_of(who);
    while (msg_metadata_next(&values, &c.note)) {
        c.note.nick = hub_user_nick(who);
        c.order = hub_next_order(h);
        tell(to, &c);
    }
}

/* In a large room he has to ask; and they are not told, or who comes and goes
 * would cost more than he pays for. */
void
hub_metadata_joined(struct hub *h, const struct hub_member *m)
{
    const struct hub_room *room = m->room;
    struct hub_user *u = hub_member_user(m);
    bool is_large = room->present > LIMIT_METADATA_PEOPLE;
    if (subscriber(u) != NULL && is_large)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_METADATA_LATER,
                                .room = room->name,
                                .flags = REPLY_IS_UNASKED});
    else if (subscriber(u) != NULL)
        hub_metadata_tell_room(h, u, room, REPLY_IS_UNASKED);
    if (values_of(u).n == 0 || is_large)
        return;
    for (uint32_t at = 0; (m = hub_room_next(h, room, &at)) != NULL;)
        hub_metadata_tell_came(h, hub_member_user(m), u);
}

void
hub_metadata_tell_later(struct hub *h, struct hub_user *u)
{
    struct reply later = {.kind = REPLY_METADATA_LATER,
                          .flags = REPLY_IS_UNASKED};
    for (const struct hub_member *m = hub_user_members(u); m != NULL;
         m = m->next) {
        later.room = m->room->name;
        hub_tell(h, u, later);
    }
    hub_watch_tell_later(h, u, later);
}

void
hub_metadata_catch_up(struct hub *h, struct hub_user *u)
{
    struct hub_metadata *m = subscriber(u);
    if (m == NULL || !m->is_stale)
        return;
    m->is_stale = false;
    hub_metadata_tell_later(h, u);
}
