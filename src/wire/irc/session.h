/*
 * One IRC connection's own state: what it negotiates (CAP), how far its
 * registration is, and where it is in a line that makes several messages.
 *
 *     OPENING --NICK, USER, CAP END--> ASKED --the hub's welcome--> IN
 *
 *   OPENING  it has no user in the hub
 *   ASKED    it has one, who is nobody while he cannot have the nick he wants
 *   IN       everything goes to the hub
 */
#ifndef WIRE_IRC_SESSION_H
#define WIRE_IRC_SESSION_H

#include "msg/msg.h"
#include "msg/reply.h"
#include "wire/irc/line.h"

struct wire_irc;

/* Both are borrowed for as long as it lives. No password: empty. */
struct wire_irc *wire_irc_create(struct span server, struct span password);
void wire_irc_destroy(struct wire_irc *s); /* NULL is fine */

enum wire_irc_step {
    WIRE_IRC_DONE,     /* the line asks for nothing more */
    WIRE_IRC_MSG,      /* *msg is for the hub */
    WIRE_IRC_ANSWER,   /* `answer` is to be sent, in the order of things */
    WIRE_IRC_REGISTER, /* make it a user of the hub */
    WIRE_IRC_CLOSE,    /* `answer` is the last it is sent */
};

/*
 * What is next for `line`, which lies unused until this says DONE. Asked again
 * before wire_irc_taken() it says the same. `nick` is what the hub calls him;
 * empty: nothing yet. *msg borrows from `line` and `scratch`.
 */
MUST_USE enum wire_irc_step wire_irc_next(struct wire_irc *s, struct span line,
                                          struct span nick, struct buf *scratch,
                                          struct msg *msg, struct buf *answer);
void wire_irc_taken(struct wire_irc *s);

/* Its dialect key, by what it has negotiated: a change counts from when the
 * answer to it was taken. */
uint32_t wire_irc_key(const struct wire_irc *s);

/* Append lines that answer the request with this token: under its label. */
void wire_irc_mark(struct wire_irc *s, struct span token, struct span lines,
                   struct buf *out);

/* Where lines are cut (irc/line.h). */
struct irc_cutter *wire_irc_cutter(struct wire_irc *s);

/* Its line was too long: append the answer. */
void wire_irc_too_long(struct wire_irc *s, struct span nick,
                       struct buf *answer);

/* It has begun a batch of lines, and not ended it; this took too long: append
 * the answer; and that was taken. */
bool wire_irc_has_batch(const struct wire_irc *s);
void wire_irc_batch_is_late(struct wire_irc *s, struct span nick,
                            struct buf *answer);
void wire_irc_batch_was_told(struct wire_irc *s);

/* With WIRE_IRC_REGISTER: who wants to come in. Borrowed. */
struct wire_irc_person {
    struct span nick;
    struct span user;
    struct span real;
    struct span metadata; /* what it noted of itself already: irc/before.h */
    struct span keys;
};
struct wire_irc_person wire_irc_person(const struct wire_irc *s);

/* The hub has heard of him, and that is what he waits for now. */
void wire_irc_attached(struct wire_irc *s);

/* The hub has welcomed him. */
void wire_irc_welcome(struct wire_irc *s);
bool wire_irc_is_in(const struct wire_irc *s);

#endif
