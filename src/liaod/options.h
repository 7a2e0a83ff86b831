/*
 * The options of liaod: one table (opt/opt.h), and the settings that it sets.
 */
#ifndef LIAOD_OPTIONS_H
#define LIAOD_OPTIONS_H

#include "base/diag.h"
#include "net/address.h"
#include "opt/opt.h"

#include <stdint.h>

#define OPTIONS_LISTENS_MOST 16
#define OPTIONS_PROXIES_MOST 32
#define OPTIONS_NAME_BYTES 63
#define OPTIONS_ABOUT_BYTES 200
#define OPTIONS_PATH_BYTES 512
#define OPTIONS_ROOMS_BYTES 500

enum options_mode { OPTIONS_HUB, OPTIONS_P2P };

enum options_io_uring { OPTIONS_IO_URING_AUTO, OPTIONS_IO_URING_OFF };

struct options {
    unsigned mode;   /* enum options_mode */
    bool asks;       /* --ask */
    bool examines;   /* --doctor */
    bool traces;     /* --trace */
    unsigned engine; /* which of loop_engines */
    struct net_url listens[OPTIONS_LISTENS_MOST];
    size_t listens_n; /* 0: the default */
    struct net_block proxies[OPTIONS_PROXIES_MOST];
    size_t proxies_n;
    uint64_t max_clients; /* 0: what the descriptor limit allows */
    uint64_t timeout_s;   /* 0: never */
    uint64_t udp_idle_s;
    uint64_t per_source; /* 0: no limit */
    uint64_t per_source_unknown;
    uint64_t flood_rate; /* a second; 0: no limit */
    uint64_t flood_burst;
    uint64_t coalesce_ms;
    unsigned io_uring;  /* enum options_io_uring */
    unsigned log_level; /* enum diag_level, or OPT_UNSAID */
    char lang[16];      /* empty: the locale's */
    char name[OPTIONS_NAME_BYTES + 1];
    char network[OPTIONS_NAME_BYTES + 1];
    char about[OPTIONS_ABOUT_BYTES + 1];
    char autojoin[OPTIONS_ROOMS_BYTES + 1]; /* empty: none */
    char motd_file[OPTIONS_PATH_BYTES];     /* empty, as the next two: none */
    char password_file[OPTIONS_PATH_BYTES];
    char operators_file[OPTIONS_PATH_BYTES];
    struct opt_config config;
};

/* From all sources; begins to speak the user's language (opt_load()). */
MUST_USE enum opt_verdict options_parse(struct options *o, int argc,
                                        char **argv);

/* Again, with the same command line. When false, `o` is as it was. */
MUST_USE bool options_reload(struct options *o, const struct opt_ear *ear,
                             int argc, char **argv);

/* What was asked for; else `otherwise`. */
enum diag_level options_log_level(const struct options *o,
                                  enum diag_level otherwise);

#endif
