/*
 * One end of a datagram stream, and whatever may come from the other: it
 * keeps its bounds, asks for no busy loop, sends only datagrams that are
 * right, and knows nobody of another session.
 *
 * Input: steps, each a byte that says what happens and a few that say how.
 */
#include "wire/arq.h"

#include <stdlib.h>

#define SESSION 7

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct end {
    struct arq arq;
    struct span script;
    uint64_t now_ms;
};

static uint8_t
take(struct end *e)
{
    if (e->script.n == 0)
        return 0;
    uint8_t byte = span_get(e->script, 0);
    e->script = span_from(e->script, 1);
    return byte;
}

/* Numbers near those that mean something now. */
static uint32_t
near(struct end *e, uint32_t n)
{
    return n + (uint32_t)(int8_t)take(e);
}

static void
hear_state(struct end *e)
{
    struct arq *a = &e->arq;
    struct buf bytes = {0}, text = {0};
    struct datagram d = {
        .kind = (enum datagram_kind)(1 + take(e) % 6),
        .session = take(e) == 255 ? SESSION + 1 : SESSION,
        .number = near(e, a->heard),
        .heard = near(e, a->number),
        .next = near(e, a->first),
        .beyond = (uint32_t)take(e) << take(e) % 32,
        .room = take(e),
        .segment = near(e, a->next),
    };
    bool has_bytes = d.kind == DATAGRAM_DATA || d.kind == DATAGRAM_TOKEN ||
                     d.kind == DATAGRAM_OPEN;
    for (size_t n = has_bytes ? take(e) * 4u : 0; n > 0; n--)
        buf_add_byte(&text, 'x');
    d.bytes = buf_span(&text);
    wire_datagram_encode(&d, &bytes);
    bool was_heard = wire_arq_hear(a, buf_span(&bytes), e->now_ms);
    CHECK(!was_heard || d.session == SESSION);
    buf_finish(&bytes);
    buf_finish(&text);
}

static void
send_all(struct end *e)
{
    struct buf out = {0};
    int sent = 0;
    while (wire_arq_next(&e->arq, e->now_ms, &out)) {
        struct datagram d;
        CHECK(wire_datagram_decode(buf_span(&out), &d));
        CHECK(d.session == SESSION && d.number == e->arq.number);
        CHECK(++sent <= ARQ_WINDOW + 1);
        buf_truncate(&out, 0);
    }
    uint64_t due = wire_arq_due_ms(&e->arq, e->now_ms);
    CHECK(due > e->now_ms || e->arq.state > ARQ_OPEN);
    buf_finish(&out);
}

static void
write_some(struct end *e)
{
    static const uint8_t text[256 * 40];
    size_t n = take(e) * 40u;
    if (!e->arq.has_ended)
        CHECK(wire_arq_write(&e->arq, (struct span){text, n}) <= n);
}

static void
read_some(struct end *e)
{
    uint8_t at[256 * 40];
    size_t n = take(e) * 40u;
    CHECK(wire_arq_read(&e->arq, at, n) <= n);
}

static void
step(struct end *e)
{
    uint8_t what = take(e);
    switch (what % 8) {
    case 0: {
        size_t n = take(e);
        (void)wire_arq_hear(&e->arq, span_sub(e->script, 0, n), e->now_ms);
        e->script = span_from(e->script, n);
        break;
    }
    case 1:
        write_some(e);
        break;
    case 2:
        read_some(e);
        break;
    case 3:
        e->now_ms += (uint64_t)take(e) * take(e);
        break;
    case 4:
        if (what == 4)
            wire_arq_end(&e->arq);
        break;
    default:
        hear_state(e);
    }
    wire_arq_check(&e->arq);
    if (what & 0x80)
        send_all(e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct end e = {.script = {data, size}, .now_ms = 1000};
    bool is_caller = take(&e) & 1;
    wire_arq_init(&e.arq, SESSION, is_caller, ARQ_KEEP_MS, e.now_ms);
    while (e.script.n > 0)
        step(&e);
    send_all(&e);
    wire_arq_finish(&e.arq);
    return 0;
}
