/*
 * Sentences with holes: how a dialect's table becomes bytes.
 *
 *   {who} {target} {nick} {room} {text} {names} {real} {to} {from} {count}
 *              the field, cleaned
 *   {in}       "[room] ", for members of several rooms; "[@room] ", for
 *              everybody, where not all members read it; else nothing
 *   {}         these two signs
 *   <...>      only if every field inside has something to say
 *   \n         ends a line; the last one ends by itself
 */
#ifndef WIRE_WORDS_H
#define WIRE_WORDS_H

#include "base/bytes.h"

struct words_fields {
    struct span who;
    struct span target;
    struct span nick;
    struct span room;
    struct span text;
    struct span names;
    struct span real;
    struct span to;
    struct span from;
    uint64_t count;
    bool shows_room;
    char sign; /* in front of the room; 0: none */
};

/* An empty template yields nothing at all. */
void wire_words_expand(const char *template, const struct words_fields *fields,
                       struct buf *out);

#endif
