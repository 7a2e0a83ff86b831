/*
 * What a client notes of itself before it is in (METADATA, before-connect),
 * and which keys it subscribes to: the hub does not know it yet, so this is
 * kept here until it does.
 */
#ifndef WIRE_IRC_BEFORE_H
#define WIRE_IRC_BEFORE_H

#include "msg/metadata.h"
#include "wire/irc/line.h"

/* All zero is nothing. */
struct irc_before {
    struct span metadata; /* owned, as the next */
    struct span keys;
};

/* A METADATA line, and the answers to it. */
void wire_irc_before(struct irc_before *b, const struct irc_line *line,
                     metadata_tell_fn *tell, void *ctx);
void wire_irc_before_finish(struct irc_before *b);

#endif
