/*
 * The command line of liaod: one table, from which --help is made, too.
 */
#ifndef LIAOD_OPTIONS_H
#define LIAOD_OPTIONS_H

#include "base/diag.h"
#include "net/address.h"

#include <stdint.h>

#define OPTIONS_LISTENS_MOST 16
#define OPTIONS_PROXIES_MOST 32

struct options {
    bool is_p2p;
    bool asks; /* --ask */
    struct net_url listens[OPTIONS_LISTENS_MOST];
    size_t listens_n; /* 0: the default */
    struct net_block proxies[OPTIONS_PROXIES_MOST];
    size_t proxies_n;
    uint64_t max_clients; /* 0: what the descriptor limit allows */
    uint64_t timeout_s;   /* 0: never */
    uint64_t per_source;  /* 0: no limit */
    uint64_t per_source_unknown;
    enum diag_level log_level;
    bool has_log_level; /* it was asked for */
    const char *lang;   /* NULL: the locale's */
};

enum options_verdict {
    OPTIONS_GO,
    OPTIONS_DONE,  /* --help or --version was answered */
    OPTIONS_USAGE, /* said what is wrong on standard error */
};

MUST_USE enum options_verdict options_parse(struct options *o, int argc,
                                            char **argv);

#endif
