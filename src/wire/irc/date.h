/*
 * Points in time as IRC writes them. UTC, and no call of the system, which
 * knows time zones.
 */
#ifndef WIRE_IRC_DATE_H
#define WIRE_IRC_DATE_H

#include "base/bytes.h"

/* "2026-11-25 22:36:16 UTC", for people. */
void wire_irc_add_date(struct buf *out, uint64_t ms);

/* "2026-11-25T22:36:16.123Z" (IRCv3, server-time). */
void wire_irc_add_time(struct buf *out, uint64_t ms);

#endif
