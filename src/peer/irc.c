/*
 * From an IRC client to the hub: what in.c is for people. Its session
 * (wire/irc) says what each line asks for; here is where that goes.
 */
#include "base/tr.h"
#include "msg/limits.h"
#include "peer/peer_priv.h"
#include "wire/irc/session.h"

/* It has shown what it speaks, or came by a port where nothing else is. */
void
peer_irc_start(struct peer *p)
{
    const struct hub_info *info = hub_info(peer_set(p)->hub);
    peer_forget_listener(p);
    p->is_irc = true;
    p->irc_session = wire_irc_create(info->name, info->password);
    p->key = wire_irc_key(peer_irc(p));
    p->state = PEER_REGISTERING;
    peer_work(p)->close_ms =
        loop_now_ms(peer_set(p)->loop) + LIMIT_REGISTRATION_MS;
    peer_set_timer(p);
    peers_feel_pulse(peer_set(p));
}

void
peer_irc_fill(const struct peer *p, struct hub_arrival *arrival)
{
    struct wire_irc_person person = wire_irc_person(peer_irc(p));
    arrival->nick = person.nick;
    arrival->user = person.user;
    arrival->real = person.real;
    arrival->metadata = person.metadata;
    arrival->keys = person.keys;
    arrival->is_listener = false;
    arrival->is_tracking = true;
}

static void
attach(struct peer *p)
{
    p->work->close_ms = UINT64_MAX;
    peer_set_timer(p);
    peer_attach(p, false);
    wire_irc_attached(peer_irc(p));
}

static const struct msg little = {.kind = MSG_EMPTY};

/* What the session answers by itself. Before it has a user nothing else is
 * said to it; then it has its place in the order. False: not now. */
static bool
send_answer(struct peer *p, struct span answer)
{
    if (p->user.v == 0) {
        peer_pay(p, &little);
        buf_add(&peer_work(p)->rest, answer);
        peer_want_flush(p);
        return true;
    }
    if (!hub_is_quiet(peer_set(p)->hub, p->user)) {
        p->is_waiting = true;
        return false;
    }
    peer_say_privately(p, hub_next_order(peer_set(p)->hub), answer);
    peer_pay(p, &little);
    return true;
}

static bool
submit(struct peer *p, const struct msg *m)
{
    struct hub_env env = peer_env(peer_set(p));
    p->is_waiting = hub_submit(peer_set(p)->hub, &env, p->user, m) == HUB_WAIT;
    if (!p->is_waiting)
        peer_pay(p, m);
    return !p->is_waiting;
}

/* True: it was taken. */
static bool
take_step(struct peer *p, enum wire_irc_step step, const struct msg *m,
          struct span answer)
{
    switch (step) {
    case WIRE_IRC_DONE:
        break;
    case WIRE_IRC_MSG:
        return submit(p, m);
    case WIRE_IRC_ANSWER:
        return send_answer(p, answer);
    case WIRE_IRC_REGISTER:
        attach(p);
        break;
    case WIRE_IRC_CLOSE:
        buf_add(&peer_work(p)->rest, answer);
        peer_turn_out(p, N_("it was not registered"));
        break;
    }
    return true;
}

/* What it has negotiated counts from here: what it was sent before the answer
 * is as it was, what follows is of the new kind. */
static void
use_key(struct peer *p)
{
    uint32_t before = p->key;
    p->key = wire_irc_key(peer_irc(p));
    if (p->user.v != 0 && wire_key_of_room(p->key) != wire_key_of_room(before))
        hub_rekey(peer_set(p)->hub, p->user);
}

/* All that one line asks for. False: the rest of it waits. */
static bool
feed_line(struct peer *p, struct span line)
{
    struct buf answer = {0};
    bool is_taken = true, has_asked = false;
    while (is_taken && p->state < PEER_DRAINING) {
        struct span nick = hub_nick(peer_set(p)->hub, p->user);
        struct msg m;
        buf_truncate(&answer, 0);
        enum wire_irc_step step = wire_irc_next(
            peer_irc(p), line, nick, &peer_set(p)->scratch, &m, &answer);
        if (step == WIRE_IRC_DONE)
            break;
        is_taken = take_step(p, step, &m, buf_span(&answer));
        if (!is_taken)
            break;
        has_asked = true;
        wire_irc_taken(peer_irc(p));
        use_key(p);
    }
    buf_finish(&answer);
    if (is_taken && !has_asked) /* to be read costs something, too */
        peer_pay(p, &little);
    return is_taken;
}

/* What is begun has so long to be ended. */
static void
watch_batch(struct peer *p)
{
    bool is_open = p->is_irc && wire_irc_has_batch(peer_irc(p));
    bool is_watched = p->work != NULL && p->work->batch_ms != UINT64_MAX;
    if (is_open == is_watched || p->state >= PEER_DRAINING)
        return;
    peer_work(p)->batch_ms =
        is_open ? loop_now_ms(peer_set(p)->loop) + LIMIT_BATCH_MS : UINT64_MAX;
    peer_set_timer(p);
}

/* A line from the front of `in`: how many bytes of it are done with; 0: there
 * is none yet, or it waits. */
size_t
peer_irc_feed(struct peer *p, struct span in)
{
    struct irc_cutter *cutter = wire_irc_cutter(peer_irc(p));
    struct irc_cutter before = *cutter;
    struct buf answer = {0};
    struct span line;
    size_t used;
    bool is_taken = true;
    /* It was asked for in an earlier line what is to become of it. */
    if (p->user.v != 0 && !wire_irc_is_in(peer_irc(p)) &&
        !hub_is_quiet(peer_set(p)->hub, p->user)) {
        p->is_waiting = true;
        return 0;
    }
    switch (wire_irc_cut(cutter, in, p->is_ended, &line, &used)) {
    case IRC_CUT_MORE:
        return used;
    case IRC_CUT_LONG:
        wire_irc_too_long(peer_irc(p), hub_nick(peer_set(p)->hub, p->user),
                          &answer);
        is_taken = send_answer(p, buf_span(&answer));
        buf_finish(&answer);
        break;
    case IRC_CUT_LINE:
        is_taken = feed_line(p, line);
        watch_batch(p);
        break;
    }
    if (!is_taken)
        *wire_irc_cutter(peer_irc(p)) = before;
    return is_taken ? used : 0;
}

/* Lines that answer the request with this token (irc/label.h). */
void
peer_irc_mark(const struct peer *p, struct span token, struct span lines,
              struct buf *out)
{
    wire_irc_mark(peer_irc(p), token, lines, out);
}

void
peer_irc_end_batch(struct peer *p)
{
    struct buf answer = {0};
    p->work->batch_ms = UINT64_MAX;
    if (p->state != PEER_OPEN)
        return;
    wire_irc_batch_is_late(peer_irc(p), hub_nick(peer_set(p)->hub, p->user),
                           &answer);
    if (answer.n > 0 && send_answer(p, buf_span(&answer)))
        wire_irc_batch_was_told(peer_irc(p));
    watch_batch(p); /* it was not its turn: later */
    buf_finish(&answer);
}

/* It took too long to say who it is. */
void
peer_irc_give_up(struct peer *p)
{
    buf_add(&peer_work(p)->rest,
            SPAN("ERROR :Closing link: registration timed out\r\n"));
    peer_turn_out(p, N_("it did not register"));
}
