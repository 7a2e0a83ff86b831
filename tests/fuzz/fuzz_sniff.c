/*
 * What does a new connection speak? Whatever it sends and however long it
 * waits, there is a verdict in the time that sniff.h promises, and the same
 * bytes cut in another way can't turn a machine's opening into chat.
 *
 * Input: one byte for the listener, then pieces: a byte for the length, one
 * for the time until the next, the bytes.
 */
#include "wire/sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_verdict(enum sniff_verdict v)
{
    return v != SNIFF_MORE && v != SNIFF_SILENT;
}

struct line {
    struct sniff sniff;
    struct buf held;
    uint64_t now_ms;
    uint64_t again_ms;
    uint64_t first_ms; /* when the first byte came; 0: not yet */
    uint64_t last_ms;
    unsigned silences;
    enum sniff_verdict verdict;
};

static void
judge(struct line *l)
{
    l->verdict = wire_sniff_judge(&l->sniff, buf_span(&l->held), l->now_ms,
                                  &l->again_ms);
    CHECK(wire_sniff_verdict_name(l->verdict) != NULL);
    if (l->verdict == SNIFF_SILENT) {
        CHECK(l->held.n == 0 && ++l->silences == 1);
        l->verdict = SNIFF_MORE;
        l->again_ms = UINT64_MAX;
    }
    if (l->verdict == SNIFF_MORE && l->held.n > 0) {
        CHECK(l->again_ms > l->now_ms); /* it does not spin */
        CHECK(l->again_ms <= l->last_ms + SNIFF_NEARLY_MS);
        CHECK(l->held.n < SNIFF_HELD_BYTES);
    }
}

static void
pass_until(struct line *l, uint64_t until_ms)
{
    while (l->verdict == SNIFF_MORE && l->again_ms <= until_ms) {
        l->now_ms = l->again_ms;
        judge(l);
    }
    if (l->verdict == SNIFF_MORE && until_ms > l->now_ms)
        l->now_ms = until_ms;
}

static void
arrive(struct line *l, struct span piece)
{
    if (piece.n == 0 || l->verdict != SNIFF_MORE)
        return;
    if (l->held.n == 0)
        l->first_ms = l->now_ms;
    l->last_ms = l->now_ms;
    buf_add(&l->held, piece);
    wire_sniff_note(&l->sniff, piece.n, l->now_ms);
    judge(l);
}

static void
check_verdict(const struct line *l, enum sniff_pin pin, bool trusts_proxy)
{
    struct span all = buf_span(&l->held);
    CHECK(is_verdict(l->verdict));
    bool may_be_nearly = trusts_proxy || l->verdict == SNIFF_HTTP ||
                         l->verdict == SNIFF_IRC; /* a lone PASS */
    if (!may_be_nearly)
        CHECK(l->now_ms <= l->last_ms + SNIFF_DOUBT_MS);
    /* Chat has no NUL in it when it begins. */
    if ((l->verdict == SNIFF_LAB || l->verdict == SNIFF_PLAIN) &&
        !(span_starts(all, SPAN("\xff"))))
        CHECK(span_find(all, 0) == all.n);
    if (l->verdict == SNIFF_LAB)
        CHECK(pin == SNIFF_PINNED_LAB ||
              (pin == SNIFF_ANY && span_find(all, '\n') == all.n &&
               all.n <= SNIFF_BURST_BYTES));
    if (l->verdict == SNIFF_PLAIN)
        CHECK(pin != SNIFF_PINNED_LAB);
}

/* It came whole, and nothing follows. */
static void
check_whole(struct span all, enum sniff_pin pin, bool trusts_proxy)
{
    struct line l = {.now_ms = 1};
    wire_sniff_init(&l.sniff, pin, trusts_proxy, l.now_ms);
    judge(&l);
    arrive(&l, all);
    pass_until(&l, l.now_ms + SNIFF_NEARLY_MS);
    if (all.n > 0)
        check_verdict(&l, pin, trusts_proxy);
    buf_finish(&l.held);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t times[] = {0, 1, 29, 30, 150, 200, 999, 1600};
    struct span in = {data, size};
    if (size < 1)
        return 0;
    enum sniff_pin pin = (enum sniff_pin)(span_get(in, 0) % 3);
    bool trusts_proxy = span_get(in, 0) & 8;
    in = span_from(in, 1);
    check_whole(in, pin, trusts_proxy);

    struct line l = {.now_ms = 1};
    wire_sniff_init(&l.sniff, pin, trusts_proxy, l.now_ms);
    judge(&l);
    while (in.n >= 2 && l.verdict == SNIFF_MORE) {
        size_t n = span_get(in, 0);
        uint64_t then_ms = times[span_get(in, 1) % COUNT_OF(times)];
        arrive(&l, span_sub(in, 2, n));
        pass_until(&l, l.now_ms + then_ms);
        in = span_from(in, 2 + n);
    }
    pass_until(&l, l.now_ms + SNIFF_NEARLY_MS);
    if (l.held.n > 0)
        check_verdict(&l, pin, trusts_proxy);
    buf_finish(&l.held);
    return 0;
}
