/*
 * What the server tells of itself.
 */
#include "hub/hub_priv.h"

void
hub_help(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    hub_tell(h, u, (struct reply){.kind = REPLY_HELP, .text = r->msg.text});
    hub_tell_kind(h, u,
                  u->is_operator && !u->is_tracking ? REPLY_HELP_OPERATOR
                                                    : REPLY_HELP_MEMBER);
}

/* How many people, operators, rooms there are. */
void
hub_counts_tell(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    size_t operators = 0, invisible = 0;
    (void)r;
    uint32_t at = 0;
    for (const struct hub_user *one; (one = hub_user_next(h, &at)) != NULL;) {
        operators += one->is_present && one->is_operator;
        invisible += one->is_present && one->is_invisible;
    }
    size_t present = h->counts.present;
    hub_tell(h, u,
             (struct reply){.kind = REPLY_COUNTS,
                            .count = present - invisible,
                            .other = invisible});
    if (operators > 0)
        hub_tell(
            h, u,
            (struct reply){.kind = REPLY_COUNTS_OPERATORS, .count = operators});
    if (h->counts.users > present)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_COUNTS_UNKNOWN,
                                .count = h->counts.users - present});
    hub_tell(
        h, u,
        (struct reply){.kind = REPLY_COUNTS_ROOMS, .count = h->counts.rooms});
    hub_tell(h, u,
             (struct reply){.kind = REPLY_COUNTS_MOST,
                            .count = present,
                            .other = h->most_users});
}

void
hub_tell_motd(struct hub *h, struct hub_user *u)
{
    struct span rest = h->info->motd;
    if (rest.n == 0) {
        hub_tell_kind(h, u, REPLY_MOTD_NONE);
        return;
    }
    hub_tell_kind(h, u, REPLY_MOTD_BEGIN);
    while (rest.n > 0) {
        size_t n = span_find(rest, '\n');
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_MOTD_LINE,
                                .text = span_sub(rest, 0, n)});
        rest = span_from(rest, n + 1);
    }
    hub_tell_kind(h, u, REPLY_MOTD_END);
}

void
hub_motd(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    hub_tell_motd(h, u);
}

void
hub_version(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    hub_tell(h, u,
             (struct reply){.kind = REPLY_VERSION, .names = h->info->network});
}

void
hub_about(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    hub_tell(
        h, u,
        (struct reply){.kind = REPLY_INFO, .time_ms = h->info->started_ms});
}

void
hub_time(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    hub_tell(h, u, (struct reply){.kind = REPLY_TIME, .time_ms = r->wall_ms});
}

void
hub_links(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    hub_tell(h, u, (struct reply){.kind = REPLY_LINKS, .text = h->info->about});
}

void
hub_ping(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    hub_tell(h, u, (struct reply){.kind = REPLY_PONG, .text = r->msg.text});
}
