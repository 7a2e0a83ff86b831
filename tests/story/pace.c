/*
 * The story of lab programs: each reads with recv(1024) and takes what it
 * gets for one message. So we send it blocks of whole characters, the next
 * one only when the last was acknowledged and 20 ms have passed, or 100 ms
 * when the last was not full; and several messages in a block stand on lines
 * of their own.
 */
#include "base/utf8.h"
#include "support/world.h"
#include "wire/lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGES 500

/* What recv(1024) returns next; empty when nothing is there. */
static void
receive(struct wire *wire, struct buf *block)
{
    buf_truncate(block, 0);
    wire_read(wire, LAB_BLOCK_BYTES, block);
}

static void
check_characters(struct span block)
{
    struct buf mended = {0};
    CHECK(!utf8_mend(block, &mended));
    buf_finish(&mended);
}

/* Each line is the next message, perhaps with blanks behind it. */
static unsigned
check_lines(struct span block, unsigned next)
{
    while (block.n > 0) {
        char expected[100];
        struct span line = span_sub(block, 0, span_find(block, '\n'));
        block = span_from(block, line.n + 1);
        snprintf(expected, sizeof(expected), "guest1:第%u条消息, 很长很长",
                 ++next);
        CHECK(span_equal(span_trim(line), span_of(expected)));
    }
    return next;
}

static void
say_next(struct wire *talker, unsigned *said)
{
    char line[100];
    snprintf(line, sizeof(line), "第%u条消息, 很长很长\n", ++*said);
    wire_send(talker, line);
}

/* A reader that is `slow_ms` from one recv() to the next; a talker who says
 * a third of all with `every_ms` between (0: none), and then the rest at
 * once. */
static void
reads_at_any_speed(uint64_t slow_ms, uint64_t every_ms)
{
    printf("a reader that takes %llu ms, a message each %llu ms\n",
           (unsigned long long)slow_ms, (unsigned long long)every_ms);
    struct world *w = world_create(slow_ms, NULL);
    struct wire *talker = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(talker, "\n");
    struct wire *lab = world_connect(w, SNIFF_ANY);
    wire_send(lab, "我来了");
    world_pass(w, 400);
    struct buf block = {0};
    receive(lab, &block);
    unsigned slowly = every_ms > 0 ? MESSAGES / 3 : 0;
    unsigned said = 0, got = 0;
    w->step_ms = 1;
    for (uint64_t ms = 1; ms < 300000 && got < MESSAGES; ms++) {
        world_pass(w, 1);
        if (said < slowly && ms % every_ms == 0)
            say_next(talker, &said);
        while (said >= slowly && said < MESSAGES)
            say_next(talker, &said);
        if (ms % slow_ms != 0)
            continue;
        receive(lab, &block);
        check_characters(buf_span(&block));
        got = check_lines(buf_span(&block), got);
    }
    CHECK(got == MESSAGES);
    buf_finish(&block);
    wire_reset(talker);
    wire_reset(lab);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(talker);
    wire_free(lab);
}

/* Nothing is sent while the last block is not acknowledged, or within the
 * pace after it. */
static void
waits_for_acknowledgement(void)
{
    struct world *w = world_create(7, NULL);
    struct wire *talker = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *lab = world_connect(w, SNIFF_PINNED_LAB);
    wire_send(talker, "one\n");
    world_pass(w, 10);
    CHECK(lab->blocks == 1);
    lab->is_unacked = true;
    wire_send(talker, "two\n");
    world_pass(w, 2000);
    CHECK(lab->blocks == 1);
    wire_send(talker, "three\n");
    lab->is_unacked = false;
    world_pass(w, 1000);
    CHECK(lab->blocks == 2);

    /* Two more at once, 5 ms after: the pace holds them back, together. */
    wire_send(talker, "four\n");
    world_pass(w, 5);
    wire_send(talker, "five\nsix\n");
    world_pass(w, LAB_READ_MS - 10);
    CHECK(lab->blocks == 3);
    world_pass(w, LAB_PACE_MS);
    CHECK(lab->blocks == 4);
    struct buf all = {0};
    wire_read(lab, SIZE_MAX, &all);
    CHECK(span_equal(buf_span(&all), SPAN("(guest1,0):one(guest1,0):two\n"
                                          "(guest1,0):three(guest1,0):four"
                                          "(guest1,0):five\n(guest1,0):six")));
    buf_finish(&all);
    wire_reset(talker);
    wire_reset(lab);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(talker);
    wire_free(lab);
}

int
main(void)
{
    waits_for_acknowledgement();
    static const uint64_t speeds[] = {5, 20, 30, 60, LAB_READ_MS};
    static const uint64_t gaps[] = {1, 20, 25, 60, 99, 300};
    for (size_t i = 0; i < COUNT_OF(speeds); i++) {
        for (size_t k = 0; k < COUNT_OF(gaps); k++)
            reads_at_any_speed(speeds[i], gaps[k]);
    }
    /* Slower than we allow for, but all comes at once: in full blocks. */
    reads_at_any_speed(700, 0);
    return 0;
}
