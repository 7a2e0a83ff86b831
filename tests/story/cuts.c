/*
 * The story of the cut at every byte: a short visit, told in each dialect,
 * that breaks off after every single byte, orderly or not, with the server's
 * answers read or unread. Nobody else notices more than that he left, and
 * nothing is left over.
 */
#include "support/world.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

static const struct visit {
    const char *name;
    enum sniff_pin pin;
    const char *bytes;
} visits[] = {
    {"plain", SNIFF_ANY,
     "你好\n/nick 小明\n/join red\nhi\n/leave red\n/msg guest1 x\n/who\nq\n"},
    {"pinned plain", SNIFF_PINNED_PLAIN, "hi\n/me waves\n/quit bye\n"},
    {"lab", SNIFF_PINNED_LAB, "你好"},
    {"telnet", SNIFF_ANY, "\xff\xfd\x03\xff\xfb\x18hi\r\n/who\r\n"},
    {"http", SNIFF_ANY, "GET /chat HTTP/1.1\r\nHost: x\r\n\r\n"},
    {"tls", SNIFF_ANY, "\x16\x03\x01\x02"},
    {"irc", SNIFF_ANY, "PASS x\r\nNICK a\r\nUSER a b c :d\r\n"},
};

enum ending { HANGS_UP, RESETS, STAYS_UNREAD, ENDING_COUNT };

static void
run(const struct visit *visit, size_t n, enum ending ending)
{
    struct world *w = world_create(n + 1, NULL);
    w->is_rough = n % 2 == 0;
    struct wire *other = world_connect(w, SNIFF_PINNED_PLAIN);
    wire_send(other, "\n");
    world_pass(w, 50);

    struct wire *wire = world_connect(w, visit->pin);
    if (ending == STAYS_UNREAD)
        wire->window = 0;
    wire_send_bytes(wire, span_sub(span_of(visit->bytes), 0, n));
    if (n % 3 == 0)
        world_pass(w, 1000);
    if (ending == RESETS)
        wire_reset(wire);
    else
        wire_hang_up(wire);
    world_pass(w, 6000);
    CHECK(wire->is_closed);
    CHECK(ending != HANGS_UP || wire->is_server_done || wire->to_client.n == 0);

    /* The other one is there, and hears of nobody but him. */
    wire_send(other, "/who\n");
    world_pass(w, 200);
    CHECK(wire_has_heard(other, "people in lobby: 1 (guest1)"));
    world_destroy(w);
    wire_free(other);
    wire_free(wire);
}

int
main(void)
{
    for (size_t i = 0; i < COUNT_OF(visits); i++) {
        size_t bytes = strlen(visits[i].bytes);
        printf("%s: %zu bytes\n", visits[i].name, bytes);
        for (size_t n = 0; n <= bytes; n++) {
            for (int ending = 0; ending < ENDING_COUNT; ending++)
                run(&visits[i], n, (enum ending)ending);
        }
    }
    return 0;
}
