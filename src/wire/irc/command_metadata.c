/*
 * What programs note of people and rooms: METADATA.
 */
#include "wire/irc/command_priv.h"

#include "msg/metadata.h"

static const struct {
    const char *verb;
    enum msg_kind kind;
    bool has_keys;
} forms[] = {
    {"CLEAR", MSG_METADATA_CLEAR, false}, {"GET", MSG_METADATA, true},
    {"LIST", MSG_METADATA, false},        {"SET", MSG_METADATA_SET, true},
    {"SUB", MSG_SUBSCRIBE, true},         {"SUBS", MSG_SUBSCRIPTIONS, false},
    {"SYNC", MSG_METADATA_SYNC, false},   {"UNSUB", MSG_UNSUBSCRIBE, true},
};

/* No value is another thing than an empty one. */
static enum irc_made
make_set(struct irc_maker *m, struct msg msg)
{
    msg.text = wire_irc_parameter(m, 2);
    if (!msg_metadata_is_key(msg.text))
        return wire_irc_answer(m, REPLY_METADATA_KEY_BAD, msg.text);
    if (m->line->n == 3) {
        msg.kind = MSG_METADATA_UNSET;
        return wire_irc_one(m, msg);
    }
    buf_truncate(m->scratch, 0);
    buf_add(m->scratch, msg.text);
    buf_add_byte(m->scratch, ' ');
    buf_add(m->scratch, wire_irc_parameter(m, 3));
    msg.text = buf_span(m->scratch);
    return wire_irc_one(m, msg);
}

enum irc_made
wire_irc_make_metadata(struct irc_maker *m)
{
    struct span target = wire_irc_parameter(m, 0);
    struct msg msg = {0};
    size_t i = 0;
    while (i < COUNT_OF(forms) &&
           !wire_irc_is_word(wire_irc_parameter(m, 1), forms[i].verb))
        i++;
    if (i == COUNT_OF(forms))
        return wire_irc_answer(m, REPLY_METADATA_COMMAND,
                               wire_irc_parameter(m, 1));
    msg.kind = forms[i].kind;
    if (wire_irc_is_room(target))
        msg.room = wire_irc_room_of(target);
    else if (!span_equal(target, SPAN("*")))
        msg.nick = target;
    if (!forms[i].has_keys)
        return wire_irc_one(m, msg);
    if (span_trim(wire_irc_parameter(m, 2)).n == 0)
        return wire_irc_answer(m, REPLY_COMMAND_USAGE, SPAN("METADATA"));
    if (msg.kind == MSG_METADATA_SET)
        return make_set(m, msg);
    msg.text = wire_irc_joined(m, 2);
    return wire_irc_one(m, msg);
}
