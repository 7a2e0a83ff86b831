/*
 * Who and what is here: people in a room, rooms, people who fit a mask.
 */
#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/mask.h"

#include <stdlib.h>

/* -- people in a room -------------------------------------------------------- */

void
hub_who(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    const struct hub_room *room = hub_room_meant(h, u, r->msg.room);
    if (room == NULL)
        return;
    struct buf names = {0};
    hub_room_names(h, room, NULL, LIMIT_NAMES_LISTED, true, &names);
    hub_tell(h, u,
             (struct reply){.kind = REPLY_WHO,
                            .room = room->name,
                            .count = room->present,
                            .names = buf_span(&names)});
    buf_finish(&names);
}

uint32_t
hub_member_flags(const struct hub_user *u, const struct hub_member *m)
{
    uint32_t flags = 0;
    if (u->person != NULL && u->person->away.n > 0)
        flags |= REPLY_IS_AWAY;
    if (u->is_operator)
        flags |= REPLY_IS_OPERATOR;
    if (u->is_bot)
        flags |= REPLY_IS_BOT;
    if (m != NULL && (m->rank & MODE_BIT(MODE_OPERATOR)))
        flags |= REPLY_IS_ROOM_OPERATOR;
    if (m != NULL && (m->rank & MODE_BIT(MODE_VOICE)))
        flags |= REPLY_IS_VOICED;
    return flags;
}

/* To who is not in it: nobody who does not want to be found. */
static void
tell_names_outside(struct hub *h, struct hub_user *u, struct reply told,
                   const struct hub_room *room)
{
    struct reply_person *people =
        alloc_zeroed((room->present + 1) * sizeof(*people));
    uint32_t at = 0;
    for (const struct hub_member *m;
         (m = hub_room_next(h, room, &at)) != NULL;) {
        const struct hub_user *who = hub_member_user(m);
        if (!who->is_present || who->is_invisible)
            continue;
        people[told.people_n++] = (struct reply_person){
            .nick = hub_user_nick(who),
            .user = who->person == NULL ? SPAN_NONE : who->person->user,
            .cloak = who->cloak,
            .flags = hub_member_flags(who, m),
        };
    }
    told.people = people;
    if (told.people_n > 0)
        hub_tell(h, u, told);
    free(people);
}

static void
tell_names(struct hub *h, struct hub_user *u, struct hub_room *room,
           uint32_t flags)
{
    struct reply told = {
        .kind = REPLY_NAMES,
        .room = room->name,
        .flags = flags,
        .count = (room->flags & MODE_BIT(MODE_SECRET)) ? 1 : 0,
    };
    if (hub_member_find(u, room) == NULL) {
        tell_names_outside(h, u, told, room);
        return;
    }
    told.roll = hub_room_roll(h, room);
    hub_tell(h, u, told);
}

void
hub_tell_names(struct hub *h, struct hub_user *u, struct hub_room *room)
{
    tell_names(h, u, room, REPLY_IS_UNASKED);
    hub_tell(h, u,
             (struct reply){.kind = REPLY_NAMES_END,
                            .room = room->name,
                            .flags = REPLY_IS_UNASKED});
}

static bool
tell_next_names(struct hub *h, struct hub_user *u, struct hub_listing *l)
{
    struct hub_room *room = slab_next(&h->all_rooms, &l->at);
    if (room != NULL && hub_room_is_seen(room, u))
        tell_names(h, u, room, 0);
    if (room == NULL)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_NAMES_END,
                                .text = l->asked->msg.text});
    return room != NULL;
}

void
hub_names(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = hub_room_find(h, r->msg.room);
    if (room != NULL && hub_room_is_seen(room, u))
        tell_names(h, u, room, 0);
    if (r->msg.room.n == 0)
        hub_listing_begin(h, u, tell_next_names, r, SPAN_NONE);
    else if (r->msg.text.n > 0)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_NAMES_END, .text = r->msg.text});
}

/* -- rooms --------------------------------------------------------------------- */

void
hub_rooms(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    struct buf names = {0};
    size_t at = 0, n = 0, seen = 0;
    for (const struct hub_room *room; (room = map_next(&h->rooms, &at));) {
        if (!hub_room_is_seen(room, u))
            continue;
        seen++;
        if (n++ >= LIMIT_NAMES_LISTED)
            continue;
        buf_add(&names, n == 1 ? SPAN("") : SPAN(", "));
        buf_add(&names, room->name);
        buf_add_format(&names, ": %zu", room->present);
    }
    if (seen > LIMIT_NAMES_LISTED)
        buf_add(&names, SPAN(", ..."));
    hub_tell(h, u,
             (struct reply){.kind = REPLY_ROOMS,
                            .count = seen,
                            .names = buf_span(&names)});
    buf_finish(&names);
}

/* "<n" or ">n" at the front of `s`, against `value`. */
static bool
compares(struct span s, uint64_t value)
{
    uint64_t bound;
    if (!span_number(span_from(s, 1), UINT32_MAX, &bound))
        return true;
    return span_get(s, 0) == '<' ? value < bound : value > bound;
}

/*
 * Does the room fit one condition (the letters of ELIST in the Modern IRC
 * document), which is folded?
 *
 *   >n <n     more, fewer people
 *   c>n c<n   made more, less than n minutes ago;  t>n t<n   topic likewise
 *   mask !mask   its name fits, or does not
 */
static bool
fits(const struct hub_room *room, struct span condition, uint64_t now_ms)
{
    uint8_t first = span_get(condition, 0);
    uint8_t second = condition.n > 1 ? span_get(condition, 1) : 0;
    bool is_comparison = second == '<' || second == '>';
    if (first == '<' || first == '>')
        return compares(condition, room->present);
    if (first == 'c' && is_comparison)
        return compares(span_from(condition, 1),
                        (now_ms - room->created_ms) / 60000);
    if (first == 't' && is_comparison)
        return room->topic.n > 0 && compares(span_from(condition, 1),
                                             (now_ms - room->topic_ms) / 60000);
    bool is_not = first == '!';
    struct span mask = span_from(condition, is_not ? 1 : 0);
    if (span_starts(mask, SPAN("#")))
        mask = span_from(mask, 1);
    return msg_mask_matches(mask, room->key) != is_not;
}

static bool
fits_all(const struct hub_room *room, struct span conditions, uint64_t now_ms)
{
    while (conditions.n > 0) {
        size_t n = span_find(conditions, ',');
        struct span one = span_sub(conditions, 0, n);
        if (one.n > 0 && !fits(room, one, now_ms))
            return false;
        conditions = span_from(conditions, n + 1);
    }
    return true;
}

/* Names are alternatives, conditions hold together; nobody mixes them. */
static bool
is_listed(const struct hub_room *room, struct span text, uint64_t now_ms)
{
    if (!span_starts(text, SPAN("#")))
        return fits_all(room, text, now_ms);
    while (text.n > 0) {
        size_t n = span_find(text, ',');
        if (n > 0 && fits(room, span_sub(text, 0, n), now_ms))
            return true;
        text = span_from(text, n + 1);
    }
    return false;
}

/* Each room is held against each condition: those beyond the limit do not
 * count. */
static struct span
first_conditions(struct span text)
{
    size_t n = 0;
    for (size_t i = 0; i < LIMIT_LIST_CONDITIONS && n < text.n; i++)
        n += span_find(span_from(text, n), ',') + 1;
    return span_sub(text, 0, n);
}

static bool
tell_next_room(struct hub *h, struct hub_user *u, struct hub_listing *l)
{
    const struct hub_room *room = slab_next(&h->all_rooms, &l->at);
    if (room == NULL)
        hub_tell_kind(h, u, REPLY_LIST_END);
    else if (room->present > 0 && hub_room_is_seen(room, u) &&
             is_listed(room, l->wanted, l->asked->wall_ms))
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_LIST_ROOM,
                                .room = room->name,
                                .count = room->present,
                                .text = room->topic});
    return room != NULL;
}

void
hub_list(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct buf wanted = {0};
    msg_mask_fold(first_conditions(r->msg.text), &wanted);
    hub_listing_begin(h, u, tell_next_room, r, buf_span(&wanted));
    buf_finish(&wanted);
}

/* -- people who fit ---------------------------------------------------------------- */

static void
tell_found(struct hub *h, struct hub_user *u, const struct hub_user *found,
           const struct hub_member *m, const struct hub_request *r)
{
    struct reply told = {
        .kind = REPLY_FOUND,
        .room = m == NULL ? SPAN_NONE : m->room->name,
        .flags = hub_member_flags(found, m),
        .text = r->msg.text,
    };
    bool is_asked = !span_equal(r->msg.text, SPAN("o")) || found->is_operator;
    if (hub_user_is_timed(found))
        told.other = (r->wall_ms - found->person->said_ms) / 1000;
    hub_reply_add_user(&told, found);
    if (is_asked)
        hub_tell(h, u, told);
}

/* Where `u` sees `found`; NULL: nowhere. */
static const struct hub_member *
seen_in(const struct hub_user *u, const struct hub_user *found)
{
    for (const struct hub_member *m = hub_user_members(found); m != NULL;
         m = m->next) {
        if (hub_member_find(u, m->room) != NULL ||
            (!found->is_invisible && hub_room_is_seen(m->room, u)))
            return m;
    }
    return NULL;
}

static void
tell_found_in_room(struct hub *h, struct hub_user *u,
                   const struct hub_member *m, const struct hub_request *r)
{
    const struct hub_user *found = hub_member_user(m);
    bool is_in = hub_member_find(u, m->room) != NULL;
    bool is_found = found->is_present && (is_in || !found->is_invisible);
    if (is_found && hub_room_is_seen(m->room, u))
        tell_found(h, u, found, m, r);
}

static void
tell_found_end(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    bool is_of_room = r->msg.room.n > 0;
    hub_tell(h, u,
             (struct reply){.kind = REPLY_FOUND_END,
                            .room = r->msg.room,
                            .text = is_of_room ? SPAN_NONE : r->msg.nick});
}

static bool
tell_next_in_room(struct hub *h, struct hub_user *u, struct hub_listing *l)
{
    const struct hub_user *one = hub_user_next(h, &l->at);
    if (one == NULL) {
        tell_found_end(h, u, l->asked);
        return false;
    }
    for (const struct hub_member *m = hub_user_members(one); m != NULL;
         m = m->next) {
        if (span_equal(m->room->key, l->wanted))
            tell_found_in_room(h, u, m, l->asked);
    }
    return true;
}

static bool
tell_next_who_fits(struct hub *h, struct hub_user *u, struct hub_listing *l)
{
    const struct hub_user *one = hub_user_next(h, &l->at);
    if (one == NULL)
        tell_found_end(h, u, l->asked);
    else if (one->is_present && hub_user_sees(u, one) &&
             hub_user_matches(one, l->wanted))
        tell_found(h, u, one, seen_in(u, one), l->asked);
    return one != NULL;
}

/* A large room's members are told as he reads; and then not in the order in
 * which they came, where they have no fixed place, but by number. */
static void
find_in_room(struct hub *h, struct hub_user *u, const struct hub_room *room,
             const struct hub_request *r)
{
    if (room->present > LIMIT_FOUND_AT_ONCE) {
        hub_listing_begin(h, u, tell_next_in_room, r, room->key);
        return;
    }
    uint32_t at = 0;
    for (const struct hub_member *m; (m = hub_room_next(h, room, &at)) != NULL;)
        tell_found_in_room(h, u, m, r);
    tell_found_end(h, u, r);
}

static void
find_by_mask(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct buf whole = {0}, mask = {0};
    msg_mask_complete(r->msg.nick, &whole);
    msg_mask_fold(buf_span(&whole), &mask);
    hub_listing_begin(h, u, tell_next_who_fits, r, buf_span(&mask));
    buf_finish(&whole);
    buf_finish(&mask);
}

void
hub_find(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    bool is_of_room = r->msg.room.n > 0;
    const struct hub_room *room =
        is_of_room ? hub_room_find(h, r->msg.room) : NULL;
    const struct hub_user *one = hub_user_find_present(h, r->msg.nick);
    if (room != NULL) {
        find_in_room(h, u, room, r);
    } else if (!is_of_room && one == NULL) {
        find_by_mask(h, u, r);
    } else {
        if (!is_of_room)
            tell_found(h, u, one, seen_in(u, one), r);
        tell_found_end(h, u, r);
    }
}
