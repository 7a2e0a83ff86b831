/*
 * An IRC client's PASS, sent alone and not followed by NICK within 1.5 s, was
 * said aloud in the lobby. So was half an HTTP request, when its client hung
 * up in the middle: the end of the input was taken for the end of all doubt.
 * Found by a reader of the documents.
 */
#include "support/world.h"

#include <string.h>

static void
nothing_is_said(const char *opening, bool hangs_up)
{
    struct world *w = world_create(1, NULL);
    struct wire *other = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *machine = world_connect(w, SNIFF_ANY);
    wire_send(other, "\n");
    wire_send(machine, opening);
    if (hangs_up)
        wire_hang_up(machine);
    world_pass(w, 100000); /* it may register for so long, at most */
    struct buf heard = {0};
    wire_read(other, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    CHECK(strstr((char *)heard.at, "guest2") == NULL);
    buf_finish(&heard);
    CHECK(machine->is_server_done || machine->is_closed);
    wire_reset(other);
    wire_reset(machine);
    world_pass(w, 3000);
    world_destroy(w);
    wire_free(other);
    wire_free(machine);
}

int
main(void)
{
    nothing_is_said("PASS hunter2\r\n", false);
    nothing_is_said("PASS hunter2\r\n", true);
    nothing_is_said("PASS hunter2", true);
    nothing_is_said("GET / HTTP/1.1", true);
    nothing_is_said("GET / HTTP/1.1\r", false);
    nothing_is_said("\x16", true);
    return 0;
}
