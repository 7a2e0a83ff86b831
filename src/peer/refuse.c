/*
 * Machines that knock at the wrong door: each is told so in its own
 * protocol, logged, and closed. Nothing that they sent is ever chat.
 */
#include "peer/peer_priv.h"

#define HTTP_BODY "This is a liao chat server. Join with:  nc HOST PORT\n"

/* RFC 8446, 6: an alert, fatal, handshake_failure. */
#define TLS_ALERT "\x15\x03\x01\x00\x02\x02\x28"

static const struct {
    enum sniff_verdict verdict;
    const char *name;
    struct span answer; /* empty: the dialect's own words, with the name */
} machines[] = {
    {SNIFF_TLS, "TLS", {(const uint8_t *)TLS_ALERT, sizeof(TLS_ALERT) - 1}},
    {SNIFF_HTTP, "HTTP",
     SPAN_INIT("HTTP/1.1 501 Not Implemented\r\n"
               "Content-Type: text/plain; charset=utf-8\r\n"
               "Connection: close\r\n\r\n" HTTP_BODY)},
    {SNIFF_IRC, "IRC",
     SPAN_INIT("ERROR :Closing Link: this liao does not speak IRC yet; "
               "join with nc or liao\r\n")},
    {SNIFF_SSH, "SSH", SPAN_NONE_INIT},
    {SNIFF_PROXY, "a PROXY header that is broken or not expected here",
     SPAN_NONE_INIT},
    {SNIFF_BINARY, "binary data", SPAN_NONE_INIT},
};

void
peer_refuse(struct peer *p, enum sniff_verdict verdict)
{
    for (size_t i = 0; i < COUNT_OF(machines); i++) {
        if (machines[i].verdict != verdict)
            continue;
        char from[NET_ADDRESS_TEXT];
        net_address_text(&p->address, from);
        diag_say(p->set->diag, DIAG_WARNING, "%s refused: it speaks %s", from,
                 machines[i].name);
        struct reply r = {
            .kind = REPLY_MACHINE,
            .text = span_of(machines[i].name),
        };
        if (machines[i].answer.n > 0)
            buf_add(&p->rest, machines[i].answer);
        else
            wire_encode_reply(p->key, &r, &p->rest);
        p->set->counts.refused++;
        peer_turn_out(p, SPAN("not a chat client"));
        return;
    }
    CHECK(false);
}
