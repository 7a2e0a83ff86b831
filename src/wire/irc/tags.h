/*
 * Tags in front of a line (IRCv3, message-tags):  @key;key=value;... SPACE
 */
#ifndef WIRE_IRC_TAGS_H
#define WIRE_IRC_TAGS_H

#include "msg/entry.h"

struct irc_tag {
    struct span key;
    struct span value; /* as it came, escaped; often empty */
};

/* The first of *rest, which then begins behind it; false: there is none. */
MUST_USE bool wire_irc_next_tag(struct span *rest, struct irc_tag *tag);

/* The value of the tag `key`; of several the last counts. False: it is not
 * there. */
MUST_USE bool wire_irc_find_tag(struct span tags, struct span key,
                                struct span *value);

/* Append those that are meant for other clients, as they came: "+key=value".
 * What has no key that could be one is left out. */
void wire_irc_client_tags(struct span tags, struct buf *out);

/* ';', blanks, backslashes and ends of lines have no place in a value. */
void wire_irc_escape_tag(struct span value, struct buf *out);
void wire_irc_unescape_tag(struct span value, struct buf *out);

/*
 * What a reader with this key is told in front of line number `part` of `e`:
 * when it happened; in front of the first, its id, which is the same for
 * everybody; that a program said it; and what its author's client says to
 * others. Nothing, if he did not ask.
 */
void wire_irc_add_tags(uint32_t key, const struct entry *e, size_t part,
                       struct buf *out);

#endif
