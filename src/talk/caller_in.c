/*
 * What a caller says: which dialect it is, and the messages in it.
 */
#include "talk/caller_priv.h"

#include "base/tr.h"
#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/machine.h"
#include "wire/wire.h"

#include <stdlib.h>

/* Messages in a turn: enough for a paste, few enough that the operator's
 * terminal can follow. */
#define TURN_MESSAGES 16

/* Asked for at one read. */
#define READ_BYTES ((size_t)16 << 10)

/* By himself: a goodbye, or his end. */
static void
leave(struct talk_caller *c)
{
    if (c->state == TALK_CALLER_WAITING && c->held.n > 0)
        talk_caller_reply(c, REPLY_TALK_MISSED, 0);
    talk_caller_reply(c, REPLY_BYE, 0);
    talk_caller_drain(c);
}

/* -- which dialect ---------------------------------------------------------- */

static void
refuse(struct talk_caller *c, enum sniff_verdict verdict)
{
    const struct wire_machine *machine = wire_machine_get(verdict);
    char from[NET_ADDRESS_TEXT];
    net_address_text(&c->address, from);
    diag_say(c->diag, DIAG_WARNING, N_("%s refused: it speaks %s"), from,
             machine->name);
    c->key = wire_key(WIRE_PLAIN, 0); /* its answer goes as it stands */
    wire_machine_answer(machine, c->key, &c->out);
    talk_caller_drain(c);
}

static void
filter_telnet(struct talk_caller *c, size_t from)
{
    if (c->pin == SNIFF_PINNED_LAB)
        return;
    size_t kept = wire_telnet_filter(&c->telnet, c->in.at + from,
                                     c->in.n - from, &c->out);
    buf_truncate(&c->in, from + kept);
}

static void
settle(struct talk_caller *c, enum sniff_verdict verdict)
{
    free(c->sniff);
    c->sniff = NULL;
    c->judge_ms = UINT64_MAX;
    talk_caller_set_timer(c);
    c->frames.by_burst = verdict == SNIFF_LAB;
    if (verdict == SNIFF_LAB && c->pin == SNIFF_ANY)
        c->key = wire_key(WIRE_LAB, 0);
    if (c->state == TALK_CALLER_SNIFFING)
        c->state = TALK_CALLER_WAITING;
    filter_telnet(c, 0);
}

void
talk_caller_judge(struct talk_caller *c)
{
    if (c->sniff == NULL || !talk_caller_is_open(c))
        return;
    enum sniff_verdict verdict = wire_sniff_judge(
        c->sniff, buf_span(&c->in), loop_now_ms(c->loop), &c->judge_ms);
    if (verdict == SNIFF_MORE && c->is_ended) /* no more will come */
        verdict = c->pin == SNIFF_PINNED_LAB ? SNIFF_LAB : SNIFF_PLAIN;
    switch (verdict) {
    case SNIFF_MORE:
        break;
    case SNIFF_SILENT:
        if (c->state == TALK_CALLER_SNIFFING)
            c->state = TALK_CALLER_WAITING;
        break;
    case SNIFF_PLAIN:
    case SNIFF_LAB:
        settle(c, verdict);
        break;
    case SNIFF_PROXY:
    case SNIFF_TLS:
    case SNIFF_HTTP:
    case SNIFF_SSH:
    case SNIFF_IRC:
    case SNIFF_BINARY:
        refuse(c, verdict);
        break;
    }
    talk_caller_set_timer(c);
}

/* -- messages --------------------------------------------------------------- */

/* In lines, what liao takes for a goodbye (liao(1)) is one here, too. */
static bool
is_goodbye(const struct talk_caller *c, const struct wire_frame *f)
{
    struct span rest = f->text;
    if (f->is_rest)
        return false;
    return span_equal(rest, SPAN("q")) ||
           (!c->frames.by_burst && span_equal(span_word(&rest), SPAN("/quit")));
}

static void
tell_if_not_utf8(struct talk_caller *c, struct span text)
{
    struct buf mended = {0};
    if (!c->was_mended && utf8_mend(text, &mended)) {
        c->was_mended = true;
        talk_caller_reply(c, REPLY_MENDED, 0);
    }
    buf_finish(&mended);
}

static void
take(struct talk_caller *c, const struct wire_frame *f)
{
    if (is_goodbye(c, f)) {
        /* One who waits has his words unread, as if he had hung up, and is
         * told so, too. */
        leave(c);
        return;
    }
    if (span_trim(f->text).n == 0)
        return;
    tell_if_not_utf8(c, f->text);
    if (c->state == TALK_CALLER_TALKING) {
        c->on_text(c, f->text);
        return;
    }
    buf_add(&c->held, f->text);
    buf_add_byte(&c->held, '\n');
}

/* False: there is none. */
static bool
feed_held(struct talk_caller *c)
{
    struct span held = buf_span(&c->held);
    if (c->state != TALK_CALLER_TALKING || held.n == 0)
        return false;
    size_t n = span_find(held, '\n');
    c->on_text(c, span_sub(held, 0, n));
    buf_drop_front(&c->held, n + 1);
    if (c->held.n == 0)
        buf_finish(&c->held);
    return true;
}

static bool
feed_fresh(struct talk_caller *c)
{
    struct wire_frame frame;
    size_t used;
    if (c->sniff != NULL)
        return false;
    enum wire_result result = wire_frames_next(&c->frames, buf_span(&c->in),
                                               c->is_ended, &frame, &used);
    if (result == WIRE_OK)
        take(c, &frame);
    if (talk_caller_is_open(c))
        buf_drop_front(&c->in, used);
    return result == WIRE_OK || used > 0;
}

void
talk_caller_feed(struct talk_caller *c)
{
    if (!talk_caller_is_open(c) || c->is_paused)
        return;
    int messages = 0;
    bool has_more = true;
    while (talk_caller_is_open(c) && has_more && messages++ < TURN_MESSAGES)
        has_more = feed_held(c) || feed_fresh(c);
    c->has_more = talk_caller_is_open(c) && has_more;
    if (c->has_more)
        loop_again(c->loop);
    else if (c->state == TALK_CALLER_TALKING && c->is_ended)
        leave(c);
    talk_caller_want(c);
}

/* -- reading ---------------------------------------------------------------- */

/* What is read and not taken yet is bounded, whoever is in his way. And a
 * burst is all taken before the next is read: nothing else tells them apart,
 * which is also why one who waits is read at all. */
size_t
talk_caller_room(const struct talk_caller *c)
{
    size_t used = c->in.n + c->held.n;
    if (c->is_ended || c->is_paused || c->has_more ||
        used >= LIMIT_TALK_HELD_BYTES)
        return 0;
    size_t room = LIMIT_TALK_HELD_BYTES - used;
    return room < READ_BYTES ? room : READ_BYTES;
}

static void
on_bytes(struct talk_caller *c, size_t fresh)
{
    if (c->sniff != NULL) {
        wire_sniff_note(c->sniff, fresh, loop_now_ms(c->loop));
        talk_caller_judge(c);
    } else {
        filter_telnet(c, c->in.n - fresh);
        /* A lab program would not end what it sends with a newline. */
        if (c->frames.by_burst && c->pin == SNIFF_ANY && c->in.n > 0 &&
            c->in.at[c->in.n - 1] == '\n')
            talk_caller_speak_plain(c);
    }
}

static void
on_end(struct talk_caller *c)
{
    c->is_ended = true;
    if (c->state == TALK_CALLER_LINGERING ||
        (c->state == TALK_CALLER_SNIFFING && c->in.n == 0))
        talk_caller_lose(c);
    else
        talk_caller_judge(c);
}

void
talk_caller_read(struct talk_caller *c)
{
    size_t room = talk_caller_room(c);
    if (room == 0)
        return;
    uint8_t *at = buf_reserve(&c->in, room);
    ssize_t n = net_stream_ops(&c->stream)->read(&c->stream, at, room);
    if (n > 0 && talk_caller_is_open(c)) {
        c->in.n += (size_t)n;
        on_bytes(c, (size_t)n);
    } else if (n == 0) {
        on_end(c);
    } else if (n == NET_LOST) {
        talk_caller_lose(c);
    } else if (n == NET_SILENT) {
        talk_caller_reply(c, REPLY_SILENT, 0);
        talk_caller_drain(c);
    }
    if (c->in.n == 0)
        buf_finish(&c->in); /* who is silent costs no buffer */
}
