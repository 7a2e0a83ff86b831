/*
 * A user name may be nearly anything, and had a comma. MONITOR's lists are
 * parted by commas; so one whom somebody watched, and who called himself
 * "~x,bob", told that bob was there, who was not. Found in review.
 */
#include "support/world.h"

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *watcher = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *liar = world_connect(w, SNIFF_PINNED_IRC);
    wire_send(watcher, "NICK al\r\nUSER a 0 * :a\r\nMONITOR + eve,bob\r\n");
    world_pass(w, 100);
    CHECK(wire_has_heard(watcher, " 731 al :eve,bob\r\n"));
    wire_send(liar, "NICK eve\r\nUSER x,bob 0 * :e\r\n");
    world_pass(w, 100);
    CHECK(wire_has_heard(watcher, " 730 al :eve!~x@"));
    wire_reset(watcher);
    wire_reset(liar);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(watcher);
    wire_free(liar);
    return 0;
}
