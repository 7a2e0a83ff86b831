/*
 * What only the server's operator may do: who sits at its console, or knows
 * the password.
 */
#include "hub/hub_priv.h"

/* Out of all rooms and of the server. */
void
hub_turn_out(struct hub *h, struct hub_user *u, struct span by,
             const struct hub_request *r)
{
    struct entry e = hub_entry(h, ENTRY_KILL, u, r);
    e.target = by;
    e.text = r->msg.text;
    if (u->is_present) {
        hub_append_everywhere(h, u, &e);
        hub_past_add(h, u, r->wall_ms);
    }
    struct reply told = {.kind = REPLY_KILLED, .nick = by, .text = r->msg.text};
    hub_user_reply(h, u, e.order, &told);
    hub_leave_all(h, u);
}

/* Whom he means; NULL after he was told that there is nobody, or only he. */
static struct hub_user *
meant_user(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_user *meant = hub_user_find_nick(h, r->msg.nick);
    if (meant != NULL && meant != u)
        return meant;
    hub_tell(h, u,
             (struct reply){.kind = REPLY_NICK_UNKNOWN, .nick = r->msg.nick});
    return NULL;
}

void
hub_kill(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_user *meant = meant_user(h, u, r);
    if (meant != NULL)
        hub_turn_out(h, meant, hub_user_nick(u), r);
}

void
hub_ban(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_user *meant = meant_user(h, u, r);
    struct buf where = {0};
    if (meant == NULL)
        return;
    if (meant->peer != NULL &&
        h->ops->ban(meant->peer, hub_user_nick(meant), &where)) {
        hub_turn_out(h, meant, hub_user_nick(u), r);
        hub_tell(
            h, u,
            (struct reply){.kind = REPLY_BANNED, .names = buf_span(&where)});
    } else {
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_BAN_IMPOSSIBLE,
                                .nick = hub_user_nick(meant)});
    }
    buf_finish(&where);
}

void
hub_bans(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    struct buf names = {0};
    size_t n = u->peer == NULL ? 0 : h->ops->list_bans(u->peer, &names);
    hub_tell(h, u,
             (struct reply){
                 .kind = REPLY_BANS, .count = n, .names = buf_span(&names)});
    buf_finish(&names);
}

void
hub_unban(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    uint64_t number;
    bool is_done = span_number(r->msg.text, UINT32_MAX, &number) &&
                   u->peer != NULL && h->ops->unban(u->peer, number);
    hub_tell(
        h, u,
        (struct reply){.kind = is_done ? REPLY_UNBANNED : REPLY_BAN_UNKNOWN,
                       .text = r->msg.text});
}

/* -- becoming one, and what comes with it -------------------------------- */

/* Takes as long wherever they differ: who measures learns nothing. */
static bool
is_same_secret(struct span a, struct span b)
{
    unsigned differs = a.n != b.n;
    for (size_t i = 0; i < a.n; i++)
        differs |= (unsigned)(span_get(a, i) ^
                              (b.n > 0 ? span_get(b, i % b.n) : 0xffu));
    return differs == 0;
}

void
hub_oper(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    bool is_right = false;
    for (size_t i = 0; i < h->info->operators_n; i++) {
        const struct hub_operator *one = &h->info->operators[i];
        if (span_equal(one->name, r->msg.nick) &&
            is_same_secret(r->msg.text, one->password))
            is_right = true;
    }
    if (!is_right) {
        hub_tell_kind(h, u, REPLY_PASSWORD_WRONG);
        return;
    }
    u->is_operator = true;
    struct entry e = hub_entry(h, ENTRY_OWN_MODE, u, r);
    e.target = hub_user_nick(u);
    e.text = SPAN("+o");
    hub_echo(h, u, &e);
    hub_tell_kind(h, u, REPLY_OPERATOR_IS);
}

void
hub_wallops(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct entry e = hub_entry(h, ENTRY_WALLOPS, u, r);
    e.text = r->msg.text;
    uint32_t at = 0;
    for (const struct hub_user *to; (to = hub_user_next(h, &at)) != NULL;) {
        if (to->reads_wallops && to->peer != NULL)
            (void)h->ops->on_entry(to->peer, &e); /* else he reads too slowly */
    }
}

void
hub_rehash(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    if (h->info->on_rehash != NULL)
        h->info->on_rehash(h->info->owner);
    hub_tell_kind(h, u, REPLY_REHASHED);
}
