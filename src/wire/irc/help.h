/*
 * HELP: the commands, in a page; and one line about each.
 */
#ifndef WIRE_IRC_HELP_H
#define WIRE_IRC_HELP_H

#include "base/bytes.h"

void wire_irc_help(struct span server, struct span nick, struct span subject,
                   struct buf *out);

#endif
