/*
 * What is noted of people and rooms (msg/metadata.h), as IRC has it (IRCv3,
 * metadata). Clients know two drafts of that: in the second one a change is a
 * METADATA line, in the third a numeric as in answers.
 */
#ifndef WIRE_IRC_METADATA_H
#define WIRE_IRC_METADATA_H

#include "msg/reply.h"
#include "wire/irc/row.h"

bool wire_irc_is_of_metadata(enum reply_kind kind);

/* Append a reply of which that is so; several lines are a batch, to who knows
 * batches. */
void wire_irc_add_metadata(const struct reply *r, struct irc_fields *f,
                           struct buf *out);

#endif
