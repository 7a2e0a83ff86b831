/*
 * A reader fell behind. What he had not read was dropped up to the limit, as
 * it should be; but as he was then in no segment, nobody seemed to need the
 * rest either, and it went as well: of 30,000 lines he got the first and the
 * last few, and 4 MB that had been kept for him were lost. Found by reading
 * the documents against the program.
 */
#include "support/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES 2000

int
main(void)
{
    struct world *w = world_create(1, NULL);
    peers_pool(w->peers)->track_bytes_most = 32 << 10;
    struct wire *talker = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *slow = world_connect(w, SNIFF_PINNED_PLAIN);
    slow->window = 0;
    for (int i = 0; i < LINES; i++) {
        wire_send(talker, "a line of some length, as people write them\n");
        world_turn(w);
    }
    world_pass(w, 1000);
    slow->window = 1 << 20;
    world_pass(w, 100);

    struct buf heard = {0};
    wire_read(slow, SIZE_MAX, &heard);
    buf_add_byte(&heard, 0);
    const char *gap = strstr((char *)heard.at, "messages missed: ");
    CHECK(gap != NULL);
    unsigned long missed = strtoul(gap + strlen("messages missed: "), NULL, 10);
    unsigned long read = 0;
    for (const char *at = gap; (at = strstr(at, "guest1: ")) != NULL; at++)
        read++;
    printf("missed %lu, read %lu\n", missed, read);
    CHECK(missed + read == LINES);
    CHECK(read > (16 << 10) / 80); /* at least half of what is kept */
    buf_finish(&heard);
    wire_reset(talker);
    wire_reset(slow);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(talker);
    wire_free(slow);
    return 0;
}
