/*
 * A caller's life: his states, his timers, what is waited for.
 */
#include "talk/caller_priv.h"

#include "base/alloc.h"
#include "wire/lab.h"
#include "wire/wire.h"

#include <errno.h>
#include <stdlib.h>

/* -- timers and interest -------------------------------------------------- */

void
talk_caller_set_timer(struct talk_caller *c)
{
    uint64_t due = c->judge_ms < c->close_ms ? c->judge_ms : c->close_ms;
    if (c->pace.due_ms != 0 && c->pace.due_ms < due)
        due = c->pace.due_ms;
    if (due == UINT64_MAX)
        loop_timer_clear(c->loop, &c->timer);
    else
        loop_timer_set(c->loop, &c->timer, due);
}

void
talk_caller_be_patient(struct talk_caller *c)
{
    c->close_ms = loop_now_ms(c->loop) + TALK_CLOSE_MS;
    talk_caller_set_timer(c);
}

void
talk_caller_want(struct talk_caller *c)
{
    if (c->state == TALK_CALLER_DEAD)
        return;
    unsigned events = talk_caller_room(c) > 0 ? LOOP_READ : 0;
    /* Who waits and said so much that he is not read may hang up, too. */
    if (events == 0 && c->state == TALK_CALLER_WAITING && !c->is_ended &&
        !c->has_hung_up)
        events = LOOP_HANGUP;
    if (c->is_blocked)
        events |= LOOP_WRITE;
    net_stream_ops(&c->stream)->want(&c->stream, events);
}

/* -- the end ---------------------------------------------------------------- */

void
talk_caller_lose(struct talk_caller *c)
{
    if (c->state == TALK_CALLER_DEAD)
        return;
    c->state = TALK_CALLER_DEAD;
    net_stream_ops(&c->stream)->want(&c->stream, 0);
    loop_timer_clear(c->loop, &c->timer);
    loop_again(c->loop); /* to be reaped */
}

void
talk_caller_drain(struct talk_caller *c)
{
    if (!talk_caller_is_open(c))
        return;
    c->state = TALK_CALLER_DRAINING;
    c->judge_ms = UINT64_MAX;
    /* What still comes is read and dropped. */
    c->is_paused = c->has_more = false;
    buf_finish(&c->in);
    buf_finish(&c->held);
    talk_caller_be_patient(c);
    talk_caller_want(c);
    loop_again(c->loop);
}

/* All that he will ever be sent is with his system. */
void
talk_caller_on_sent(struct talk_caller *c)
{
    net_stream_ops(&c->stream)->end(&c->stream);
    c->state = TALK_CALLER_LINGERING;
    talk_caller_be_patient(c);
    if (c->is_ended)
        talk_caller_lose(c);
}

/* -- the middle ------------------------------------------------------------- */

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
    if (!talk_caller_is_open(c) || c->is_paused == is_paused)
        return;
    c->is_paused = is_paused;
    c->has_more = true;
    loop_again(c->loop);
    talk_caller_want(c);
}

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct talk_caller *c = net_streams_of(net_stream_of(w))->owner;
    if (c->state != TALK_CALLER_DEAD && (events & LOOP_WRITE))
        c->is_blocked = false; /* the end of the turn flushes */
    if (c->state != TALK_CALLER_DEAD && (events & LOOP_READ))
        talk_caller_read(c);
    if (events & LOOP_HANGUP) {
        c->has_hung_up = true;
        loop_again(c->loop);
    }
    talk_caller_want(c);
}

static void
on_due(struct loop_timer *t)
{
    struct talk_caller *c = CONTAINER_OF(t, struct talk_caller, timer);
    uint64_t now = loop_now_ms(c->loop);
    if (c->close_ms <= now) {
        const struct net_stream_ops *ops = net_stream_ops(&c->stream);
        /* nc, waiting for its user's next line, notices this only. */
        if (c->state == TALK_CALLER_LINGERING &&
            ops->unacknowledged(&c->stream) == 0)
            ops->reset(&c->stream);
        talk_caller_lose(c);
        return;
    }
    if (c->judge_ms <= now)
        talk_caller_judge(c);
    if (c->pace.due_ms <= now)
        c->pace.due_ms = 0;
    talk_caller_set_timer(c);
}

/* -- life ------------------------------------------------------------------- */

struct talk_caller *
talk_caller_create(struct loop *l, struct diag *d, const struct net_offer *o,
                   const struct net_address *from, enum sniff_pin pin)
{
    struct talk_caller *c = ALLOC(struct talk_caller);
    c->streams =
        (struct net_streams){.watcher = {on_ready}, .loop = l, .owner = c};
    if (!net_stream_open(&c->stream, &c->streams, o)) {
        int error = errno;
        free(c);
        errno = error;
        return NULL;
    }
    char ip[INET6_ADDRSTRLEN];
    net_address_ip(from, ip);
    wire_lab_label(&c->label, ip, net_address_port(from));
    list_init(&c->link);
    c->loop = l;
    c->diag = d;
    c->address = *from;
    c->pin = pin;
    c->key =
        wire_key(pin == SNIFF_PINNED_LAB ? WIRE_LAB_ADDRESS : WIRE_PLAIN, 0);
    c->frames.has_no_commands = true;
    c->judge_ms = c->close_ms = UINT64_MAX;
    c->timer.on_due = on_due;
    c->sniff = ALLOC(struct sniff);
    wire_sniff_init(c->sniff, pin, false, loop_now_ms(l));
    /* Where framing is settled, whoever comes is a person until he proves to
     * be a machine. */
    if (pin != SNIFF_ANY)
        c->state = TALK_CALLER_WAITING;
    talk_caller_judge(c);
    talk_caller_want(c);
    return c;
}

void
talk_caller_destroy(struct talk_caller *c)
{
    CHECK(c->state == TALK_CALLER_DEAD);
    list_remove(&c->link);
    net_stream_close(&c->stream);
    buf_finish(&c->label);
    buf_finish(&c->in);
    buf_finish(&c->held);
    buf_finish(&c->out);
    buf_finish(&c->pace.block);
    free(c->sniff);
    free(c);
}
