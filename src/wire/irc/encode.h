/*
 * Entries and replies in IRC's words.
 */
#ifndef WIRE_IRC_ENCODE_H
#define WIRE_IRC_ENCODE_H

#include "msg/entry.h"
#include "msg/reply.h"

/*
 * One row a kind; "" is silence on purpose. Each line of a row is a message:
 *
 *   three digits    a numeric: the server's name, the digits and the reader's
 *                   nick are put in front of the rest
 *   ERROR           as it stands
 *   anything else   with its source in front: the author, or the server
 *
 *   {nick} {room} {text} ...   a field; in front of " :" it is made a middle
 *                   parameter, whatever it holds
 *   {flow} {commas} what may need several lines; a list's words with commas
 *                   between
 *   <...>           only if every field inside has something to say
 *
 * A message that would be longer than a line becomes several, where its flow
 * (what people say, a list of names) can be cut; else it is cut off.
 */
extern const char *const wire_irc_entry_words[ENTRY_KIND_COUNT];
extern const char *const wire_irc_reply_words[REPLY_KIND_COUNT];

/* Append; `key` says which capabilities its readers have (cap.h). */
void wire_irc_encode_entry(uint32_t key, const struct entry *e,
                           struct buf *out);
void wire_irc_encode_reply(uint32_t key, const struct reply *r,
                           struct buf *out);

#endif
