/*
 * Answers with a label (IRCv3, labeled-response). A client that labels a line
 * is answered under that label: by the one line that there is; by a batch, if
 * there are several; by ACK, if there is nothing to be said.
 *
 *     @label=x WHOIS bob          @label=x :irc.test BATCH +1 labeled-response
 *                                 @batch=1 :irc.test 311 ...
 *                                 @batch=1 :irc.test 318 ...
 *                                 :irc.test BATCH -1
 *
 * A line that makes one request has its answers gathered while that is carried
 * out, and marked when they are all there. A line that makes several (JOIN
 * #a,#b), between which other things happen, has its batch opened before the
 * first and closed behind the last. So the token of a request, which the hub
 * hands back with its answers, is the tag that these lines bear: "label=x", or
 * "batch=1".
 */
#ifndef WIRE_IRC_LABEL_H
#define WIRE_IRC_LABEL_H

#include "base/bytes.h"

/* The label among the tags of a line, escaped, as it goes back; false: there
 * is none, or it is longer than may be. */
MUST_USE bool wire_irc_find_label(struct span tags, struct buf *out);

/* Append `lines` under `token`; a batch that this takes has the next number
 * behind *last_batch. */
void wire_irc_label(struct span server, struct span token, uint32_t *last_batch,
                    struct span lines, struct buf *out);

/* A batch of several requests: its two ends, and the token between. */
void wire_irc_open_batch(struct span server, struct span token, uint32_t batch,
                         struct buf *out);
void wire_irc_close_batch(struct span server, uint32_t batch, struct buf *out);

#endif
