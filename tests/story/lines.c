/*
 * The story of messages in several lines, and of tags: programs that know
 * these read them whole, everybody else reads what he can, and nobody is hurt
 * by a batch that is begun and not ended.
 */
#include "msg/limits.h"
#include "support/world.h"

#include <stdio.h>
#include <string.h>

#define CAPS "CAP REQ :batch draft/multiline message-tags\r\n"

struct scene {
    struct world *world;
    struct wire *al;  /* with IRC and lines; the operator of #tea */
    struct wire *bob; /* with IRC and lines */
    struct wire *old; /* with IRC, as it was */
    struct wire *nic; /* with nc */
};

static void
forget_all(const struct scene *s)
{
    wire_forget(s->al);
    wire_forget(s->bob);
    wire_forget(s->old);
    wire_forget(s->nic);
}

static struct scene
begin(void)
{
    struct scene s = {.world = world_create(1, NULL)};
    s.al = world_connect(s.world, SNIFF_PINNED_IRC);
    s.bob = world_connect(s.world, SNIFF_PINNED_IRC);
    s.old = world_connect(s.world, SNIFF_PINNED_IRC);
    s.nic = world_connect(s.world, SNIFF_PINNED_PLAIN);
    wire_send(s.al, CAPS IRC_HELLO("al") "CAP END\r\nJOIN #tea\r\n");
    world_pass(s.world, 50);
    wire_send(s.bob, CAPS IRC_HELLO("bob") "CAP END\r\nJOIN #tea\r\n");
    wire_send(s.old, IRC_HELLO("old") "JOIN #tea\r\n");
    wire_send(s.nic, "/nick nic\n/leave lobby\n/join tea\n");
    world_pass(s.world, 50);
    forget_all(&s);
    return s;
}

static void
end(struct scene s)
{
    struct wire *wires[] = {s.al, s.bob, s.old, s.nic};
    world_end(s.world, wires, COUNT_OF(wires));
}

/* -- lines -------------------------------------------------------------------- */

static void
several_lines(void)
{
    struct scene s = begin();
    wire_send(s.al, "@+draft/reply=1 BATCH +x draft/multiline #tea\r\n"
                    "@batch=x PRIVMSG #tea :one\r\n"
                    "@batch=x PRIVMSG #tea :\r\n");
    wire_send(s.bob, "PRIVMSG #tea :meanwhile\r\n");
    world_pass(s.world, 50);
    wire_send(s.al, "@batch=x PRIVMSG #tea :two \r\n"
                    "@batch=x;draft/multiline-concat PRIVMSG #tea :三\r\n"
                    "BATCH -x\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(
        s.bob, "@msgid=i;+draft/reply=1 :al!~u@h BATCH +i draft/multiline "
               "#tea\r\n"
               "@batch=i :al!~u@h PRIVMSG #tea :one\r\n"
               "@batch=i :al!~u@h PRIVMSG #tea :\r\n"
               "@batch=i :al!~u@h PRIVMSG #tea :two \r\n"
               "@batch=i;draft/multiline-concat :al!~u@h PRIVMSG #tea "
               ":三\r\n"
               ":al!~u@h BATCH -i\r\n"));
    CHECK(wire_has_read(s.old, ":bob!~u@h PRIVMSG #tea :meanwhile\r\n"
                               ":al!~u@h PRIVMSG #tea :one\r\n"
                               ":al!~u@h PRIVMSG #tea :two \r\n"
                               ":al!~u@h PRIVMSG #tea :三\r\n"));
    CHECK(wire_has_read(s.nic, "bob: meanwhile\nal: one\nal: two 三\n"));

    /* To one person; and a long line of somebody with nc is one message. */
    wire_send(s.al, "BATCH +y draft/multiline nic\r\n"
                    "@batch=y PRIVMSG nic :psst\r\n"
                    "@batch=y PRIVMSG nic :bob\r\nBATCH -y\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.nic, "[al to you] psst\n[al to you] bob\n"));
    forget_all(&s);
    struct buf line = {0};
    while (line.n < 600)
        buf_add(&line, SPAN("茶"));
    buf_add(&line, SPAN("\n"));
    wire_send_bytes(s.nic, buf_span(&line));
    world_pass(s.world, 50);
    struct buf heard = {0};
    wire_read(s.bob, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    CHECK(strstr((char *)heard.at, " BATCH +") != NULL);
    CHECK(strstr((char *)heard.at, ";draft/multiline-concat :nic!") != NULL);
    buf_finish(&heard);
    buf_finish(&line);
    end(s);
}

/* Who has it echoed reads the label at its beginning, once; with two targets
 * all of it is in a batch of answers. */
static void
echoes_with_a_label(void)
{
    struct scene s = begin();
    wire_send(s.bob, "CAP REQ :echo-message labeled-response\r\n");
    world_pass(s.world, 50);
    forget_all(&s);
    wire_send(s.bob, "@label=x BATCH +1 draft/multiline #tea\r\n"
                     "@batch=1 PRIVMSG #tea :one\r\n"
                     "@batch=1 PRIVMSG #tea :two\r\nBATCH -1\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(
        s.bob, "@label=x;msgid=i :bob!~u@h BATCH +i draft/multiline #tea\r\n"
               "@batch=i :bob!~u@h PRIVMSG #tea :one\r\n"
               "@batch=i :bob!~u@h PRIVMSG #tea :two\r\n"
               ":bob!~u@h BATCH -i\r\n"));
    end(s);
}

/* As many bytes as one message may have, each break for one; no more. */
static void
as_many_bytes(void)
{
    for (int more = 0; more < 2; more++) {
        struct scene s = begin();
        char line[512];
        wire_send(s.al, "BATCH +x draft/multiline #tea\r\n");
        for (int i = 0; i < 11; i++) {
            int n = i < 10 ? 400 : LIMIT_TEXT_BYTES - 4000 - 10 + more;
            snprintf(line, sizeof(line), "@batch=x PRIVMSG #tea :%0*d\r\n", n,
                     i);
            wire_send(s.al, line);
        }
        wire_send(s.al, "BATCH -x\r\n");
        world_pass(s.world, 100);
        if (more) {
            CHECK(wire_has_read(s.al,
                                ":liao.chat FAIL BATCH MULTILINE_MAX_BYTES "
                                "4096 :Too many bytes\r\n"));
            CHECK(wire_has_read(s.old, ""));
        } else {
            CHECK(wire_has_read(s.al, ""));
            CHECK(wire_has_heard(s.old, "0000010\r\n"));
        }
        end(s);
    }
}

/* -- batches that are not ended -------------------------------------------------- */

/* The words are not said, and nothing of them stays. */
static void
quits_in_a_batch(void)
{
    struct scene s = begin();
    wire_send(s.bob, "BATCH +x draft/multiline #tea\r\n"
                     "@batch=x PRIVMSG #tea :half\r\nQUIT :bye\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.bob, "ERROR :"));
    CHECK(wire_has_read(s.nic, "-- bob left (bye)\n"));
    wire_send(s.al, "BATCH +x draft/multiline #tea\r\n"
                    "@batch=x PRIVMSG #tea :half\r\n");
    world_pass(s.world, 50);
    wire_reset(s.al);
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.nic, "-- al left"));
    end(s);
}

/* He is turned out while he writes: it is refused as any words from there. */
static void
kicked_in_a_batch(void)
{
    struct scene s = begin();
    wire_send(s.bob, "BATCH +x draft/multiline #tea\r\n"
                     "@batch=x PRIVMSG #tea :one\r\n");
    world_pass(s.world, 50);
    wire_send(s.al, "KICK #tea bob\r\n");
    world_pass(s.world, 50);
    forget_all(&s);
    wire_send(s.bob, "@batch=x PRIVMSG #tea :two\r\nBATCH -x\r\nPING 1\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.bob,
                        ":liao.chat 404 bob #tea :Cannot send to channel\r\n"
                        ":liao.chat PONG liao.chat :1\r\n"));
    CHECK(wire_has_read(s.nic, "") && wire_has_read(s.al, ""));
    end(s);
}

/* What is not ended for long is given up; what comes of it later is ignored. */
static void
never_ends_a_batch(void)
{
    struct scene s = begin();
    wire_send(s.bob, "BATCH +x draft/multiline #tea\r\n"
                     "@batch=x PRIVMSG #tea :one\r\n");
    world_pass(s.world, LIMIT_BATCH_MS - 1000);
    CHECK(wire_has_read(s.bob, ""));
    world_pass(s.world, 2000);
    CHECK(wire_has_read(s.bob,
                        ":liao.chat FAIL BATCH TIMEOUT x :The batch was open "
                        "for too long\r\n"));
    wire_send(s.bob, "@batch=x PRIVMSG #tea :two\r\nBATCH -x\r\n"
                     "BATCH +y draft/multiline #tea\r\n"
                     "@batch=y PRIVMSG #tea :three\r\nBATCH -y\r\n");
    world_pass(s.world, LIMIT_BATCH_MS + 1000);
    CHECK(wire_has_read(s.bob, ""));
    CHECK(wire_has_read(s.nic, "bob: three\n"));
    end(s);
}

/* Through a cluster, where words come back late: in their order, once. */
static void
waits_for_the_order(void)
{
    struct scene s = begin();
    world_hold(s.world);
    wire_send(s.bob, "JOIN #milk\r\nBATCH +x draft/multiline #milk\r\n"
                     "@batch=x PRIVMSG #milk :one\r\n"
                     "@batch=x PRIVMSG #tea :wrong\r\nBATCH -x\r\n"
                     "BATCH +y draft/multiline #tea\r\n"
                     "@batch=y PRIVMSG #tea :two\r\n"
                     "@batch=y PRIVMSG #tea :three\r\nBATCH -y\r\n"
                     "PART #milk\r\n");
    for (int i = 0; i < 20; i++) {
        world_pass(s.world, 10);
        world_order(s.world, 1);
    }
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.bob, "FAIL BATCH MULTILINE_INVALID_TARGET #milk "
                                "#tea :One message has one target\r\n"
                                "@msgid="));
    CHECK(wire_has_read(s.nic, "bob: two\nbob: three\n"));
    world_release(s.world);
    end(s);
}

/* -- tags ---------------------------------------------------------------------------- */

/* Who types is seen by programs that show it; nobody misses it. */
static void
tags_alone(void)
{
    struct scene s = begin();
    wire_send(s.al, "@+typing=active TAGMSG #tea\r\n"
                    "@+draft/react=☕;+draft/reply=1 TAGMSG bob,nic,old\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.bob,
                        "@msgid=i;+typing=active :al!~u@h TAGMSG #tea\r\n"
                        "@msgid=i;+draft/react=☕;+draft/reply=1 :al!~u@h "
                        "TAGMSG bob\r\n"));
    CHECK(wire_has_read(s.old, "") && wire_has_read(s.nic, "") &&
          wire_has_read(s.al, ""));

    wire_send(s.nic, "/away for tea\n");
    world_pass(s.world, 50);
    wire_send(s.al, "@+typing=active TAGMSG nic\r\nTAGMSG #milk\r\n"
                    "@+a TAGMSG @#tea\r\nPRIVMSG nic :hi\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.al, ":liao.chat 403 al #milk :No such channel\r\n"
                              ":liao.chat 301 al nic :for tea\r\n"));
    end(s);
}

/* A room where nothing but tags was missed has no gap that counts. */
static void
nobody_misses_tags(void)
{
    struct scene s = begin();
    struct buf tag = {0};
    buf_add(&tag, SPAN("@+x="));
    while (tag.n < LIMIT_IRC_CLIENT_TAGS_BYTES - 1)
        buf_add_byte(&tag, 'x');
    buf_add(&tag, SPAN(" TAGMSG #tea\r\n"));
    s.bob->window = 0;
    for (size_t sent = 0; sent < 2 * LIMIT_TRACK_BYTES; sent += tag.n) {
        wire_send_bytes(s.al, buf_span(&tag));
        world_pass(s.world, 5);
    }
    wire_send(s.al, "PRIVMSG #tea :end\r\n");
    world_pass(s.world, 100);
    s.bob->window = SIZE_MAX / 4;
    world_pass(s.world, 1000);
    struct buf heard = {0};
    wire_read(s.bob, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    CHECK(strstr((char *)heard.at, "too slowly") != NULL);
    CHECK(strstr((char *)heard.at, "messages missed") == NULL);
    CHECK(strstr((char *)heard.at, " PRIVMSG #tea :end\r\n") != NULL);
    buf_finish(&heard);
    buf_finish(&tag);
    CHECK(wire_has_read(s.nic, "al: end\n"));
    end(s);
}

int
main(void)
{
    several_lines();
    echoes_with_a_label();
    as_many_bytes();
    quits_in_a_batch();
    kicked_in_a_batch();
    never_ends_a_batch();
    waits_for_the_order();
    tags_alone();
    nobody_misses_tags();
    return 0;
}
