/*
 * About one person, and about oneself: who he is, who he was, whether he is
 * away.
 */
#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/mask.h"
#include "msg/name.h"

#include <stdlib.h>
#include <string.h>

struct hub_person *
hub_person_get(struct hub_user *u)
{
    if (u->person == NULL) {
        u->person = ALLOC(struct hub_person);
        list_init(&u->person->watches);
    }
    return u->person;
}

void
hub_person_destroy(struct hub_person *person)
{
    if (person == NULL)
        return;
    CHECK(list_is_empty(&person->watches) && person->listing == NULL);
    span_free(&person->user);
    span_free(&person->real);
    span_free(&person->away);
    span_free(&person->label);
    hub_metadata_destroy(person->metadata);
    free(person);
}

/* -- who is --------------------------------------------------------------- */

static void
tell_rooms_of(struct hub *h, struct hub_user *u, const struct hub_user *whom)
{
    struct buf names = {0};
    for (const struct hub_member *m = hub_user_members(whom); m != NULL;
         m = m->next) {
        bool is_shared = hub_member_find(u, m->room) != NULL;
        if (!is_shared && (whom->is_invisible || !hub_room_is_seen(m->room, u)))
            continue;
        if (names.n > 0)
            buf_add(&names, u->is_tracking ? SPAN(" ") : SPAN(", "));
        if (u->is_tracking && m->rank & MODE_BIT(MODE_OPERATOR))
            buf_add_byte(&names, '@');
        if (u->is_tracking && m->rank & MODE_BIT(MODE_VOICE))
            buf_add_byte(&names, '+');
        buf_add(&names, m->room->name);
    }
    if (names.n > 0)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_WHOIS_ROOMS,
                                .nick = hub_user_nick(whom),
                                .names = buf_span(&names)});
    buf_finish(&names);
}

static void
tell_about(struct hub *h, struct hub_user *u, const struct hub_user *whom,
           const struct hub_request *r)
{
    struct reply told = {.kind = REPLY_WHOIS};
    hub_reply_add_user(&told, whom);
    hub_tell(h, u, told);
    tell_rooms_of(h, u, whom);
    told.kind = REPLY_WHOIS_SERVER;
    told.text = h->info->about;
    hub_tell(h, u, told);
    if (whom->is_operator) {
        told.kind = REPLY_WHOIS_OPERATOR;
        hub_tell(h, u, told);
    }
    if (whom->is_bot) {
        told.kind = REPLY_WHOIS_BOT;
        hub_tell(h, u, told);
    }
    if (whom->person != NULL && whom->person->away.n > 0)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_AWAY_IS,
                                .nick = hub_user_nick(whom),
                                .text = whom->person->away});
    hub_metadata_whois(h, u, whom);
    if (!hub_user_is_timed(whom))
        return;
    hub_tell(h, u,
             (struct reply){
                 .kind = REPLY_WHOIS_IDLE,
                 .nick = hub_user_nick(whom),
                 .count = (r->wall_ms - whom->person->said_ms) / 1000,
                 .time_ms = whom->person->since_ms,
             });
}

void
hub_whois(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    const struct hub_user *whom = hub_user_find_present(h, r->msg.nick);
    struct span nick = whom == NULL ? r->msg.nick : hub_user_nick(whom);
    if (whom == NULL)
        hub_tell(h, u,
                 (struct reply){.kind = REPLY_NICK_UNKNOWN, .nick = nick});
    else
        tell_about(h, u, whom, r);
    hub_tell(h, u, (struct reply){.kind = REPLY_WHOIS_END, .nick = nick});
}

/* -- who was --------------------------------------------------------------- */

static void
past_destroy(struct hub *h, struct hub_past *past)
{
    list_remove(&past->link);
    h->whowas_n--;
    free(past->texts);
    free(past);
}

void
hub_past_add(struct hub *h, const struct hub_user *u, uint64_t now_ms)
{
    struct hub_past *past = ALLOC(struct hub_past);
    struct span user = u->person == NULL ? SPAN_NONE : u->person->user;
    struct span real = u->person == NULL ? SPAN_NONE : u->person->real;
    struct buf texts = {0};
    buf_add(&texts, hub_user_nick(u));
    buf_add(&texts, user);
    buf_add(&texts, real);
    struct span all = buf_span(&texts);
    past->texts = (char *)texts.at;
    past->nick = span_sub(all, 0, u->nick_bytes);
    past->user = span_sub(all, u->nick_bytes, user.n);
    past->real = span_sub(all, u->nick_bytes + user.n, real.n);
    past->cloak = u->cloak;
    past->left_ms = now_ms;
    list_add(&h->whowas, &past->link);
    if (++h->whowas_n > LIMIT_WHOWAS)
        past_destroy(h, CONTAINER_OF(h->whowas.next, struct hub_past, link));
}

void
hub_past_finish(struct hub *h)
{
    LIST_FOREACH_SAFE (link, &h->whowas)
        past_destroy(h, CONTAINER_OF(link, struct hub_past, link));
}

void
hub_whowas(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    uint64_t most = 0, told = 0;
    struct buf mask = {0}, nick = {0};
    msg_mask_fold(r->msg.nick, &mask);
    if (!span_number(r->msg.text, UINT32_MAX, &most) || most == 0)
        most = LIMIT_WHOWAS;
    for (const struct list *link = h->whowas.prev; link != &h->whowas;
         link = link->prev) {
        const struct hub_past *past = CONTAINER_OF(link, struct hub_past, link);
        buf_truncate(&nick, 0);
        msg_mask_fold(past->nick, &nick);
        if (told == most || !msg_mask_matches(buf_span(&mask), buf_span(&nick)))
            continue;
        told++;
        struct reply who = {
            .kind = REPLY_WHOWAS,
            .nick = past->nick,
            .user = past->user,
            .real = past->real,
            .cloak = past->cloak,
            .time_ms = past->left_ms,
        };
        hub_tell(h, u, who);
    }
    if (told == 0)
        hub_tell(
            h, u,
            (struct reply){.kind = REPLY_WHOWAS_NOBODY, .nick = r->msg.nick});
    hub_tell(h, u,
             (struct reply){.kind = REPLY_WHOWAS_END, .nick = r->msg.nick});
    buf_finish(&mask);
    buf_finish(&nick);
}

/* -- in short --------------------------------------------------------------- */

void
hub_userhost(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct buf names = {0};
    struct span rest = r->msg.text;
    for (int i = 0; i < 5 && rest.n > 0; i++) { /* RFC 2812, 4.8 */
        const struct hub_user *whom =
            hub_user_find_present(h, span_word(&rest));
        if (whom == NULL)
            continue;
        bool is_away = whom->person != NULL && whom->person->away.n > 0;
        if (names.n > 0)
            buf_add_byte(&names, ' ');
        buf_add(&names, hub_user_nick(whom));
        buf_add(&names, whom->is_operator ? SPAN("*=") : SPAN("="));
        buf_add_byte(&names, is_away ? '-' : '+');
        msg_mask_add_user(&names, whom->person == NULL ? SPAN_NONE
                                                       : whom->person->user);
        buf_add_byte(&names, '@');
        msg_mask_add_host(&names, whom->cloak);
    }
    hub_tell(h, u,
             (struct reply){.kind = REPLY_USERHOST, .names = buf_span(&names)});
    buf_finish(&names);
}

void
hub_ison(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct buf names = {0};
    struct span rest = r->msg.text;
    while (rest.n > 0) {
        const struct hub_user *whom =
            hub_user_find_present(h, span_word(&rest));
        if (whom == NULL)
            continue;
        if (names.n > 0)
            buf_add_byte(&names, ' ');
        buf_add(&names, hub_user_nick(whom));
    }
    hub_tell(h, u,
             (struct reply){.kind = REPLY_ISON, .names = buf_span(&names)});
    buf_finish(&names);
}

/* -- oneself ---------------------------------------------------------------- */

void
hub_away(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct span text = r->msg.text;
    struct hub_person *person = hub_person_get(u);
    bool is_change = text.n > 0 || person->away.n > 0;
    span_free(&person->away);
    person->away = span_copy(text);
    if (is_change) {
        struct entry e = hub_entry(h, ENTRY_AWAY, u, r);
        e.text = text;
        hub_append_everywhere(h, u, &e);
        hub_watch_did(h, u, &e);
    }
    hub_tell(h, u,
             (struct reply){
                 .kind = text.n > 0 ? REPLY_AWAY_SET : REPLY_AWAY_ENDED,
                 .text = text,
             });
}

void
hub_real(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct span text = r->msg.text;
    if (text.n == 0 || text.n > LIMIT_REAL_BYTES) {
        hub_tell(
            h, u,
            (struct reply){.kind = REPLY_REAL_BAD, .count = LIMIT_REAL_BYTES});
        return;
    }
    struct hub_person *person = hub_person_get(u);
    span_free(&person->real);
    person->real = span_copy(text);
    struct entry e = hub_entry(h, ENTRY_REAL, u, r);
    e.text = text;
    hub_append_everywhere(h, u, &e);
    hub_watch_did(h, u, &e);
    hub_echo(h, u, &e);
}
