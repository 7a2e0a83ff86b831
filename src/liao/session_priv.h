/*
 * Inside the session.
 */
#ifndef LIAO_SESSION_PRIV_H
#define LIAO_SESSION_PRIV_H

#include "liao/heard.h"
#include "liao/output.h"
#include "liao/prefix.h"
#include "liao/session.h"
#include "net/connect.h"

/*
 * So long a server may take to greet. A liaod greets whoever is silent for
 * 1.5 s; the rest is for the way there and back, since two clocks of 1.5 s
 * would go off together and we would take every liaod for a lab server.
 */
#define LIAO_GREETING_MS 2000

/* Taken from the input for the server at most, which its system has not
 * taken from us yet; past that the input waits. */
#define LIAO_SAY_BYTES (64u << 10)

/* After q a server has so long to close its end. */
#define LIAO_LEAVE_MS 3000

/* Over UDP so many times as long; and while it has not even heard all. */
#define LIAO_LEAVE_TIMES 4
#define LIAO_LEAVE_TIMES_UNSENT 10

/* At the end of the input it has so long for the next byte of its answers: a
 * hub under load may take its time. */
#define LIAO_ANSWER_MS 30000

/* A liaod that was taken for a lab server by its user listens for 200 ms
 * before it knows what we speak; what comes meanwhile is one message to it. */
#define LIAO_FIRST_PACE_MS 300

/* A lab server's last words come by themselves or not at all. */
#define LIAO_LAST_WORDS_MS 300

enum liao_state {
    LIAO_CONNECTING,
    LIAO_GREETING,
    LIAO_TALKING,
    LIAO_LEAVING,
    LIAO_OVER,
};

/* What is being said: taken from the input, not yet from us. */
struct liao_say {
    struct buf queue;
    size_t block_bytes;     /* lab: of these, the block on its way */
    uint64_t pace_ms;       /* lab: until the next look */
    struct loop_timer pace; /* lab: set while the next block has to wait */
    bool has_spoken;        /* lab: the first block went */
    bool is_rest;           /* lab: the next block goes on a message */
    bool has_opened;        /* lines: the empty line was sent */
    bool has_named;         /* lines: the name was asked for, or can't be */
    bool is_quitting;       /* the rest of the input is not said */
    bool has_asked;         /* q is in the queue, or sent */
    bool is_blocked;        /* the system takes no more now */
    bool is_cut;            /* it never will again */
};

/* What the server answers, as far as the session goes by it. */
struct liao_answers {
    struct liao_phrases phrases;
    struct buf last;  /* the line that was shown last */
    bool awaits_name; /* the name was asked for, but not answered yet */
};

struct liao_session {
    struct loop *loop;
    struct diag *diag;
    const struct liao_options *options;
    struct liao_input *input;
    struct liao_screen *screen; /* NULL: we are in a pipe */
    struct loop_watch typing;   /* of the input's descriptor, in a pipe */
    struct liao_prefix prefix;
    struct liao_output output;
    struct net_connect connect;
    struct net_streams streams; /* of this one only */
    struct net_stream stream;   /* closed: not yet, or no more */
    struct loop_timer patience;
    struct loop_hook turn_end;
    enum liao_state state;
    enum liao_framing framing;
    struct buf nick;    /* to be taken first; empty: none */
    struct buf opening; /* GREETING: what came so far */
    struct liao_say say;
    struct liao_answers answers;
    size_t unacknowledged; /* LEAVING: when we last looked */
    unsigned leave_times;  /* LEAVING: how often patience was renewed */
    int signal;            /* that told us to leave; 0: none */
    int exit;
    bool was_connected;
    bool is_unwanted;      /* the server's last words: do not come back */
    struct buf last_words; /* for standard error, when all else is written */
};

/* session.c: so long nothing need come from the server. */
void liao_session_be_patient(struct liao_session *s, uint64_t ms);

/* hear.c: what was read; it may tell what the server is. */
void liao_hear(struct liao_session *s, struct span bytes);
void liao_hear_begin(struct liao_session *s, enum liao_framing framing);
void liao_hear_no_greeting(struct liao_session *s); /* a lab server, then */
void liao_hear_end(struct liao_session *s); /* nothing more will be heard */

/* say.c */
void liao_say_init(struct liao_session *s);
void liao_say_finish(struct liao_session *s);
void liao_say_open(struct liao_session *s);

/* With a name to be taken, nothing is said before the greeting has told
 * whether there are names: one person (p2p) would read "/nick bob". Then, or
 * when patience is at an end, the name goes first. */
bool liao_say_awaits_greeting(const struct liao_session *s);
void liao_say_name(struct liao_session *s);

/* All that can be said now. True: that was all, nothing will follow. */
MUST_USE bool liao_say_more(struct liao_session *s);

/* answers.c */
void liao_answers_init(struct liao_session *s);
void liao_answers_finish(struct liao_session *s);
void liao_answers_on_line(void *owner, struct span line); /* a session's */

/* Was the last line a goodbye? Sets is_unwanted. */
MUST_USE bool liao_answers_say_bye(struct liao_session *s);
struct span liao_answers_last(const struct liao_session *s);

#endif
