/*
 * What this server can do, as 004 and 005 (RPL_ISUPPORT) tell it. All numbers
 * are those of msg/limits.h, all letters those of msg/modes.def.
 */
#ifndef WIRE_IRC_ISUPPORT_H
#define WIRE_IRC_ISUPPORT_H

#include "base/bytes.h"

/* Letters, sorted; a test holds them against msg/modes.def. */
#define IRC_USER_MODES "Biow"
#define IRC_ROOM_MODES "CIbeiklmnostv"
#define IRC_ROOM_MODES_WITH_PARAMETER "Ibeklov"

/* Targets of one command. */
#define IRC_TARGETS_MOST 4

/* Append all 005 lines. */
void wire_irc_isupport(struct span server, struct span nick,
                       struct span network, struct buf *out);

#endif
