/*
 * What a line from the server is about, for its looks, for Tab and for the
 * bell: read backwards from the words that plain has for each kind. A server
 * speaks its own language, which need not be ours.
 */
#ifndef LIAO_HEARD_H
#define LIAO_HEARD_H

#include "base/bytes.h"
#include "liao/options.h"

enum liao_heard_kind {
    LIAO_HEARD_OTHER, /* words of the server that we do not look into */
    LIAO_HEARD_SAID,
    LIAO_HEARD_ACTION,
    LIAO_HEARD_PRIVATE,
    LIAO_HEARD_SENT,    /* our own private message */
    LIAO_HEARD_CAME,    /* who is here now */
    LIAO_HEARD_WENT,    /* who is not, of himself or turned out */
    LIAO_HEARD_NICK,    /* who is now called target */
    LIAO_HEARD_YOU,     /* our own name: nick */
    LIAO_HEARD_NAMES,   /* a list of who is here */
    LIAO_HEARD_REFUSED, /* the name that we asked for */
    LIAO_HEARD_CLOSING, /* the end, for a reason that passes */
    LIAO_HEARD_OUT,     /* the end, and we are not to come again by ourselves */
    LIAO_HEARD_KINDS,
};

/* Borrows from the line; what it does not tell is empty. */
struct liao_heard {
    enum liao_heard_kind kind;
    struct span before; /* what stands before `who`: "[room] ", "* " */
    struct span after;  /* and behind it */
    struct span who;
    struct span target;
    struct span nick;
    struct span text;
    struct span names; /* "alice, bob" */
};

/* The sentences that are looked for, in each language that we know. */
#define LIAO_PHRASES_LANGUAGES 8
#define LIAO_PHRASES_SHAPES 34

/* All zero: none is known, and only what people say is told apart. */
struct liao_phrases {
    const char *words[LIAO_PHRASES_LANGUAGES][LIAO_PHRASES_SHAPES];
    size_t n;
};

/* In the language in which tr() speaks now; once more than there is room for
 * is forgotten. `phrases` is a struct liao_phrases: see term_language_each(). */
void liao_phrases_learn(void *phrases);

/* `line` is whole and clean. */
void liao_heard_read(const struct liao_phrases *phrases,
                     enum liao_framing framing, struct span line,
                     struct liao_heard *out);

/* The next of "alice, bob"; false: that was the last. */
MUST_USE bool liao_heard_name(struct span *names, struct span *out);

#endif
