/*
 * The story of what programs note of themselves and of rooms: who may, who is
 * told of it, once, and what is left of it when somebody does not read.
 */
#include "msg/limits.h"
#include "support/world.h"
#include "wire/irc/line.h"

#include <stdio.h>
#include <string.h>

#define CAPS(draft) "CAP REQ :batch draft/metadata-" draft "\r\n"
#define HELLO(nick) IRC_HELLO(nick) "CAP END\r\n"

static bool
is_of_metadata(struct span command)
{
    return span_starts(command, SPAN("76")) ||
           span_starts(command, SPAN("77")) ||
           span_equal(command, SPAN("METADATA")) ||
           span_equal(command, SPAN("FAIL")) ||
           span_equal(command, SPAN("BATCH"));
}

/* What he has read of this, a line each: command and parameters, a '~' in
 * front if it is in a batch. */
static bool
reads(struct wire *wire, const char *words)
{
    struct buf heard = {0}, out = {0};
    struct irc_line l;
    wire_read(wire, SIZE_MAX, &heard);
    for (struct span rest = buf_span(&heard); rest.n > 0;) {
        size_t n = span_find(rest, '\n');
        CHECK(wire_irc_parse(span_sub(rest, 0, n - 1), &l));
        rest = span_from(rest, n + 1);
        if (!is_of_metadata(l.command))
            continue;
        buf_add(&out, l.tags.n > 0 ? SPAN("~") : SPAN_NONE);
        buf_add(&out, l.command);
        for (size_t i = 0; i < l.n; i++) {
            buf_add_byte(&out, ' ');
            buf_add(&out, l.parameters[i]);
        }
        buf_add_byte(&out, '\n');
    }
    bool is_it = span_equal(buf_span(&out), span_of(words));
    if (!is_it)
        fprintf(stderr, "not\n%s\nbut\n%.*s\n", words,
                SPAN_ARG(buf_span(&out)));
    buf_finish(&heard);
    buf_finish(&out);
    return is_it;
}

static struct wire *
come(struct world *w, const char *hello)
{
    struct wire *wire = world_connect(w, SNIFF_PINNED_IRC);
    wire->window = SIZE_MAX / 4;
    wire_send(wire, hello);
    world_pass(w, 50);
    return wire;
}

static void
say(struct world *w, struct wire *wire, const char *lines)
{
    wire_send(wire, lines);
    world_pass(w, 50);
}

/* Al notes; bob and eve share two rooms with him, cid watches him from
 * outside, dan, who shares a room, never asked. */
static void
whoever_subscribed_is_told_once(void)
{
    struct world *w = world_create(2, NULL);
    struct wire *al = come(w, CAPS("3") HELLO("al") "JOIN #a,#b\r\n");
    struct wire *bob = come(w, CAPS("3") HELLO("bob") "JOIN #a,#b\r\n");
    struct wire *eve = come(w, CAPS("2") HELLO("eve") "JOIN #a,#b\r\n");
    struct wire *cid = come(w, CAPS("3") HELLO("cid") "MONITOR + AL\r\n");
    struct wire *dan = come(w, CAPS("3") HELLO("dan") "JOIN #a\r\n");
    struct wire *nc = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *wires[] = {al, bob, eve, cid, dan, nc};
    wire_send(nc, "/join a\n");
    for (size_t i = 1; i < 5; i++) {
        if (i != 4)
            wire_send(wires[i], "METADATA * SUB avatar\r\n");
    }
    world_pass(w, 50);
    CHECK(reads(al, "BATCH +metadata metadata al\nBATCH -metadata\n"));
    CHECK(reads(bob, "BATCH +metadata metadata bob\nBATCH -metadata\n"
                     "770 bob avatar\n774 bob #a\n774 bob #b\n"));
    CHECK(reads(cid, "BATCH +metadata metadata cid\nBATCH -metadata\n"
                     "770 cid avatar\n774 cid al\n"));
    CHECK(wire_has_heard(eve, " 770 eve avatar\r\n"));
    CHECK(wire_has_heard(dan, " 366 dan #a "));
    CHECK(wire_has_heard(nc, "talking in a"));

    say(w, al, "METADATA * SET avatar :x y\r\nMETADATA * SET color red\r\n");
    CHECK(reads(al, "761 al al avatar * x y\n761 al al color * red\n"));
    CHECK(reads(bob, "761 bob al avatar * x y\n"));
    CHECK(reads(cid, "761 cid al avatar * x y\n"));
    CHECK(reads(eve, "METADATA al avatar * x y\n"));
    CHECK(reads(dan, ""));
    CHECK(nc->to_client.n == 0);

    say(w, al, "NICK ann\r\nMETADATA * CLEAR\r\nMETADATA * CLEAR\r\n");
    CHECK(reads(al, "BATCH +metadata metadata ann\n~766 ann ann avatar key not "
                    "set\n~766 ann ann color key not set\nBATCH -metadata\n"
                    "BATCH +metadata metadata ann\nBATCH -metadata\n"));
    CHECK(reads(bob, "766 bob ann avatar key not set\n"));
    CHECK(reads(eve, "METADATA ann avatar *\n"));
    CHECK(reads(cid, "")); /* it was the name al that he watched */
    world_end(w, wires, 6);
}

/* Who comes in is told of the room and of all, and they of him. */
static void
who_comes_is_told_and_tells(void)
{
    struct world *w = world_create(4, NULL);
    struct wire *al =
        come(w, CAPS("3") HELLO("al") "JOIN #a\r\n"
                                      "METADATA * SUB avatar url\r\n"
                                      "METADATA #a SET url u\r\n"
                                      "METADATA * SET avatar 1\r\n");
    struct wire *bob = come(w, CAPS("3") "METADATA * SUB avatar url\r\n"
                                         "METADATA * SET avatar 2\r\n"
                                         "NICK al\r\nUSER u 0 * :r\r\n"
                                         "CAP END\r\n");
    struct wire *wires[] = {al, bob};
    al->to_client.n = 0;
    CHECK(reads(bob, "770 * avatar url\n761 * * avatar * 2\n"));
    say(w, bob, "NICK bob\r\n"); /* for the first name was taken */
    CHECK(reads(bob, "BATCH +metadata metadata bob\n~761 bob bob avatar * 2\n"
                     "BATCH -metadata\n"));
    say(w, al, "MONITOR + bob\r\n");
    CHECK(reads(al, "BATCH +metadata metadata bob\n~761 al bob avatar * 2\n"
                    "BATCH -metadata\n"));
    say(w, bob, "JOIN #a\r\n");
    CHECK(reads(bob, "BATCH +metadata metadata #a\n~761 bob #a url * u\n"
                     "~761 bob al avatar * 1\n~761 bob bob avatar * 2\n"
                     "BATCH -metadata\n"));
    CHECK(reads(al, "761 al bob avatar * 2\n"));
    say(w, bob,
        "METADATA * UNSUB avatar\r\nMETADATA #a SYNC\r\n"
        "METADATA al SYNC\r\nWHOIS al\r\n");
    CHECK(reads(bob, "771 bob avatar\nBATCH +metadata metadata #a\n"
                     "~761 bob #a url * u\nBATCH -metadata\n"
                     "BATCH +metadata metadata al\nBATCH -metadata\n"
                     "760 bob al avatar * 1\n"));
    world_end(w, wires, 2);
}

/* A room's is its operators', and its members read it. */
static void
a_room_has_a_door(void)
{
    struct world *w = world_create(6, NULL);
    struct wire *al = come(w, CAPS("3") HELLO("al") "JOIN #a\r\n");
    struct wire *bob = come(w, CAPS("3") HELLO("bob") "JOIN #a\r\n");
    struct wire *cid = come(w, CAPS("2") HELLO("cid"));
    struct wire *wires[] = {al, bob, cid};
    say(w, al, "METADATA #a SET url u\r\n");
    say(w, bob,
        "METADATA #A SET url v\r\nMETADATA #a CLEAR\r\n"
        "METADATA al SET a b\r\nMETADATA al SUB a\r\n"
        "METADATA #A LIST\r\n");
    CHECK(reads(bob, "BATCH +metadata metadata bob\nBATCH -metadata\n"
                     "FAIL METADATA KEY_NO_PERMISSION #A url "
                     "That is not for you\n"
                     "FAIL METADATA KEY_NO_PERMISSION #a * "
                     "That is not for you\n"
                     "FAIL METADATA KEY_NO_PERMISSION al a "
                     "That is not for you\n"
                     "FAIL METADATA INVALID_TARGET al There is no such target\n"
                     "BATCH +metadata metadata #a\n~761 bob #a url * u\n"
                     "BATCH -metadata\n"));
    say(w, cid,
        "METADATA #a LIST\r\nMETADATA #none LIST\r\nMETADATA no LIST"
        "\r\nMETADATA * SET a\r\n");
    CHECK(reads(cid, "BATCH +metadata metadata cid\nBATCH -metadata\n"
                     "FAIL METADATA KEY_NO_PERMISSION #a * "
                     "That is not for you\n"
                     "FAIL METADATA INVALID_TARGET #none "
                     "There is no such target\n"
                     "FAIL METADATA INVALID_TARGET no "
                     "There is no such target\n"
                     "FAIL METADATA KEY_NOT_SET cid a key not set\n"));
    say(w, al, "MODE #a +s\r\n");
    say(w, cid, "METADATA #a SYNC\r\n");
    CHECK(reads(cid, "FAIL METADATA INVALID_TARGET #a "
                     "There is no such target\n"));
    world_end(w, wires, 3);
}

static void
there_are_limits(void)
{
    struct world *w = world_create(8, NULL);
    struct wire *al = come(w, CAPS("2") HELLO("al"));
    struct wire *wires[] = {al};
    char line[LIMIT_IRC_LINE_BYTES];
    CHECK(wire_has_heard(al, " 422 "));
    for (int i = 0; i < LIMIT_METADATA_KEYS; i++) {
        snprintf(line, sizeof(line), "METADATA * SET k%d :%*d\r\n", i,
                 LIMIT_METADATA_VALUE_BYTES, i);
        say(w, al, line);
        CHECK(wire_has_heard(al, " 761 al al k"));
    }
    say(w, al, "METADATA * SET more x\r\nMETADATA * SET k0 x\r\n");
    CHECK(reads(al, "FAIL METADATA LIMIT_REACHED al There are 20 already\n"
                    "761 al al k0 * x\n"));
    snprintf(line, sizeof(line), "METADATA * SET k0 :%*d\r\n",
             LIMIT_METADATA_VALUE_BYTES + 1, 0);
    say(w, al, line);
    CHECK(reads(al, "FAIL METADATA VALUE_INVALID It is longer than 240 "
                    "bytes\n"));
    for (int i = 0; i < LIMIT_SUBSCRIPTIONS; i++) {
        snprintf(line, sizeof(line), "METADATA * SUB k%d\r\n", i);
        say(w, al, line);
        CHECK(wire_has_heard(al, " 770 al k"));
    }
    say(w, al, "METADATA * SUB k1 more k2\r\n");
    CHECK(reads(al, "FAIL METADATA TOO_MANY_SUBS more There are 50 already\n"
                    "770 al k1\n"));
    world_end(w, wires, 1);
}

/* Bob does not read while al changes his mind; when he reads again and asks
 * for anything, he is told where there is more to know. In a room with many
 * he is told so at once. */
static void
who_does_not_read_is_told_where_to_ask(void)
{
    struct peers_limits limits = {.most_clients = 1000};
    struct world *w = world_create(10, &limits);
    struct wire *wires[LIMIT_METADATA_PEOPLE + 3];
    struct wire *al = wires[0] = come(w, CAPS("3") HELLO("al") "JOIN #a\r\n");
    struct wire *bob = wires[1] =
        come(w, CAPS("3") HELLO("bob") "JOIN #a\r\nMETADATA * SUB k\r\n");
    char line[LIMIT_IRC_LINE_BYTES];
    bob->to_client.n = 0;
    bob->window = 100;
    for (int i = 0; i < 3000; i++) {
        snprintf(line, sizeof(line), "METADATA * SET k :%*d\r\n", 200, i);
        wire_send(al, line);
        world_pass(w, 20);
        al->to_client.n = 0;
    }
    CHECK(!bob->is_server_done);
    bob->window = SIZE_MAX / 4;
    world_pass(w, 1000);
    CHECK(bob->to_client.n < LIMIT_PRIVATE_BYTES);
    bob->to_client.n = 0;
    say(w, bob, "PING x\r\nMETADATA #a SYNC\r\n");
    snprintf(line, sizeof(line),
             "774 bob #a\nBATCH +metadata metadata #a\n~761 bob al k * %*d\n"
             "BATCH -metadata\n",
             200, 2999);
    CHECK(reads(bob, line));

    for (int i = 0; i < LIMIT_METADATA_PEOPLE; i++) {
        wires[2 + i] = world_connect(w, SNIFF_PINNED_PLAIN);
        wire_send(wires[2 + i], "/join a\n");
    }
    world_pass(w, 100);
    struct wire *cid = wires[LIMIT_METADATA_PEOPLE + 2] =
        come(w, CAPS("3") HELLO("cid") "METADATA * SUB k\r\nJOIN #a\r\n");
    CHECK(reads(cid, "BATCH +metadata metadata cid\nBATCH -metadata\n"
                     "770 cid k\n774 cid #a\n"));
    world_end(w, wires, COUNT_OF(wires));
}

/* A batch of ours in an answer with a label: the label is at its beginning. */
static void
answers_have_a_label(void)
{
    struct world *w = world_create(12, NULL);
    struct wire *al =
        come(w, CAPS("3") "CAP REQ labeled-response\r\n" HELLO("al"));
    struct wire *wires[] = {al};
    say(w, al, "JOIN #a\r\n");
    CHECK(wire_has_heard(al, " 366 al #a "));
    say(w, al,
        "@label=1 METADATA * SET a b\r\n@label=2 METADATA * LIST\r\n"
        "@label=3 METADATA * SUB A a\r\n");
    CHECK(wire_has_heard(
        al, "@label=1 :liao.chat 761 al al a * :b\r\n"
            "@label=2 :liao.chat BATCH +metadata metadata al\r\n"
            "@batch=metadata :liao.chat 761 al al a * :b\r\n"
            ":liao.chat BATCH -metadata\r\n"
            "@label=3 :liao.chat BATCH +1 labeled-response\r\n"
            "@batch=1 :liao.chat FAIL METADATA INVALID_KEY A :A key has a-z "
            "0-9 _ . / -\r\n"
            "@batch=1 :liao.chat 770 al a\r\n"
            "@batch=1 :liao.chat 774 al #a\r\n"
            ":liao.chat BATCH -1\r\n"));
    world_end(w, wires, 1);
}

/* A room whose members have more to tell than anybody may leave unread: it is
 * told as it is read, whole, also when its name changes meanwhile. */
static void
a_large_room_is_told_as_it_is_read(void)
{
    struct peers_limits limits = {.most_clients = 1000};
    struct world *w = world_create(14, &limits);
    struct wire *wires[LIMIT_METADATA_PEOPLE * 2 + 1];
    char line[LIMIT_IRC_LINE_BYTES], more[LIMIT_IRC_LINE_BYTES];
    for (size_t i = 1; i < COUNT_OF(wires); i++) {
        snprintf(line, sizeof(line),
                 CAPS("3") "NICK n%zu\r\nUSER u 0 * :r\r\nCAP END\r\n", i);
        wires[i] = come(w, line);
        for (int k = 0; k < 6; k++) {
            snprintf(more, sizeof(more), "METADATA * SET k%d :%*zu\r\n", k,
                     LIMIT_METADATA_VALUE_BYTES, i);
            wire_send(wires[i], more);
        }
        wire_send(wires[i], "JOIN #a\r\n");
        world_pass(w, 20);
    }
    struct wire *al = wires[0] =
        come(w, CAPS("3") HELLO("al") "JOIN #a\r\n"
                                      "METADATA * SUB k0 k1 k2 k3 k4 k5\r\n");
    wire_forget(al);
    al->window = 4096;
    wire_send(al, "METADATA #a SYNC\r\n");
    world_pass(w, 50);
    size_t values = 0, batches = 0;
    bool has_joined = false; /* the room's new name, before the batch's end */
    struct buf heard = {0};
    for (int turns = 0; turns < 4000 && batches < 2; turns++) {
        if (turns == 10) /* in the middle of it */
            wire_send(wires[1], "METADATA * SET k0 x\r\nRENAME #a #b\r\n");
        wire_read(al, SIZE_MAX, &heard);
        world_pass(w, 1);
        struct span rest = buf_span(&heard);
        size_t n;
        while ((n = span_find(rest, '\n')) < rest.n) {
            struct span text = span_sub(rest, 0, n);
            values += span_starts(text, SPAN("@batch=metadata :liao.chat 761"));
            batches += span_starts(text, SPAN(":liao.chat BATCH "));
            has_joined =
                has_joined || (span_starts(text, SPAN(":al!")) && batches == 1);
            rest = span_from(rest, n + 1);
        }
        buf_drop_front(&heard, heard.n - rest.n);
    }
    CHECK(batches == 2 && values == LIMIT_METADATA_PEOPLE * 2 * 6);
    CHECK(has_joined);
    buf_finish(&heard);
    world_end(w, wires, COUNT_OF(wires));
}

int
main(void)
{
    whoever_subscribed_is_told_once();
    who_comes_is_told_and_tells();
    a_room_has_a_door();
    there_are_limits();
    answers_have_a_label();
    a_large_room_is_told_as_it_is_read();
    who_does_not_read_is_told_where_to_ask();
    return 0;
}
