#include "bench/ledger.h"

#include "base/alloc.h"

#include <stdlib.h>

struct ledger_sender {
    uint32_t next; /* sequence to post */
    uint32_t done; /* all before it are complete; at most `next` */
    bool is_free;  /* is in ledger.free */
    bool is_gone;
};

/* What `member` did not get in its turn: sequences [from, until). */
struct ledger_hole {
    uint32_t member;
    uint32_t sender;
    uint32_t from;
    uint32_t until;
};

static uint32_t *
due_of(const struct ledger *l, uint32_t member, uint32_t sender)
{
    return &l->due[(size_t)member * l->senders + sender];
}

static uint32_t *
left_of(const struct ledger *l, uint32_t sender, uint32_t sequence)
{
    return &l->left[(size_t)sender * l->ring + (sequence & (l->ring - 1))];
}

void
ledger_init(struct ledger *l, uint32_t members, uint32_t senders,
            uint32_t stalled, uint32_t window, bool echoes)
{
    CHECK(senders + stalled <= members && window > 0);
    *l = (struct ledger){
        .members = members,
        .senders = senders,
        .window = window,
        .echoes = echoes,
        .readers = members - stalled,
        .ring = 1,
    };
    while (l->ring < window)
        l->ring *= 2;
    l->due = alloc_zeroed((size_t)members * senders * sizeof(*l->due) + 1);
    l->left = alloc_zeroed((size_t)senders * l->ring * sizeof(*l->left) + 1);
    l->of = alloc_zeroed(senders * sizeof(*l->of) + 1);
    l->free = alloc_zeroed(senders * sizeof(*l->free) + 1);
    l->holes = alloc_zeroed(LEDGER_HOLES_MOST * sizeof(*l->holes));
    for (uint32_t sender = 0; sender < senders; sender++) {
        for (uint32_t member = l->readers; member < members; member++)
            *due_of(l, member, sender) = LEDGER_NEVER;
        if (!echoes)
            *due_of(l, sender, sender) = LEDGER_NEVER;
        l->of[sender].is_free = true;
        l->free[l->free_n++] = senders - 1 - sender;
    }
}

void
ledger_finish(struct ledger *l)
{
    free(l->due);
    free(l->left);
    free(l->of);
    free(l->free);
    free(l->holes);
}

bool
ledger_is_gone(const struct ledger *l, uint32_t sender)
{
    return l->of[sender].is_gone;
}

bool
ledger_may_post(const struct ledger *l, uint32_t sender)
{
    const struct ledger_sender *s = &l->of[sender];
    return !s->is_gone && s->next - s->done < l->window;
}

/* The window of a sender opens with its oldest incomplete message. */
static void
advance(struct ledger *l, uint32_t sender)
{
    struct ledger_sender *s = &l->of[sender];
    while (s->done != s->next && *left_of(l, sender, s->done) == 0)
        s->done++;
    if (!s->is_free && ledger_may_post(l, sender)) {
        s->is_free = true;
        l->free[l->free_n++] = sender;
    }
}

uint32_t
ledger_post(struct ledger *l, uint32_t sender)
{
    CHECK(ledger_may_post(l, sender));
    uint32_t sequence = l->of[sender].next++;
    /* Who posts is here, and gets it only if the server echoes. */
    *left_of(l, sender, sequence) = l->readers - !l->echoes;
    l->posted++;
    if (l->readers == !l->echoes) { /* for nobody */
        l->completed++;
        advance(l, sender);
    }
    return sequence;
}

uint32_t
ledger_pop_free(struct ledger *l)
{
    CHECK(l->free_n > 0);
    uint32_t sender = l->free[--l->free_n];
    l->of[sender].is_free = false;
    return sender;
}

/* One member less is without it; true: that was the last. */
static bool
settle(struct ledger *l, uint32_t sender, uint32_t sequence)
{
    uint32_t *left = left_of(l, sender, sequence);
    CHECK(*left > 0);
    if (--*left > 0)
        return false;
    l->completed++;
    if (sequence == l->of[sender].done)
        advance(l, sender);
    return true;
}

/* What is due before `until`, and there is some, does not come, or comes out
 * of order. */
static void
skip(struct ledger *l, uint32_t member, uint32_t sender, uint32_t until)
{
    uint32_t *due = due_of(l, member, sender);
    if (l->holes_n < LEDGER_HOLES_MOST)
        l->holes[l->holes_n++] =
            (struct ledger_hole){member, sender, *due, until};
    l->lost += until - *due;
    while (*due < until)
        settle(l, sender, (*due)++);
}

static void
skip_all(struct ledger *l, uint32_t member, uint32_t sender)
{
    if (*due_of(l, member, sender) < l->of[sender].next)
        skip(l, member, sender, l->of[sender].next);
}

/* Take one sequence out of a hole; the rest of it becomes one or two. */
static bool
fill_hole(struct ledger *l, uint32_t member, uint32_t sender, uint32_t sequence)
{
    for (size_t i = l->holes_n; i-- > 0;) {
        struct ledger_hole *h = &l->holes[i];
        if (h->member != member || h->sender != sender || sequence < h->from ||
            sequence >= h->until)
            continue;
        struct ledger_hole above = *h;
        h->until = sequence;
        above.from = sequence + 1;
        if (h->from == h->until)
            *h = l->holes[--l->holes_n];
        if (above.from < above.until && l->holes_n < LEDGER_HOLES_MOST)
            l->holes[l->holes_n++] = above;
        return true;
    }
    return false;
}

static enum ledger_news
deliver_late(struct ledger *l, uint32_t member, uint32_t sender,
             uint32_t sequence)
{
    if (fill_hole(l, member, sender, sequence)) {
        l->misordered++;
        l->lost--;
    } else {
        l->duplicated++;
    }
    return LEDGER_WRONG;
}

enum ledger_news
ledger_deliver(struct ledger *l, uint32_t member, uint32_t sender,
               uint32_t sequence)
{
    if (sender >= l->senders || sequence >= l->of[sender].next)
        return LEDGER_UNKNOWN;
    uint32_t *due = due_of(l, member, sender);
    if (sequence < *due)
        return deliver_late(l, member, sender, sequence);
    if (sequence > *due)
        skip(l, member, sender, sequence);
    ++*due;
    return settle(l, sender, sequence) ? LEDGER_COMPLETE : LEDGER_COUNTED;
}

void
ledger_leave(struct ledger *l, uint32_t member)
{
    for (uint32_t sender = 0; sender < l->senders; sender++) {
        skip_all(l, member, sender);
        *due_of(l, member, sender) = LEDGER_NEVER;
    }
    l->readers--;
    if (member < l->senders)
        l->of[member].is_gone = true;
}

bool
ledger_is_quiet(const struct ledger *l)
{
    return l->completed == l->posted;
}

void
ledger_close(struct ledger *l)
{
    for (uint32_t member = 0; member < l->members; member++) {
        for (uint32_t sender = 0; sender < l->senders; sender++)
            skip_all(l, member, sender);
    }
}
