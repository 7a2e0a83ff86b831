/*
 * The story of who is heard by whom in a room: words for its operators alone,
 * people who are muted, what programs say to each other, programs that say
 * that they are programs.
 */
#include "support/world.h"

#include <stdio.h>
#include <string.h>

struct scene {
    struct world *world;
    struct wire *al;  /* the operator of #tea */
    struct wire *bob; /* with IRC, too */
    struct wire *nic; /* with nc */
};

static void
forget_all(const struct scene *s)
{
    wire_forget(s->al);
    wire_forget(s->bob);
    wire_forget(s->nic);
}

static struct scene
begin(void)
{
    struct scene s = {.world = world_create(1, NULL)};
    s.al = world_connect(s.world, SNIFF_PINNED_IRC);
    s.bob = world_connect(s.world, SNIFF_PINNED_IRC);
    s.nic = world_connect(s.world, SNIFF_PINNED_PLAIN);
    wire_send(s.al, IRC_HELLO("al") "JOIN #tea\r\n");
    world_pass(s.world, 50);
    wire_send(s.bob, IRC_HELLO("bob") "JOIN #tea\r\n");
    wire_send(s.nic, "/nick nic\n/leave lobby\n/join tea\n");
    world_pass(s.world, 50);
    forget_all(&s);
    return s;
}

static void
end(struct scene s)
{
    struct wire *wires[] = {s.al, s.bob, s.nic};
    world_end(s.world, wires, COUNT_OF(wires));
}

static void
words_for_operators(void)
{
    struct scene s = begin();
    wire_send(s.bob, "PRIVMSG @#tea :help\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.al, ":bob!~u@h PRIVMSG @#tea :help\r\n"));
    CHECK(wire_has_read(s.nic, "") && wire_has_read(s.bob, ""));

    wire_send(s.al, "MODE #tea +v nic\r\n");
    world_pass(s.world, 50);
    forget_all(&s);
    wire_send(s.al, "PRIVMSG +#tea :\001ACTION nods\001\r\n"
                    "NOTICE @#tea :nobody else\r\n");
    wire_send(s.nic, "/msg @#tea 好\n/msg +tea also me\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.nic, "[+tea] * al nods\n"));
    CHECK(wire_has_read(s.al, ":nic!~user@h PRIVMSG @#tea :好\r\n"
                              ":nic!~user@h PRIVMSG +#tea :also me\r\n"));
    CHECK(wire_has_read(s.bob, ""));

    /* From outside, where the room is closed to that: as anything else. */
    wire_send(s.bob, "PART #tea\r\nPRIVMSG @#tea :let me in\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.bob, " 404 bob #tea :"));
    CHECK(wire_has_heard(s.al, " PART #tea\r\n"));
    CHECK(wire_has_read(s.al, ""));
    end(s);
}

/* m: in front of a ban: he may come in, and not speak. */
static void
who_is_muted(void)
{
    struct scene s = begin();
    wire_send(s.al, "MODE #tea +b m:NIC\r\nMODE #tea +b m:bob!*@*\r\n");
    world_pass(s.world, 50);
    forget_all(&s);
    wire_send(s.bob, "PART #tea\r\nJOIN #tea\r\n");
    wire_send(s.nic, "hi\n/me waves\n/msg @tea psst\n");
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.bob, " 366 bob #tea "));
    CHECK(wire_has_heard(s.nic, "-- tea does not let you speak\n"
                                "-- tea does not let you speak\n"
                                "-- tea does not let you speak\n"));
    CHECK(
        wire_has_read(s.al, ":bob!~u@h PART #tea\r\n:bob!~u@h JOIN #tea\r\n"));
    /* Excepted from that alone; or by a rank. */
    wire_send(s.al, "MODE #tea +e m:nic\r\nMODE #tea +v bob\r\n");
    world_pass(s.world, 50);
    forget_all(&s);
    wire_send(s.bob, "PRIVMSG #tea :voiced\r\n");
    world_pass(s.world, 50);
    wire_send(s.nic, "excepted\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.al, ":bob!~u@h PRIVMSG #tea :voiced\r\n"
                              ":nic!~user@h PRIVMSG #tea :excepted\r\n"));
    /* Who is excepted from being muted is not from being banned. */
    wire_send(s.al, "MODE #tea +b nic\r\nKICK #tea nic\r\n");
    world_pass(s.world, 50);
    forget_all(&s);
    wire_send(s.nic, "/join tea\n");
    wire_send(s.al, "MODE #tea -b m:Nic\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.nic, "-- you are banned from tea\n"));
    CHECK(wire_has_heard(s.al, " MODE #tea -b m:NIC!*@*\r\n"));
    end(s);
}

/* +C: programs do not talk in the room, not even an operator's; /me is what
 * people say, and tags are none of that. Answers are refused in silence. */
static void
programs_do_not_talk(void)
{
    struct scene s = begin();
    wire_send(s.al, "MODE #tea +C\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.bob, ":al!~u@h MODE #tea +C\r\n"));
    forget_all(&s);
    wire_send(s.bob, "PRIVMSG #tea :\001ACTION waves\001\r\n"
                     "PRIVMSG #tea :\001PING 1\001\r\n"
                     "NOTICE #tea :\001PING 1\001\r\n"
                     "PRIVMSG al :\001PING 2\001\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.bob,
                        ":liao.chat 404 bob #tea :Cannot send to channel\r\n"));
    CHECK(wire_has_read(s.al, ":bob!~u@h PRIVMSG #tea :\001ACTION waves\001\r\n"
                              ":bob!~u@h PRIVMSG al :\001PING 2\001\r\n"));
    wire_send(s.al, "PRIVMSG #tea :\001PING 3\001\r\nMODE #tea -C\r\n"
                    "PRIVMSG #tea :\001PING 4\001\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.al, " 404 al #tea "));
    CHECK(wire_has_read(s.bob, ":al!~u@h MODE #tea -C\r\n"
                               ":al!~u@h PRIVMSG #tea :\001PING 4\001\r\n"));
    end(s);
}

/* +B: everybody can see it. */
static void
who_is_a_program(void)
{
    struct scene s = begin();
    wire_send(s.bob, "MODE bob +B\r\nMODE bob\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_read(s.bob, ":bob!~u@h MODE bob +B\r\n"
                               ":liao.chat 221 bob +B\r\n"));
    wire_send(s.al, "WHOIS bob\r\n");
    wire_send(s.nic, "/whois bob\n");
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.al, ":liao.chat 335 al bob :is a bot\r\n"));
    CHECK(wire_has_heard(s.nic, "-- bob is a program\n"));
    wire_send(s.al, "WHO bob\r\nWHO bob %f\r\n");
    world_pass(s.world, 50);
    CHECK(wire_has_heard(s.al, " bob HB :0 Real Name\r\n"));
    wire_send(s.bob, "MODE bob -B\r\n");
    world_pass(s.world, 50);
    wire_send(s.al, "WHOIS bob\r\nPING x\r\n");
    world_pass(s.world, 50);
    struct buf heard = {0};
    wire_read(s.al, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    CHECK(strstr((char *)heard.at, " 335 ") == NULL);
    buf_finish(&heard);
    end(s);
}

int
main(void)
{
    words_for_operators();
    who_is_muted();
    programs_do_not_talk();
    who_is_a_program();
    return 0;
}
