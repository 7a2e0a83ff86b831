/*
 * Is anybody still there? An IRC client that says nothing for a while is asked
 * (PING), and closed when it says nothing for as long again: its machine was
 * switched off, or the network forgot it, and nobody told us. Any line is a
 * sign of life. Others are not asked: nc would show its user the question.
 *
 * One timer looks after all of them, and each has counted, in four bits, how
 * often it was found silent: a timer of its own would cost a silent client
 * more than all the rest of it. So they are asked up to one look too late.
 */
#include "base/tr.h"
#include "msg/limits.h"
#include "peer/peer_priv.h"

#define LOOK_MS 30000

/* The first look that finds it silent may come right behind its last line. */
#define LOOKS (LIMIT_IRC_SILENT_MS / LOOK_MS)
#define LOOKS_TO_ASK (LOOKS + 1)
#define LOOKS_TO_CLOSE (LOOKS_TO_ASK + LOOKS) /* fits in four bits */

static void
ask(struct peer *p)
{
    struct buf ping = {0};
    buf_add_format(&ping, "PING :%.*s\r\n",
                   SPAN_ARG(hub_info(peer_set(p)->hub)->name));
    peer_say_privately(p, hub_next_order(peer_set(p)->hub), buf_span(&ping));
    buf_finish(&ping);
}

static void
look(struct peer *p)
{
    if (p->is_waiting || p->is_held) { /* it is we who do not listen */
        p->silent_looks = 0;
        return;
    }
    p->silent_looks++;
    if (p->silent_looks == LOOKS_TO_ASK) {
        ask(p);
    } else if (p->silent_looks == LOOKS_TO_CLOSE) {
        peer_reply(p, &(struct reply){.kind = REPLY_SILENT});
        peer_turn_out(p, N_("ping timeout"));
    }
}

static void
look_again(struct peers *set)
{
    loop_timer_set(set->loop, &set->pulse, loop_now_ms(set->loop) + LOOK_MS);
}

/* Those who have not registered yet have a limit of their own. */
static void
on_due(struct loop_timer *t)
{
    struct peers *set = CONTAINER_OF(t, struct peers, pulse);
    bool has_some = false;
    uint32_t at = 0;
    for (struct peer *p; (p = slab_next(&set->all, &at)) != NULL;) {
        if (!p->is_irc || p->state > PEER_OPEN)
            continue;
        has_some = true;
        if (p->state == PEER_OPEN)
            look(p);
    }
    if (has_some)
        look_again(set);
}

void
peers_feel_pulse(struct peers *set)
{
    set->pulse.on_due = on_due;
    if (set->pulse.slot == 0)
        look_again(set);
}
