/*
 * IRC's formatting: control characters that colour text and make it bold
 * (modern.ircdocs.horse/formatting). IRC clients obey it; nobody else is
 * shown it.
 */
#ifndef WIRE_IRC_FORMAT_H
#define WIRE_IRC_FORMAT_H

#include "base/bytes.h"

bool wire_irc_is_formatted(struct span text);
void wire_irc_strip_format(struct span text, struct buf *out);

/* Append `text` without what cannot stand in a line: NUL, CR, LF, and \x01,
 * which only stands at the ends of a whole CTCP. Wrong UTF-8 is mended. */
void wire_irc_clean(struct span text, struct buf *out);

#endif
