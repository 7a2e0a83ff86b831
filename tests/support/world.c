#include "support/world.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "msg/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wire *
wire_of(struct net_stream *s)
{
    return s->body;
}

/* All of n, or in a rough world a part. */
static size_t
some_of(struct world *w, size_t n)
{
    if (!w->is_rough || n < 2)
        return n;
    return 1 + dice_below(&w->dice, n);
}

/* -- the stream, seen from the server ------------------------------------ */

static bool
fake_stream_open(struct net_stream *s, const struct net_offer *o)
{
    struct wire *wire = o->body;
    s->body = wire;
    wire->stream = s;
    return true;
}

static ssize_t
fake_read(struct net_stream *s, uint8_t *at, size_t n)
{
    struct wire *wire = wire_of(s);
    if (wire->is_reset)
        return NET_LOST;
    if (wire->to_server.n == 0)
        return wire->is_client_done ? 0 : NET_AGAIN;
    if (n > wire->to_server.n)
        n = wire->to_server.n;
    n = some_of(wire->world, n);
    memcpy(at, wire->to_server.at, n);
    buf_drop_front(&wire->to_server, n);
    return (ssize_t)n;
}

static ssize_t
fake_write(struct net_stream *s, struct span bytes)
{
    struct wire *wire = wire_of(s);
    CHECK(!wire->is_server_done && !wire->is_closed);
    if (wire->is_reset)
        return NET_LOST;
    size_t room =
        wire->window > wire->to_client.n ? wire->window - wire->to_client.n : 0;
    if (room == 0 || (wire->world->is_rough && dice_is(&wire->world->dice, 5)))
        return NET_AGAIN;
    size_t n = bytes.n < room ? bytes.n : some_of(wire->world, room);
    if (wire->world->is_rough && dice_is(&wire->world->dice, 20))
        n = some_of(wire->world, n);
    buf_add(&wire->to_client, span_sub(bytes, 0, n));
    wire->blocks++;
    wire->world->now_ms += wire->world->write_ms;
    return (ssize_t)n;
}

static size_t
fake_unacknowledged(struct net_stream *s)
{
    return wire_of(s)->is_unacked ? 1 : 0;
}

static void
fake_want(struct net_stream *s, unsigned events)
{
    wire_of(s)->wanted = events;
}

static void
fake_end(struct net_stream *s)
{
    wire_of(s)->is_server_done = true;
}

static void
fake_reset(struct net_stream *s)
{
    CHECK(wire_of(s)->is_server_done);
}

static void
fake_close(struct net_stream *s)
{
    struct wire *wire = wire_of(s);
    wire->is_closed = true;
    wire->stream = NULL;
    wire->wanted = 0;
    list_remove(&wire->link);
}

/* There is none; that the function is there says that a batch may be used. */
static int
fake_descriptor(struct net_stream *s)
{
    (void)s;
    return -1;
}

static const struct net_stream_ops fake_ops = {
    .open = fake_stream_open,
    .read = fake_read,
    .write = fake_write,
    .unacknowledged = fake_unacknowledged,
    .want = fake_want,
    .end = fake_end,
    .reset = fake_reset,
    .descriptor = fake_descriptor,
    .close = fake_close,
};

/* A batch is as good as its sends one by one, and full at three. */
struct fake_batch {
    struct net_batch batch;
    struct world *world;
};

static void
fake_batch_send(struct net_batch *b, struct net_send *sends, size_t n)
{
    struct world *w = CONTAINER_OF(b, struct fake_batch, batch)->world;
    CHECK(n > 0 && n <= b->most);
    w->batches++;
    b->is_broken = w->breaks_batches;
    for (size_t i = 0; i < n; i++)
        net_send_by_pieces(&sends[i]);
}

static void
fake_batch_close(struct net_batch *b)
{
    free(CONTAINER_OF(b, struct fake_batch, batch));
}

static struct net_batch *
fake_batch_open(struct world *w)
{
    struct fake_batch *b = ALLOC(struct fake_batch);
    b->world = w;
    b->batch = (struct net_batch){
        .most = 3, .send = fake_batch_send, .close = fake_batch_close};
    return &b->batch;
}

static unsigned
readiness(const struct wire *wire)
{
    unsigned events = 0;
    if (wire->to_server.n > 0 || wire->is_client_done || wire->is_reset)
        events |= LOOP_READ;
    if (wire->to_client.n < wire->window || wire->is_reset)
        events |= LOOP_WRITE;
    if (wire->is_client_done || wire->is_reset)
        events |= LOOP_HANGUP;
    return events & wire->wanted;
}

/* -- the waiter ------------------------------------------------------------ */

static struct world *opening; /* while loop_create() runs: it passes nothing */

static void *
fake_open(struct loop *l)
{
    (void)l;
    return opening;
}

static void
fake_waiter_close(void *waiter)
{
    (void)waiter;
}

static void
fake_set(void *waiter, struct loop_watch *w, unsigned events)
{
    (void)waiter, (void)w, (void)events;
}

/* Time passes only when there is nothing to do; in a rough world always. */
static void
fake_wait(void *waiter, int timeout_ms)
{
    struct world *w = waiter;
    bool is_ready = false;
    LIST_FOREACH (link, &w->wires)
        is_ready =
            is_ready || readiness(CONTAINER_OF(link, struct wire, link)) != 0;
    if (timeout_ms == 0 || (is_ready && !w->is_rough))
        return;
    w->now_ms += timeout_ms < 0 || (uint64_t)timeout_ms > w->step_ms
                     ? w->step_ms
                     : (uint64_t)timeout_ms;
}

static void
fake_dispatch(void *waiter)
{
    struct world *w = waiter;
    LIST_FOREACH_SAFE (link, &w->wires) {
        struct wire *wire = CONTAINER_OF(link, struct wire, link);
        unsigned events = readiness(wire);
        if (events != 0 && (!w->is_rough || dice_is(&w->dice, 80)))
            wire->stream->watcher->on_ready(&wire->stream->watch, events);
    }
}

static uint64_t
fake_now(void *waiter)
{
    return ((struct world *)waiter)->now_ms;
}

static uint64_t
fake_wall(void *waiter)
{
    return ((struct world *)waiter)->now_ms + 1600000000000u;
}

static const struct loop_ops fake_loop_ops = {
    .name = "fake",
    .open = fake_open,
    .close = fake_waiter_close,
    .set = fake_set,
    .wait = fake_wait,
    .dispatch = fake_dispatch,
    .now_ms = fake_now,
    .wall_ms = fake_wall,
};

/* -- the world --------------------------------------------------------------- */

struct world *
world_create(uint64_t seed, const struct peers_limits *limits)
{
    static const struct peers_limits wide = {.most_clients = 1000000};
    struct world *w = ALLOC(struct world);
    w->dice.state = seed;
    w->now_ms = 1000;
    w->step_ms = 5;
    list_init(&w->wires);
    opening = w;
    w->loop = loop_create(&fake_loop_ops);
    uint64_t map_seed[2] = {seed, ~seed};
    w->peers =
        peers_create(w->loop, NULL, limits == NULL ? &wide : limits, map_seed);
    if (seed % 2 == 0)
        peers_use_batch(w->peers, fake_batch_open(w));
    return w;
}

void
world_destroy(struct world *w)
{
    world_release(w);
    peers_destroy(w->peers);
    CHECK(list_is_empty(&w->wires));
    loop_destroy(w->loop);
    free(w->held);
    free(w);
}

static struct wire *
wire_create(struct world *w)
{
    struct wire *wire = ALLOC(struct wire);
    wire->world = w;
    wire->window = 64 << 10;
    list_add(&w->wires, &wire->link);
    return wire;
}

static struct net_offer
offer_of(struct wire *wire)
{
    return (struct net_offer){.ops = &fake_ops, .body = wire};
}

struct wire *
world_console(struct world *w, bool is_lab)
{
    struct wire *wire = wire_create(w);
    struct net_offer o = offer_of(wire);
    CHECK(peer_accept_console(w->peers, &o, is_lab));
    return wire;
}

struct wire *
world_connect_from(struct world *w, enum sniff_pin pin, const uint8_t ip[4])
{
    static uint16_t port;
    struct wire *wire = wire_create(w);
    struct net_address from = net_address_make(ip, 4, ++port);
    wire->port = port;
    struct net_offer o = offer_of(wire);
    CHECK(w->accept != NULL ? w->accept(w, &o, &from, pin)
                            : peer_accept(w->peers, &o, &from, pin));
    return wire;
}

struct wire *
world_connect(struct world *w, enum sniff_pin pin)
{
    return world_connect_from(w, pin, (const uint8_t[]){127, 0, 0, 1});
}

void
wire_send_bytes(struct wire *wire, struct span bytes)
{
    CHECK(!wire->is_client_done);
    buf_add(&wire->to_server, bytes);
}

void
wire_send(struct wire *wire, const char *text)
{
    wire_send_bytes(wire, span_of(text));
}

void
wire_hang_up(struct wire *wire)
{
    wire->is_client_done = true;
}

void
wire_reset(struct wire *wire)
{
    wire->is_client_done = true;
    wire->is_reset = true;
}

void
wire_free(struct wire *wire)
{
    if (wire == NULL)
        return;
    CHECK(wire->is_closed);
    buf_finish(&wire->to_server);
    buf_finish(&wire->to_client);
    free(wire);
}

void
world_end(struct world *w, struct wire **wires, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wire_reset(wires[i]);
    world_pass(w, 100);
    world_destroy(w);
    for (size_t i = 0; i < n; i++)
        wire_free(wires[i]);
}

void
wire_read(struct wire *wire, size_t most, struct buf *out)
{
    size_t n = wire->to_client.n < most ? wire->to_client.n : most;
    buf_add(out, span_sub(buf_span(&wire->to_client), 0, n));
    buf_drop_front(&wire->to_client, n);
}

int
wire_count(struct wire *wire, const char *words)
{
    struct buf heard = {0};
    int n = 0;
    wire_read(wire, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    for (const char *at = (const char *)heard.at;
         (at = strstr(at, words)) != NULL; at++)
        n++;
    buf_finish(&heard);
    return n;
}

/* How many bytes of hexadecimal digits `rest` begins with. */
static size_t
digits(struct span rest)
{
    size_t n = 0;
    while (n < rest.n && strchr("0123456789abcdef", span_get(rest, n)) != NULL)
        n++;
    return n;
}

bool
wire_has_read(struct wire *wire, const char *words)
{
    static const char *const fronts[] = {"msgid=", "batch=", "BATCH +",
                                         "BATCH -"};
    struct buf heard = {0}, out = {0};
    wire_read(wire, SIZE_MAX, &heard);
    for (struct span rest = buf_span(&heard); rest.n > 0;) {
        bool is_cloak = span_starts(rest, SPAN("@")) &&
                        span_starts(span_from(rest, 13), SPAN(".cloak"));
        buf_add(&out, is_cloak ? SPAN("@h") : span_sub(rest, 0, 1));
        rest = span_from(rest, is_cloak ? 19 : 1);
        for (size_t i = 0; i < COUNT_OF(fronts); i++) {
            size_t n = strlen(fronts[i]);
            if (out.n >= n && memcmp(out.at + out.n - n, fronts[i], n) == 0) {
                rest = span_from(rest, digits(rest));
                buf_add_byte(&out, 'i');
            }
        }
    }
    bool is_it = span_equal(buf_span(&out), span_of(words));
    if (!is_it)
        fprintf(stderr, "not\n%s\nbut\n%.*s\n", words,
                SPAN_ARG(buf_span(&out)));
    buf_finish(&heard);
    buf_finish(&out);
    return is_it;
}

void
wire_check_harmless(const struct wire *wire)
{
    struct span heard = buf_span(&wire->to_client);
    struct buf clean = {0};
    for (size_t at = 0; at < heard.n;) {
        struct span rest = span_from(heard, at);
        struct span line = span_sub(rest, 0, span_find(rest, '\n'));
        CHECK(line.n < rest.n);
        buf_truncate(&clean, 0);
        utf8_clean(line, &clean);
        CHECK(span_equal(line, buf_span(&clean)));
        CHECK(line.n <= 3 * LIMIT_TEXT_BYTES + 4 * LIMIT_NICK_BYTES);
        at += line.n + 1;
    }
    buf_finish(&clean);
}

void
wire_forget(struct wire *wire)
{
    struct buf heard = {0};
    wire_read(wire, SIZE_MAX, &heard);
    buf_finish(&heard);
}

bool
wire_has_heard(struct wire *wire, const char *words)
{
    struct buf heard = {0};
    wire_read(wire, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    bool has = strstr((char *)heard.at, words) != NULL;
    if (!has)
        fprintf(stderr, "heard: %s\n", (char *)heard.at);
    buf_finish(&heard);
    return has;
}

void
world_turn(struct world *w)
{
    loop_turn(w->loop);
}

void
world_pass(struct world *w, uint64_t ms)
{
    uint64_t until = w->now_ms + ms;
    while (w->now_ms < until)
        world_turn(w);
}

/* -- the order --------------------------------------------------------------- */

static void
hold(void *ctx, const struct hub_request *r)
{
    struct world *w = ctx;
    if (w->held_first + w->held_n == w->held_cap) {
        w->held_cap = w->held_cap == 0 ? 64 : w->held_cap * 2;
        w->held = alloc_resize(w->held, w->held_cap * sizeof(*w->held));
    }
    w->held[w->held_first + w->held_n++] = hub_request_copy(r);
}

void
world_hold(struct world *w)
{
    hub_set_order(peers_hub(w->peers), hold, w);
}

void
world_order(struct world *w, size_t most)
{
    while (w->held_n > 0 && most-- > 0) {
        struct hub_request *r = w->held[w->held_first++];
        if (--w->held_n == 0)
            w->held_first = 0;
        if (w->on_apply != NULL)
            w->on_apply(w, r);
        hub_apply(peers_hub(w->peers), r);
        free(r);
    }
}

void
world_release(struct world *w)
{
    world_order(w, SIZE_MAX);
    hub_set_order(peers_hub(w->peers), NULL, NULL);
}
