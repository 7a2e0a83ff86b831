/*
 * A model of an IRC client, as real ones are: from what it reads, and from
 * nothing else, it knows who is in which room and who rules there. It CHECKs
 * that each line makes sense to one who knows that; only after it was told
 * that it missed something in a room, and until it leaves and comes again,
 * anything may be said there.
 */
#ifndef SUPPORT_IRC_MODEL_H
#define SUPPORT_IRC_MODEL_H

#include "support/world.h"

#define IRC_MODEL_ROOMS 6
#define IRC_MODEL_MEMBERS 64
#define IRC_MODEL_NICK_BYTES 32

struct irc_model_member {
    char nick[IRC_MODEL_NICK_BYTES];
    bool is_operator;
};

struct irc_model_room {
    char name[IRC_MODEL_NICK_BYTES]; /* empty: he never was in it */
    bool is_in;
    bool is_unsure;  /* it may be this one in which he missed something */
    bool has_missed; /* something, and does not know the room again yet */
    size_t n;
    struct irc_model_member members[IRC_MODEL_MEMBERS];
};

struct irc_model {
    struct wire *wire;
    char nick[IRC_MODEL_NICK_BYTES];
    struct irc_model_room rooms[IRC_MODEL_ROOMS];
    struct buf unread;
    bool is_asking; /* for NAMES, to compare */
    size_t found;   /* of those that it said */
    size_t gaps;    /* that it was told of */
    size_t mended;
    size_t renames;
};

void irc_model_init(struct irc_model *m, struct wire *wire, const char *nick);
void irc_model_finish(struct irc_model *m);

/* Read so many bytes at most, and live by the lines in them. */
void irc_model_read(struct irc_model *m, size_t most);

/* Ask the server who is in each of the rooms: it says what he knows. The world
 * has to be at rest. */
void irc_model_compare(struct irc_model *m);

#endif
