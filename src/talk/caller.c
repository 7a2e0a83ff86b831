#include "talk/caller.h"

#include "base/alloc.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/lab.h"
#include "wire/machine.h"
#include "wire/wire.h"

#include <stdlib.h>

/* Messages in a turn: enough for a paste, few enough that the operator's
 * terminal can follow. */
#define TURN_MESSAGES 16

/* Asked for at one read. */
#define READ_BYTES ((size_t)16 << 10)

/* One who stands still is looked at less and less often. */
#define PACE_MOST_MS 500

static bool
is_open(const struct talk_caller *c)
{
    return c->state < TALK_CALLER_DRAINING;
}

/* -- timers and interest -------------------------------------------------- */

static void
set_timer(struct talk_caller *c)
{
    uint64_t due = c->judge_ms < c->close_ms ? c->judge_ms : c->close_ms;
    if (c->pace.due_ms != 0 && c->pace.due_ms < due)
        due = c->pace.due_ms;
    if (due == UINT64_MAX)
        loop_timer_clear(c->loop, &c->timer);
    else
        loop_timer_set(c->loop, &c->timer, due);
}

static void
be_patient(struct talk_caller *c)
{
    c->close_ms = loop_now_ms(c->loop) + TALK_CLOSE_MS;
    set_timer(c);
}

/* What is read and not taken yet is bounded, whoever is in his way. And a
 * burst is all taken before the next is read: nothing else tells them apart,
 * which is also why one who waits is read at all. */
static size_t
room_to_read(const struct talk_caller *c)
{
    size_t used = c->in.n + c->held.n;
    if (c->is_ended || c->is_paused || c->has_more ||
        used >= LIMIT_TALK_HELD_BYTES)
        return 0;
    size_t room = LIMIT_TALK_HELD_BYTES - used;
    return room < READ_BYTES ? room : READ_BYTES;
}

static void
want(struct talk_caller *c)
{
    if (c->state == TALK_CALLER_DEAD)
        return;
    unsigned events = room_to_read(c) > 0 ? LOOP_READ : 0;
    if (c->is_blocked)
        events |= LOOP_WRITE;
    c->stream->ops->want(c->stream, events);
}

/* -- the end ---------------------------------------------------------------- */

void
talk_caller_lose(struct talk_caller *c)
{
    if (c->state == TALK_CALLER_DEAD)
        return;
    c->state = TALK_CALLER_DEAD;
    c->stream->ops->want(c->stream, 0);
    loop_timer_clear(c->loop, &c->timer);
    loop_again(c->loop); /* to be reaped */
}

void
talk_caller_drain(struct talk_caller *c)
{
    if (!is_open(c))
        return;
    c->state = TALK_CALLER_DRAINING;
    c->judge_ms = UINT64_MAX;
    /* What still comes is read and dropped. */
    c->is_paused = c->has_more = false;
    buf_finish(&c->in);
    buf_finish(&c->held);
    be_patient(c);
    want(c);
    loop_again(c->loop);
}

/* All that he will ever be sent is with his system. */
static void
linger(struct talk_caller *c)
{
    c->stream->ops->end(c->stream);
    c->state = TALK_CALLER_LINGERING;
    be_patient(c);
    if (c->is_ended)
        talk_caller_lose(c);
}

/* By himself: a goodbye, or his end. */
static void
leave(struct talk_caller *c)
{
    talk_caller_reply(c, REPLY_BYE, 0);
    talk_caller_drain(c);
}

static void
refuse(struct talk_caller *c, enum sniff_verdict verdict)
{
    const struct wire_machine *machine = wire_machine_get(verdict);
    char from[NET_ADDRESS_TEXT];
    net_address_text(&c->address, from);
    diag_say(c->diag, DIAG_WARNING, N_("%s refused: it speaks %s"), from,
             machine->name);
    c->key = wire_key(WIRE_PLAIN, 0); /* its answer goes as it stands */
    wire_machine_answer(machine, c->key, &c->out);
    talk_caller_drain(c);
}

/* -- which dialect ---------------------------------------------------------- */

static void
filter_telnet(struct talk_caller *c, size_t from)
{
    if (c->pin == SNIFF_PINNED_LAB)
        return;
    size_t kept = wire_telnet_filter(&c->telnet, c->in.at + from,
                                     c->in.n - from, &c->out);
    buf_truncate(&c->in, from + kept);
}

static void
speak_plain(struct talk_caller *c)
{
    c->frames.by_burst = false;
    c->key = wire_key(WIRE_PLAIN, 0);
    /* What is on its way goes before all else. No newline ends a block; what
     * comes now must not stand on its line. */
    if (c->pace.wait_ms != 0 || c->pace.block.n > 0)
        buf_add_byte(&c->pace.block, '\n');
    buf_add(&c->pace.block, buf_span(&c->out));
    buf_finish(&c->out);
    c->out = c->pace.block;
    c->pace = (struct talk_pace){0};
}

static void
settle(struct talk_caller *c, enum sniff_verdict verdict)
{
    free(c->sniff);
    c->sniff = NULL;
    c->judge_ms = UINT64_MAX;
    set_timer(c);
    c->frames.by_burst = verdict == SNIFF_LAB;
    if (verdict == SNIFF_LAB && c->pin == SNIFF_ANY)
        c->key = wire_key(WIRE_LAB, 0);
    if (c->state == TALK_CALLER_SNIFFING)
        c->state = TALK_CALLER_WAITING;
    filter_telnet(c, 0);
}

static void
judge(struct talk_caller *c)
{
    if (c->sniff == NULL || !is_open(c))
        return;
    enum sniff_verdict verdict = wire_sniff_judge(
        c->sniff, buf_span(&c->in), loop_now_ms(c->loop), &c->judge_ms);
    if (verdict == SNIFF_MORE && c->is_ended) /* no more will come */
        verdict = c->pin == SNIFF_PINNED_LAB ? SNIFF_LAB : SNIFF_PLAIN;
    switch (verdict) {
    case SNIFF_MORE:
        break;
    case SNIFF_SILENT:
        if (c->state == TALK_CALLER_SNIFFING)
            c->state = TALK_CALLER_WAITING;
        break;
    case SNIFF_PLAIN:
    case SNIFF_LAB:
        settle(c, verdict);
        break;
    case SNIFF_PROXY:
    case SNIFF_TLS:
    case SNIFF_HTTP:
    case SNIFF_SSH:
    case SNIFF_IRC:
    case SNIFF_BINARY:
        refuse(c, verdict);
        break;
    }
    set_timer(c);
}

/* -- messages --------------------------------------------------------------- */

/* In lines, what liao takes for a goodbye (liao(1)) is one here, too. */
static bool
is_goodbye(const struct talk_caller *c, const struct wire_frame *f)
{
    struct span rest = f->text;
    if (f->is_rest)
        return false;
    return span_equal(rest, SPAN("q")) ||
           (!c->frames.by_burst && span_equal(span_word(&rest), SPAN("/quit")));
}

static void
tell_if_not_utf8(struct talk_caller *c, struct span text)
{
    struct buf mended = {0};
    if (!c->was_mended && utf8_mend(text, &mended)) {
        c->was_mended = true;
        talk_caller_reply(c, REPLY_MENDED, 0);
    }
    buf_finish(&mended);
}

static void
take(struct talk_caller *c, const struct wire_frame *f)
{
    if (is_goodbye(c, f)) {
        /* One who waits has his words unread, as if he had hung up. */
        leave(c);
        return;
    }
    if (span_trim(f->text).n == 0)
        return;
    tell_if_not_utf8(c, f->text);
    if (c->state == TALK_CALLER_TALKING) {
        c->on_text(c, f->text);
        return;
    }
    buf_add(&c->held, f->text);
    buf_add_byte(&c->held, '\n');
}

/* False: there is none. */
static bool
feed_held(struct talk_caller *c)
{
    struct span held = buf_span(&c->held);
    if (c->state != TALK_CALLER_TALKING || held.n == 0)
        return false;
    size_t n = span_find(held, '\n');
    c->on_text(c, span_sub(held, 0, n));
    buf_drop_front(&c->held, n + 1);
    if (c->held.n == 0)
        buf_finish(&c->held);
    return true;
}

static bool
feed_fresh(struct talk_caller *c)
{
    struct wire_frame frame;
    size_t used;
    if (c->sniff != NULL)
        return false;
    enum wire_result result = wire_frames_next(&c->frames, buf_span(&c->in),
                                               c->is_ended, &frame, &used);
    if (result == WIRE_OK)
        take(c, &frame);
    if (is_open(c))
        buf_drop_front(&c->in, used);
    return result == WIRE_OK || used > 0;
}

void
talk_caller_feed(struct talk_caller *c)
{
    if (!is_open(c) || c->is_paused)
        return;
    int messages = 0;
    bool has_more = true;
    while (is_open(c) && has_more && messages++ < TURN_MESSAGES)
        has_more = feed_held(c) || feed_fresh(c);
    c->has_more = is_open(c) && has_more;
    if (c->has_more)
        loop_again(c->loop);
    else if (c->state == TALK_CALLER_TALKING && c->is_ended)
        leave(c);
    want(c);
}

void
talk_caller_begin(struct talk_caller *c)
{
    CHECK(c->state == TALK_CALLER_WAITING);
    c->state = TALK_CALLER_TALKING;
    c->has_more = true;
    loop_again(c->loop);
}

void
talk_caller_pause(struct talk_caller *c, bool is_paused)
{
    if (!is_open(c) || c->is_paused == is_paused)
        return;
    c->is_paused = is_paused;
    c->has_more = true;
    loop_again(c->loop);
    want(c);
}

/* -- reading ---------------------------------------------------------------- */

static void
on_bytes(struct talk_caller *c, size_t fresh)
{
    if (c->sniff != NULL) {
        wire_sniff_note(c->sniff, fresh, loop_now_ms(c->loop));
        judge(c);
    } else {
        filter_telnet(c, c->in.n - fresh);
        /* A lab program would not end what it sends with a newline. */
        if (c->frames.by_burst && c->pin == SNIFF_ANY && c->in.n > 0 &&
            c->in.at[c->in.n - 1] == '\n')
            speak_plain(c);
    }
}

static void
on_end(struct talk_caller *c)
{
    c->is_ended = true;
    if (c->state == TALK_CALLER_LINGERING ||
        (c->state == TALK_CALLER_SNIFFING && c->in.n == 0))
        talk_caller_lose(c);
    else
        judge(c);
}

static void
read_some(struct talk_caller *c)
{
    size_t room = room_to_read(c);
    if (room == 0)
        return;
    uint8_t *at = buf_reserve(&c->in, room);
    ssize_t n = c->stream->ops->read(c->stream, at, room);
    if (n > 0 && is_open(c)) {
        c->in.n += (size_t)n;
        on_bytes(c, (size_t)n);
    } else if (n == 0) {
        on_end(c);
    } else if (n == NET_LOST) {
        talk_caller_lose(c);
    }
    if (c->in.n == 0)
        buf_finish(&c->in); /* who is silent costs no buffer */
}

static void
on_ready(struct net_stream *s, unsigned events)
{
    struct talk_caller *c = s->owner;
    if (c->state != TALK_CALLER_DEAD && (events & LOOP_WRITE))
        c->is_blocked = false; /* the end of the turn flushes */
    if (c->state != TALK_CALLER_DEAD && (events & LOOP_READ))
        read_some(c);
    want(c);
}

static void
on_due(struct loop_timer *t)
{
    struct talk_caller *c = CONTAINER_OF(t, struct talk_caller, timer);
    uint64_t now = loop_now_ms(c->loop);
    if (c->close_ms <= now) {
        const struct net_stream_ops *ops = c->stream->ops;
        /* nc, waiting for its user's next line, notices this only. */
        if (c->state == TALK_CALLER_LINGERING &&
            ops->unacknowledged(c->stream) == 0)
            ops->reset(c->stream);
        talk_caller_lose(c);
        return;
    }
    if (c->judge_ms <= now)
        judge(c);
    if (c->pace.due_ms <= now)
        c->pace.due_ms = 0;
    set_timer(c);
}

/* -- writing ---------------------------------------------------------------- */

void
talk_caller_reply(struct talk_caller *c, enum reply_kind kind, uint64_t count)
{
    struct reply r = {.kind = kind, .count = count};
    wire_encode_reply(c->key, &r, &c->out);
}

void
talk_caller_say(struct talk_caller *c, struct span line)
{
    utf8_clean(line, &c->out);
    buf_add_byte(&c->out, '\n');
}

bool
talk_caller_is_full(const struct talk_caller *c)
{
    return c->out.n + c->pace.block.n >= LIMIT_TALK_UNSENT_BYTES;
}

/* Of `b`, all that goes now. True: that was all of it. */
static bool
send_some(struct talk_caller *c, struct buf *b)
{
    if (b->n == 0)
        return true;
    ssize_t n = c->stream->ops->write(c->stream, buf_span(b));
    if (n == NET_LOST) {
        talk_caller_lose(c);
        return false;
    }
    size_t sent = n == NET_AGAIN ? 0 : (size_t)n;
    if (sent > 0 && c->state == TALK_CALLER_DRAINING)
        be_patient(c);
    c->is_blocked = sent < b->n;
    buf_drop_front(b, sent);
    if (b->n == 0)
        buf_finish(b);
    want(c);
    return !c->is_blocked;
}

static void
wait_a_pace(struct talk_caller *c, uint64_t wait_ms)
{
    c->pace.wait_ms = wait_ms;
    c->pace.due_ms = loop_now_ms(c->loop) + wait_ms;
    set_timer(c);
}

/* The next line, or the front of it, alone. */
static void
fill_block(struct talk_caller *c)
{
    while (c->out.n > 0 && c->pace.block.n == 0) {
        size_t n = span_find(buf_span(&c->out), '\n');
        struct span line = span_sub(buf_span(&c->out), 0, n + 1);
        buf_drop_front(&c->out, wire_lab_block(line, &c->pace.block));
    }
}

/* True when nothing is left, and all was acknowledged. */
static bool
flush_blocks(struct talk_caller *c)
{
    struct talk_pace *pace = &c->pace;
    if (pace->block.n == 0) {
        if (pace->due_ms != 0)
            return false;
        if (c->stream->ops->unacknowledged(c->stream) > 0) {
            wait_a_pace(c, pace->wait_ms == 0 ? LAB_PACE_MS
                           : pace->wait_ms * 2 < PACE_MOST_MS
                               ? pace->wait_ms * 2
                               : PACE_MOST_MS);
            return false;
        }
        fill_block(c);
        if (pace->block.n == 0)
            return true;
    }
    if (send_some(c, &pace->block))
        wait_a_pace(c, LAB_PACE_MS);
    return false;
}

void
talk_caller_flush(struct talk_caller *c)
{
    if (c->state >= TALK_CALLER_LINGERING || c->is_blocked)
        return;
    bool is_in_blocks = wire_is_in_blocks(wire_key_dialect(c->key));
    bool is_sent = is_in_blocks ? flush_blocks(c) : send_some(c, &c->out);
    if (is_sent && c->state == TALK_CALLER_DRAINING)
        linger(c);
}

/* -- life ------------------------------------------------------------------- */

struct talk_caller *
talk_caller_create(struct loop *l, struct diag *d, struct net_stream *s,
                   const struct net_address *from, enum sniff_pin pin)
{
    struct talk_caller *c = ALLOC(struct talk_caller);
    char ip[INET6_ADDRSTRLEN];
    net_address_ip(from, ip);
    wire_lab_label(&c->label, ip, net_address_port(from));
    list_init(&c->link);
    c->loop = l;
    c->diag = d;
    c->stream = s;
    c->address = *from;
    c->pin = pin;
    c->key =
        wire_key(pin == SNIFF_PINNED_LAB ? WIRE_LAB_ADDRESS : WIRE_PLAIN, 0);
    c->frames.has_no_commands = true;
    c->judge_ms = c->close_ms = UINT64_MAX;
    c->timer.on_due = on_due;
    s->owner = c;
    s->on_ready = on_ready;
    c->sniff = ALLOC(struct sniff);
    wire_sniff_init(c->sniff, pin, false, loop_now_ms(l));
    /* Where framing is settled, whoever comes is a person until he proves to
     * be a machine. */
    if (pin != SNIFF_ANY)
        c->state = TALK_CALLER_WAITING;
    judge(c);
    want(c);
    return c;
}

void
talk_caller_destroy(struct talk_caller *c)
{
    CHECK(c->state == TALK_CALLER_DEAD);
    list_remove(&c->link);
    c->stream->ops->close(c->stream);
    buf_finish(&c->label);
    buf_finish(&c->in);
    buf_finish(&c->held);
    buf_finish(&c->out);
    buf_finish(&c->pace.block);
    free(c->sniff);
    free(c);
}
