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
    struct peer_work *w = peer_work(p);
    if (w->pace == NULL)
        w->pace = ALLOC(struct pace);
}

void
peer_pace_stop(struct peer *p)
{
    struct pace *pace = peer_pace(p);
    if (pace == NULL)
        return;
    /* What is on its way goes before all else. No newline ends a block; what
     * comes now must not stand on its line. */
    struct buf *rest = &p->work->rest;
    if (pace->read_ms != 0 || pace->block.n > 0)
        buf_add_byte(&pace->block, '\n');
    buf_add(&pace->block, buf_span(rest));
    buf_finish(rest);
    *rest = pace->block;
    free(pace);
    p->work->pace = NULL;
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
    struct pace *pace = p->work->pace;
    pace->wait_ms = wait_ms;
    pace->due_ms = loop_now_ms(peer_set(p)->loop) + wait_ms;
    peer_set_timer(p);
}

static bool
has_read_all(const struct peer *p)
{
    return loop_now_ms(peer_set(p)->loop) >= p->work->pace->read_ms;
}

/* Put the next block together; false when there is nothing to say. */
static bool
fill_block(struct peer *p)
{
    struct pace *pace = p->work->pace;
    struct buf *rest = &p->work->rest;
    struct room_run run;
    struct room_reader *reader;
    bool has_run = rest->n == 0 && peer_next_run(p, &run, &reader);
    if (rest->n > 0) {
        buf_drop_front(rest, wire_lab_block(buf_span(rest), &pace->block));
    } else if (has_run) {
        size_t n = wire_lab_block(run.bytes, &pace->block);
        peer_take(p, reader, n);
    } else {
        return false;
    }
    bool has_more =
        rest->n > 0 || peer_next_run(p, &run, &reader) || rest->n > 0;
    pace->is_filled = has_more || !has_read_all(p);
    if (pace->is_filled)
        wire_lab_pad(&pace->block);
    return true;
}

/*
 * A block went. What comes next must not stick to it in the socket of a slow
 * reader: it cannot when the block is filled; else he is given time.
 */
static void
on_block_sent(struct peer *p)
{
    struct pace *pace = p->work->pace;
    uint64_t now = loop_now_ms(peer_set(p)->loop);
    pace->read_ms = (pace->read_ms > now ? pace->read_ms : now) + LAB_READ_MS;
    wait_a_pace(p, pace->is_filled ? LAB_PACE_MS : LAB_READ_MS);
    pace->wait_ms = LAB_PACE_MS;
}

/* True when nothing is left, and all was acknowledged. */
bool
peer_pace_flush(struct peer *p)
{
    struct pace *pace = p->work->pace;
    if (pace->block.n == 0) {
        uint64_t now = loop_now_ms(peer_set(p)->loop);
        if (pace->due_ms > now)
            return false;
        if (net_stream_ops(&p->stream)->unacknowledged(&p->stream) > 0) {
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
