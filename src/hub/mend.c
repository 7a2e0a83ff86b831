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

static struct entry
own_entry(struct hub *h, enum entry_kind kind, const struct hub_member *m,
          const struct hub_env *env)
{
    struct entry e = {
        .kind = kind,
        .order = hub_next_order(h),
        .wall_ms = env->wall_ms,
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
         struct span room, struct span why)
{
    struct hub_user *u = hub_user_find(h, who);
    struct hub_room *in = hub_room_find(h, room);
    const struct hub_member *m =
        u == NULL || in == NULL ? NULL : hub_member_find(u, in);
    if (m == NULL || !u->is_tracking)
        return;
    struct entry e = own_entry(h, ENTRY_PART, m, env);
    e.text = why;
    hub_echo(h, u, &e);
    e = own_entry(h, ENTRY_JOIN, m, env);
    hub_echo(h, u, &e);
    hub_tell_topic(h, u, in, REPLY_KIND_COUNT);
    hub_tell_names(h, u, in);
}
