#include "wire/machine.h"

#include "base/tr.h"
#include "wire/wire.h"

/* RFC 8446, 6: an alert, fatal, handshake_failure. */
#define TLS_ALERT "\x15\x03\x01\x00\x02\x02\x28"

static const struct wire_machine machines[] = {
    {SNIFF_TLS,
     "TLS",
     {(const uint8_t *)TLS_ALERT, sizeof(TLS_ALERT) - 1},
     NULL},
    {SNIFF_HTTP, "HTTP",
     SPAN_INIT("HTTP/1.1 501 Not Implemented\r\n"
               "Content-Type: text/plain; charset=utf-8\r\n"
               "Connection: close\r\n\r\n"),
     N_("This is a liao chat server. Join with:  nc HOST PORT\n")},
    {SNIFF_IRC, "IRC",
     SPAN_INIT("ERROR :Closing link: IRC is not spoken on this port\r\n"),
     NULL},
    {SNIFF_SSH, "SSH", SPAN_NONE_INIT, NULL},
    {SNIFF_PROXY, N_("a PROXY header that is broken or not expected here"),
     SPAN_NONE_INIT, NULL},
    {SNIFF_BINARY, N_("binary data"), SPAN_NONE_INIT, NULL},
};

const struct wire_machine *
wire_machine_get(enum sniff_verdict verdict)
{
    size_t i = 0;
    while (i < COUNT_OF(machines) && machines[i].verdict != verdict)
        i++;
    CHECK(i < COUNT_OF(machines));
    return &machines[i];
}

void
wire_machine_answer(const struct wire_machine *m, uint32_t key, struct buf *out)
{
    struct reply r = {.kind = REPLY_MACHINE, .text = span_of(tr(m->name))};
    buf_add(out, m->answer);
    if (m->words != NULL)
        buf_add(out, span_of(tr(m->words)));
    else if (m->answer.n == 0)
        wire_encode_reply(key, &r, out);
}
