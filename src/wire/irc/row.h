/*
 * A row of words (encode.h) becomes lines: tags, source, command, parameters.
 */
#ifndef WIRE_IRC_ROW_H
#define WIRE_IRC_ROW_H

#include "msg/entry.h"

/* What the holes of a row are filled with: of an entry or of a reply. */
struct irc_fields {
    uint32_t key;              /* its reader's: wire/irc/cap.h */
    const struct entry *event; /* what happened; NULL: this is an answer */
    struct span source;        /* "nick!user@host", or the server's name */
    struct span from;
    struct span to;
    struct span nick;
    struct span user;
    struct span target;
    struct span room;
    struct span text;
    struct span names;
    struct span real;
    struct span flow; /* the part of it for this line */
    uint64_t cloak;
    uint64_t count;
    uint64_t other;
    uint64_t time_ms;
    uint32_t flags;
    enum msg_audience audience;
    size_t lines; /* that were made so far */
};

/* Append the lines of `words`; `flow` is cut into as many as it takes, at
 * blanks if it is a list. */
void wire_irc_expand(const char *words, struct irc_fields *f, struct span flow,
                     bool is_list, struct buf *out);

/* The beginning of a line of `row`, whose last hole is its flow. */
void wire_irc_add_head(const char *row, struct irc_fields *f, struct buf *out);

/* One line of a row, without tags; and how much of its flow has room there. */
void wire_irc_add_row(struct span row, const struct irc_fields *f,
                      struct buf *out);
size_t wire_irc_room_for_flow(struct span row, struct irc_fields *f);

/* One field; a last parameter may hold anything. False when it has nothing to
 * say. */
bool wire_irc_add_field(struct buf *out, struct span name,
                        const struct irc_fields *f, bool is_last);

/* Whatever it holds, as one parameter that others may follow. */
void wire_irc_add_middle(struct buf *out, struct span text);

/* The signs of a member's ranks: the highest, or all of them to who knows
 * that (multi-prefix). */
void wire_irc_add_ranks(struct buf *out, uint32_t flags, uint32_t key);

/* The line that begins at `begin` fits; what is behind that is cut off. */
void wire_irc_end_line(struct buf *out, size_t begin);

#endif
