/*
 * The story of the hall: people from whom only datagrams come, in one room
 * with others; strangers, forgers and a network that loses things.
 */
#include "support/network.h"
#include "support/world.h"

#include "base/alloc.h"
#include "msg/limits.h"
#include "udp/hall.h"
#include "wire/arq.h"
#include "wire/token.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- a socket without a system ------------------------------------------------ */

struct place {
    struct net_datagrams socket;
    struct world *world;
    struct udp_hall *hall;
    struct network net; /* from the server, to `port` */
    size_t sent_n;
    size_t sent_bytes; /* with headers, as those that came */
    struct buf last;   /* that was sent */
    uint16_t last_port;
    uint16_t keeps; /* a port; all that is sent there is kept */
    struct buf kept;
    bool is_local; /* what is heard comes over the loopback interface */
    bool is_v6;
};

static struct place *
place_of(struct net_datagrams *s)
{
    return CONTAINER_OF(s, struct place, socket);
}

static size_t
headers(const struct place *p)
{
    return p->is_v6 ? NET_DATAGRAM_HEADERS_V6 : NET_DATAGRAM_HEADERS_V4;
}

static void
fake_send(struct net_datagrams *s, const struct net_address *to,
          const struct net_address *from, struct span bytes)
{
    struct place *p = place_of(s);
    CHECK(from->n > 0);
    p->sent_n++;
    p->sent_bytes += headers(p) + bytes.n;
    p->last_port = net_address_port(to);
    buf_truncate(&p->last, 0);
    buf_add(&p->last, bytes);
    if (p->keeps == p->last_port)
        buf_add(&p->kept, bytes);
    network_send(&p->net, p->last_port, bytes, p->world->now_ms);
}

static void
fake_flush(struct net_datagrams *s)
{
    (void)s;
}

static void
fake_close(struct net_datagrams *s)
{
    (void)s;
}

static const struct net_datagrams_ops fake_ops = {
    .send = fake_send,
    .flush = fake_flush,
    .close = fake_close,
};

static bool
on_accept(void *owner, const struct net_offer *o,
          const struct net_address *from)
{
    return peer_accept(((struct world *)owner)->peers, o, from,
                       SNIFF_PINNED_PLAIN);
}

static void
place_open(struct place *p, uint64_t seed, uint64_t idle_ms)
{
    *p = (struct place){.is_local = true, .net = {.dice = {seed}}};
    p->world = world_create(seed, NULL);
    p->socket.ops = &fake_ops;
    struct udp_hall_owner owner = {
        .on_accept = on_accept,
        .owner = p->world,
        .idle_ms = idle_ms,
        .secret = {seed * 3, ~seed},
    };
    p->hall = udp_hall_create(p->world->loop, &owner);
    udp_hall_add(p->hall, &p->socket);
}

static void
place_close(struct place *p)
{
    struct world *w = p->world;
    world_release(w);
    peers_destroy(w->peers);
    udp_hall_destroy(p->hall);
    CHECK(list_is_empty(&w->wires));
    loop_destroy(w->loop);
    free(w->held);
    free(w);
    network_finish(&p->net);
    buf_finish(&p->last);
    buf_finish(&p->kept);
}

static struct net_address
address_of(const struct place *p, uint32_t who, uint16_t port)
{
    uint8_t v4[4] = {192, 0, (uint8_t)(who >> 8), (uint8_t)who};
    /* The last byte of `who` is in a customer's own 72 bits. */
    uint8_t v6[16] = {0x20,
                      0x01,
                      0x0d,
                      0xb8,
                      (uint8_t)(who >> 24),
                      (uint8_t)(who >> 16),
                      (uint8_t)(who >> 8),
                      (uint8_t)who,
                      [15] = 1};
    return net_address_make(p->is_v6 ? v6 : v4, p->is_v6 ? 16 : 4, port);
}

/* A datagram comes from there; whether that is true nobody knows. */
static void
hear_from(struct place *p, uint32_t who, uint16_t port, struct span bytes)
{
    struct net_datagram d = {
        .from = address_of(p, who, port),
        .to = address_of(p, 1, 63434),
        .is_local = p->is_local,
        .bytes = bytes,
    };
    p->socket.on_datagram(&p->socket, &d);
}

static void
say(struct place *p, uint16_t port, const char *text)
{
    hear_from(p, 7, port, span_of(text));
}

/* All that was sent to this port by now, a datagram behind the other. */
static void
take_all(struct place *p, uint16_t port, struct buf *out)
{
    struct network others = {.dice = p->net.dice};
    struct buf one = {0};
    size_t to;
    while (network_take(&p->net, UINT64_MAX - 1, &to, &one)) {
        if (to == port)
            buf_add(out, buf_span(&one));
        else
            network_send(&others, to, buf_span(&one), p->world->now_ms);
        buf_truncate(&one, 0);
    }
    buf_finish(&one);
    network_finish(&p->net);
    p->net = others;
}

static bool
has_heard(struct place *p, uint16_t port, const char *words)
{
    struct buf heard = {0};
    world_pass(p->world, 20);
    take_all(p, port, &heard);
    buf_add_byte(&heard, 0);
    bool has = strstr((char *)heard.at, words) != NULL;
    if (!has)
        fprintf(stderr, "%u heard: %s\n", port, (char *)heard.at);
    buf_finish(&heard);
    return has;
}

static struct wire *
join_tcp(struct place *p)
{
    struct wire *wire = world_connect(p->world, SNIFF_PINNED_PLAIN);
    wire_send(wire, "\n");
    world_pass(p->world, 20);
    CHECK(wire_has_heard(wire, "-- liao: you are guest"));
    return wire;
}

static void
leave_tcp(struct place *p, struct wire *wire)
{
    wire_reset(wire);
    world_pass(p->world, 20);
    wire_free(wire);
}

/* -- with nc -u ------------------------------------------------------------------ */

/* The first datagram joins, each line is a datagram, q leaves, and whoever
 * comes again is a new one. */
static void
lines_come_and_go(void)
{
    struct place p;
    place_open(&p, 1, 300000);
    struct wire *alice = join_tcp(&p);
    say(&p, 100, "X"); /* nc asks whether anybody is there */
    world_pass(p.world, 50);
    CHECK(udp_hall_members(p.hall) == 0 && p.sent_n == 0);
    say(&p, 100, "hello");
    CHECK(has_heard(&p, 100,
                    "-- liao: you are guest2, in room lobby; here: "
                    "guest1\n"));
    CHECK(p.sent_n == 2); /* lines of the greeting */
    CHECK(wire_has_heard(alice, "-- guest2 joined\nguest2: hello\n"));
    say(&p, 100, "X");
    say(&p, 100, "two\nlines\n");
    world_pass(p.world, 20);
    CHECK(wire_has_heard(alice, "guest2: X\nguest2: two\nguest2: lines\n"));
    wire_send(alice, "/who\n");
    world_pass(p.world, 20);
    CHECK(wire_has_heard(alice, "2 (guest1, guest2 (udp))\n"));
    say(&p, 100, "q\n");
    say(&p, 100, "again\n"); /* in the same breath: it is lost with him */
    CHECK(has_heard(&p, 100, "-- bye\n"));
    world_pass(p.world, 20);
    CHECK(udp_hall_members(p.hall) == 0);
    CHECK(wire_has_heard(alice, "-- guest2 left\n"));
    say(&p, 100, "back\n");
    CHECK(has_heard(&p, 100, "-- liao: you are guest3"));
    leave_tcp(&p, alice);
    place_close(&p);
}

/* What is too long for a datagram becomes several, between graphemes, and
 * none of them can pass for a line of its own. */
static void
long_lines_are_cut(void)
{
    struct place p;
    struct buf line = {0}, heard = {0};
    place_open(&p, 2, 300000);
    struct wire *alice = join_tcp(&p);
    say(&p, 100, "\n");
    CHECK(has_heard(&p, 100, "-- liao"));
    for (int i = 0; i < 1000; i++)
        buf_add(&line, SPAN("聊天"));
    buf_truncate(&line, 4095);
    buf_add_byte(&line, '\n');
    p.sent_n = 0;
    wire_send_bytes(alice, buf_span(&line));
    world_pass(p.world, 20);
    CHECK(p.sent_n == 4);
    struct buf one = {0};
    size_t to, lines = 0;
    while (network_take(&p.net, UINT64_MAX - 1, &to, &one)) {
        struct span s = buf_span(&one);
        CHECK(s.n <= DATAGRAM_MOST_BYTES && span_get(s, s.n - 1) == '\n');
        CHECK(span_starts(s, lines++ == 0 ? SPAN("guest1: 聊") : SPAN("... ")));
        buf_add(&heard,
                span_sub(s, lines == 1 ? 8 : 4, s.n - (lines == 1 ? 9 : 5)));
        buf_truncate(&one, 0);
    }
    CHECK(span_equal(buf_span(&heard), span_sub(buf_span(&line), 0, 4095)));
    buf_finish(&one);
    buf_finish(&line);
    buf_finish(&heard);
    leave_tcp(&p, alice);
    place_close(&p);
}

/* Silence ends it, and is announced; so does a system's word that nobody is
 * there. */
static void
silence_and_refusal(void)
{
    struct place p;
    place_open(&p, 3, 60000);
    struct wire *alice = join_tcp(&p);
    say(&p, 100, "hello\n");
    say(&p, 101, "hello\n");
    world_pass(p.world, 30000);
    say(&p, 101, "still here\n");
    world_pass(p.world, 29000);
    CHECK(udp_hall_members(p.hall) == 2);
    world_pass(p.world, 2000);
    CHECK(udp_hall_members(p.hall) == 1);
    CHECK(wire_has_heard(alice, "-- guest2 left (silent for too long)\n"));
    CHECK(has_heard(&p, 100, "-- nothing was heard of you for too long; bye"));
    struct net_address who = address_of(&p, 7, 101);
    p.socket.on_refused(&p.socket, &who, SPAN_NONE);
    world_pass(p.world, 20);
    CHECK(udp_hall_members(p.hall) == 0);
    CHECK(wire_has_heard(alice, "-- guest3 left (connection lost)\n"));
    p.socket.on_refused(&p.socket, &who, SPAN_NONE); /* of nobody */
    leave_tcp(&p, alice);
    place_close(&p);
}

/* -- strangers ---------------------------------------------------------------------- */

__attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes(void);

static size_t
allocated_bytes(void)
{
    if (__sanitizer_get_current_allocated_bytes != NULL)
        return __sanitizer_get_current_allocated_bytes();
    return mallinfo2().uordblks;
}

/* 10,000 addresses say "hi": each gets one small datagram, which says nothing
 * of the room, and nothing is kept of any. */
static void
strangers_get_little(bool is_v6)
{
    struct place p;
    place_open(&p, 5, 300000);
    struct wire *alice = join_tcp(&p);
    p.is_local = false;
    p.is_v6 = is_v6;
    p.net.loss_percent = 100; /* they are not there, but somebody else is */
    hear_from(&p, 1, 1, SPAN("hi\n"));
    world_pass(p.world, 20);
    size_t before = allocated_bytes(), came = 0;
    p.sent_n = p.sent_bytes = 0;
    for (uint32_t who = 0; who < 10000; who++) {
        struct span words = who % 5 == 0 ? SPAN_NONE : SPAN("hi\n");
        size_t sent = p.sent_bytes;
        hear_from(&p, who, (uint16_t)(1000 + who), words);
        came += headers(&p) + words.n;
        CHECK(p.sent_bytes - sent <=
              LIMIT_UNPROVEN_TIMES * (headers(&p) + words.n));
        CHECK(p.last.n <= LIMIT_UNPROVEN_BYTES);
        CHECK(span_starts(buf_span(&p.last), SPAN("-- liao: to come in, ")));
        if (who % 100 == 0)
            world_turn(p.world);
    }
    CHECK(p.sent_n == 10000 && p.sent_bytes <= 3 * came);
    CHECK(allocated_bytes() == before);
    CHECK(udp_hall_members(p.hall) == 0);
    CHECK(peers_counts(p.world->peers).connections == 1);
    CHECK(alice->to_client.n == 0);
    leave_tcp(&p, alice);
    place_close(&p);
}

static void
call(struct place *p, uint16_t port, struct span token)
{
    struct buf bytes = {0};
    struct datagram open = {.kind = DATAGRAM_OPEN,
                            .session = port,
                            .number = 1,
                            .room = 32,
                            .bytes = token};
    wire_datagram_encode(&open, &bytes);
    hear_from(p, 7, port, buf_span(&bytes));
    buf_finish(&bytes);
}

/* A token as it was sent, or is guessed. */
struct word {
    uint8_t at[TOKEN_LETTERS];
    size_t n;
};

static struct span
word_span(const struct word *w)
{
    return (struct span){w->at, w->n};
}

/* The last word of the last datagram, a sentence. */
static struct word
token_in_last(const struct place *p)
{
    struct word w = {.n = 0};
    struct span said = span_sub(buf_span(&p->last), 0, p->last.n - 1);
    while (w.n < TOKEN_LETTERS && span_get(said, said.n - w.n - 1) != ' ')
        w.n++;
    memcpy(w.at, span_from(said, said.n - w.n).at, w.n);
    return w;
}

static struct word
guess(struct dice *dice, size_t n)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct word w = {.n = n};
    for (size_t k = 0; k < n; k++)
        w.at[k] = (uint8_t)letters[dice_below(dice, 32)];
    return w;
}

/* The token that `who` is sent when he says hi. */
static struct word
ask_for_token(struct place *p, uint32_t who)
{
    hear_from(p, who, 100, SPAN("hi\n"));
    return token_in_last(p);
}

/* Who says it is in. */
static bool
is_believed(struct place *p, uint32_t who, struct word w)
{
    size_t before = udp_hall_members(p->hall);
    hear_from(p, who, 100, word_span(&w));
    return udp_hall_members(p->hall) > before;
}

/* 100,000 guesses, short and long, typed and called, prove nothing; nor does
 * the token of another port. Amid them a short one does not count, but all who
 * come are given a long one, which does. */
static void
guesses_prove_nothing(void)
{
    struct place p;
    struct dice dice = {6};
    place_open(&p, 6, 300000);
    p.is_local = false;
    p.net.loss_percent = 100;
    struct word right = ask_for_token(&p, 7);
    struct word of_another = ask_for_token(&p, 8);
    CHECK(right.n == TOKEN_SHORT_LETTERS);
    hear_from(&p, 7, 101, word_span(&right));
    CHECK(udp_hall_members(p.hall) == 0);
    for (int i = 0; i < 100000; i++) {
        struct word w =
            guess(&dice, i % 4 < 2 ? TOKEN_SHORT_LETTERS : TOKEN_LETTERS);
        if (i % 2 == 0)
            hear_from(&p, 7, 100, word_span(&w));
        else
            call(&p, 100, word_span(&w));
        CHECK(p.last.n <= LIMIT_UNPROVEN_BYTES);
        if (i % 1000 == 0)
            world_turn(p.world); /* up to 5 ms: so they come fast */
    }
    CHECK(udp_hall_members(p.hall) == 0);
    CHECK(!is_believed(&p, 7, right)); /* too many wrong ones */
    CHECK(!is_believed(&p, 8, of_another));
    struct word longer = token_in_last(&p);
    CHECK(longer.n == TOKEN_LETTERS);
    CHECK(!is_believed(&p, 7, longer));
    CHECK(is_believed(&p, 8, longer));
    world_pass(p.world, 1000);
    CHECK(is_believed(&p, 7, right));
    world_pass(p.world, 100);
    CHECK(hub_counts(peers_hub(p.world->peers)).present == 2);
    CHECK(hub_counts(peers_hub(p.world->peers)).messages == 0); /* not said */
    place_close(&p);
}

/*
 * Guesses from everywhere, as one sends them who forges his source: nothing is
 * kept of any, and amid them one comes in who types what he is told to, and
 * one who calls.
 */
static void
guesses_from_everywhere(void)
{
    struct place p;
    struct dice dice = {7};
    place_open(&p, 9, 300000);
    p.is_local = false;
    p.net.loss_percent = 100;
    size_t before = 0;
    for (uint32_t who = 0; who < 10000; who++) {
        struct word w = guess(&dice, TOKEN_SHORT_LETTERS);
        hear_from(&p, who, 100, word_span(&w));
        CHECK(p.last.n <= LIMIT_UNPROVEN_BYTES);
        if (who == 100)
            before = allocated_bytes();
    }
    CHECK(allocated_bytes() == before);
    CHECK(is_believed(&p, 20000, ask_for_token(&p, 20000)));
    call(&p, 101, SPAN_NONE);
    struct datagram d;
    CHECK(wire_datagram_decode(buf_span(&p.last), &d));
    CHECK(d.kind == DATAGRAM_TOKEN && d.bytes.n == TOKEN_LETTERS);
    struct word w = {.n = d.bytes.n};
    memcpy(w.at, d.bytes.at, d.bytes.n);
    call(&p, 101, word_span(&w));
    CHECK(udp_hall_members(p.hall) == 2);
    place_close(&p);
}

/* After so many wrong ones, does a short one still count? And what is who asks
 * for one given? */
static bool
is_believed_after(uint32_t guesses, size_t *given)
{
    struct place p;
    struct dice dice = {8};
    place_open(&p, 10, 300000);
    p.is_local = false;
    p.net.loss_percent = 100;
    struct word right = ask_for_token(&p, 20000);
    CHECK(right.n == TOKEN_SHORT_LETTERS);
    for (uint32_t i = 0; i < guesses; i++) {
        struct word w = guess(&dice, TOKEN_SHORT_LETTERS);
        hear_from(&p, i, 100, word_span(&w));
    }
    *given = ask_for_token(&p, 20001).n;
    bool is_in = is_believed(&p, 20000, right);
    place_close(&p);
    return is_in;
}

static void
few_guesses_change_nothing(void)
{
    size_t given;
    CHECK(is_believed_after(LIMIT_WRONG_TOKENS / 2, &given));
    CHECK(given == TOKEN_SHORT_LETTERS);
    CHECK(is_believed_after(LIMIT_WRONG_TOKENS - 1, &given));
    CHECK(given == TOKEN_LETTERS);
    CHECK(!is_believed_after(LIMIT_WRONG_TOKENS, &given));
    CHECK(given == TOKEN_LETTERS);
}

static void
tokens_grow_old(void)
{
    struct place p;
    place_open(&p, 7, 300000);
    p.is_local = false;
    say(&p, 100, "hi\n");
    struct word w = token_in_last(&p);
    world_pass(p.world, 60001);
    hear_from(&p, 7, 100, word_span(&w));
    CHECK(udp_hall_members(p.hall) == 0);
    w = token_in_last(&p);
    world_pass(p.world, 29000);
    hear_from(&p, 7, 100, word_span(&w));
    CHECK(udp_hall_members(p.hall) == 1);
    CHECK(has_heard(&p, 100, "-- liao: you are guest1"));
    place_close(&p);
}

/* -- a liao ---------------------------------------------------------------------------- */

/* The other end of the wire: the same engine. */
struct liao {
    struct arq arq;
    uint16_t port;
    struct network net; /* to the server */
    struct buf heard;
    struct buf to_say;
};

static void
liao_open(struct liao *l, const struct place *p, uint16_t port, uint64_t seed,
          unsigned loss)
{
    *l = (struct liao){.port = port,
                       .net = {.dice = {seed},
                               .loss_percent = loss,
                               .twice_percent = loss / 2,
                               .more_ms = loss > 0 ? 60 : 0}};
    wire_arq_init(&l->arq, seed * 1000 + port, true, ARQ_KEEP_MS,
                  p->world->now_ms);
}

static void
liao_finish(struct liao *l)
{
    wire_arq_finish(&l->arq);
    network_finish(&l->net);
    buf_finish(&l->heard);
    buf_finish(&l->to_say);
}

static void
liao_say(struct liao *l, const char *text)
{
    buf_add(&l->to_say, span_of(text));
}

static void
liao_turn(struct place *p, struct liao *l)
{
    uint64_t now_ms = p->world->now_ms;
    uint8_t at[4096];
    struct buf bytes = {0};
    size_t n, to;
    if (wire_arq_can_write(&l->arq) && !l->arq.has_ended)
        buf_drop_front(&l->to_say,
                       wire_arq_write(&l->arq, buf_span(&l->to_say)));
    while ((n = wire_arq_read(&l->arq, at, sizeof(at))) > 0)
        buf_add(&l->heard, (struct span){at, n});
    while (wire_arq_next(&l->arq, now_ms, &bytes)) {
        network_send(&l->net, 0, buf_span(&bytes), now_ms);
        buf_truncate(&bytes, 0);
    }
    while (network_take(&l->net, now_ms, &to, &bytes)) {
        hear_from(p, 7, l->port, buf_span(&bytes));
        buf_truncate(&bytes, 0);
    }
    buf_finish(&bytes);
}

/* So long, everybody does what he has to. */
static void
pass(struct place *p, struct liao *liaos, size_t n, uint64_t ms)
{
    uint64_t until_ms = p->world->now_ms + ms;
    while (p->world->now_ms < until_ms) {
        struct buf bytes = {0};
        size_t to;
        for (size_t i = 0; i < n; i++)
            liao_turn(p, &liaos[i]);
        world_turn(p->world);
        while (network_take(&p->net, p->world->now_ms, &to, &bytes)) {
            for (size_t i = 0; i < n; i++) {
                if (liaos[i].port == to)
                    (void)wire_arq_hear(&liaos[i].arq, buf_span(&bytes),
                                        p->world->now_ms);
            }
            buf_truncate(&bytes, 0);
        }
        buf_finish(&bytes);
    }
}

static bool
liao_has_heard(struct liao *l, const char *words)
{
    buf_add_byte(&l->heard, 0);
    bool has = strstr((char *)l->heard.at, words) != NULL;
    if (!has)
        fprintf(stderr, "%u heard: %s\n", l->port, (char *)l->heard.at);
    buf_truncate(&l->heard, 0);
    return has;
}

/* He proves his address by himself, is greeted, chats, and both sides know
 * that he left. */
static void
a_liao_comes_and_goes(void)
{
    struct place p;
    struct liao l;
    place_open(&p, 8, 300000);
    struct wire *alice = join_tcp(&p);
    p.is_local = false;
    liao_open(&l, &p, 200, 8, 0);
    liao_say(&l, "\nhello\n/who\n");
    pass(&p, &l, 1, 100);
    CHECK(liao_has_heard(&l, "in room lobby; here: guest1\n"));
    CHECK(wire_has_heard(alice, "-- guest2 joined\nguest2: hello\n"));
    liao_say(&l, "q\n");
    pass(&p, &l, 1, 10);
    CHECK(liao_has_heard(&l, "-- bye\n"));
    CHECK(wire_has_heard(alice, "-- guest2 left\n"));
    CHECK(wire_arq_is_at_end(&l.arq)); /* of what the server says */
    wire_arq_end(&l.arq);
    pass(&p, &l, 1, 100);
    CHECK(wire_arq_is_done(&l.arq) && udp_hall_members(p.hall) == 0);
    liao_finish(&l);
    leave_tcp(&p, alice);
    place_close(&p);
}

/* The session's id keeps out who can only forge an address. */
static void
forgers_are_not_heard(void)
{
    struct place p;
    struct liao l;
    struct buf bytes = {0};
    place_open(&p, 9, 300000);
    struct wire *alice = join_tcp(&p);
    liao_open(&l, &p, 200, 9, 0);
    liao_say(&l, "\n");
    pass(&p, &l, 1, 100);
    CHECK(wire_has_heard(alice, "-- guest2 joined\n"));
    p.is_local = false;
    static const enum datagram_kind kinds[] = {DATAGRAM_OPEN, DATAGRAM_DATA,
                                               DATAGRAM_END, DATAGRAM_ACK,
                                               DATAGRAM_RESET};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct datagram d = {.kind = kinds[i],
                             .session = l.arq.session ^ 1,
                             .number = l.arq.number + 1,
                             .segment = l.arq.end};
        if (d.kind == DATAGRAM_DATA)
            d.bytes = SPAN("I am guest2\nq\n");
        buf_truncate(&bytes, 0);
        wire_datagram_encode(&d, &bytes);
        hear_from(&p, 7, 200, buf_span(&bytes));
    }
    say(&p, 200, "I am guest2\n");
    say(&p, 200, "q\n");
    struct net_address who = address_of(&p, 7, 200);
    p.socket.on_refused(&p.socket, &who, SPAN_NONE);
    p.socket.on_refused(&p.socket, &who, buf_span(&bytes));
    p.is_local = true;
    liao_say(&l, "really me\n");
    pass(&p, &l, 1, 100);
    struct buf heard = {0};
    wire_read(alice, SIZE_MAX, &heard);
    CHECK(span_equal(buf_span(&heard), SPAN("guest2: really me\n")));
    buf_finish(&heard);

    /* A refusal that quotes his session is true. */
    struct datagram quoted = {.kind = DATAGRAM_ACK, .session = l.arq.session};
    buf_truncate(&bytes, 0);
    wire_datagram_encode(&quoted, &bytes);
    p.socket.on_refused(&p.socket, &who, span_sub(buf_span(&bytes), 0, 10));
    world_pass(p.world, 20);
    CHECK(wire_has_heard(alice, "-- guest2 left (connection lost)\n"));
    CHECK(udp_hall_members(p.hall) == 0);
    buf_finish(&bytes);
    liao_finish(&l);
    leave_tcp(&p, alice);
    place_close(&p);
}

/* A liao that was started again at the same port takes its own place; one
 * whose server was started again is told that it is unknown. */
static void
sessions_end(void)
{
    struct place p;
    struct liao l, again;
    place_open(&p, 10, 300000);
    struct wire *alice = join_tcp(&p);
    liao_open(&l, &p, 200, 10, 0);
    liao_say(&l, "\n");
    pass(&p, &l, 1, 100);
    liao_open(&again, &p, 200, 11, 0);
    liao_say(&again, "hello\n");
    pass(&p, &again, 1, 100);
    CHECK(wire_has_heard(alice, "-- guest2 joined\n"
                                "-- guest2 left (connection lost)\n"
                                "-- guest3 joined\nguest3: hello\n"));
    CHECK(udp_hall_members(p.hall) == 1);
    liao_say(&l, "me, too\n");
    pass(&p, &l, 1, 100);
    CHECK(l.arq.state == ARQ_RESET);
    CHECK(alice->to_client.n == 0);
    liao_finish(&l);
    liao_finish(&again);
    leave_tcp(&p, alice);
    place_close(&p);
}

/* One who lives says so, however silent; one who died is gone after a while,
 * announced. */
static void
the_living_are_kept(void)
{
    struct place p;
    struct liao l;
    place_open(&p, 12, 9000); /* less than a liao's own 15 s */
    struct wire *alice = join_tcp(&p);
    liao_open(&l, &p, 200, 12, 20);
    p.net.loss_percent = 20;
    liao_say(&l, "\n");
    pass(&p, &l, 1, 100000);
    CHECK(udp_hall_members(p.hall) == 1);
    CHECK(wire_has_heard(alice, "joined"));
    world_pass(p.world, 10000);
    CHECK(udp_hall_members(p.hall) == 0);
    CHECK(wire_has_heard(alice, "-- guest2 left (silent for too long)\n"));
    liao_finish(&l);
    leave_tcp(&p, alice);
    place_close(&p);
}

/* Messages that he read, and those that he was told he missed. */
static size_t
count_read_and_missed(struct span heard, size_t *missed)
{
    size_t n = 0;
    *missed = 0;
    while (heard.n > 0) {
        struct span line = span_sub(heard, 0, span_find(heard, '\n'));
        struct span gap = SPAN("-- you read too slowly; messages missed: ");
        uint64_t number;
        if (span_starts(line, gap)) {
            CHECK(span_number(span_from(line, gap.n), UINT32_MAX, &number));
            *missed += number;
        }
        n += span_starts(line, SPAN("guest1: xxx"));
        heard = span_from(heard, line.n + 1);
    }
    return n + *missed;
}

/* Nobody is sent more in a second than an address may be. Who lags for that,
 * with nc -u or liao, is told exactly how much he missed, and reads on behind
 * it; others wait for nothing. */
static void
an_address_has_its_share(void)
{
    struct place p;
    struct liao l;
    place_open(&p, 4, 300000);
    struct wire *alice = join_tcp(&p), *bob = join_tcp(&p);
    say(&p, 100, "hello\n");
    CHECK(has_heard(&p, 100, "-- liao"));
    liao_open(&l, &p, 200, 4, 0);
    liao_say(&l, "\n");
    pass(&p, &l, 1, 100);
    struct buf line = {0}, heard = {0};
    for (int i = 0; i < 999; i++)
        buf_add_byte(&line, 'x');
    buf_add_byte(&line, '\n');
    alice->window = bob->window = SIZE_MAX;
    p.keeps = 100;
    p.sent_bytes = 0;
    uint64_t begun_ms = p.world->now_ms;
    for (int i = 0; i < 8000; i++) { /* twice what a room keeps */
        wire_send_bytes(alice, buf_span(&line));
        if (i % 16 == 15)
            pass(&p, &l, 1, 1);
    }
    pass(&p, &l, 1, 1000);
    uint64_t passed_ms = p.world->now_ms - begun_ms;
    CHECK(p.sent_bytes <=
          2 * (LIMIT_DATAGRAM_BYTES_AT_ONCE + 2000 +
               passed_ms * LIMIT_DATAGRAM_BYTES_A_SECOND / 1000));
    wire_read(bob, SIZE_MAX, &heard);
    CHECK(heard.n > (size_t)8000 * 1000);
    pass(&p, &l, 1, 30000);
    size_t missed;
    CHECK(count_read_and_missed(buf_span(&p.kept), &missed) == 8000);
    CHECK(missed > 1000 && missed < 8000);
    CHECK(count_read_and_missed(buf_span(&l.heard), &missed) == 8000);
    CHECK(missed > 1000 && missed < 8000);
    buf_finish(&line);
    buf_finish(&heard);
    liao_finish(&l);
    leave_tcp(&p, alice);
    leave_tcp(&p, bob);
    place_close(&p);
}

/* -- a room of all kinds over a bad network -------------------------------------------- */

#define LIAOS 3
#define MESSAGES 60

/* How often `who`'s messages stand in `heard`; they must be in order. */
static size_t
count_messages(const struct buf *heard, const char *who, int first, int last)
{
    size_t n = 0;
    const char *at = (const char *)heard->at;
    for (int i = first; i <= last; i++) {
        char line[64];
        snprintf(line, sizeof(line), "%s: message %d\n", who, i);
        const char *found = strstr(at, line);
        if (found == NULL)
            continue;
        at = found + strlen(line);
        CHECK(strstr(at, line) == NULL); /* not twice */
        n++;
    }
    return n;
}

/*
 * Everybody talks: those on UDP over a network that loses a fifth each way,
 * one on TCP. What each says himself is stepped over; one on UDP misses what
 * was said while he was away. Nobody misses anything else, and who is on TCP
 * notices nothing of the others' network.
 */
static void
all_in_one_room(uint64_t seed)
{
    struct place p;
    struct liao l[LIAOS];
    static const char *const names[LIAOS] = {"ann", "ben", "cat"};
    char text[64];
    place_open(&p, seed, 300000);
    p.net = (struct network){
        .dice = {seed}, .loss_percent = 20, .twice_percent = 10, .more_ms = 60};
    struct wire *alice = join_tcp(&p);
    wire_send(alice, "/nick alice\n");
    for (size_t i = 0; i < LIAOS; i++) {
        liao_open(&l[i], &p, (uint16_t)(200 + i), seed + i, 20);
        snprintf(text, sizeof(text), "/nick %s\n", names[i]);
        liao_say(&l[i], text);
    }
    pass(&p, l, LIAOS, 20000);
    for (size_t i = 0; i < LIAOS; i++)
        CHECK(liao_has_heard(&l[i], "-- you are now "));
    struct buf tcp = {0};
    wire_read(alice, SIZE_MAX, &tcp);
    buf_truncate(&tcp, 0);
    for (int i = 1; i <= MESSAGES; i++) {
        uint64_t before_ms = p.world->now_ms;
        snprintf(text, sizeof(text), "message %d\n", i);
        wire_send(alice, text);
        for (size_t k = 0; k < LIAOS; k++)
            liao_say(&l[k], text);
        if (i == MESSAGES / 3)
            liao_say(&l[0], "/leave\n");
        if (i == MESSAGES / 2)
            liao_say(&l[0], "/join lobby\n");
        /* Nobody waits for the network but who is on it. */
        wire_send(alice, "/rooms\n");
        world_turn(p.world);
        world_turn(p.world);
        CHECK(wire_has_heard(alice, "-- rooms: "));
        CHECK(p.world->now_ms - before_ms <= 15);
        pass(&p, l, LIAOS, 300);
        wire_read(alice, SIZE_MAX, &tcp);
    }
    pass(&p, l, LIAOS, 60000);
    wire_read(alice, SIZE_MAX, &tcp);
    for (size_t i = 0; i < LIAOS; i++) {
        buf_add_byte(&l[i].heard, 0);
        CHECK(l[i].arq.state == ARQ_OPEN);
        for (size_t k = 0; k < LIAOS; k++) {
            size_t want = i == k ? 0 : MESSAGES;
            size_t got = count_messages(&l[i].heard, names[k], 1, MESSAGES);
            if (i != 0 && k != 0 && got != want)
                fprintf(stderr, "seed %u: %s heard %zu of %s\n", (unsigned)seed,
                        names[i], got, names[k]);
            CHECK(i == 0 || k == 0 || got == want);
        }
        if (i != 0)
            CHECK(count_messages(&l[i].heard, "alice", 1, MESSAGES) ==
                  MESSAGES);
        else /* he was away for a while, and the rest is all there */
            CHECK(count_messages(&l[i].heard, "alice", 1, MESSAGES) >=
                  MESSAGES / 3);
        liao_finish(&l[i]);
    }
    buf_finish(&tcp);
    leave_tcp(&p, alice);
    place_close(&p);
}

int
main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
    printf("seed %llu\n", (unsigned long long)seed);
    lines_come_and_go();
    long_lines_are_cut();
    silence_and_refusal();
    an_address_has_its_share();
    strangers_get_little(false);
    strangers_get_little(true);
    guesses_prove_nothing();
    guesses_from_everywhere();
    few_guesses_change_nothing();
    tokens_grow_old();
    a_liao_comes_and_goes();
    forgers_are_not_heard();
    sessions_end();
    the_living_are_kept();
    for (uint64_t i = 0; i < 5; i++)
        all_in_one_room(seed + i * 10);
    return 0;
}
