#include "liaod/options.h"

#include "base/nearest.h"
#include "liaod/doors.h"
#include "msg/limits.h"
#include "msg/name.h"
#include "term/language.h"

#include <string.h>

/* -- values of their own kind -------------------------------------------------- */

static const char *const schemes[] = {"tcp://", "plain://", "lab://",
                                      "irc://", "udp://",   NULL};

static bool
complain_scheme(struct opt_source *s, const char *scheme)
{
    char wanted[32];
    snprintf(wanted, sizeof(wanted), "%s://", scheme);
    const char *nearest = nearest_word(wanted, schemes, COUNT_OF(schemes) - 1);
    if (nearest != NULL)
        return opt_wrong(s, _("nothing speaks %s:// here; did you mean %s?"),
                         scheme, nearest);
    return opt_wrong(s,
                     _("nothing speaks %s:// here. There are tcp://, "
                       "plain://, lab://, irc:// and udp://"),
                     scheme);
}

static bool
set_listen(void *settings, struct opt_source *s, const char *value)
{
    struct options *o = settings;
    struct net_url *url = &o->listens[o->listens_n];
    enum net_url_verdict verdict = net_url_parse(value, url);
    if (verdict != NET_URL_OK)
        return opt_wrong(s, "%s", net_url_why(verdict));
    /* A slip must not open this machine to everybody. */
    if (url->host[0] == '\0' && !url->is_any)
        return opt_wrong(s, _("on which address? * means all"));
    for (size_t i = 0; schemes[i] != NULL; i++) {
        size_t n = strlen(schemes[i]) - strlen("://");
        if (strlen(url->scheme) == n &&
            strncmp(url->scheme, schemes[i], n) == 0) {
            o->listens_n++;
            return true;
        }
    }
    return complain_scheme(s, url->scheme);
}

static bool
set_proxy_from(void *settings, struct opt_source *s, const char *value)
{
    struct options *o = settings;
    if (!net_block_parse(value, &o->proxies[o->proxies_n]))
        return opt_wrong(s, _("it has to be an address, or one with /BITS, "
                              "such as 10.0.0.0/8"));
    o->proxies_n++;
    return true;
}

static bool
judge_lang(void *settings, struct opt_source *s, const char *value)
{
    (void)settings;
    return term_language_is_known(value) ||
           opt_wrong(s, _("there are en and zh"));
}

/* What IRC shows as one word. */
static bool
judge_name(void *settings, struct opt_source *s, const char *value)
{
    (void)settings;
    size_t n = strspn(value, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
    return value[n] == '\0' ||
           opt_wrong(s, _("letters, digits, dots and hyphens, please"));
}

/* As people type them. */
static bool
judge_rooms(void *settings, struct opt_source *s, const char *value)
{
    struct span rest = span_of(value);
    (void)settings;
    while (rest.n > 0) {
        size_t n = span_find(rest, ',');
        if (msg_name_check_room(span_trim(span_sub(rest, 0, n))) != NAME_OK)
            return opt_wrong(s, _("names of rooms, please, with commas between "
                                  "and without #"));
        rest = span_from(rest, n + 1);
    }
    return true;
}

static const char *
judge(const void *settings)
{
    const struct options *o = settings;
    if (o->mode == OPTIONS_P2P && o->engine != 0)
        return _("--engine is for --mode hub; p2p waits with poll");
    if (o->mode == OPTIONS_P2P && o->proxies_n > 0)
        return _("--proxy-from is for --mode hub: p2p is not behind a proxy");
    return NULL;
}

/* A lock on one door of several is none. */
static const char *
judge_all(const void *settings)
{
    const struct options *o = settings;
    if (o->password_file[0] != '\0' && !doors_are_all_irc(o))
        return _("password-file guards irc:// alone, and who comes another way "
                 "is not asked: listen on irc://HOST:PORT and nothing else, or "
                 "leave the password out");
    return NULL;
}

/* -- the table ------------------------------------------------------------------ */

static const char *const modes[] = {
    [OPTIONS_HUB] = "hub", [OPTIONS_P2P] = "p2p", NULL};
static const char *const io_uring[] = {
    [OPTIONS_IO_URING_AUTO] = "auto", [OPTIONS_IO_URING_OFF] = "off", NULL};
/* As loop_engines has them. */
static const char *const engines[] = {"epoll",   "poll", "select",
                                      "threads", "one",  NULL};
static const char *const levels[] = {
    [DIAG_ERROR] = "error",
    [DIAG_WARNING] = "warning",
    [DIAG_INFO] = "info",
    [DIAG_DEBUG] = "debug",
    NULL,
};
static const char *const languages[] = {"en", "zh", NULL};

static const struct opt rows[] = {
    {.heading = N_("What it is:"),
     .name = "mode",
     .value = "MODE",
     OPT_WORD(struct options, mode, modes),
     .is_fixed = true,
     .help = N_("hub (default): a room for all; p2p: you, at this terminal, "
                "talk with one at a time, and who else comes waits in a "
                "queue")},
    {.name = "listen",
     .value = "URL",
     OPT_SET_MANY(struct options, listens_n, OPTIONS_LISTENS_MOST, set_listen),
     .example = "{\"tcp://127.0.0.1:63434\", \"tcp://[::1]:63434\"}",
     .words = schemes,
     .help =
         N_("where to listen: tcp://HOST:PORT tells by itself what a "
            "client speaks; plain://, lab:// and irc:// settle it; udp:// is "
            "for datagrams; HOST * is all addresses; may be given several "
            "times (default: tcp://127.0.0.1:63434 and "
            "tcp://[::1]:63434)")},
    {.name = "engine",
     .value = "ENGINE",
     OPT_WORD(struct options, engine, engines),
     .is_fixed = true,
     .help = N_("how a hub waits: epoll (default), poll, select (1,024 "
                "descriptors at most), threads (one a connection), or one (one "
                "connection at a time, the others wait): all but the last chat "
                "alike, and show how servers are built")},
    {.name = "ask",
     .is_once = true,
     OPT_SWITCH(struct options, asks),
     .help = N_("ask for port, mode and most clients, as the lab's server "
                "does, and speak the lab's wire on this machine")},
    {.heading = N_("Who may come:"),
     .name = "max-clients",
     .value = "N",
     OPT_NUMBER(struct options, max_clients, 1, 1000000),
     .example = "1000",
     .help = N_("people at most (default: what the descriptor limit allows; "
                "p2p, where those who wait count, too: 32)")},
    {.name = "timeout",
     .value = "SECONDS",
     OPT_NUMBER(struct options, timeout_s, 0, 1000000000),
     .help = N_("stop when nobody was connected for so long (default: 0, "
                "never)")},
    {.name = "udp-idle",
     .value = "SECONDS",
     OPT_NUMBER(struct options, udp_idle_s, 3, 1000000),
     .example = "300",
     .help = N_("who is silent for so long on udp:// has left (default: "
                "300)")},
    {.name = "per-source",
     .value = "N",
     OPT_NUMBER(struct options, per_source, 0, 1000000),
     .help = N_("connections from one address at most, loopback excepted "
                "(default: 64; 0: no limit)")},
    {.name = "per-source-unknown",
     .value = "N",
     OPT_NUMBER(struct options, per_source_unknown, 0, 1000000),
     .help = N_("of these, such that have not said a word yet (default: 16)")},
    {.name = "flood-rate",
     .value = "N",
     OPT_NUMBER(struct options, flood_rate, 0, 1000),
     .example = "20",
     .help = N_("lines a second that one may send for long; who sends more is "
                "read more slowly (default: 20; 0: no limit)")},
    {.name = "flood-burst",
     .value = "N",
     OPT_NUMBER(struct options, flood_burst, 1, 1000000),
     .example = "200",
     .help = N_("and at once before that (default: 200)")},
    {.name = "proxy-from",
     .value = "ADDR[/BITS]",
     OPT_SET_MANY(struct options, proxies_n, OPTIONS_PROXIES_MOST,
                  set_proxy_from),
     .example = "{\"127.0.0.1\", \"10.0.0.0/8\"}",
     .help = N_("believe the PROXY header of connections from there; may be "
                "given several times")},
    {.heading = N_("How it sends:"),
     .name = "coalesce-ms",
     .value = "MS",
     OPT_NUMBER(struct options, coalesce_ms, 0, 1000),
     .example = "50",
     .help = N_("a busy room rests between sends as long as the last took, "
                "this long at most, so that more goes at once (default: 50; "
                "0: send at once)")},
    {.name = "io-uring",
     .value = "WHEN",
     OPT_WORD(struct options, io_uring, io_uring),
     .is_fixed = true,
     .help = N_("auto (default): hand many sends to the kernel in one call "
                "where it allows that; off: one by one")},
    {.heading = N_("What it says:"),
     .name = "log-level",
     .value = "LEVEL",
     .example = "info",
     OPT_WORD(struct options, log_level, levels),
     .help = N_("error, warning, info (default; at a terminal, whose console "
                "shows who comes and goes: warning) or debug")},
    {.name = "trace",
     .is_once = true,
     OPT_SWITCH(struct options, traces),
     .help = N_("show each socket call on standard error, and what it "
                "means")},
    {.name = "lang",
     .value = "LANG",
     OPT_TEXT(struct options, lang),
     .set = judge_lang,
     .example = "en",
     .words = languages,
     .help = N_("the language of the server's words to people: en or zh "
                "(default: the locale's)")},
    {.heading = N_("To IRC clients:"),
     .name = "name",
     .value = "NAME",
     OPT_TEXT(struct options, name),
     .example = "chat.example.org",
     .set = judge_name,
     .is_fixed = true,
     .help = N_("what the server calls itself (default: liao.chat)")},
    {.name = "network",
     .value = "NAME",
     OPT_TEXT(struct options, network),
     .example = "liao",
     .set = judge_name,
     .is_fixed = true,
     .help = N_("and what it is part of (default: liao)")},
    {.name = "about",
     .value = "TEXT",
     OPT_TEXT(struct options, about),
     .example = "\"a liao chat server\"",
     .is_fixed = true,
     .help = N_("and what it is, in a few words (default: a liao chat "
                "server)")},
    {.name = "autojoin",
     .value = "ROOM,...",
     OPT_TEXT(struct options, autojoin),
     .set = judge_rooms,
     .is_fixed = true,
     .example = "\"lobby\"",
     .help = N_("the rooms that an IRC client is in from the beginning, "
                "without asking (default: none)")},
    {.name = "motd",
     .value = "FILE",
     OPT_TEXT(struct options, motd_file),
     .is_fixed = true,
     .example = "\"/etc/liao/motd\"",
     .help = N_("the message of the day, shown to who comes")},
    {.name = "password-file",
     .value = "FILE",
     OPT_TEXT(struct options, password_file),
     .is_fixed = true,
     .example = "\"/etc/liao/password\"",
     .help = N_("its first line is what who comes has to know; "
                "for irc:// alone")},
    {.name = "operators",
     .value = "FILE",
     OPT_TEXT(struct options, operators_file),
     .is_fixed = true,
     .example = "\"/etc/liao/operators\"",
     .help = N_("who may become an operator: in each line a name, a blank and "
                "a password")},
    {.heading = N_("Configuration:"), OPT_ROW_CONFIG(struct options, config)},
    {OPT_ROW_CHECK(struct options, config)},
    {OPT_ROW_EXAMPLE},
    {.name = "doctor",
     .is_once = true,
     OPT_SWITCH(struct options, examines),
     .help = N_("look at ports, descriptors, language and clock of this "
                "machine, and say what is wrong and what helps")},
    {.heading = N_("What it prints, and ends:"), OPT_ROW_COMPLETION},
    {OPT_ROW_HELP},
    {OPT_ROW_VERSION},
};

static const struct options defaults = {
    .udp_idle_s = LIMIT_UDP_IDLE_S,
    .per_source = LIMIT_PER_SOURCE,
    .per_source_unknown = LIMIT_PER_SOURCE_UNKNOWN,
    .flood_rate = LIMIT_FLOOD_A_SECOND,
    .flood_burst = LIMIT_FLOOD_AT_ONCE,
    .coalesce_ms = LIMIT_REST_MS,
    .log_level = OPT_UNSAID,
    .name = "liao.chat",
    .network = "liao",
    .about = "a liao chat server",
};

static const struct opt_table table = {
    .program = "liaod",
    .file = "liaod.conf",
    .page = "liaod.conf",
    .usage = N_("usage: liaod [OPTION]..."),
    .about = N_("A chat room that everybody joins with what he has: nc, a lab "
                "client, liao."),
    .more = N_("Exit status: 0 stopped as asked, 1 could not start, 2 usage, "
               "4 p2p: standard output takes no more, 78 "
               "configuration.\nManual: man liaod"),
    .rows = rows,
    .rows_n = COUNT_OF(rows),
    .defaults = &defaults,
    .bytes = sizeof(defaults),
    .config_at = offsetof(struct options, config),
    .judge = judge,
    .judge_all = judge_all,
};

/* -- reading it ------------------------------------------------------------------ */

enum opt_verdict
options_parse(struct options *o, int argc, char **argv)
{
    const struct opt_ear ear = {opt_ear_stderr, table.program};
    return opt_load(&table, o, &ear, argc, argv);
}

bool
options_reload(struct options *o, const struct opt_ear *ear, int argc,
               char **argv)
{
    return opt_reload(&table, o, ear, argc, argv);
}

enum diag_level
options_log_level(const struct options *o, enum diag_level otherwise)
{
    return o->log_level == OPT_UNSAID ? otherwise
                                      : (enum diag_level)o->log_level;
}
