/*
 * plain: lines of text for people with nc, telnet or twenty lines of their
 * own. See liao-wire(7).
 */
#ifndef WIRE_PLAIN_H
#define WIRE_PLAIN_H

#include "msg/entry.h"
#include "msg/msg.h"
#include "msg/reply.h"

/* Templates (wire/words.h), by kind; never NULL. */
extern const char *const wire_plain_entry_words[ENTRY_KIND_COUNT];
extern const char *const wire_plain_reply_words[REPLY_KIND_COUNT];

/* How every greeting begins, in every language: by this a client knows that
 * it has reached a liaod. */
#define PLAIN_GREETING "-- liao"

/* And this is how it begins where one talks with the server's operator alone:
 * from then on lines that are not the server's own words are his. */
#define PLAIN_TALK_GREETING "-- liao p2p"

/* The ith command that people type, "/nick"; is it for the server's operator
 * alone? False: there are no more. */
MUST_USE bool wire_plain_command(size_t i, struct span *word, bool *is_servers);

/*
 * What one line, or one burst of a lab client, without its end, asks for.
 * `is_rest`: it goes on a line that was too long, so it is said as it is.
 * *out borrows from `line` and from `scratch`, which holds the text when it
 * had to be mended.
 */
void wire_plain_parse(struct span line, bool is_rest, struct buf *scratch,
                      struct msg *out);

#endif
