#include "udp/hall.h"

#include "base/alloc.h"
#include "msg/limits.h"
#include "udp/hall_priv.h"
#include "wire/token.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

/* nc -u -v sends this, up to four times, to find out whether anybody is
 * there. */
#define NC_PROBE "X"

/* Door, port, scope and address, in this order. */
void
udp_hall_make_key(const struct udp_door *door, const struct net_address *a,
                  uint8_t key[UDP_KEY_BYTES])
{
    uint16_t port = net_address_port(a);
    memset(key, 0, UDP_KEY_BYTES);
    memcpy(key, &door->number, 2);
    memcpy(key + 2, &port, 2);
    if (a->u.any.sa_family == AF_INET6) {
        memcpy(key + 4, &a->u.v6.sin6_scope_id, 4);
        memcpy(key + 8, &a->u.v6.sin6_addr, 16);
    } else {
        memcpy(key + 8, &a->u.v4.sin_addr, 4);
    }
}

static struct span
key_span(const uint8_t *key)
{
    return (struct span){key, UDP_KEY_BYTES};
}

static struct span
key_of(const void *member)
{
    return key_span(((const struct udp_member *)member)->key);
}

/* -- one who has proved nothing ------------------------------------------------------ */

/* A datagram from an address of which nothing is known. */
struct newcomer {
    struct udp_door *door;
    const struct net_datagram *datagram;
    uint8_t key[UDP_KEY_BYTES];
};

/* The one datagram that he gets for his, if it is not too much. */
static void
answer(const struct newcomer *n, struct span bytes)
{
    const struct net_datagram *d = n->datagram;
    size_t headers = d->from.u.any.sa_family == AF_INET6
                         ? NET_DATAGRAM_HEADERS_V6
                         : NET_DATAGRAM_HEADERS_V4;
    bool is_little =
        bytes.n <= LIMIT_UNPROVEN_BYTES &&
        headers + bytes.n <= LIMIT_UNPROVEN_TIMES * (headers + d->bytes.n);
    if (is_little)
        n->door->socket->ops->send(n->door->socket, &d->from, &d->to, bytes);
}

static void
answer_datagram(const struct newcomer *n, const struct datagram *answered)
{
    struct buf out = {0};
    wire_datagram_encode(answered, &out);
    answer(n, buf_span(&out));
    buf_finish(&out);
}

static struct bucket_rate
guesses_rate(void)
{
    return bucket_rate(LIMIT_WRONG_TOKENS, LIMIT_WRONG_TOKENS);
}

/*
 * A short token is easy to type, and no harder to guess than wrong ones are
 * few. When they are many, whoever forges whatever, short ones count for
 * nothing for as long as that lasts, and all who come are given long ones,
 * which always count. So a flood of guesses keeps nobody out, and nothing is
 * kept of who sends it.
 */
static struct span
offer_token(const struct newcomer *n, struct token *t)
{
    struct udp_hall *h = n->door->hall;
    uint64_t now_ms = loop_now_ms(h->loop);
    *t = wire_token_make(h->owner.secret, key_span(n->key), now_ms);
    /* Well before short ones do not count, or they would be typed in vain. */
    bool is_calm =
        bucket_missing_ns(h->guesses, now_ms) * 2 <= guesses_rate().depth_ns;
    return wire_token_span(t, is_calm ? TOKEN_SHORT_LETTERS : TOKEN_LETTERS);
}

static bool
has_proved(const struct newcomer *n, struct span said)
{
    struct udp_hall *h = n->door->hall;
    uint64_t now_ms = loop_now_ms(h->loop);
    if (n->datagram->is_local)
        return true;
    enum token_verdict verdict =
        wire_token_judge(h->owner.secret, key_span(n->key), now_ms, said);
    bool counts_short = bucket_wait_ms(h->guesses, guesses_rate(), now_ms) == 0;
    if (verdict == TOKEN_WRONG && counts_short)
        bucket_take(&h->guesses, guesses_rate(), now_ms, 1);
    return verdict == TOKEN_RIGHT ||
           (verdict == TOKEN_RIGHT_SHORT && counts_short);
}

/* -- coming in -------------------------------------------------------------------------- */

static void
accept_member(struct udp_member *m)
{
    struct udp_hall *h = m->hall;
    struct net_offer o = udp_member_offer(m);
    CHECK(h->owner.on_accept(h->owner.owner, &o, &m->at));
    /* Whoever writes in a hook of his own does it before ours sends. */
    list_remove(&h->turn_end.link);
    loop_hook_add(h->loop, &h->turn_end);
}

static struct udp_member *
create_member(const struct newcomer *n)
{
    return udp_member_create(n->door, n->key, &n->datagram->from,
                             &n->datagram->to);
}

/* Somebody asks with nc -u whether anybody is there, and says no more. */
static bool
is_probe(struct span bytes)
{
    return span_equal(bytes, SPAN(NC_PROBE));
}

static void
meet_person(const struct newcomer *n)
{
    const struct net_datagram *d = n->datagram;
    if (n->door->is_closed || is_probe(d->bytes))
        return;
    if (!has_proved(n, d->bytes)) {
        struct token token;
        struct reply r = {.kind = REPLY_PROVE, .text = offer_token(n, &token)};
        struct buf words = {0};
        wire_encode_reply(WIRE_PLAIN, &r, &words);
        answer(n, buf_span(&words));
        buf_finish(&words);
        return;
    }
    struct udp_member *m = create_member(n);
    accept_member(m);
    /* A token is not said; but he is in. */
    udp_member_hear(m, d->is_local ? d->bytes : SPAN_NONE);
}

static void
meet_caller(const struct newcomer *n, const struct datagram *open,
            struct udp_member *before)
{
    struct udp_hall *h = n->door->hall;
    if (!has_proved(n, open->bytes)) {
        struct token token;
        struct datagram d = {.kind = DATAGRAM_TOKEN,
                             .session = open->session,
                             .bytes = offer_token(n, &token)};
        answer_datagram(n, &d);
        return;
    }
    if (before != NULL)
        udp_member_end(before, UDP_REPLACED);
    struct udp_member *m = create_member(n);
    /* His silence is asked about well before it is taken for his end. */
    uint64_t keep_ms = h->owner.idle_ms / 3;
    m->arq = ALLOC(struct arq);
    wire_arq_init(m->arq, open->session, false, keep_ms, loop_now_ms(h->loop));
    udp_member_hear(m, n->datagram->bytes);
    accept_member(m);
}

/* A liao that has a session, but not here: perhaps with a server that was
 * here before us. */
static void
refuse_stranger(const struct newcomer *n, const struct datagram *d)
{
    struct datagram reset = {.kind = DATAGRAM_RESET, .session = d->session};
    if (d->kind != DATAGRAM_RESET && d->kind != DATAGRAM_TOKEN)
        answer_datagram(n, &reset);
}

static void
meet_liao(const struct newcomer *n, struct udp_member *before)
{
    struct datagram d;
    if (!wire_datagram_decode(n->datagram->bytes, &d))
        return;
    if (d.kind == DATAGRAM_OPEN && !n->door->is_closed)
        meet_caller(n, &d, before);
    else if (before == NULL || before->arq != NULL)
        refuse_stranger(n, &d);
}

/* -- whose is it? -------------------------------------------------------------------------- */

/* It is a datagram of the session that this member has. */
static bool
is_his(const struct udp_member *m, struct span bytes, bool is_liao)
{
    struct datagram d;
    if (m->arq == NULL)
        return !is_liao;
    return is_liao && wire_datagram_decode(bytes, &d) &&
           d.session == m->arq->session;
}

static void
on_datagram(struct net_datagrams *s, const struct net_datagram *d)
{
    struct newcomer n = {.door = s->owner, .datagram = d};
    struct udp_hall *h = n.door->hall;
    bool is_liao =
        d->bytes.n > 0 && span_get(d->bytes, 0) == DATAGRAM_FIRST_BYTE;
    udp_hall_make_key(n.door, &d->from, n.key);
    struct udp_member *m = map_find(&h->members, key_span(n.key));
    if (m != NULL && is_his(m, d->bytes, is_liao))
        udp_member_hear(m, d->bytes);
    else if (is_liao)
        meet_liao(&n, h->is_callers ? NULL : m);
    else if (m == NULL)
        meet_person(&n);
}

/*
 * ICMP says that nobody is there (any more). That is as easily forged as any
 * datagram; but of a liao it quotes the session, which no forger knows (RFC
 * 9000, 14.2.1).
 */
static void
on_refused(struct net_datagrams *s, const struct net_address *who,
           struct span sent)
{
    uint8_t key[UDP_KEY_BYTES];
    struct udp_door *door = s->owner;
    udp_hall_make_key(door, who, key);
    struct udp_member *m = map_find(&door->hall->members, key_span(key));
    if (m == NULL)
        return;
    if (m->arq == NULL || wire_datagram_is_of(sent, m->arq->session))
        udp_member_end(m, UDP_REFUSED);
}

/* Of a liao's datagram, also of the front that ICMP quotes; what a person
 * sends has none. */
static struct trace_header
header_of(struct span bytes)
{
    struct datagram d;
    struct trace_header h = {0};
    if (bytes.n == 0 || span_get(bytes, 0) != DATAGRAM_FIRST_BYTE)
        return h;
    h.secret_at = DATAGRAM_SESSION_AT;
    h.secret_n = DATAGRAM_SESSION_BYTES;
    h.text_at = h.secret_at + h.secret_n;
    if (!wire_datagram_decode(bytes, &d))
        return h;
    h.text_at = bytes.n - d.bytes.n;
    h.is_numbered = wire_datagram_has_segment(d.kind);
    h.stream = d.session;
    h.number = d.segment;
    return h;
}

/* -- turns and life -------------------------------------------------------------------------- */

static void
door_destroy(struct udp_door *door)
{
    door->socket->ops->close(door->socket);
    list_remove(&door->link);
    free(door);
}

static void
on_turn_end(struct loop_hook *hook)
{
    struct udp_hall *h = CONTAINER_OF(hook, struct udp_hall, turn_end);
    while (!list_is_empty(&h->dirty)) {
        struct udp_member *m =
            CONTAINER_OF(h->dirty.next, struct udp_member, dirty_link);
        list_remove(&m->dirty_link);
        udp_member_send_some(m);
    }
    LIST_FOREACH_SAFE (link, &h->doors) {
        struct udp_door *door = CONTAINER_OF(link, struct udp_door, link);
        door->socket->ops->flush(door->socket);
        if (door->is_closed && door->members == 0)
            door_destroy(door);
    }
}

struct udp_hall *
udp_hall_create(struct loop *l, const struct udp_hall_owner *owner)
{
    struct udp_hall *h = ALLOC(struct udp_hall);
    h->loop = l;
    h->owner = *owner;
    h->turn_end.on_turn_end = on_turn_end;
    list_init(&h->doors);
    list_init(&h->all);
    list_init(&h->dirty);
    map_init(&h->members, key_of, owner->secret);
    loop_hook_add(l, &h->turn_end);
    return h;
}

void
udp_hall_destroy(struct udp_hall *h)
{
    if (h == NULL)
        return;
    LIST_FOREACH_SAFE (link, &h->all) {
        struct udp_member *m = CONTAINER_OF(link, struct udp_member, all_link);
        CHECK(m->is_closed);
        udp_member_destroy(m);
    }
    LIST_FOREACH_SAFE (link, &h->doors)
        door_destroy(CONTAINER_OF(link, struct udp_door, link));
    list_remove(&h->turn_end.link);
    map_finish(&h->members);
    free(h);
}

struct udp_door *
udp_hall_add_door(struct udp_hall *h, struct net_datagrams *s)
{
    struct udp_door *door = ALLOC(struct udp_door);
    door->hall = h;
    door->socket = s;
    door->number = ++h->last_door;
    list_add(&h->doors, &door->link);
    s->on_datagram = on_datagram;
    s->on_refused = on_refused;
    s->header_of = header_of;
    s->owner = door;
    return door;
}

void
udp_hall_add(struct udp_hall *h, struct net_datagrams *s)
{
    (void)udp_hall_add_door(h, s);
}

static bool
is_at(const struct udp_door *door, const struct net_address *at)
{
    const struct net_address *here = &door->socket->address;
    return here->n == at->n && memcmp(&here->u, &at->u, at->n) == 0;
}

struct net_datagrams *
udp_hall_open(struct udp_hall *h, const struct net_address *at, int fd)
{
    LIST_FOREACH (link, &h->doors) {
        struct udp_door *door = CONTAINER_OF(link, struct udp_door, link);
        if (fd < 0 && door->is_closed && is_at(door, at)) {
            door->is_closed = false;
            return door->socket;
        }
    }
    struct net_datagrams *s = fd < 0 ? net_datagrams_open(h->loop, at)
                                     : net_datagrams_adopt(h->loop, fd);
    if (s != NULL)
        udp_hall_add(h, s);
    return s;
}

void
udp_hall_close(struct udp_hall *h, struct net_datagrams *s)
{
    struct udp_door *door = s->owner;
    door->is_closed = true;
    loop_again(h->loop); /* the end of a turn looks whether it can go */
}

void
udp_hall_set_idle(struct udp_hall *h, uint64_t idle_ms)
{
    h->owner.idle_ms = idle_ms;
}

size_t
udp_hall_members(const struct udp_hall *h)
{
    return h->members.n;
}
