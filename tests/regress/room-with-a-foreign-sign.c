/*
 * Somebody with nc typed /whois and read "is in #lobby", but no room of his is
 * called so: the sign is IRC's, and the hub had put it there for everybody.
 * Found by using nc beside irssi. The same two lines say who turned somebody
 * out, which IRC had always told and nc had not.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *al = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *bob = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *carol = world_connect(w, SNIFF_PINNED_IRC);
    wire_send(carol, "NICK carol\r\nUSER u 0 * :Carol\r\nJOIN #tea,#lobby\r\n");
    world_pass(w, 100);
    wire_send(al, "/nick al\n");
    wire_send(bob, "/nick bob\n/join tea\n");
    world_pass(w, 100);
    wire_send(al, "/join tea\n/whois carol\n");
    wire_send(carol, "WHOIS al\r\n");
    world_pass(w, 100);
    CHECK(wire_has_heard(al, "-- carol (Carol)\n-- carol is in tea, lobby\n"));
    CHECK(wire_has_heard(carol, " 319 carol al :#lobby #tea\r\n"));
    wire_send(al, "/whois carol\n");
    wire_send(carol, "KICK #tea bob :loud\r\nKICK #tea al\r\nWHOIS carol\r\n");
    world_pass(w, 100);
    CHECK(wire_has_heard(al, "-- [tea] bob was removed by carol: loud\n"
                             "-- you were removed from tea by carol\n"));
    CHECK(wire_has_heard(carol, " 319 carol carol :@#tea #lobby\r\n"));
    struct wire *wires[] = {al, bob, carol};
    for (int i = 0; i < 3; i++)
        wire_reset(wires[i]);
    world_pass(w, 100);
    world_destroy(w);
    for (int i = 0; i < 3; i++)
        wire_free(wires[i]);
    return 0;
}
