/*
 * A client that asked once for the list of channels, and read all that it was
 * sent, was closed as one who asks for more than he reads: what lay in its log
 * was counted before anything of it could have been sent. 640 rooms with long
 * topics were enough, or WHO in a room of 2,500, which some clients ask by
 * themselves when they come in. Found in review.
 */
#include "msg/limits.h"
#include "support/world.h"

#include <stdio.h>
#include <string.h>

#define MAKERS 40

static void
make_rooms(struct world *w, struct wire *maker, int number)
{
    char line[600], topic[LIMIT_TOPIC_BYTES - 9];
    memset(topic, 'x', sizeof(topic) - 1);
    topic[sizeof(topic) - 1] = '\0';
    snprintf(line, sizeof(line), "NICK n%d\r\nUSER u 0 * :r\r\n", number);
    wire_send(maker, line);
    for (int i = 0; i < LIMIT_ROOMS_PER_USER; i++) {
        snprintf(line, sizeof(line), "JOIN #n%d-%d\r\nTOPIC #n%d-%d :%s\r\n",
                 number, i, number, i, topic);
        wire_send(maker, line);
    }
    world_pass(w, 100);
    maker->to_client.n = 0;
}

int
main(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *makers[MAKERS];
    struct buf heard = {0};
    for (int i = 0; i < MAKERS; i++) {
        makers[i] = world_connect(w, SNIFF_PINNED_IRC);
        make_rooms(w, makers[i], i);
    }
    struct wire *asker = world_connect(w, SNIFF_PINNED_IRC);
    wire_send(asker, "NICK al\r\nUSER u 0 * :r\r\n");
    world_pass(w, 100);
    asker->to_client.n = 0;
    asker->window = 64 << 10;
    wire_send(asker, "LIST\r\nPING :end\r\n");
    for (int i = 0; i < 100; i++) {
        world_turn(w);
        wire_read(asker, SIZE_MAX, &heard);
    }
    CHECK(heard.n > LIMIT_PRIVATE_BYTES);
    buf_add_byte(&heard, 0);
    CHECK(strstr((const char *)heard.at, ":End of /LIST\r\n") != NULL);
    CHECK(strstr((const char *)heard.at, " PONG ") != NULL);
    buf_finish(&heard);

    wire_reset(asker);
    for (int i = 0; i < MAKERS; i++)
        wire_reset(makers[i]);
    world_pass(w, 100);
    world_destroy(w);
    wire_free(asker);
    for (int i = 0; i < MAKERS; i++)
        wire_free(makers[i]);
    return 0;
}
