/*
 * Who fell behind in a room missed who came and went. A person shrugs; a
 * program that keeps the list of members would have a wrong one for ever. So
 * it is told that its own member leaves and comes again, with the topic and
 * all names, which is how every IRC client makes a list anew.
 *
 * That concerns him alone: it is no request, has no place in anybody else's
 * order, and its entries have no id of everyone's.
 */
#include "hub/hub_priv.h"

struct entry
hub_own_entry(struct hub *h, enum entry_kind kind, const struct hub_member *m,
              uint64_t wall_ms)
{
    struct entry e = {
        .kind = kind,
        .order = hub_next_order(h),
        .wall_ms = wall_ms,
        .room = m->room->name,
    };
    hub_entry_add_author(&e, hub_member_user(m));
    return e;
}

struct span
hub_room_name(const struct room_log *log)
{
    return CONTAINER_OF(log, const struct hub_room, log)->name;
}

void
hub_mend(struct hub *h, const struct hub_env *env, struct user_id who,
         const struct room_log *log, struct span why)
{
    struct hub_user *u = hub_user_find(h, who);
    const struct hub_member *m = u == NULL ? NULL : hub_user_members(u);
    while (m != NULL && &m->room->log != log)
        m = m->next;
    if (m == NULL || !u->is_tracking)
        return;
    if (why.n > 0) {
        struct entry e = hub_own_entry(h, ENTRY_PART, m, env->wall_ms);
        e.text = why;
        hub_echo(h, u, &e);
        e = hub_own_entry(h, ENTRY_JOIN, m, env->wall_ms);
        hub_echo(h, u, &e);
    }
    hub_tell_topic(h, u, m->room, REPLY_KIND_COUNT);
    hub_tell_names(h, u, m->room);
}
