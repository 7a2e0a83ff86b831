/*
 * The end of a turn: what was said goes out.
 *
 * A send costs the kernel several microseconds, whatever it carries, and that
 * is nearly all that a delivery costs. So there are as few as possible, as
 * large as possible, and they are handed over together:
 *
 *   - one a member and flush, of bytes that all members share (peer/out.c);
 *   - flushes rest: while rooms do, what is said gathers;
 *   - many sends are one call (net/batch.h).
 */
#include "base/alloc.h"
#include "base/tr.h"
#include "peer/peer_priv.h"

/* -- to one peer -------------------------------------------------------------- */

/* Was it all? */
static void
note_sent(struct peer *p, bool is_all)
{
    if (!is_all) {
        p->is_blocked = true;
        peer_want(p);
    }
}

/* Bytes that its system took; 0: no more now, or lost. */
size_t
peer_send_some(struct peer *p, struct span bytes)
{
    ssize_t n = net_stream_ops(&p->stream)->write(&p->stream, bytes);
    if (n == NET_LOST) {
        peer_lose(p, N_("connection lost"));
        return 0;
    }
    if (n == NET_AGAIN)
        n = 0;
    note_sent(p, (size_t)n == bytes.n);
    return (size_t)n;
}

static void
flush_rest(struct peer *p)
{
    if (!peer_has_rest(p))
        return;
    struct buf *rest = &p->work->rest;
    buf_drop_front(rest, peer_send_some(p, buf_span(rest)));
    if (rest->n > 0)
        return;
    buf_finish(rest);
    if (p->user.v == 0)
        peer_behind_is_over(p);
}

/* All that there is, in as few sends as there are runs. True when nothing is
 * left. */
static bool
flush_stream(struct peer *p)
{
    size_t sent = 0;
    for (;;) {
        struct room_run run;
        struct room_reader *reader;
        flush_rest(p);
        if (p->is_blocked || p->state == PEER_DEAD)
            return false;
        if (!peer_next_run(p, &run, &reader)) {
            if (!peer_has_rest(p))
                return true;
            continue;
        }
        if (sent >= PEER_TURN_BYTES) {
            peer_queue_join(p, PEER_TO_FLUSH);
            return false;
        }
        size_t n = peer_send_some(p, run.bytes);
        if (p->state == PEER_DEAD)
            return false;
        peer_take(p, reader, n);
        sent += n;
    }
}

static void
flush_now(struct peer *p)
{
    bool is_all_sent =
        peer_pace(p) != NULL ? peer_pace_flush(p) : flush_stream(p);
    if (p->state == PEER_DEAD)
        return;
    peer_forget_own(p);
    if (is_all_sent)
        peer_on_drained(p);
    peer_end_work(p);
}

/* -- to many ------------------------------------------------------------------- */

static void
leave_broken_batch(struct peers *set)
{
    if (!set->batch->is_broken)
        return;
    diag_say(set->diag, DIAG_WARNING,
             "io_uring failed; from now on each send is a call of its own");
    set->batch->close(set->batch);
    set->batch = NULL;
}

/* Its reader goes on; false: not behind all of it. */
static bool
take_sent(const struct net_send *s, struct room_reader *r)
{
    size_t left = s->sent > 0 ? (size_t)s->sent : 0;
    size_t i = 0;
    for (; i < s->pieces_n && left >= s->pieces[i].n; i++) {
        peer_take(peer_of_stream(s->stream), r, s->pieces[i].n);
        left -= s->pieces[i].n;
    }
    if (left > 0)
        peer_take(peer_of_stream(s->stream), r, left);
    return i == s->pieces_n;
}

/* First all readers go on, then whoever is lost is: his leaving is appended
 * to logs, which may drop what others have just been sent. */
static void
send_batch(struct peers *set)
{
    size_t n = set->sends_n;
    set->sends_n = 0;
    if (n == 0)
        return;
    set->batch->send(set->batch, set->sends, n);
    for (size_t i = 0; i < n; i++) {
        const struct net_send *s = &set->sends[i];
        bool is_all = take_sent(s, set->send_readers[i]);
        if (s->sent != NET_LOST)
            note_sent(peer_of_stream(s->stream), is_all);
    }
    for (size_t i = 0; i < n; i++) {
        struct peer *p = peer_of_stream(set->sends[i].stream);
        if (set->sends[i].sent == NET_LOST)
            peer_lose(p, N_("connection lost"));
        else if (!p->is_blocked)
            flush_now(p); /* seldom is there more */
    }
    leave_broken_batch(set);
}

/* Runs from a log, with only his own words between, and nothing before them:
 * that can go with others'. */
static bool
join_batch(struct peer *p)
{
    struct peers *set = peer_set(p);
    struct room_run run;
    struct room_reader *reader;
    if (set->batch == NULL || net_stream_ops(&p->stream)->descriptor == NULL ||
        peer_pace(p) != NULL || peer_has_rest(p) ||
        !peer_next_run(p, &run, &reader))
        return false;
    struct net_send *s = &set->sends[set->sends_n];
    s->stream = &p->stream;
    s->pieces[0] = run.bytes;
    s->pieces_n = 1;
    while (s->pieces_n < NET_SEND_PIECES && peer_run_goes_on(p, reader, &run))
        s->pieces[s->pieces_n++] = run.bytes;
    set->send_readers[set->sends_n] = reader;
    if (++set->sends_n == set->batch->most)
        send_batch(set);
    return true;
}

/* Into the batch, or after all that go in batches: who has only read his own
 * words, or answers of his own, is no reason to send a small one. */
static void
flush(struct peer *p)
{
    bool is_ready = p->state != PEER_DEAD && !p->is_blocked;
    if (p->is_too_slow || (is_ready && !join_batch(p)))
        peer_queue_join(p, PEER_ASIDE);
}

/* Here logs may be appended to: no batch holds their bytes. */
static void
flush_aside(struct peer *p)
{
    if (p->is_too_slow && p->state == PEER_OPEN)
        peer_turn_out(p, N_("read too slowly"));
    if (p->state != PEER_DEAD && !p->is_blocked)
        flush_now(p);
}

static void
wake(void *peer)
{
    peer_want_flush(peer);
}

/* Whoever reads a log that was appended to has something to be sent. Who has
 * left the room was woken when he did. */
static void
wake_readers(struct peers *set)
{
    while (!list_is_empty(&set->pool.dirty)) {
        struct room_log *log =
            CONTAINER_OF(set->pool.dirty.next, struct room_log, dirty_link);
        list_remove(&log->dirty_link);
        hub_each_reader(set->hub, log, wake);
    }
}

/*
 * After rooms were flushed, which took so long, they rest as long: a hub that
 * is busy thus spends at most half of its time in sends, and its sends grow
 * with its load; one that is idle delivers at once. Who was answered (his own
 * log) never waits.
 */
void
peers_flush(struct peers *set)
{
    uint64_t begin_us = loop_clock_us(set->loop);
    bool has_news = !list_is_empty(&set->pool.dirty);
    if (has_news && begin_us < set->rest_until_us) {
        loop_again_in(set->loop, set->rest_until_us - begin_us);
        has_news = false;
    }
    if (has_news)
        wake_readers(set);
    bool has_some = set->queues[PEER_TO_FLUSH].n > 0;
    peer_queue_serve(set, PEER_TO_FLUSH, flush);
    send_batch(set);
    peer_queue_serve(set, PEER_ASIDE, flush_aside);
    if (has_some)
        peers_watch_burst(set);
    if (!has_news)
        return;
    uint64_t end_us = loop_clock_us(set->loop);
    uint64_t rest_us = end_us - begin_us;
    if (rest_us > set->limits.most_rest_us)
        rest_us = set->limits.most_rest_us;
    set->rest_until_us = end_us + rest_us;
}
