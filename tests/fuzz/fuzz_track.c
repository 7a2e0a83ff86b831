/*
 * A track and some readers, driven by bytes: every reader gets the bytes of
 * others' entries in order, or is told how many messages it missed; nothing
 * is left at the end. tests/unit/test_track.c has a closer model, on random
 * numbers; here the fuzzer looks for paths that these don't take.
 */
#include "base/alloc.h"
#include "msg/limits.h"
#include "room/log.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define READERS 4
#define ENTRIES_MOST 600

/* Entry number i: so many bytes of value i, and who steps over it. */
struct said {
    uint32_t bytes;
    uint8_t except;
    bool is_message;
};

struct seat {
    struct room_reader r;
    uint8_t self;
    bool is_open;
    bool is_ended;
    size_t at; /* next entry */
    size_t until;
    size_t inside;
};

static struct said said[ENTRIES_MOST];
static size_t said_n;
static struct seat seats[READERS];
static uint8_t bytes[LIMIT_TRACK_BYTES];

static void
on_cut(struct room_reader *r, struct span rest)
{
    struct seat *s = CONTAINER_OF(r, struct seat, r);
    CHECK(s->inside > 0 && rest.n == said[s->at].bytes - s->inside);
    CHECK(span_get(rest, 0) == (uint8_t)s->at);
    s->at++;
    s->inside = 0;
}

static struct room_reader *
next_reader(const struct room_track *t, struct room_reader *r)
{
    struct seat *s = r == NULL ? seats : CONTAINER_OF(r, struct seat, r) + 1;
    while (s < seats + READERS && s->r.track != t)
        s++;
    return s < seats + READERS ? &s->r : NULL;
}

static void
say(struct room_track *t, uint32_t n, struct seat *by, bool is_message)
{
    if (said_n == ENTRIES_MOST)
        return;
    bool has_seat = by->is_open && !by->is_ended;
    said[said_n] = (struct said){n, has_seat ? by->self : 0, is_message};
    memset(bytes, (int)(uint8_t)said_n, n);
    room_track_append(t, said_n + 1, is_message, (struct span){bytes, n},
                      has_seat ? &by->r : NULL);
    said_n++;
}

static void
read_some(struct seat *s, uint8_t how)
{
    struct room_run run;
    uint64_t told = 0;
    enum room_read got = room_reader_peek(&s->r, ROOM_ORDER_NONE, &run);
    bool was_told = got == ROOM_READ_GAP;
    if (was_told) {
        told = run.missed;
        room_reader_told(&s->r);
        got = room_reader_peek(&s->r, ROOM_ORDER_NONE, &run);
    }
    size_t end = s->is_ended ? s->until : said_n;
    size_t to = got == ROOM_READ_RUN ? run.first_order - 1 : end;
    uint64_t messages = 0, entries = 0;
    CHECK(to >= s->at && to <= end);
    for (; s->at < to; s->at++) {
        CHECK(s->inside == 0);
        bool is_own = said[s->at].except == s->self;
        entries += !is_own;
        messages += !is_own && said[s->at].is_message;
    }
    CHECK(messages == told && was_told == (entries > 0));
    CHECK(got != ROOM_READ_GAP);
    CHECK((got == ROOM_READ_ENDED) == (s->is_ended && s->at == end));
    if (got != ROOM_READ_RUN)
        return;

    size_t take = how % 4 == 0 ? run.bytes.n : how * 7 % (run.bytes.n + 1);
    for (size_t i = 0; i < take;) {
        const struct said *e = &said[s->at];
        CHECK(s->at < end && e->except != s->self);
        size_t n =
            e->bytes - s->inside < take - i ? e->bytes - s->inside : take - i;
        CHECK(span_get(run.bytes, i) == (uint8_t)s->at);
        CHECK(span_get(run.bytes, i + n - 1) == (uint8_t)s->at);
        i += n;
        s->inside += n;
        if (s->inside == e->bytes) {
            s->inside = 0;
            s->at++;
        }
    }
    room_reader_take(&s->r, take);
}

static void
act(struct room_track *t, uint8_t what, uint8_t how)
{
    struct seat *s = &seats[what / 8 % READERS];
    switch (what % 8) {
    case 0:
    case 1:
    case 2:
        say(t, 1 + how, s, how & 1);
        break;
    case 3:
        say(t, 1 + how * 4001u, s, true);
        break;
    case 4:
        if (!s->is_open) {
            *s = (struct seat){.is_open = true, .at = said_n};
            s->self = (uint8_t)(1 + how % 3);
            for (int i = 0; i < READERS; i++) {
                if (&seats[i] != s && seats[i].is_open &&
                    seats[i].self == s->self && !seats[i].is_ended) {
                    room_reader_end(&seats[i].r);
                    seats[i].is_ended = true;
                    seats[i].until = said_n;
                }
            }
            room_reader_open(&s->r, t);
        }
        break;
    case 5:
        if (s->is_open && how % 4 == 0) {
            room_reader_close(&s->r);
            s->is_open = false;
        } else if (s->is_open && how % 4 == 1 && !s->is_ended) {
            room_reader_end(&s->r);
            s->is_ended = true;
            s->until = said_n;
        }
        break;
    default:
        if (s->is_open)
            read_some(s, how);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {data, size};
    struct room_pool p;
    struct room_track t;
    if (size < 1)
        return 0;
    room_pool_init(&p);
    p.on_cut = on_cut;
    p.next_reader = next_reader;
    p.bytes_most = 500 + (size_t)span_get(in, 0) * 1000;
    room_track_init(&t, &p, 0, false);
    said_n = 0;
    memset(seats, 0, sizeof(seats));
    for (size_t i = 1; i + 1 < in.n; i += 2) {
        act(&t, span_get(in, i), span_get(in, i + 1));
        room_track_check(&t);
        CHECK(t.bytes <= p.bytes_most || t.oldest == t.newest);
    }
    for (int i = 0; i < READERS; i++) {
        if (seats[i].is_open)
            room_reader_close(&seats[i].r);
    }
    room_track_finish(&t);
    CHECK(p.segments_alive == 0);
    room_pool_finish(&p);
    return 0;
}
