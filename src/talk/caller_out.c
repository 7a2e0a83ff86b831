/*
 * What a caller is sent: lines as they are; or, to a lab program, blocks, each
 * only when the one before was acknowledged and its reader had time.
 */
#include "talk/caller_priv.h"

#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/lab.h"
#include "wire/wire.h"

/* One who stands still is looked at less and less often. */
#define PACE_MOST_MS 500

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
    ssize_t n = net_stream_ops(&c->stream)->write(&c->stream, buf_span(b));
    if (n == NET_LOST) {
        talk_caller_lose(c);
        return false;
    }
    size_t sent = n == NET_AGAIN ? 0 : (size_t)n;
    if (sent > 0 && c->state == TALK_CALLER_DRAINING)
        talk_caller_be_patient(c);
    c->is_blocked = sent < b->n;
    buf_drop_front(b, sent);
    if (b->n == 0)
        buf_finish(b);
    talk_caller_want(c);
    return !c->is_blocked;
}

void
talk_caller_speak_plain(struct talk_caller *c)
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
wait_a_pace(struct talk_caller *c, uint64_t wait_ms)
{
    c->pace.wait_ms = wait_ms;
    c->pace.due_ms = loop_now_ms(c->loop) + wait_ms;
    talk_caller_set_timer(c);
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
        if (net_stream_ops(&c->stream)->unacknowledged(&c->stream) > 0) {
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
        talk_caller_on_sent(c);
}
