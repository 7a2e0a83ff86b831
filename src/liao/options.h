/*
 * Where to and how: the options of liao (opt/opt.h), and what they set.
 */
#ifndef LIAO_OPTIONS_H
#define LIAO_OPTIONS_H

#include "net/address.h"
#include "opt/opt.h"
#include "term/paint.h"

/* How messages travel (liao-wire(7)). */
enum liao_framing {
    LIAO_FRAMING_ANY, /* the server's greeting will tell */
    LIAO_FRAMING_LINES,
    LIAO_FRAMING_LAB,
};

/* How one program both sends and receives (liao/duplex.h). */
enum liao_duplex {
    LIAO_DUPLEX_POLL,
    LIAO_DUPLEX_SELECT,
    LIAO_DUPLEX_THREADS,
    LIAO_DUPLEX_NONE,
    LIAO_DUPLEX_TURNS,
};

struct liao_options {
    struct net_url server;
    bool has_server;
    enum liao_framing framing;
    bool is_listening; /* there is no server: who comes talks with us */
    struct net_url listen;
    char log[4096]; /* empty: none */
    char name[256]; /* to be taken at the start; empty: none */
    bool reconnects;
    bool traces;     /* socket calls */
    unsigned duplex; /* enum liao_duplex, or OPT_UNSAID: as with poll */
    bool is_plain;   /* no colour, no cursor movement */
    unsigned times;  /* enum term_times, or OPT_UNSAID */
    char lang[16];   /* empty: the locale's */
    struct opt_config config;
};

/* Begins to speak the user's language, too. */
MUST_USE enum opt_verdict liao_options_parse(struct liao_options *o, int argc,
                                             char **argv);

/* Does --duplex ask for one of the small clients? */
bool liao_options_is_small(const struct liao_options *o);

/* HOST or URL, and PORT, as answered to a question. False after saying on
 * standard error what is wrong with it. */
MUST_USE bool liao_options_set_server(struct liao_options *o, const char *text);
MUST_USE bool liao_options_set_port(struct liao_options *o, const char *text);

#endif
