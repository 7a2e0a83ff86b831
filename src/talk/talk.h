/*
 * Two people, one wire: the operator talks with one caller at a time; who
 * calls meanwhile waits in a queue.
 *
 *      callers                        the operator's view
 *        |  talk_accept()                ^ on_line()
 *        v                               |
 *     unknown --> waiting --> current ---+--- talk_type()
 *                   1 2 3        |
 *                     \__________\__> leaving: last words, then closed
 *
 * All moves between these are made at the end of the turn, in the order in
 * which people came. A caller has a place once he is known to be a person.
 *
 * What is to be shown goes to a view: standard output line by line
 * (talk/operator.h), or a richer terminal.
 */
#ifndef TALK_TALK_H
#define TALK_TALK_H

#include "base/diag.h"
#include "net/address.h"
#include "net/stream.h"
#include "wire/sniff.h"

struct talk;

enum talk_line_kind {
    TALK_LINE_CAME, /* (ip,port)成功连接 */
    TALK_LINE_LEFT, /* (ip,port)已退出聊天 */
    TALK_LINE_SAID, /* (ip,port):text */
    TALK_LINE_NOTE, /* -- our own words; `who` is empty */
};

/* To be shown as `who` with `text` right behind it; harmless to a terminal,
 * no newline. Dies at return. */
struct talk_line {
    enum talk_line_kind kind;
    struct span who;
    struct span text;
};

struct talk_view {
    void (*on_line)(struct talk_view *v, const struct talk_line *line);
    /* Once a turn, when the queue has moved and before what is said is sent:
     * a view that keeps lines back tries again. May be NULL. */
    void (*on_turn)(struct talk_view *v, struct talk *t);

    /* For a program (talk/program.h): */
    bool (*is_written)(struct talk_view *v); /* all that was to be shown is */
    int (*error)(struct talk_view *v); /* errno of what ended it; 0: nothing */
    void (*on_signal)(struct talk_view *v, int number); /* the terminal's */
    void (*close)(struct talk_view *v);
};

struct talk_limits {
    size_t most_callers;            /* the one who talks and those who wait */
    size_t most_per_source;         /* 0: no limit */
    size_t most_per_source_unknown; /* 0: no limit */
};

/* All but the limits have to outlive it. */
struct talk *talk_create(struct loop *l, struct diag *d,
                         const struct talk_limits *limits,
                         const uint64_t seed[2], struct talk_view *view);

/* Closes all at once. CHECKs that nothing is left of anybody. */
void talk_destroy(struct talk *t);

/* Somebody connected. False with errno: the loop takes no more, and the offer
 * was not taken. */
MUST_USE bool talk_accept(struct talk *t, const struct net_offer *o,
                          const struct net_address *from, enum sniff_pin pin);

enum talk_verdict {
    TALK_OK,
    TALK_NOBODY, /* nobody is there to hear it; nothing was done */
    TALK_LATER,  /* he reads too slowly, or the next one is being put through:
                    nothing was done, try again at on_turn() */
};

/*
 * The operator's line, of LIMIT_TEXT_BYTES at most: q hangs up, /quit stops,
 * all else is said as it is; what is blank is not.
 */
MUST_USE enum talk_verdict talk_type(struct talk *t, struct span line);

/*
 * The same, for a line as it came: the end of a long one is no command, and a
 * person who types to nobody is told so. What a file holds waits until
 * somebody is there. False: not now, try again at on_turn().
 */
MUST_USE bool talk_take(struct talk *t, struct span line, bool is_rest,
                        bool is_person);

/* Hang up on everybody; what is queued for them is sent before. */
void talk_stop(struct talk *t);
bool talk_is_stopping(const struct talk *t);
bool talk_is_over(const struct talk *t); /* stopped, and all are gone */

/* While paused on_line() is called for no more messages. */
void talk_pause(struct talk *t, bool is_paused);

/* Connections, whatever they are. */
size_t talk_connections(const struct talk *t);

#endif
