/*
 * IRC's commands: one table, which says of each how many parameters it needs
 * and which messages it makes. A command for several targets makes several.
 */
#ifndef WIRE_IRC_COMMAND_H
#define WIRE_IRC_COMMAND_H

#include "msg/msg.h"
#include "msg/reply.h"
#include "wire/irc/line.h"

enum irc_made {
    IRC_MADE_MSG,   /* *msg is for the hub */
    IRC_MADE_REPLY, /* *reply is the answer: it was wrong */
    IRC_MADE_LAST,  /* there are no more */
};

/*
 * Message number `step` of `line`, from 0 on. What it makes borrows from
 * `line` and from `scratch`.
 */
MUST_USE enum irc_made wire_irc_make(const struct irc_line *line, size_t step,
                                     struct buf *scratch, struct msg *msg,
                                     struct reply *reply);

/* For HELP: the commands in order, and what one of them takes; NULL behind
 * the last. */
const char *wire_irc_command_word(size_t i);
const char *wire_irc_command_usage(size_t i);

#endif
