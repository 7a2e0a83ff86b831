#include "base/alloc.h"
#include "base/map.h"
#include "base/tr.h"
#include "msg/limits.h"
#include "peer/peer_priv.h"
#include "wire/irc/session.h"

#include <errno.h>
#include <stdlib.h>

struct hub_env
peer_env(const struct peers *set)
{
    return (struct hub_env){.wall_ms = loop_wall_ms(set->loop)};
}

/* -- timers and interest -------------------------------------------------- */

void
peer_set_timer(struct peer *p)
{
    struct peer_work *w = p->work;
    if (w == NULL)
        return;
    uint64_t due = w->judge_ms < w->close_ms ? w->judge_ms : w->close_ms;
    if (w->batch_ms < due)
        due = w->batch_ms;
    if (w->pace != NULL && w->pace->due_ms != 0 && w->pace->due_ms < due)
        due = w->pace->due_ms;
    if (w->feed_ms < due)
        due = w->feed_ms;
    if (due == UINT64_MAX)
        loop_timer_clear(peer_set(p)->loop, &w->timer);
    else
        loop_timer_set(peer_set(p)->loop, &w->timer, due);
}

void
peer_on_due(struct loop_timer *t)
{
    struct peer_work *w = CONTAINER_OF(t, struct peer_work, timer);
    struct peer *p = w->peer;
    uint64_t now = loop_now_ms(peer_set(p)->loop);
    if (p->state == PEER_DEAD)
        return;
    if (w->close_ms <= now && p->state == PEER_REGISTERING) {
        peer_irc_give_up(p);
        return;
    }
    if (w->close_ms <= now) {
        const struct net_stream_ops *ops = net_stream_ops(&p->stream);
        if (p->state == PEER_LINGERING && ops->unacknowledged(&p->stream) == 0)
            ops->reset(&p->stream);
        peer_lose(p, N_("timed out"));
        return;
    }
    if (w->judge_ms <= now) {
        w->judge_ms = UINT64_MAX;
        peer_judge(p);
    }
    if (w->feed_ms <= now)
        peer_flood_is_due(p);
    if (w->batch_ms <= now)
        peer_irc_end_batch(p);
    if (w->pace != NULL && w->pace->due_ms <= now) {
        w->pace->due_ms = 0;
        peer_want_flush(p);
    }
    peer_set_timer(p);
    peer_end_work(p);
}

/* Read unless it waits for the hub, or is held; while it drains, too: what it
 * still sends is dropped. That messages are left to feed changes nothing here:
 * the next turn comes at once and sees to them, and asking the system for
 * silence and back costs more than the events that it reports meanwhile. */
void
peer_want(struct peer *p)
{
    if (p->state == PEER_DEAD)
        return;
    bool is_read = !p->is_ended && !p->is_waiting && !p->is_held;
    unsigned events = is_read ? LOOP_READ : 0;
    if (p->is_blocked)
        events |= LOOP_WRITE;
    net_stream_ops(&p->stream)->want(&p->stream, events);
}

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct peer *p = peer_of_stream(net_stream_of(w));
    if (p->state != PEER_DEAD && (events & LOOP_WRITE)) {
        p->is_blocked = false;
        peer_want_flush(p);
    }
    bool is_readable = (events & LOOP_READ) && !p->is_ended;
    if (p->state != PEER_DEAD && is_readable &&
        !peer_queue_has(p, PEER_TO_FEED))
        peer_read(p);
    peer_want(p);
}

/* -- beginning ------------------------------------------------------------ */

static bool
trusts_proxy(const struct peers *set, const struct net_address *from)
{
    for (size_t i = 0; i < set->limits.proxies_n; i++) {
        if (net_block_has(&set->limits.proxies[i], from))
            return true;
    }
    return false;
}

struct net_address
peer_address(const struct peer *p)
{
    return net_place_address(&p->place);
}

void
peer_where(const struct peer *p, char out[NET_ADDRESS_TEXT])
{
    struct net_address from = peer_address(p);
    net_address_text(&from, out);
}

/* Why this one may not stay, before it has said a word; kind is
 * REPLY_KIND_COUNT when it may. */
static struct reply
refusal_at_door(const struct peer *p, const struct net_address *from)
{
    const struct peers *set = peer_set(p);
    const struct peers_limits *limits = &set->limits;
    struct reply r = {.kind = REPLY_KIND_COUNT};
    if (peer_bans_have(set, from)) {
        r.kind = REPLY_SOURCE_BANNED;
    } else if (p->source != NULL && limits->most_per_source > 0 &&
               p->source->connections > limits->most_per_source) {
        r.kind = REPLY_SOURCE_FULL;
        r.count = limits->most_per_source;
    } else if (p->source != NULL && limits->most_per_source_unknown > 0 &&
               p->source->unknown > limits->most_per_source_unknown) {
        r.kind = REPLY_SOURCE_FULL;
        r.count = limits->most_per_source_unknown;
    } else if (set->counts.seated + set->counts.unknown >
               limits->most_clients + LIMIT_UNKNOWN_OVER_FULL) {
        r.kind = REPLY_FULL;
        r.count = limits->most_clients;
    }
    return r;
}

static void
count_as_known(struct peer *p)
{
    if (!p->is_unknown)
        return;
    p->is_unknown = false;
    peer_set(p)->counts.unknown--;
    if (p->source != NULL)
        p->source->unknown--;
}

/*
 * An unknown peer comes from there: as its socket says, or, later, its proxy.
 * False when it is one too many and was told so. Loopback is not limited:
 * who is on this machine can harm it in simpler ways.
 */
bool
peer_come_from(struct peer *p, const struct net_address *from)
{
    struct net_sources *sources = &peer_set(p)->sources;
    CHECK(p->is_unknown);
    if (p->source != NULL) {
        p->source->unknown--;
        net_source_drop(sources, p->source, loop_now_ms(peer_set(p)->loop));
        p->source = NULL;
    }
    p->place = net_place_of(from);
    if (from->n > 0 && !net_address_is_loopback(from)) {
        p->source = net_source_hold(sources, from);
        p->source->unknown++;
    }
    struct reply refusal = refusal_at_door(p, from);
    if (refusal.kind == REPLY_KIND_COUNT)
        return true;
    peer_say_last(p, &refusal);
    return false;
}

void
peers_init_streams(struct peers *set)
{
    for (size_t i = 0; i < PEER_STREAM_KINDS; i++)
        set->streams[i] = (struct net_streams){
            .watcher = {on_ready}, .loop = set->loop, .owner = set};
}

/* A kind has its place from when the first comes who is of it. */
static struct net_streams *
streams_of_kind(struct peers *set, const struct net_stream_ops *ops)
{
    struct net_streams *s = set->streams;
    while (s->ops != NULL && s->ops != ops)
        CHECK(++s < set->streams + PEER_STREAM_KINDS);
    return s;
}

/* NULL with errno: the loop takes no more. */
static struct peer *
peer_create(struct peers *set, const struct net_offer *o, uint32_t key)
{
    uint32_t number;
    struct peer *p = slab_take(&set->all, &number);
    if (!net_stream_open(&p->stream, streams_of_kind(set, o->ops), o)) {
        int error = errno;
        slab_give_back(&set->all, number);
        errno = error;
        return NULL;
    }
    p->number = number;
    p->key = key;
    return p;
}

/* In which dialect it is told so if it may not stay. */
static enum wire_dialect
dialect_of(enum sniff_pin pin)
{
    if (pin == SNIFF_PINNED_LAB)
        return WIRE_LAB_ADDRESS;
    return pin == SNIFF_PINNED_IRC ? WIRE_IRC : WIRE_PLAIN;
}

bool
peer_accept(struct peers *set, const struct net_offer *o,
            const struct net_address *from, enum sniff_pin pin)
{
    struct peer *p = peer_create(set, o, dialect_of(pin));
    if (p == NULL)
        return false;
    p->pin = pin;
    set->counts.connections++;
    set->counts.accepted++;
    set->counts.unknown++;
    p->is_unknown = true;
    if (!peer_come_from(p, from))
        return true; /* and was told why not */
    p->is_sniffing = true;
    struct sniff *sniff = &peer_work(p)->sniff;
    wire_sniff_init(sniff, pin, trusts_proxy(set, from),
                    loop_now_ms(set->loop));
    /* On a pinned port there is nothing to guess: who comes is greeted. On
     * lab:// he is also a member at once, as in the lab. IRC clients have
     * the first word. */
    if (pin != SNIFF_ANY && pin != SNIFF_PINNED_IRC && !sniff->trusts_proxy)
        peer_attach(p, pin == SNIFF_PINNED_PLAIN);
    else
        peer_judge(p);
    peer_want(p);
    return true;
}

bool
peer_accept_console(struct peers *set, const struct net_offer *o, bool is_lab)
{
    struct peer *p =
        peer_create(set, o, is_lab ? WIRE_LAB_CONSOLE : WIRE_PLAIN);
    if (p == NULL)
        return false;
    struct hub_env env = peer_env(set);
    struct hub_arrival operator= {.peer = p, .is_operator = true};
    p->pin = SNIFF_PINNED_PLAIN;
    p->is_console = true;
    p->state = PEER_OPEN;
    p->user = hub_attach(set->hub, &env, &operator);
    peer_want(p);
    return true;
}

/* What others may know of where it comes from: that it is the same place. Of
 * 48 bits nobody finds the address by trying all, without the seed. */
static uint64_t
cloak_of(const struct peer *p)
{
    uint8_t key[16] = {0};
    size_t n = 0;
    struct net_address from = peer_address(p);
    net_address_source(&from, key, &n);
    return hash_sip13((struct span){key, n}, peer_set(p)->cloak_seed);
}

/* It becomes a user of the hub; or learns that the room is full. */
void
peer_attach(struct peer *p, bool is_listener)
{
    struct peers *set = peer_set(p);
    count_as_known(p);
    if (set->counts.seated >= set->limits.most_clients) {
        struct reply r = {.kind = REPLY_FULL,
                          .count = set->limits.most_clients};
        peer_say_last(p, &r);
        return;
    }
    p->state = PEER_OPEN;
    p->has_seat = true;
    set->counts.seated++;
    struct buf label = {0};
    if (wire_key_dialect(p->key) == WIRE_LAB_ADDRESS) {
        char ip[INET6_ADDRSTRLEN];
        struct net_address address = peer_address(p);
        net_address_ip(&address, ip);
        wire_lab_label(&label, ip, net_address_port(&address));
    }
    if (wire_is_in_blocks(wire_key_dialect(p->key)))
        peer_pace_start(p);
    struct hub_env env = peer_env(set);
    struct hub_arrival arrival = {
        .peer = p,
        .label = buf_span(&label),
        .cloak = cloak_of(p),
        .is_listener = is_listener,
        .is_forgeable = net_stream_ops(&p->stream)->is_forgeable,
    };
    if (peer_irc(p) != NULL)
        peer_irc_fill(p, &arrival);
    p->user = hub_attach(set->hub, &env, &arrival);
    buf_finish(&label);

    char from[NET_ADDRESS_TEXT];
    peer_where(p, from);
    diag_say(set->diag, DIAG_INFO, "%s connected, as %.*s", from,
             SPAN_ARG(hub_nick(set->hub, p->user)));
}

/* -- ending --------------------------------------------------------------- */

/* The hub hears that it left, and why, in words that are read in rooms (""
 * is nothing to tell). Its legs end first: it does not read
 * of its own leaving. */
static void
detach(struct peer *p, const char *why)
{
    if (p->user.v == 0)
        return;
    if (peer_set(p)->is_stopping)
        why = N_("the server stopped");
    peer_end_legs(p);
    char from[NET_ADDRESS_TEXT];
    peer_where(p, from);
    diag_say(peer_set(p)->diag, DIAG_INFO, "%s (%.*s) is gone: %s", from,
             SPAN_ARG(hub_nick(peer_set(p)->hub, p->user)), why);
    struct hub_env env = peer_env(peer_set(p));
    struct user_id user = p->user;
    p->user = USER_NOBODY;
    hub_detach(peer_set(p)->hub, &env, user, span_of(tr(why)));
}

/* Who leaves makes room at once, however long he takes to close his end. */
static void
give_up_seat(struct peer *p)
{
    if (p->has_seat)
        peer_set(p)->counts.seated--;
    p->has_seat = false;
}

/* It was silent so long that it was taken for a person who listens; now it
 * has shown that it is a program. Nobody ever saw it. */
void
peer_forget_listener(struct peer *p)
{
    detach(p, "");
    give_up_seat(p);
}

/* We end it; what is queued is sent. */
void
peer_turn_out(struct peer *p, const char *why)
{
    detach(p, why);
    peer_drain(p);
}

static void
tell_refused(const struct peer *p, const struct reply *r)
{
    char from[NET_ADDRESS_TEXT];
    struct buf words = {0};
    peer_where(p, from);
    wire_log_reply(r, &words);
    diag_say(peer_set(p)->diag, DIAG_WARNING, "%s refused: %.*s", from,
             SPAN_ARG(buf_span(&words)));
    buf_finish(&words);
}

/* Refused: its only words from us, then the door. */
void
peer_say_last(struct peer *p, const struct reply *r)
{
    struct reply whole = *r;
    whole.from = hub_info(peer_set(p)->hub)->name;
    tell_refused(p, r);
    wire_encode_reply(p->key, &whole, &peer_work(p)->rest);
    if (wire_is_in_blocks(wire_key_dialect(p->key)))
        peer_pace_start(p); /* no newline at the end */
    peer_turn_away(p, "");
}

/* The same, with his words in `rest` already. Beyond the limit he gets what
 * his system takes at once. */
void
peer_turn_away(struct peer *p, const char *why)
{
    struct peers_counts *counts = &peer_set(p)->counts;
    counts->refused++;
    bool is_crowd = counts->turned_away >= LIMIT_TURNED_AWAY ||
                    counts->connections > peer_set(p)->limits.most_clients +
                                              LIMIT_UNKNOWN_OVER_FULL +
                                              LIMIT_TURNED_AWAY;
    if (is_crowd) {
        (void)net_stream_ops(&p->stream)
            ->write(&p->stream, buf_span(&p->work->rest));
        peer_lose(p, why);
        return;
    }
    counts->turned_away++;
    p->is_turned_away = true;
    peer_turn_out(p, why);
}

/* No more is fed or read for it; what is queued is sent, then it is closed. */
void
peer_drain(struct peer *p)
{
    if (p->state >= PEER_DRAINING)
        return;
    p->state = PEER_DRAINING;
    p->is_waiting = p->is_held = false;
    give_up_seat(p);
    count_as_known(p);
    peer_queue_leave(p, PEER_TO_FEED);
    peer_end_legs(p);
    struct peer_work *w = peer_work(p);
    buf_finish(&w->in);
    w->judge_ms = w->feed_ms = UINT64_MAX;
    w->close_ms = loop_now_ms(peer_set(p)->loop) + PEER_CLOSE_MS;
    peer_set_timer(p);
    peer_want_flush(p);
    peer_want(p);
}

/* All that it will ever be sent is with its system. */
void
peer_on_drained(struct peer *p)
{
    if (p->state != PEER_DRAINING)
        return;
    net_stream_ops(&p->stream)->end(&p->stream);
    p->state = PEER_LINGERING;
    p->work->close_ms = loop_now_ms(peer_set(p)->loop) + PEER_CLOSE_MS;
    peer_set_timer(p);
    if (p->is_ended)
        peer_lose(p, "");
}

/* The connection is over, well or not. */
void
peer_lose(struct peer *p, const char *why)
{
    struct peers *set = peer_set(p);
    if (p->state == PEER_DEAD)
        return;
    detach(p, why);
    p->state = PEER_DEAD;
    net_stream_ops(&p->stream)->want(&p->stream, 0);
    give_up_seat(p);
    count_as_known(p);
    if (!p->is_console)
        set->counts.connections--;
    if (p->is_turned_away)
        set->counts.turned_away--;
    if (p->source != NULL)
        net_source_drop(&set->sources, p->source, loop_now_ms(set->loop));
    p->source = NULL;
    if (p->work != NULL)
        loop_timer_clear(set->loop, &p->work->timer);
    peer_queue_leave(p, PEER_TO_FLUSH);
    peer_queue_leave(p, PEER_TO_FEED);
    peer_queue_leave(p, PEER_TO_MEND);
    peer_queue_join(p, PEER_TO_REAP);
    loop_again(set->loop);
}

void
peer_destroy(struct peer *p)
{
    struct peers *set = peer_set(p);
    CHECK(p->state == PEER_DEAD);
    peer_close_legs(p);
    peer_close_private(p);
    peer_pace_stop(p);
    peer_drop_work(p);
    wire_irc_destroy(peer_irc(p));
    net_stream_close(&p->stream);
    slab_give_back(&set->all, p->number);
}
