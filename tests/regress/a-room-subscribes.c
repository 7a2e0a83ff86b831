/*
 * A room's operator who sent METADATA #a SUB key, as if the room itself could
 * subscribe, ended the server: he may change what is noted of the room, and
 * nobody asked whether that was what he wanted to change. Found in review,
 * an hour old; the fuzz of a whole peer had no such line among its words.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *al = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {al};
    wire_send(al, "NICK al\r\nUSER u 0 * :r\r\nJOIN #a\r\n"
                  "METADATA #a SUB k\r\nMETADATA #a UNSUB k\r\n"
                  "METADATA #a SUBS\r\nMETADATA bob SUBS\r\n"
                  "METADATA al SUB k\r\n");
    world_pass(w, 100);
    CHECK(wire_has_heard(
        al, "FAIL METADATA INVALID_TARGET #a :There is no such target\r\n"
            ":liao.chat FAIL METADATA INVALID_TARGET #a :There is no such "
            "target\r\n"
            ":liao.chat FAIL METADATA INVALID_TARGET #a :There is no such "
            "target\r\n"
            ":liao.chat FAIL METADATA INVALID_TARGET bob :There is no such "
            "target\r\n"
            ":liao.chat 770 al k\r\n"));
    world_end(w, wires, 1);
    return 0;
}
