/*
 * Bugs that IRC servers had before us, each told in a line: what a client
 * sends, and what it must not do to anybody. From the changelogs and trackers
 * of ngIRCd, InspIRCd, Ergo and UnrealIRCd.
 */
#include "msg/limits.h"
#include "support/world.h"

#include <stdio.h>
#include <string.h>

struct scene {
    struct world *world;
    struct wire *al;
    struct wire *bob;
};

/* Both are in #tea, which is al's. */
static struct scene
begin(void)
{
    struct scene s = {.world = world_create(1, NULL)};
    s.al = world_connect(s.world, SNIFF_PINNED_IRC);
    s.bob = world_connect(s.world, SNIFF_PINNED_IRC);
    wire_send(s.al, IRC_HELLO("al") "JOIN #tea\r\n");
    world_pass(s.world, 50);
    wire_send(s.bob, IRC_HELLO("bob") "JOIN #tea\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.al, " JOIN #tea\r\n"));
    CHECK(wire_has_heard(s.bob, " 366 bob #tea "));
    return s;
}

static void
end(struct scene s)
{
    wire_reset(s.al);
    wire_reset(s.bob);
    world_pass(s.world, 100);
    world_destroy(s.world);
    wire_free(s.al);
    wire_free(s.bob);
}

static size_t
count(struct wire *wire, const char *words)
{
    struct buf heard = {0};
    size_t n = 0;
    wire_read(wire, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    for (const char *at = (char *)heard.at; (at = strstr(at, words)) != NULL;
         at++)
        n++;
    buf_finish(&heard);
    return n;
}

/* \001 in the middle of what one says made other people's clients answer: a
 * crowd of them floods whom the first one chose. */
static void
ctcp_inside_a_text(void)
{
    struct scene s = begin();
    wire_send(s.al, "PRIVMSG #tea :x\001VERSION\001\r\n"
                    "TOPIC #tea :\001VERSION\001\r\n"
                    "AWAY :\001VERSION\001\r\n");
    wire_send(s.bob, "PRIVMSG al :hi\r\nPING end\r\n");
    world_pass(s.world, 50);
    struct buf heard = {0};
    wire_read(s.bob, SIZE_MAX, &heard);
    CHECK(span_find(buf_span(&heard), '\001') == heard.n);
    buf_finish(&heard);
    end(s);
}

/* A nick that is nothing but marks, or a letter under a heap of them, smears
 * over the lines around it, and some maps have no key for it. */
static void
nick_of_combining_marks(void)
{
    struct scene s = begin();
    wire_send(s.al, "NICK \xcc\x81\xcc\x81\r\n"
                    "NICK a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\r\n");
    world_pass(s.world, 50);
    CHECK(count(s.al, " 432 al ") == 2);
    CHECK(count(s.bob, "NICK") == 0);
    end(s);
}

/* A full-width comma folds into a comma. If the name is split before it is
 * folded and looked up after, "#tea" is entered, or a room whose name no list
 * can hold. */
static void
room_with_a_comma_inside(void)
{
    struct scene s = begin();
    wire_send(s.bob, "JOIN #茶\xef\xbc\x8c#酒\r\nNAMES #茶\r\nLIST\r\n");
    world_pass(s.world, 50);
    struct buf heard = {0};
    wire_read(s.bob, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    CHECK(strstr((char *)heard.at, " 403 bob ") != NULL);
    CHECK(strstr((char *)heard.at, " JOIN ") == NULL);
    CHECK(strstr((char *)heard.at, " 322 bob #tea ") != NULL);
    buf_finish(&heard);
    end(s);
}

/* MODE with a hundred parameters overran arrays that were made for four. */
static void
mode_with_a_hundred_parameters(void)
{
    struct scene s = begin();
    char line[700] = "MODE #tea +";
    for (int i = 0; i < 100; i++)
        strcat(line, i % 2 ? "v" : "b");
    for (int i = 0; i < 100; i++)
        strcat(line, i % 2 ? " al" : " b");
    strcat(line, "\r\n");
    wire_send(s.al, line);
    world_pass(s.world, 50);
    CHECK(count(s.al, " MODE #tea +bv b!*@* al\r\n") == 1);
    CHECK(count(s.bob, " MODE #tea ") == 1);
    end(s);
}

/* A thousand rooms: as many as one may have, and an answer for each other. */
static void
join_of_a_thousand_rooms(void)
{
    struct scene s = begin();
    size_t joined = 0, refused = 0;
    for (int line = 0; line < 20; line++) {
        char text[600] = "JOIN ";
        for (int i = 0; i < 50; i++) {
            char room[16];
            snprintf(room, sizeof(room), "%s#r%d", i ? "," : "", line * 50 + i);
            strcat(text, room);
        }
        strcat(text, "\r\n");
        wire_send(s.al, text);
        world_pass(s.world, 50);
        struct buf heard = {0};
        wire_read(s.al, SIZE_MAX, &heard);
        buf_add_byte(&heard, 0);
        for (const char *at = (char *)heard.at; *at != 0; at++) {
            joined += strncmp(at, " JOIN #r", 8) == 0;
            refused += strncmp(at, " 405 al ", 8) == 0;
        }
        buf_finish(&heard);
    }
    CHECK(joined == LIMIT_ROOMS_PER_USER - 1);
    CHECK(refused == 1000 - joined);
    end(s);
}

/* KICK of oneself: the member was used after it was gone. */
static void
kick_of_oneself(void)
{
    struct scene s = begin();
    wire_send(s.al, "KICK #tea al :me\r\nPRIVMSG #tea :still here?\r\n");
    world_pass(s.world, 50);
    CHECK(count(s.al, " KICK #tea al :me\r\n") == 1);
    CHECK(count(s.bob, " KICK #tea al :me\r\n") == 1);
    /* And of one who was alone, so that the room goes, too. */
    wire_send(s.al, "JOIN #den\r\nKICK #den al\r\nNAMES #den\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.al, " KICK #den al :al\r\n"
                               ":liao.chat 366 al #den :"));
    end(s);
}

/* NICK to one's own in another case: it was "already in use", by oneself. */
static void
nick_in_another_case(void)
{
    struct scene s = begin();
    wire_send(s.al, "NICK AL\r\nNICK AL\r\nNICK Bob\r\n");
    world_pass(s.world, 50);
    CHECK(count(s.bob, " NICK AL\r\n") == 1);
    CHECK(wire_has_heard(s.al, " NICK AL\r\n"
                               ":liao.chat 433 AL Bob :"));
    end(s);
}

/* As many bytes of tags before a command as may be, and one more. */
static void
more_tags_than_allowed(void)
{
    struct scene s = begin();
    struct buf line = {0};
    for (int more = 0; more < 2; more++) {
        buf_truncate(&line, 0);
        buf_add_byte(&line, '@');
        while (line.n < LIMIT_IRC_CLIENT_TAGS_BYTES - 1 + (size_t)more)
            buf_add_byte(&line, 'x');
        buf_add(&line, SPAN(" PRIVMSG #tea :hi\r\n"));
        wire_send_bytes(s.al, buf_span(&line));
        world_pass(s.world, 50);
        CHECK(count(s.bob, " PRIVMSG #tea :hi\r\n") == (more ? 0 : 1));
    }
    CHECK(count(s.al, " 417 al ") == 1);
    buf_finish(&line);
    end(s);
}

int
main(void)
{
    ctcp_inside_a_text();
    nick_of_combining_marks();
    room_with_a_comma_inside();
    mode_with_a_hundred_parameters();
    join_of_a_thousand_rooms();
    kick_of_oneself();
    nick_in_another_case();
    more_tags_than_allowed();
    return 0;
}
