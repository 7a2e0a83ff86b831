/*
 * Where to and how: the command line of liao, or what was asked for instead.
 */
#ifndef LIAO_OPTIONS_H
#define LIAO_OPTIONS_H

#include "net/address.h"
#include "term/paint.h"

/* How messages travel (liao-wire(7)). */
enum liao_framing {
    LIAO_FRAMING_ANY, /* the server's greeting will tell */
    LIAO_FRAMING_LINES,
    LIAO_FRAMING_LAB,
};

struct liao_options {
    struct net_url server;
    bool has_server;
    enum liao_framing framing;
    bool is_listening; /* there is no server: who comes talks with us */
    struct net_url listen;
    const char *log;  /* NULL: none */
    const char *name; /* to be taken at the start; NULL: none */
    bool reconnects;
    bool is_plain; /* no colour, no cursor movement */
    bool has_times;
    enum term_times times;
};

enum liao_options_verdict {
    LIAO_OPTIONS_GO,
    LIAO_OPTIONS_DONE,  /* --help or --version was answered */
    LIAO_OPTIONS_USAGE, /* said what is wrong on standard error */
};

/* *o borrows from argv. */
MUST_USE enum liao_options_verdict liao_options_parse(struct liao_options *o,
                                                      int argc, char **argv);

/* HOST or URL, and PORT. False after saying on standard error what is wrong
 * with it. */
MUST_USE bool liao_options_set_server(struct liao_options *o, const char *text);
MUST_USE bool liao_options_set_port(struct liao_options *o, const char *text);

#endif
