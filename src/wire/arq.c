#include "wire/arq.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* Unread bytes past which no more is taken: a window's worth. */
#define UNREAD_BYTES ((size_t)ARQ_WINDOW * DATAGRAM_SEGMENT_BYTES)

/* A datagram is lost when one that was sent so much later has come (RFC
 * 9002, 6.1.1). */
#define LATE_BY 3

/* Numbers wrap: is a before b? (RFC 1982) */
static bool
is_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

static void
segment_destroy(struct arq_segment **slot)
{
    if (*slot == NULL)
        return;
    buf_finish(&(*slot)->bytes);
    free(*slot);
    *slot = NULL;
}

static struct arq_segment **
slot_of(struct arq_segment **window, uint32_t n)
{
    return &window[n % ARQ_WINDOW];
}

/* -- ours: making segments ------------------------------------------------- */

static bool
has_place(const struct arq *a)
{
    return a->end - a->first < ARQ_WINDOW;
}

static struct arq_segment *
make_segment(struct arq *a, enum datagram_kind kind)
{
    struct arq_segment **slot = slot_of(a->out, a->end);
    CHECK(has_place(a) && *slot == NULL);
    *slot = ALLOC(struct arq_segment);
    (*slot)->kind = kind;
    (*slot)->is_due = true;
    a->end++;
    return *slot;
}

void
wire_arq_init(struct arq *a, uint64_t session, bool is_caller, uint64_t keep_ms,
              uint64_t now_ms)
{
    *a = (struct arq){
        .state = is_caller ? ARQ_OPENING : ARQ_OPEN,
        .session = session,
        .keep_ms = keep_ms,
        .heard_ms = now_ms,
        .room = ARQ_WINDOW,
        .wait_ms = ARQ_FIRST_WAIT_MS,
        .told_room = ARQ_WINDOW,
    };
    if (is_caller)
        (void)make_segment(a, DATAGRAM_OPEN);
}

void
wire_arq_finish(struct arq *a)
{
    for (size_t i = 0; i < ARQ_WINDOW; i++) {
        segment_destroy(&a->out[i]);
        segment_destroy(&a->early[i]);
    }
    buf_finish(&a->in);
}

/* The newest segment, if it can take more bytes. */
static struct arq_segment *
find_unfilled(struct arq *a)
{
    if (a->end == a->first)
        return NULL;
    struct arq_segment *s = *slot_of(a->out, a->end - 1);
    bool is_unfilled = s != NULL && s->kind == DATAGRAM_DATA && !s->was_sent &&
                       s->bytes.n < DATAGRAM_SEGMENT_BYTES;
    return is_unfilled ? s : NULL;
}

size_t
wire_arq_write(struct arq *a, struct span bytes)
{
    size_t taken = 0;
    CHECK(!a->has_ended);
    while (taken < bytes.n) {
        struct arq_segment *s = find_unfilled(a);
        if (s == NULL && !has_place(a))
            break;
        if (s == NULL)
            s = make_segment(a, DATAGRAM_DATA);
        struct span part =
            span_sub(bytes, taken, DATAGRAM_SEGMENT_BYTES - s->bytes.n);
        buf_add(&s->bytes, part);
        taken += part.n;
    }
    return taken;
}

bool
wire_arq_can_write(const struct arq *a)
{
    return a->state == ARQ_OPEN && has_place(a);
}

static void
place_end(struct arq *a)
{
    if (!a->has_ended || a->has_end || !has_place(a))
        return;
    (void)make_segment(a, DATAGRAM_END);
    a->has_end = true;
}

void
wire_arq_end(struct arq *a)
{
    a->has_ended = true;
    place_end(a);
}

size_t
wire_arq_unacknowledged(const struct arq *a)
{
    size_t n = 0;
    for (size_t i = 0; i < ARQ_WINDOW; i++) {
        if (a->out[i] != NULL && a->out[i]->kind == DATAGRAM_DATA)
            n += a->out[i]->bytes.n;
    }
    return n;
}

bool
wire_arq_is_done(const struct arq *a)
{
    return a->has_end && a->first == a->end && a->is_ended;
}

/* -- theirs ------------------------------------------------------------------ */

static uint8_t
room_now(const struct arq *a)
{
    size_t unread =
        (a->in.n + DATAGRAM_SEGMENT_BYTES - 1) / DATAGRAM_SEGMENT_BYTES;
    return unread < ARQ_WINDOW ? (uint8_t)(ARQ_WINDOW - unread) : 0;
}

size_t
wire_arq_read(struct arq *a, uint8_t *at, size_t n)
{
    if (n > a->in.n)
        n = a->in.n;
    if (n == 0)
        return 0;
    memcpy(at, a->in.at, n);
    buf_drop_front(&a->in, n);
    if (a->in.n == 0)
        buf_finish(&a->in);
    /* The other side waits for room: half a window is worth a datagram. */
    if (room_now(a) >= a->told_room + ARQ_WINDOW / 2)
        a->is_ack_due = true;
    return n;
}

bool
wire_arq_is_at_end(const struct arq *a)
{
    return a->is_ended && a->in.n == 0;
}

static void
take_in_order(struct arq *a, enum datagram_kind kind, struct span bytes)
{
    a->next++;
    if (kind == DATAGRAM_END)
        a->is_ended = true;
    else if (kind == DATAGRAM_DATA && !a->is_ended)
        buf_add(&a->in, bytes);
}

static void
take_early(struct arq *a)
{
    for (;;) {
        struct arq_segment **slot = slot_of(a->early, a->next);
        if (*slot == NULL)
            return;
        take_in_order(a, (*slot)->kind, buf_span(&(*slot)->bytes));
        segment_destroy(slot);
    }
}

/* One that is here already is only acknowledged again. */
static void
hear_segment(struct arq *a, const struct datagram *d)
{
    uint32_t ahead = d->segment - a->next;
    a->is_ack_due = true;
    if (ahead >= ARQ_WINDOW || ahead >= room_now(a))
        return;
    if (ahead == 0) {
        take_in_order(a, d->kind, d->bytes);
        take_early(a);
        return;
    }
    struct arq_segment **slot = slot_of(a->early, d->segment);
    if (*slot != NULL)
        return;
    *slot = ALLOC(struct arq_segment);
    (*slot)->kind = d->kind;
    buf_add(&(*slot)->bytes, d->bytes);
}

static uint32_t
beyond_now(const struct arq *a)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i + 1 < ARQ_WINDOW; i++) {
        if (a->early[(a->next + 1 + i) % ARQ_WINDOW] != NULL)
            bits |= (uint32_t)1 << i;
    }
    return bits;
}

/* -- what they have of ours ----------------------------------------------------- */

/* RFC 6298, 2.2 and 2.3, in eighths and quarters as everywhere (Jacobson,
 * 1988). The clock's grain is the millisecond that is added. */
static void
measure(struct arq *a, uint64_t rtt_ms)
{
    if (a->srtt_8_ms == 0) {
        a->srtt_8_ms = rtt_ms * 8;
        a->rttvar_4_ms = rtt_ms * 2;
    } else {
        uint64_t srtt = a->srtt_8_ms / 8;
        uint64_t off = srtt > rtt_ms ? srtt - rtt_ms : rtt_ms - srtt;
        a->rttvar_4_ms = a->rttvar_4_ms - a->rttvar_4_ms / 4 + off;
        a->srtt_8_ms = a->srtt_8_ms - srtt + rtt_ms;
    }
}

static uint64_t
measured_wait(const struct arq *a)
{
    uint64_t wait = a->srtt_8_ms == 0 ? ARQ_FIRST_WAIT_MS
                                      : a->srtt_8_ms / 8 + a->rttvar_4_ms + 1;
    if (wait < ARQ_LEAST_WAIT_MS)
        return ARQ_LEAST_WAIT_MS;
    return wait < ARQ_MOST_WAIT_MS ? wait : ARQ_MOST_WAIT_MS;
}

/* True: that is news. */
static bool
note_arrived(struct arq *a, uint32_t n, uint32_t heard, uint64_t now_ms)
{
    struct arq_segment **slot = slot_of(a->out, n);
    if (*slot == NULL || !(*slot)->was_sent)
        return false;
    if ((*slot)->number == heard)
        measure(a, now_ms - (*slot)->sent_ms);
    if ((*slot)->kind == DATAGRAM_OPEN && a->state == ARQ_OPENING)
        a->state = ARQ_OPEN;
    segment_destroy(slot);
    return true;
}

/* What was sent well before something that came has not come itself. */
static void
note_lost(struct arq *a)
{
    for (uint32_t n = a->first; n != a->end; n++) {
        struct arq_segment *s = *slot_of(a->out, n);
        if (s != NULL && s->was_sent &&
            !is_before(a->echo, s->number + LATE_BY))
            s->is_due = true;
    }
}

static bool
is_in_flight(const struct arq *a)
{
    for (uint32_t n = a->first; n != a->end; n++) {
        const struct arq_segment *s = a->out[n % ARQ_WINDOW];
        if (s != NULL && s->was_sent)
            return true;
    }
    return false;
}

static bool
note_all_arrived(struct arq *a, const struct datagram *d, uint64_t now_ms)
{
    bool is_news = false;
    for (uint32_t n = a->first; n != a->end; n++) {
        uint32_t ahead = n - d->next;
        bool has_come =
            is_before(n, d->next) || (ahead >= 1 && ahead <= ARQ_WINDOW &&
                                      (d->beyond >> (ahead - 1) & 1) != 0);
        if (has_come && note_arrived(a, n, d->heard, now_ms))
            is_news = true;
    }
    while (a->first != a->end && *slot_of(a->out, a->first) == NULL)
        a->first++;
    return is_news;
}

static void
hear_state(struct arq *a, const struct datagram *d, uint64_t now_ms)
{
    /* One that was overtaken knows less than we do; and of what was never
     * sent nothing can have come. */
    bool is_newest = d->number == a->heard;
    bool is_possible = d->next - a->first <= a->end - a->first &&
                       !is_before(a->number, d->heard);
    if (!is_newest || !is_possible)
        return;
    a->echo = d->heard;
    bool is_news = note_all_arrived(a, d, now_ms);
    uint32_t room = d->room < ARQ_WINDOW ? d->room : ARQ_WINDOW;
    uint32_t taken = d->next + room; /* and none from here on */
    bool was_full = a->room == 0;
    a->room = is_before(a->first, taken) ? taken - a->first : 0;
    note_lost(a);
    /* What was tried meanwhile was not taken. */
    if (was_full && a->room > 0 && a->first != a->end)
        (*slot_of(a->out, a->first))->is_due = true;
    if (is_news)
        a->wait_ms = measured_wait(a);
    if (!is_in_flight(a))
        a->due_ms = 0;
    else if (is_news)
        a->due_ms = now_ms + a->wait_ms;
    place_end(a);
}

/* Only a new one is sent at once: else two wrong clocks would drive each
 * other. */
static void
hear_token(struct arq *a, struct span token)
{
    if (a->state != ARQ_OPENING || token.n > DATAGRAM_SEGMENT_BYTES)
        return;
    struct arq_segment *s = *slot_of(a->out, a->first);
    if (span_equal(buf_span(&s->bytes), token))
        return;
    buf_truncate(&s->bytes, 0);
    buf_add(&s->bytes, token);
    s->is_due = true;
}

bool
wire_arq_hear(struct arq *a, struct span datagram, uint64_t now_ms)
{
    struct datagram d;
    if (!wire_datagram_decode(datagram, &d) || d.session != a->session ||
        a->state > ARQ_OPEN)
        return false;
    a->heard_ms = now_ms;
    if (d.kind == DATAGRAM_RESET) {
        a->state = ARQ_RESET;
    } else if (d.kind == DATAGRAM_TOKEN) {
        hear_token(a, d.bytes);
    } else {
        if (is_before(a->heard, d.number))
            a->heard = d.number;
        hear_state(a, &d, now_ms);
        if (wire_datagram_has_segment(d.kind))
            hear_segment(a, &d);
    }
    return true;
}

/* -- what is to be sent --------------------------------------------------------- */

static void
encode(struct arq *a, enum datagram_kind kind, uint32_t segment,
       struct span bytes, struct buf *out)
{
    a->told_room = room_now(a);
    a->is_ack_due = false;
    struct datagram d = {
        .kind = kind,
        .session = a->session,
        .number = ++a->number,
        .heard = a->heard,
        .next = a->next,
        .beyond = beyond_now(a),
        .room = a->told_room,
        .segment = segment,
        .bytes = bytes,
    };
    wire_datagram_encode(&d, out);
}

/* The oldest that is to be sent and may be. */
static struct arq_segment *
find_due(const struct arq *a, uint32_t *n)
{
    uint32_t most = a->room > 0 ? a->room : 1;
    if (a->state == ARQ_OPENING)
        most = 1;
    for (*n = a->first; *n != a->end && *n - a->first < most; ++*n) {
        struct arq_segment *s = a->out[*n % ARQ_WINDOW];
        if (s != NULL && s->is_due)
            return s;
    }
    return NULL;
}

static void
send_segment(struct arq *a, uint32_t n, struct arq_segment *s, uint64_t now_ms,
             struct buf *out)
{
    encode(a, s->kind, n, buf_span(&s->bytes), out);
    s->is_due = false;
    s->was_sent = true;
    s->number = a->number;
    s->sent_ms = now_ms;
    if (a->due_ms == 0) {
        a->due_ms = now_ms + a->wait_ms;
        a->owed_ms = now_ms;
    }
}

static uint64_t
give_up_ms(const struct arq *a)
{
    if (a->due_ms == 0)
        return UINT64_MAX;
    uint64_t since = a->heard_ms > a->owed_ms ? a->heard_ms : a->owed_ms;
    return since + ARQ_GIVE_UP_MS;
}

static uint64_t
keep_due_ms(const struct arq *a)
{
    bool is_needed = a->keep_ms > 0 && a->first == a->end && !a->has_ended;
    return is_needed ? a->heard_ms + a->keep_ms : UINT64_MAX;
}

/* The timer: the oldest goes again, and next time we wait twice as long. */
static void
on_timer(struct arq *a, uint64_t now_ms)
{
    for (uint32_t n = a->first; n != a->end; n++) {
        struct arq_segment *s = *slot_of(a->out, n);
        if (s != NULL && s->was_sent) {
            s->is_due = true;
            break;
        }
    }
    a->wait_ms =
        a->wait_ms * 2 < ARQ_MOST_WAIT_MS ? a->wait_ms * 2 : ARQ_MOST_WAIT_MS;
    a->due_ms = now_ms + a->wait_ms;
}

bool
wire_arq_next(struct arq *a, uint64_t now_ms, struct buf *out)
{
    uint32_t n;
    if (a->state > ARQ_OPEN)
        return false;
    if (now_ms >= give_up_ms(a)) {
        a->state = ARQ_LOST;
        return false;
    }
    if (a->due_ms != 0 && now_ms >= a->due_ms)
        on_timer(a, now_ms);
    if (a->state == ARQ_OPEN && now_ms >= keep_due_ms(a))
        (void)make_segment(a, DATAGRAM_DATA);
    struct arq_segment *s = find_due(a, &n);
    if (s != NULL)
        send_segment(a, n, s, now_ms, out);
    else if (a->is_ack_due)
        encode(a, DATAGRAM_ACK, 0, SPAN_NONE, out);
    else
        return false;
    return true;
}

uint64_t
wire_arq_due_ms(const struct arq *a, uint64_t now_ms)
{
    uint32_t n;
    if (a->state > ARQ_OPEN)
        return UINT64_MAX;
    if (a->is_ack_due || find_due(a, &n) != NULL)
        return now_ms;
    uint64_t due = keep_due_ms(a);
    if (a->due_ms != 0 && a->due_ms < due)
        due = a->due_ms;
    return give_up_ms(a) < due ? give_up_ms(a) : due;
}

void
wire_arq_check(const struct arq *a)
{
    CHECK(a->end - a->first <= ARQ_WINDOW);
    for (uint32_t n = 0; n < ARQ_WINDOW; n++) {
        bool is_inside = (n - a->first) % ARQ_WINDOW < a->end - a->first;
        CHECK(a->out[n] == NULL || is_inside);
        CHECK(a->out[n] == NULL ||
              a->out[n]->bytes.n <= DATAGRAM_SEGMENT_BYTES);
    }
    CHECK(a->first == a->end || a->out[a->first % ARQ_WINDOW] != NULL);
    CHECK(a->early[a->next % ARQ_WINDOW] == NULL);
    CHECK(a->in.n < UNREAD_BYTES * 2);
    CHECK((a->due_ms != 0) == is_in_flight(a));
    CHECK(!a->has_end || a->has_ended);
}
