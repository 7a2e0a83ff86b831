/*
 * The grammar of IRC (RFC 2812, 2.3.1; IRCv3 message-tags; modern.ircdocs.horse):
 *
 *     [@tags SPACE] [:source SPACE] command {SPACE parameter} [SPACE :last one]
 */
#ifndef WIRE_IRC_LINE_H
#define WIRE_IRC_LINE_H

#include "base/bytes.h"

#define IRC_PARAMETERS_MOST 15

struct irc_line {
    struct span tags; /* without '@'; empty: none */
    struct span source;
    struct span command;
    struct span parameters[IRC_PARAMETERS_MOST];
    size_t n;
    bool has_last; /* the last one began with ':', and may hold blanks */
};

/* Borrows all from `text`, which has no newline. False: there is no command
 * in it. */
MUST_USE bool wire_irc_parse(struct span text, struct irc_line *out);

enum irc_cut {
    IRC_CUT_LINE, /* *line is one, without its end */
    IRC_CUT_MORE, /* not a whole one yet */
    IRC_CUT_LONG, /* longer than allowed; nothing of it is obeyed */
};

/* While a line that is too long goes on. All zero at the beginning. */
struct irc_cutter {
    bool is_discarding;
};

/*
 * The first line of `in`. *used bytes are done with, with IRC_CUT_MORE too.
 * A line that has no end when nothing more will come counts as one.
 */
MUST_USE enum irc_cut wire_irc_cut(struct irc_cutter *c, struct span in,
                                   bool is_end, struct span *line,
                                   size_t *used);

/* May this be a parameter that is not the last: not empty, no blank, no colon
 * in front? */
bool wire_irc_is_middle(struct span s);

/* Commands are written in either case. */
bool wire_irc_is_word(struct span s, const char *upper);

#endif
