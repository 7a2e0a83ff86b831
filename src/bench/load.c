#include "bench/load.h"

#include "base/tr.h"
#include "bench/progress.h"
#include "bench/segments.h"
#include "bench/text.h"

#include <string.h>
#include <sys/random.h>

#define SECOND_NS 1000000000.0
#define TURN_NS 50000000u /* at least so often the time is looked at */
/* All have settled when nothing came for so long, and are idle after so long;
 * but see how long at most. */
#define SETTLE_NS 500000000u
#define IDLE_NS 2000000000u
#define SETTLE_MOST_NS 10000000000u

static struct load *
load_of(struct crowd *c)
{
    return c->owner;
}

static uint32_t
us_of(const struct load *l, uint64_t at_ns)
{
    return (uint32_t)((at_ns - l->start_ns) / 1000u);
}

/* -- in ------------------------------------------------------------------------ */

static void
on_text(struct crowd *c, uint32_t member, const struct text_stamp *stamp)
{
    struct load *l = load_of(c);
    if (stamp->run != c->run)
        return; /* somebody else's, or a server that remembers */
    enum ledger_news news =
        ledger_deliver(&l->ledger, member, stamp->sender, stamp->sequence);
    if (news == LEDGER_UNKNOWN) {
        c->damaged++;
        return;
    }
    l->deliveries++;
    if (!l->is_measuring)
        return;
    /* Due in the future: the clock of a message is of whole microseconds. */
    uint32_t now_us = us_of(l, c->now_ns);
    uint32_t us = now_us > stamp->at_us ? now_us - stamp->at_us : 0;
    histogram_add(&l->latency_us, us);
    if (news == LEDGER_COMPLETE)
        histogram_add(&l->complete_us, us);
}

static void
on_gone(struct crowd *c, uint32_t member)
{
    if (c->joined == c->n) /* before that there is no ledger */
        ledger_leave(&load_of(c)->ledger, member);
}

/* -- out ------------------------------------------------------------------------- */

static void
post(struct load *l, uint32_t sender, uint64_t at_ns)
{
    struct text_stamp stamp = {
        .sequence = ledger_post(&l->ledger, sender),
        .run = l->crowd.run,
        .sender = sender,
        .at_us = us_of(l, at_ns),
    };
    crowd_post(&l->crowd, sender, &stamp);
}

static void
post_closed(struct load *l, uint64_t now_ns)
{
    while (l->ledger.free_n > 0) {
        uint32_t sender = ledger_pop_free(&l->ledger);
        while (ledger_may_post(&l->ledger, sender))
            post(l, sender, now_ns);
    }
}

static uint64_t
due_ns(const struct load *l)
{
    return l->pace_ns +
           (uint64_t)((double)l->posted * SECOND_NS / l->options->rate);
}

/* Senders take turns. One whose window is shut holds up all: its message
 * goes out late, and is as late as it was due. False: so it is. */
static bool
post_paced(struct load *l, uint64_t now_ns)
{
    for (; due_ns(l) <= now_ns; l->posted++) {
        uint32_t sender = (uint32_t)(l->posted % l->options->senders);
        if (ledger_is_gone(&l->ledger, sender))
            continue;
        if (!ledger_may_post(&l->ledger, sender))
            return false;
        post(l, sender, due_ns(l));
    }
    return true;
}

/* -- phases ----------------------------------------------------------------------- */

static struct load_counts
count(const struct load *l)
{
    return (struct load_counts){
        .at_ns = crowd_clock_ns(),
        .messages = l->ledger.posted,
        .deliveries = l->deliveries,
        .reads = l->crowd.reads,
        .segments = segments_count(&l->crowd),
        .own_cpu_ns = proc_own_cpu_ns(),
        .server = proc_read(l->options->pids, l->options->pids_n),
    };
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static enum load_verdict
join(struct load *l, const volatile int *is_stopped)
{
    uint64_t since_ns = crowd_clock_ns();
    while (!crowd_is_in(&l->crowd) && !l->crowd.has_failed && !*is_stopped) {
        uint64_t now_ns = crowd_clock_ns();
        crowd_turn(&l->crowd, now_ns + TURN_NS);
        if (progress_is_due(now_ns))
            progress_say(_("joining: %u of %u"), l->crowd.joined, l->crowd.n);
    }
    l->join_s = (double)(l->crowd.joined_ns - since_ns) / SECOND_NS;
    return crowd_is_in(&l->crowd) ? LOAD_OK : LOAD_FAILED;
}

/* Until the news of who joined have reached everybody. */
static void
settle(struct load *l, uint64_t quiet_ns, const volatile int *is_stopped)
{
    uint64_t since_ns = crowd_clock_ns();
    uint64_t now_ns = since_ns;
    l->crowd.now_ns = now_ns;
    while (!*is_stopped && now_ns - since_ns < SETTLE_MOST_NS &&
           (now_ns < l->crowd.now_ns || now_ns - l->crowd.now_ns < quiet_ns)) {
        crowd_turn(&l->crowd, now_ns + TURN_NS);
        now_ns = crowd_clock_ns();
    }
}

static void
run_until(struct load *l, uint64_t end_ns, const volatile int *is_stopped)
{
    for (;;) {
        uint64_t now_ns = crowd_clock_ns();
        uint64_t until_ns = earlier(end_ns, now_ns + TURN_NS);
        if (now_ns >= end_ns || *is_stopped || l->ledger.readers == 0)
            return;
        if (l->options->rate == 0)
            post_closed(l, now_ns);
        else if (post_paced(l, now_ns))
            until_ns = earlier(until_ns, due_ns(l));
        crowd_turn(&l->crowd, until_ns);
        if (progress_is_due(now_ns))
            progress_say(_("%.0f s to go, %llu deliveries"),
                         (double)(end_ns - now_ns) / SECOND_NS,
                         (unsigned long long)l->deliveries);
    }
}

/* What is under way arrives, or is lost. */
static void
drain(struct load *l)
{
    uint64_t now_ns = crowd_clock_ns();
    l->crowd.now_ns = now_ns;
    while (!ledger_is_quiet(&l->ledger) && l->ledger.readers > 0 &&
           (now_ns < l->crowd.now_ns ||
            now_ns - l->crowd.now_ns < LOAD_DRAIN_NS)) {
        crowd_turn(&l->crowd, now_ns + TURN_NS);
        now_ns = crowd_clock_ns();
    }
    ledger_close(&l->ledger);
}

static void
measure(struct load *l, const volatile int *is_stopped)
{
    uint64_t now_ns = crowd_clock_ns();
    const struct options *o = l->options;
    l->start_ns = now_ns;
    l->pace_ns = now_ns;
    uint64_t from_ns = now_ns + (uint64_t)(o->warmup * SECOND_NS);
    run_until(l, from_ns, is_stopped);
    l->from = count(l);
    l->is_measuring = true;
    run_until(l, from_ns + (uint64_t)(o->seconds * SECOND_NS), is_stopped);
    l->until = count(l);
    l->is_measuring = false;
    drain(l);
    /* A second copy of the last message would come now. */
    settle(l, SETTLE_NS, is_stopped);
}

static void
prepare(struct load *l, const struct options *o, const struct net_address *to)
{
    uint16_t run;
    if (getrandom(&run, sizeof(run), 0) != (ssize_t)sizeof(run))
        run = (uint16_t)crowd_clock_ns();
    *l = (struct load){.options = o};
    l->crowd = (struct crowd){
        .proto = o->proto,
        .to = *to,
        .run = run & TEXT_RUN_MOST,
        .text_bytes = o->size,
        .members = o->members,
        .senders = o->senders,
        .stalled = o->stalled,
        .joining_most = o->joining,
        .on_text = on_text,
        .on_gone = on_gone,
        .owner = l,
    };
    l->before = proc_read(o->pids, o->pids_n);
}

enum load_verdict
load_run(struct load *l, const struct options *o, const struct net_address *to,
         const volatile int *is_stopped)
{
    prepare(l, o, to);
    if (!crowd_open(&l->crowd) || join(l, is_stopped) != LOAD_OK)
        return LOAD_FAILED;
    ledger_init(&l->ledger, o->members, o->senders, o->stalled, o->window,
                o->proto->echoes);
    settle(l, o->is_idle ? IDLE_NS : SETTLE_NS, is_stopped);
    l->joined = proc_read(o->pids, o->pids_n);
    if (!o->is_idle)
        measure(l, is_stopped);
    progress_end();
    return LOAD_OK;
}

void
load_finish(struct load *l)
{
    crowd_close(&l->crowd);
    ledger_finish(&l->ledger);
}

bool
load_is_clean(const struct load *l)
{
    const struct ledger *g = &l->ledger;
    return g->lost == 0 && g->duplicated == 0 && g->misordered == 0 &&
           l->crowd.damaged == 0 && l->crowd.gone == 0;
}
