/*
 * IRC (RFC 2812): registers, joins a channel, answers PING. A member does not
 * hear itself. As "ircv3", members ask for different capabilities, one set
 * each of 50, which a server has to encode its messages for.
 */
#include "base/tr.h"
#include "bench/proto.h"
#include "bench/text.h"

#define CHANNEL "#" PROTO_ROOM

/* A line has 512 bytes with its prefix, which the server adds: room for a
 * nick, a user and a host as long as they get. */
#define IRC_TEXT_MOST 400

#define SETS 50

/* Each changes what a member of a channel reads. Set k has those whose bits are
 * in k; so half of all sets has each of the first ones. */
static const char *const capabilities[] = {
    "server-time", "message-tags", "extended-join",
    "away-notify", "chghost",      "setname",
};

static void
add_greeting(const struct proto_who *who, unsigned set, struct buf *out)
{
    /* A server may take its time to register us. One that knows CAP answers
     * that at once, and others that PING comes too early: so we know that
     * it has accepted us. A nick has nine characters (RFC 2812, 1.2.1). */
    buf_add_format(out,
                   "CAP LS 302\r\nPING bench\r\nNICK b%03x%x\r\n"
                   "USER bench 0 * :liao-bench\r\n",
                   who->run, who->number);
    /* Each alone: one that the server lacks would have all refused. */
    for (size_t i = 0; i < COUNT_OF(capabilities); i++) {
        if (set >> i & 1)
            buf_add_format(out, "CAP REQ %s\r\n", capabilities[i]);
    }
    buf_add(out, SPAN("CAP END\r\n"));
}

static void
greet(const struct proto_who *who, struct buf *out)
{
    add_greeting(who, 0, out);
}

static void
greet_v3(const struct proto_who *who, struct buf *out)
{
    add_greeting(who, 1 + who->number % SETS, out);
}

static void
frame(size_t text_bytes, struct buf *before, struct buf *behind)
{
    (void)text_bytes;
    buf_add(before, SPAN("PRIVMSG " CHANNEL " :"));
    buf_add(behind, SPAN("\r\n"));
}

/* Nobody gets in, or is heard, after one of these (RFC 2812, 5.2). */
static bool
is_refusal(struct span command)
{
    static const struct span refusals[] = {
        SPAN_INIT("ERROR"), SPAN_INIT("403"), SPAN_INIT("404"),
        SPAN_INIT("405"),   SPAN_INIT("432"), SPAN_INIT("433"),
        SPAN_INIT("436"),   SPAN_INIT("437"), SPAN_INIT("464"),
        SPAN_INIT("465"),   SPAN_INIT("471"), SPAN_INIT("473"),
        SPAN_INIT("474"),   SPAN_INIT("475"),
    };
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (span_equal(command, refusals[i]))
            return true;
    }
    return false;
}

static enum proto_verdict
judge(struct span line, struct proto_piece *out, struct buf *answer)
{
    struct span rest = line;
    if (span_starts(rest, SPAN("@")))
        span_word(&rest); /* tags */
    if (span_starts(rest, SPAN(":")))
        span_word(&rest); /* from whom */
    struct span command = span_word(&rest);
    if (span_equal(command, SPAN("PING"))) {
        buf_add(answer, SPAN("PONG "));
        buf_add(answer, rest);
        buf_add(answer, SPAN("\r\n"));
    } else if (span_equal(command, SPAN("001"))) {
        buf_add(answer, SPAN("JOIN " CHANNEL "\r\n"));
    } else if (span_equal(command, SPAN("366"))) {
        return PROTO_JOINED; /* the end of the names: all came before it */
    } else if (is_refusal(command)) {
        out->text = line;
        return PROTO_REFUSED;
    }
    return PROTO_OTHER;
}

static enum proto_verdict
cut(struct span in, size_t text_bytes, struct proto_piece *out,
    struct buf *answer)
{
    struct span line;
    if (!proto_line(in, &line, &out->used))
        return proto_more(in);
    if (proto_text(line, text_bytes, &out->text))
        return PROTO_POST;
    return judge(line, out, answer);
}

const struct proto proto_irc = {
    .scheme = "irc",
    .name = "IRC",
    .port = 6667,
    .text_most = IRC_TEXT_MOST,
    .unanswered_most = 8, /* ngIRCd listens with 10 */
    .greet = greet,
    .frame = frame,
    .cut = cut,
};

const struct proto proto_ircv3 = {
    .scheme = "ircv3",
    .name = N_("IRC, 50 sets of capabilities"),
    .port = 6667,
    .text_most = IRC_TEXT_MOST,
    .unanswered_most = 8,
    .greet = greet_v3,
    .frame = frame,
    .cut = cut,
};
