/*
 * What is said in several lines, or is too long for one. Who knows batches of
 * lines (draft/multiline) reads it as one message:
 *
 *     @msgid=1f;time=... :bob!~b@h BATCH +1f draft/multiline #tea
 *     @batch=1f :bob!~b@h PRIVMSG #tea :one
 *     @batch=1f :bob!~b@h PRIVMSG #tea :two
 *     @batch=1f;draft/multiline-concat :bob!~b@h PRIVMSG #tea : and more of it
 *     :bob!~b@h BATCH -1f
 *
 * Everybody else reads those lines alone, without the blank ones.
 */
#ifndef WIRE_IRC_LINES_H
#define WIRE_IRC_LINES_H

#include "wire/irc/row.h"

/* It may need several: nothing else makes a difference to who knows batches. */
bool wire_irc_may_need_lines(const struct entry *e);

/* Append `e`, for which that is so, in its row of words. */
void wire_irc_add_lines(const char *words, struct irc_fields *f,
                        const struct entry *e, struct buf *out);

#endif
