/*
 * Sending to lab programs: in blocks that one recv(1024) takes whole, each
 * only after the one before was acknowledged and its reader had time to come
 * back for more.
 */
#include "base/alloc.h"
#include "peer/peer_priv.h"

#include <stdlib.h>

#define PACE_MOST_MS 500

void
peer_pace_start(struct peer *p)
{
    if (p->pace == NULL)
        p->pace = ALLOC(struct pace);
}

void
peer_pace_stop(struct peer *p)
{
    if (p->pace == NULL)
        return;
    /* What is on its way goes before all else. No newline ends a block; what
     * comes now must not stand on its line. */
    if (p->pace->read_ms != 0 || p->pace->block.n > 0)
        buf_add_byte(&p->pace->block, '\n');
    buf_add(&p->pace->block, buf_span(&p->rest));
    buf_finish(&p->rest);
    p->rest = p->pace->block;
    free(p->pace);
    p->pace = NULL;
}

static uint64_t
next_wait(uint64_t wait_ms)
{
    if (wait_ms == 0)
        return LAB_PACE_MS;
    return wait_ms * 2 < PACE_MOST_MS ? wait_ms * 2 : PACE_MOST_MS;
}

static void
wait_a_pace(struct peer *p, uint64_t wait_ms)
{
    p->pace->wait_ms = wait_ms;
    p->pace->due_ms = loop_now_ms(p->set->loop) + wait_ms;
    peer_set_timer(p);
}

static bool
has_read_all(const struct peer *p)
{
    return loop_now_ms(p->set->loop) >= p->pace->read_ms;
}

/* Put the next block together; false when there is nothing to say. */
static bool
fill_block(struct peer *p)
{
    struct buf *block = &p->pace->block;
    struct room_run run;
    struct room_reader *reader;
    bool has_run = p->rest.n == 0 && peer_next_run(p, &run, &reader);
    if (p->rest.n > 0) {
        buf_drop_front(&p->rest, wire_lab_block(buf_span(&p->rest), block));
    } else if (has_run) {
        size_t n = wire_lab_block(run.bytes, block);
        room_reader_take(reader, n);
    } else {
        return false;
    }
    bool has_more =
        p->rest.n > 0 || peer_next_run(p, &run, &reader) || p->rest.n > 0;
    p->pace->is_filled = has_more || !has_read_all(p);
    if (p->pace->is_filled)
        wire_lab_pad(block);
    return true;
}

/*
 * A block went. What comes next must not stick to it in the socket of a slow
 * reader: it cannot when the block is filled; else he is given time.
 */
static void
on_block_sent(struct peer *p)
{
    struct pace *pace = p->pace;
    uint64_t now = loop_now_ms(p->set->loop);
    pace->read_ms = (pace->read_ms > now ? pace->read_ms : now) + LAB_READ_MS;
    wait_a_pace(p, pace->is_filled ? LAB_PACE_MS : LAB_READ_MS);
    pace->wait_ms = LAB_PACE_MS;
}

/* True when nothing is left, and all was acknowledged. */
bool
peer_pace_flush(struct peer *p)
{
    struct pace *pace = p->pace;
    if (pace->block.n == 0) {
        uint64_t now = loop_now_ms(p->set->loop);
        if (pace->due_ms > now)
            return false;
        if (p->stream->ops->unacknowledged(p->stream) > 0) {
            /* A reader that stands still is not asked 50 times a second. */
            wait_a_pace(p, next_wait(pace->wait_ms));
            return false;
        }
        pace->due_ms = 0;
        if (!fill_block(p))
            return true;
    }
    size_t n = peer_send_some(p, buf_span(&pace->block));
    if (p->state == PEER_DEAD)
        return false;
    buf_drop_front(&pace->block, n);
    if (pace->block.n == 0)
        on_block_sent(p);
    return false;
}
