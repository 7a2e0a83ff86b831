/*
 * A roll: who is in a room, kept for the next one who asks. Into a large room
 * people come in crowds, and each of them is told of all who are there; so the
 * list, and the words that a dialect makes of it, are made once and go on as
 * people come. When somebody leaves or changes, all of it is forgotten.
 */
#ifndef MSG_ROLL_H
#define MSG_ROLL_H

#include "msg/reply.h"

/* Dialect keys whose words are kept; of more, the oldest are made anew. */
#define ROLL_KEYS 4

/* What an encoder made of the first `people`; it goes on behind that. */
struct roll_words {
    uint32_t key;
    size_t people;
    struct buf lines; /* a newline between them, none behind the last */
    size_t last;      /* bytes of the last */
};

struct roll {
    struct reply_person *people; /* borrow their texts: see hub/roll.c */
    size_t n;
    size_t cap;
    struct roll_words words[ROLL_KEYS];
    size_t oldest; /* of these */
};

struct roll *msg_roll_create(void);
void msg_roll_destroy(struct roll *roll); /* NULL is fine */
void msg_roll_add(struct roll *roll, const struct reply_person *person);

/* Those of this key, which may be empty. */
struct roll_words *msg_roll_words(struct roll *roll, uint32_t key);

#endif
