/*
 * The one table of commands: for every kind of request, who carries it out.
 * All of these functions depend on the hub's state and the request and on
 * nothing else.
 */
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/lines.h"

static void
apply_empty(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)h, (void)u, (void)r; /* it made him present, that is all */
}

static void
apply_quit(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    hub_quit(h, u, r, r->msg.text);
}

static void
apply_unknown(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    hub_tell(
        h, u,
        (struct reply){.kind = REPLY_COMMAND_UNKNOWN, .text = r->msg.text});
}

static void
apply_usage(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    hub_tell(h, u,
             (struct reply){.kind = REPLY_COMMAND_USAGE, .text = r->msg.text});
}

static void
apply_too_long(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    hub_tell(h, u,
             (struct reply){.kind = REPLY_COMMAND_TOO_LONG,
                            .count = LIMIT_TEXT_BYTES});
}

/* A say may be many in flight; for anything else its sender waits. Some
 * things are the operator's. The cost is in lines that are said. */
static const struct {
    hub_apply_fn *apply;
    bool is_say;
    bool is_operators;
    uint8_t cost;
} commands[MSG_KIND_COUNT] = {
    [MSG_EMPTY] = {apply_empty, false, false, 1},
    [MSG_SAY] = {hub_say, true, false, 1},
    [MSG_ACTION] = {hub_say, true, false, 1},
    [MSG_REMARK] = {hub_say, true, false, 1},
    [MSG_CTCP] = {hub_say, true, false, 1},
    [MSG_CTCP_REPLY] = {hub_say, true, false, 1},
    [MSG_TAGS] = {hub_say, true, false, 1},
    [MSG_PRIVATE] = {hub_private, true, false, 1},
    [MSG_NICK] = {hub_nick_change, false, false, 2},
    [MSG_JOIN] = {hub_join, false, false, 2},
    [MSG_PART] = {hub_part, false, false, 1},
    [MSG_PART_ALL] = {hub_part_all, false, false, 1},
    [MSG_TOPIC] = {hub_topic, false, false, 2},
    [MSG_TOPIC_END] = {hub_topic_end, false, false, 2},
    [MSG_RENAME] = {hub_rename, false, false, 10},
    [MSG_KICK] = {hub_kick_member, false, false, 1},
    [MSG_INVITE] = {hub_invite, false, false, 2},
    [MSG_INVITES] = {hub_invites, false, false, 4},
    [MSG_MODE] = {hub_mode, false, false, 2},
    [MSG_OWN_MODE] = {hub_own_mode, false, false, 1},
    [MSG_WHO] = {hub_who, false, false, 4},
    [MSG_ROOMS] = {hub_rooms, false, false, 4},
    [MSG_NAMES] = {hub_names, false, false, 4},
    [MSG_LIST] = {hub_list, false, false, 8},
    [MSG_FIND] = {hub_find, false, false, 8},
    [MSG_WHOIS] = {hub_whois, false, false, 2},
    [MSG_WHOWAS] = {hub_whowas, false, false, 4},
    [MSG_AWAY] = {hub_away, false, false, 1},
    [MSG_REAL] = {hub_real, false, false, 1},
    [MSG_USERHOST] = {hub_userhost, false, false, 1},
    [MSG_ISON] = {hub_ison, false, false, 1},
    [MSG_WATCH] = {hub_watch, false, false, 2},
    [MSG_UNWATCH] = {hub_unwatch, false, false, 1},
    [MSG_WATCHES] = {hub_watches, false, false, 2},
    [MSG_WATCHED] = {hub_watched, false, false, 2},
    [MSG_METADATA] = {hub_metadata, false, false, 2},
    [MSG_METADATA_SET] = {hub_metadata, false, false, 4},
    [MSG_METADATA_UNSET] = {hub_metadata, false, false, 4},
    [MSG_METADATA_CLEAR] = {hub_metadata, false, false, 8},
    [MSG_METADATA_SYNC] = {hub_metadata_sync, false, false, 8},
    [MSG_SUBSCRIBE] = {hub_metadata, false, false, 2},
    [MSG_UNSUBSCRIBE] = {hub_metadata, false, false, 1},
    [MSG_SUBSCRIPTIONS] = {hub_metadata, false, false, 1},
    [MSG_COUNTS] = {hub_counts_tell, false, false, 4},
    [MSG_MOTD] = {hub_motd, false, false, 4},
    [MSG_VERSION] = {hub_version, false, false, 1},
    [MSG_INFO] = {hub_about, false, false, 2},
    [MSG_TIME] = {hub_time, false, false, 1},
    [MSG_LINKS] = {hub_links, false, false, 1},
    [MSG_PING] = {hub_ping, false, false, 1},
    [MSG_HELP] = {hub_help, false, false, 2},
    [MSG_QUIT] = {apply_quit, false, false, 1},
    [MSG_KILL] = {hub_kill, false, true, 1},
    [MSG_BAN] = {hub_ban, false, true, 1},
    [MSG_BANS] = {hub_bans, false, true, 1},
    [MSG_UNBAN] = {hub_unban, false, true, 1},
    [MSG_OPER] = {hub_oper, false, false, 20},
    [MSG_WALLOPS] = {hub_wallops, false, true, 1},
    [MSG_REHASH] = {hub_rehash, false, true, 1},
    [MSG_UNKNOWN] = {apply_unknown, false, false, 1},
    [MSG_USAGE] = {apply_usage, false, false, 1},
    [MSG_TOO_LONG] = {apply_too_long, false, false, 1},
};

bool
hub_command_is_say(enum msg_kind kind)
{
    CHECK(kind < MSG_KIND_COUNT);
    return commands[kind].is_say;
}

/* A text as long as a screen costs as much as its lines would. */
uint32_t
hub_cost(const struct msg *m)
{
    CHECK(m->kind < MSG_KIND_COUNT);
    uint32_t cost = commands[m->kind].cost;
    if (m->has_lines)
        cost += msg_lines_breaks(m->text);
    return cost + (uint32_t)((m->text.n + m->tags.n) / LIMIT_FLOOD_TEXT);
}

/* Who is nobody yet may take a name, or leave. */
static bool
is_for_nobody(enum msg_kind kind)
{
    return kind == MSG_NICK || kind == MSG_QUIT || kind == MSG_PING;
}

void
hub_command_apply(struct hub *h, struct hub_user *u,
                  const struct hub_request *r)
{
    if (u->nick_bytes == 0 && !is_for_nobody(r->msg.kind)) {
        hub_tell_kind(h, u, REPLY_NOT_REGISTERED);
        return;
    }
    /* A listener becomes a member by his first line; not by leaving, and under
     * the name that it gives him. */
    if (u->nick_bytes > 0 && !u->is_present && r->msg.kind != MSG_QUIT &&
        r->msg.kind != MSG_NICK)
        hub_announce(h, u, r);
    hub_watch_catch_up(h, u);
    hub_metadata_catch_up(h, u);
    if (r->msg.was_mended && !u->was_told_of_mending) {
        u->was_told_of_mending = true;
        hub_tell_kind(h, u, REPLY_MENDED);
    }
    if (commands[r->msg.kind].is_operators && !u->is_operator)
        hub_tell_kind(h, u, REPLY_NOT_OPERATOR);
    else
        commands[r->msg.kind].apply(h, u, r);
}
