/*
 * A message of several lines as a client sends it (IRCv3, draft/multiline and
 * client-batch):
 *
 *     BATCH +ref draft/multiline #tea
 *     @batch=ref PRIVMSG #tea :one
 *     @batch=ref PRIVMSG #tea :two
 *     @batch=ref;draft/multiline-concat PRIVMSG #tea : and more of it
 *     BATCH -ref
 *
 * A client has one at most. What has no batch tag is none of it, and obeyed
 * meanwhile: PONG and QUIT do not wait. Once something is wrong with a batch
 * its client is told so, once, and the rest of it is ignored.
 */
#ifndef WIRE_IRC_INCOMING_H
#define WIRE_IRC_INCOMING_H

#include "msg/msg.h"
#include "msg/reply.h"
#include "wire/irc/line.h"

struct irc_incoming; /* NULL: none is open */

/* Is this a line of a batch? */
bool wire_irc_is_batched(const struct irc_line *line);

enum irc_incoming_said {
    IRC_INCOMING_NOTHING, /* nothing is to be done yet */
    IRC_INCOMING_REPLY,   /* *reply is the answer: it was wrong */
    IRC_INCOMING_MSG,     /* *msg is what all its lines say */
};

/*
 * What such a line is for the batch. *reply borrows from `line`, *msg from the
 * batch; after these two the line may be asked for again, until it was taken.
 */
MUST_USE enum irc_incoming_said wire_irc_incoming(struct irc_incoming **b,
                                                  const struct irc_line *line,
                                                  struct msg *msg,
                                                  struct reply *reply);

/* It was taken: the answer, or the message. */
void wire_irc_incoming_taken(struct irc_incoming **b);

/* It was open for too long. Likewise until taken; false: there is none that
 * has not been answered. */
MUST_USE bool wire_irc_incoming_give_up(struct irc_incoming *b,
                                        struct reply *reply);

/* "label=x" (irc/label.h), with which the batch began; often empty. */
struct span wire_irc_incoming_token(const struct irc_incoming *b);

/* One is open, and nothing was wrong with it. */
bool wire_irc_incoming_is_open(const struct irc_incoming *b);

void wire_irc_incoming_destroy(struct irc_incoming *b);

#endif
