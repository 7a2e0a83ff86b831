/*
 * From a peer to the hub: read, tell what it speaks, cut into messages, feed.
 */
#include "base/alloc.h"
#include "base/tr.h"
#include "msg/limits.h"
#include "peer/peer_priv.h"
#include "wire/plain.h"
#include "wire/proxy.h"

#include <stdlib.h>

/* -- which dialect -------------------------------------------------------- */

static void
end_sniffing(struct peer *p)
{
    p->is_sniffing = false;
    p->work->judge_ms = UINT64_MAX;
    peer_set_timer(p);
}

/* What it already sent goes through the filter that later bytes meet at
 * their arrival. */
static void
filter_telnet(struct peer *p, size_t from)
{
    if (p->pin == SNIFF_PINNED_LAB)
        return;
    struct buf *in = &p->work->in;
    struct buf answers = {0};
    size_t kept =
        wire_telnet_filter(&p->telnet, in->at + from, in->n - from, &answers);
    buf_truncate(in, from + kept);
    if (answers.n > 0) {
        buf_add(&p->work->rest, buf_span(&answers));
        peer_want_flush(p);
    }
    buf_finish(&answers);
}

/* From now on it is read and written in this dialect. */
static void
change_dialect(struct peer *p, enum wire_dialect dialect)
{
    p->frames.by_burst = wire_is_in_blocks(dialect);
    if (wire_key_dialect(p->key) == dialect)
        return;
    p->key = wire_key(dialect, p->key & WIRE_SHOWS_ROOM);
    if (!wire_is_in_blocks(dialect))
        peer_pace_stop(p);
    else if (p->user.v != 0)
        peer_pace_start(p);
    if (p->user.v != 0)
        hub_rekey(peer_set(p)->hub, p->user);
}

static void
settle(struct peer *p, enum sniff_verdict verdict)
{
    end_sniffing(p);
    if (verdict == SNIFF_IRC) {
        peer_irc_start(p);
        peer_feed(p);
        return;
    }
    if (p->pin == SNIFF_PINNED_LAB)
        p->frames.by_burst = true;
    else
        change_dialect(p, verdict == SNIFF_LAB ? WIRE_LAB : WIRE_PLAIN);
    filter_telnet(p, 0);
    /* His first line makes him a member; if that is q, he never was one. */
    if (p->user.v == 0)
        peer_attach(p, p->pin != SNIFF_PINNED_LAB);
    if (p->state == PEER_OPEN)
        peer_feed(p);
}

/* The address that the proxy tells takes the place of its own. */
static void
take_proxy_header(struct peer *p)
{
    struct peer_work *w = p->work;
    struct proxy_header header;
    size_t used;
    enum proxy_result result =
        wire_proxy_decode(buf_span(&w->in), &header, &used);
    if (!w->sniff.trusts_proxy || result != PROXY_OK || p->user.v != 0) {
        peer_refuse(p, SNIFF_PROXY);
        return;
    }
    buf_drop_front(&w->in, used);
    if (header.address_bytes > 0) {
        struct net_address real =
            net_address_make(header.address, header.address_bytes, header.port);
        if (!peer_come_from(p, &real))
            return;
    }
    uint64_t now = loop_now_ms(peer_set(p)->loop);
    wire_sniff_init(&w->sniff, p->pin, false, now);
    if (w->in.n > 0)
        wire_sniff_note(&w->sniff, w->in.n, now);
    if (p->pin == SNIFF_PINNED_PLAIN || p->pin == SNIFF_PINNED_LAB)
        peer_attach(p, p->pin == SNIFF_PINNED_PLAIN);
    if (p->state < PEER_DRAINING)
        peer_judge(p);
}

void
peer_judge(struct peer *p)
{
    if (!p->is_sniffing)
        return;
    struct peer_work *w = p->work;
    /* When nothing more will come, there is nothing to wait for: a burst is
     * the last line then, as `printf hi | nc -N` ends it. */
    uint64_t now = p->is_ended ? UINT64_MAX : loop_now_ms(peer_set(p)->loop);
    uint64_t again_ms;
    enum sniff_verdict verdict =
        wire_sniff_judge(&w->sniff, buf_span(&w->in), now, &again_ms);
    if (verdict == SNIFF_LAB && p->is_ended && p->pin == SNIFF_ANY)
        verdict = SNIFF_PLAIN;
    switch (verdict) {
    case SNIFF_MORE:
        w->judge_ms = again_ms;
        peer_set_timer(p);
        return;
    case SNIFF_SILENT:
        if (p->user.v == 0 && p->pin != SNIFF_PINNED_IRC)
            peer_attach(p, true);
        return;
    case SNIFF_PLAIN:
    case SNIFF_LAB:
        settle(p, verdict);
        return;
    case SNIFF_IRC:
        if (p->pin == SNIFF_ANY || p->pin == SNIFF_PINNED_IRC)
            settle(p, verdict);
        else
            peer_refuse(p, verdict);
        return;
    case SNIFF_PROXY:
        take_proxy_header(p);
        return;
    case SNIFF_TLS:
    case SNIFF_HTTP:
    case SNIFF_SSH:
    case SNIFF_BINARY:
        peer_refuse(p, verdict);
        return;
    }
}

/* -- messages --------------------------------------------------------------- */

/* False: the hub takes nothing now. */
static bool
feed_one(struct peer *p, enum wire_result result, const struct wire_frame *f)
{
    struct msg m = {.kind = MSG_TOO_LONG};
    if (result == WIRE_OK)
        wire_plain_parse(f->text, f->is_rest, &peer_set(p)->scratch, &m);
    struct hub_env env = peer_env(peer_set(p));
    p->is_waiting = hub_submit(peer_set(p)->hub, &env, p->user, &m) == HUB_WAIT;
    if (!p->is_waiting)
        peer_pay(p, &m);
    return !p->is_waiting;
}

/* A message from the front of `in`: how many bytes of it are done with; 0:
 * there is none yet, or the hub takes nothing now. */
static size_t
feed_frame(struct peer *p, struct span in)
{
    struct wire_frames before = p->frames;
    struct wire_frame frame;
    size_t used;
    enum wire_result result =
        wire_frames_next(&p->frames, in, p->is_ended, &frame, &used);
    if (result != WIRE_MORE && !feed_one(p, result, &frame)) {
        p->frames = before;
        return 0;
    }
    return used;
}

/* Who had no name yet is gone; but what he asked is answered first. */
static void
end_nameless(struct peer *p)
{
    if (peer_has_rest(p))
        peer_drain(p);
    else
        peer_lose(p, "");
}

/* It sent all it will: after the answers to that, it leaves. */
static void
feed_end(struct peer *p)
{
    if (p->user.v == 0) {
        end_nameless(p);
        return;
    }
    if (p->is_owed_more && peer_behind_holds(p))
        return;
    struct msg m = {.kind = MSG_QUIT, .text = SPAN_NONE};
    struct hub_env env = peer_env(peer_set(p));
    p->is_waiting = hub_submit(peer_set(p)->hub, &env, p->user, &m) == HUB_WAIT;
}

static bool
is_fed(const struct peer *p)
{
    return p->state == PEER_OPEN || p->state == PEER_REGISTERING;
}

/*
 * Messages from what was read, a turn's worth; the rest is fed in the next
 * turn, before more is read.
 */
void
peer_feed(struct peer *p)
{
    struct buf *in = &peer_work(p)->in;
    size_t at = 0;
    int messages = 0;
    bool is_limited = peer_set(p)->limits.flood.token_ns > 0;
    p->is_waiting = p->is_held = false;
    peer_behind_go_on(p);
    while (is_fed(p) && messages < PEER_TURN_MESSAGES) {
        if (at < in->n &&
            (peer_behind_holds(p) || (is_limited && peer_flood_holds(p))))
            break;
        struct span rest = span_from(buf_span(in), at);
        size_t used =
            peer_irc(p) ? peer_irc_feed(p, rest) : feed_frame(p, rest);
        if (used == 0)
            break;
        at += used;
        messages++;
    }
    if (!is_fed(p)) {
        buf_finish(in);
        return;
    }
    buf_drop_front(in, at);
    if (messages == PEER_TURN_MESSAGES) {
        peer_queue_join(p, PEER_TO_FEED);
        loop_again(peer_set(p)->loop);
    } else if (p->is_ended && !p->is_waiting && !p->is_held) {
        feed_end(p);
    }
    peer_want(p);
}

/* -- reading ---------------------------------------------------------------- */

static void
on_bytes(struct peer *p, size_t fresh)
{
    struct buf *in = &p->work->in;
    if (p->is_sniffing) {
        uint64_t now = loop_now_ms(peer_set(p)->loop);
        wire_sniff_note(&p->work->sniff, fresh, now);
        peer_judge(p);
        return;
    }
    if (peer_irc(p) != NULL) {
        peer_feed(p);
        return;
    }
    filter_telnet(p, in->n - fresh);
    /* A lab program would not end what it sends with a newline. */
    if (p->frames.by_burst && p->pin == SNIFF_ANY && in->n > 0 &&
        in->at[in->n - 1] == '\n')
        change_dialect(p, WIRE_PLAIN);
    peer_feed(p);
}

static void
on_end(struct peer *p)
{
    p->is_ended = true;
    if (p->state == PEER_DRAINING)
        return;
    bool came_for_nothing = p->user.v == 0 && p->work->in.n == 0;
    if (p->state == PEER_LINGERING)
        peer_lose(p, "");
    else if (came_for_nothing)
        end_nameless(p);
    else if (p->is_sniffing && p->work->in.n > 0)
        peer_judge(p);
    else
        peer_feed(p);
}

/*
 * The buffer that bytes are read into is lent: a peer keeps one of its own
 * only for what is unfinished, so that an idle peer has none.
 */
static void
borrow_spare(struct peers *set, struct buf *in)
{
    if (in->cap == 0) {
        *in = set->spare;
        set->spare = (struct buf){0};
    }
}

static void
return_spare(struct peers *set, struct buf *in)
{
    if (in->n > PEER_READ_BYTES / 2)
        return; /* mostly full: a copy would save nothing */
    struct buf rest = {0};
    buf_add(&rest, buf_span(in));
    if (set->spare.cap == 0) {
        set->spare = *in;
        set->spare.n = 0;
    } else {
        buf_finish(in);
    }
    *in = rest;
}

void
peer_read(struct peer *p)
{
    struct buf *in = &peer_work(p)->in;
    borrow_spare(peer_set(p), in);
    uint8_t *at = buf_reserve(in, PEER_READ_BYTES);
    ssize_t n =
        net_stream_ops(&p->stream)->read(&p->stream, at, PEER_READ_BYTES);
    if (n > 0 && p->state < PEER_DRAINING) {
        p->silent_looks = 0;
        in->n += (size_t)n;
        on_bytes(p, (size_t)n);
    } else if (n == 0) {
        on_end(p);
    } else if (n == NET_LOST) {
        peer_lose(p, N_("connection lost"));
    } else if (n == NET_SILENT) {
        peer_reply(p, &(struct reply){.kind = REPLY_SILENT});
        peer_turn_out(p, N_("silent for too long"));
    }
    return_spare(peer_set(p), in);
    peer_end_work(p);
}
