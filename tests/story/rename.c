/*
 * The story of a room that gets another name, while people talk in it with
 * nc, with programs that understand that, and with others.
 */
#include "msg/limits.h"
#include "support/world.h"

#include <stdio.h>
#include <string.h>

#define ABLE "CAP REQ :draft/channel-rename\r\n"

static struct wire *
come(struct world *w, enum sniff_pin pin, const char *hello)
{
    struct wire *wire = world_connect(w, pin);
    wire_send(wire, hello);
    world_pass(w, 50);
    return wire;
}

/* Everybody reads it in the place where it happened. */
static void
everybody_follows(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *al =
        come(w, SNIFF_PINNED_IRC, IRC_HELLO("al") ABLE "JOIN #tea\r\n");
    struct wire *bob =
        come(w, SNIFF_PINNED_IRC, IRC_HELLO("bob") "JOIN #tea\r\n");
    struct wire *nc = come(w, SNIFF_PINNED_PLAIN,
                           "/nick nic\n/leave lobby\n/join tea\n/topic milk\n");
    struct wire *wires[] = {al, bob, nc};
    for (size_t i = 0; i < 3; i++)
        wire_forget(wires[i]);
    wire_send(al, "PRIVMSG #tea :a\r\nRENAME #tea #Green :milk is out\r\n"
                  "PRIVMSG #green :b\r\n");
    world_pass(w, 50);
    CHECK(wire_has_read(al, ":al!~u@h RENAME #tea #Green :milk is out\r\n"));
    CHECK(wire_has_read(bob,
                        ":al!~u@h PRIVMSG #tea :a\r\n"
                        ":bob!~u@h PART #tea :milk is out\r\n"
                        ":bob!~u@h JOIN #Green\r\n"
                        ":al!~u@h PRIVMSG #Green :b\r\n"
                        ":liao.chat 332 bob #Green :milk\r\n"
                        ":liao.chat 333 bob #Green nic 1600000001\r\n"
                        ":liao.chat 353 bob = #Green :@al bob nic\r\n"
                        ":liao.chat 366 bob #Green :End of /NAMES list\r\n"));
    CHECK(wire_has_read(nc, "al: a\n"
                            "-- al renamed the room; it is Green now (milk is "
                            "out)\n"
                            "al: b\n"));
    /* What it was is free again, and its operator is who makes it. */
    wire_send(bob, "JOIN #tea\r\nMODE #tea +k x\r\n");
    wire_send(nc, "hi\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(bob, " MODE #tea +k x\r\n"));
    CHECK(wire_has_read(al, ":nic!~user@h PRIVMSG #Green :hi\r\n"));
    world_end(w, wires, 3);
}

static void
not_everything_is_a_name(void)
{
    struct world *w = world_create(2, NULL);
    struct wire *al =
        come(w, SNIFF_PINNED_IRC, IRC_HELLO("al") "JOIN #a,#b\r\n");
    struct wire *bob =
        come(w, SNIFF_PINNED_IRC, IRC_HELLO("bob") "JOIN #a,#lobby\r\n");
    struct wire *wires[] = {al, bob};
    wire_forget(al);
    wire_forget(bob);
    wire_send(al, "RENAME #a\r\nRENAME #a b\r\nRENAME #x #y\r\n"
                  "RENAME #a #B :x\r\nRENAME #a #a,b :x\r\nRENAME #a #a\r\n"
                  "RENAME #a #A\r\nRENAME #a #c\r\nRENAME #lobby #c\r\n");
    wire_send(bob, "RENAME #a #c\r\nRENAME #b #c\r\nRENAME #lobby #c\r\n");
    world_pass(w, 50);
    /* In other letters it is no other room, and nobody leaves it. */
    CHECK(wire_has_read(
        al, ":liao.chat 461 al RENAME :Not enough parameters\r\n"
            ":liao.chat 403 al b :That cannot be a channel's name\r\n"
            ":liao.chat 403 al #x :No such channel\r\n"
            ":liao.chat FAIL RENAME CHANNEL_NAME_IN_USE #a #B :There is a "
            "channel of that name\r\n"
            ":liao.chat FAIL RENAME CANNOT_RENAME #a #a,b :That cannot be a "
            "channel's name\r\n"
            ":liao.chat FAIL RENAME CHANNEL_NAME_IN_USE #a #a :There is a "
            "channel of that name\r\n"
            ":liao.chat FAIL RENAME CANNOT_RENAME #A #c :It was renamed less "
            "than a minute ago\r\n"
            ":liao.chat 442 al #lobby :You're not on that channel\r\n"));
    CHECK(wire_has_read(
        bob, ":liao.chat 482 bob #A :You're not channel operator\r\n"
             ":liao.chat 442 bob #b :You're not on that channel\r\n"
             ":liao.chat 482 bob #lobby :You're not channel operator\r\n"));
    world_pass(w, LIMIT_RENAME_MS);
    wire_send(al, "PING 1\r\nRENAME #A #c\r\n");
    wire_send(bob, "PING 1\r\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(bob, ".cloak PART #A\r\n:bob!~u@"));
    world_end(w, wires, 2);
}

int
main(void)
{
    everybody_follows();
    not_everything_is_a_name();
    return 0;
}
