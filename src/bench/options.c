#include "bench/options.h"

#include "base/nearest.h"
#include "base/tr.h"
#include "bench/text.h"
#include "opt/opt.h"

#include <stdlib.h>
#include <string.h>

#define MEMBERS_MOST 1000000u
#define WINDOW_MOST 65536u
/* For each member and sender the next sequence is kept, in four bytes. */
#define PAIRS_MOST (1u << 28)

#define PROTOS_MOST 16

/* What was said; complete() makes of it what is run. */
struct settings {
    const struct proto *proto; /* NULL: no server was named */
    struct net_url url;
    uint64_t members;
    uint64_t senders; /* 0: not said; or EVERYBODY */
    uint64_t size;
    uint64_t window; /* 0: not said */
    uint64_t stalled;
    uint64_t joining;
    double seconds;
    double warmup;
    double rate;
    int pids[PROC_PIDS_MOST];
    size_t pids_n;
    bool is_idle;
    bool is_json;
};

#define EVERYBODY UINT64_MAX

/* -- values of their own kind --------------------------------------------------- */

static bool
set_decimal(struct opt_source *s, const char *value, double least, double most,
            double *out)
{
    char *end;
    double n = strtod(value, &end);
    if (end == value || *end != '\0' || !(n >= least && n <= most))
        return opt_wrong(s, _("it has to be a number from %g to %g"), least,
                         most);
    *out = n;
    return true;
}

static bool
set_seconds(void *settings, struct opt_source *s, const char *value)
{
    struct settings *to = settings;
    /* Times in messages are microseconds in 32 bits. */
    return set_decimal(s, value, 0.1, 3600, &to->seconds);
}

static bool
set_warmup(void *settings, struct opt_source *s, const char *value)
{
    struct settings *to = settings;
    return set_decimal(s, value, 0, 600, &to->warmup);
}

static bool
set_rate(void *settings, struct opt_source *s, const char *value)
{
    struct settings *to = settings;
    return set_decimal(s, value, 0.1, 1e7, &to->rate);
}

static bool
set_posters(void *settings, struct opt_source *s, const char *value)
{
    struct settings *to = settings;
    if (strcmp(value, "all") != 0)
        return opt_wrong(s, _("there is all; --senders takes a number"));
    to->senders = EVERYBODY;
    return true;
}

static bool
set_pid(void *settings, struct opt_source *s, const char *value)
{
    struct settings *to = settings;
    uint64_t pid;
    int *at = &to->pids[to->pids_n];
    if (span_number(span_of(value), 1u << 22, &pid)) {
        *at = (int)pid;
        if (pid > 0 && proc_read(at, 1).is_known) {
            to->pids_n++;
            return true;
        }
    }
    return opt_wrong(s, _("there is no such process, or /proc does not show "
                          "it"));
}

/* -- the table -------------------------------------------------------------------- */

static const char *const posters[] = {"all", NULL};

static const struct opt rows[] = {
    {.heading = "",
     .name = "members",
     .value = "N",
     OPT_NUMBER(struct settings, members, 2, MEMBERS_MOST),
     .help = N_("connections in the room (default: 100)")},
    {.name = "senders",
     .value = "N",
     OPT_NUMBER(struct settings, senders, 1, MEMBERS_MOST),
     .help =
         N_("of them, such that post (default: 4, or all if they are fewer)")},
    {.name = "posters",
     .value = "WHO",
     OPT_SET(set_posters),
     .words = posters,
     .help = N_("all: everybody posts; --window is 1 then, if not given")},
    {.name = "size",
     .value = "BYTES",
     OPT_NUMBER(struct settings, size, TEXT_BYTES_LEAST, TEXT_BYTES_MOST),
     .help = N_("length of a message (default: 64)")},
    {.name = "seconds",
     .value = "S",
     OPT_SET(set_seconds),
     .help = N_("how long to measure (default: 10)")},
    {.name = "warmup",
     .value = "S",
     OPT_SET(set_warmup),
     .help = N_("how long to run before that (default: 1)")},
    {.name = "rate",
     .value = "R",
     OPT_SET(set_rate),
     .help = N_("paced: so many messages a second in all, whether the server "
                "keeps up or not (default: as many as --window lets)")},
    {.name = "window",
     .value = "N",
     OPT_NUMBER(struct settings, window, 1, WINDOW_MOST),
     .help = N_("messages of a sender that may be under way, until the slowest "
                "member has them (default: 32; paced: 1024)")},
    {.name = "stalled",
     .value = "N",
     OPT_NUMBER(struct settings, stalled, 0, MEMBERS_MOST),
     .help = N_("members that never read (default: 0)")},
    {.name = "joining",
     .value = "N",
     OPT_NUMBER(struct settings, joining, 1, MEMBERS_MOST),
     .help = N_("joins under way at a time (default: 64)")},
    {.name = "idle",
     OPT_SWITCH(struct settings, is_idle),
     .help = N_("only join, and tell the server's memory for a connection")},
    {.name = "server-pid",
     .value = "PID",
     OPT_SET_MANY(struct settings, pids_n, PROC_PIDS_MOST, set_pid),
     .help = N_("the server's process: tells its CPU and memory; may be given "
                "several times")},
    {.name = "json",
     OPT_SWITCH(struct settings, is_json),
     .help = N_("print the result as JSON")},
    {OPT_ROW_COMPLETION},
    {OPT_ROW_HELP},
    {OPT_ROW_VERSION},
};

static const struct settings defaults = {
    .members = 100,
    .size = 64,
    .joining = 64,
    .seconds = 10,
    .warmup = 1,
};

/* -- the server ------------------------------------------------------------------ */

static bool
complain_scheme(struct opt_source *s, const char *text, const char *scheme)
{
    const char *names[PROTOS_MOST];
    size_t n = 0;
    for (; n < COUNT_OF(names) && proto_all[n] != NULL; n++)
        names[n] = proto_all[n]->scheme;
    const char *nearest = nearest_word(scheme, names, n);
    if (nearest != NULL)
        return opt_complain(s,
                            _("%s: nothing speaks %s:// here; did you mean "
                              "%s://?"),
                            text, scheme, nearest);
    return opt_complain(s,
                        _("%s: nothing speaks %s:// here; liao-bench --help "
                          "tells what does"),
                        text, scheme);
}

static bool
set_server(void *settings, struct opt_source *s, int nth, const char *text)
{
    struct settings *to = settings;
    if (nth > 0)
        return opt_complain(s, _("%s: one server is enough"), text);
    enum net_url_verdict verdict = net_url_parse(text, &to->url);
    if (verdict != NET_URL_OK)
        return opt_complain(s, "%s: %s", text, net_url_why(verdict));
    if (to->url.host[0] == '\0')
        return opt_complain(s, _("%s: on which host?"), text);
    to->proto = proto_find(to->url.scheme);
    /* liaod's usual listener finds out that we speak lines. */
    if (strcmp(to->url.scheme, "tcp") == 0)
        to->proto = &proto_plain;
    if (to->proto == NULL)
        return complain_scheme(s, text, to->url.scheme);
    if (!to->url.has_port)
        to->url.port = to->proto->port;
    if (to->url.port == 0)
        return opt_complain(s, _("%s: a port is a number from 1 to 65535"),
                            text);
    return true;
}

/* -- all of them -------------------------------------------------------------------- */

/* The protocols, for --help and for shells. */
struct schemes {
    char urls[PROTOS_MOST][16]; /* "irc://" */
    const char *words[PROTOS_MOST + 1];
    struct opt_operand operands[PROTOS_MOST + 2];
};

static void
list_schemes(struct schemes *list)
{
    *list = (struct schemes){
        .operands = {
            {"URL",
             N_("SCHEME://HOST[:PORT] (default: plain://127.0.0.1:63434); the "
                "scheme says what is spoken there:"),
             list->words}}};
    for (size_t i = 0; i < PROTOS_MOST && proto_all[i] != NULL; i++) {
        snprintf(list->urls[i], sizeof(list->urls[i]), "%s://",
                 proto_all[i]->scheme);
        list->words[i] = list->urls[i];
        list->operands[i + 1] =
            (struct opt_operand){list->urls[i], proto_all[i]->name, NULL};
    }
}

static struct opt_table
make_table(const struct schemes *list)
{
    return (struct opt_table){
        .program = "liao-bench",
        .usage = N_("usage: liao-bench [URL] [OPTION]..."),
        .about = N_("Load for a chat or publish/subscribe server: some of many "
                    "members post, all check that they get everything, once "
                    "and in order, and how soon."),
        .more = N_("Exit status: 0 all went well, 1 messages were lost, came "
                   "twice or out of order, or connections ended, 2 usage, 3 "
                   "could not connect or join, 4 cannot write.\nManual: man "
                   "liao-bench"),
        .operands = list->operands,
        .take_operand = set_server,
        .rows = rows,
        .rows_n = COUNT_OF(rows),
        .defaults = &defaults,
        .bytes = sizeof(defaults),
    };
}

static uint64_t
default_window(const struct settings *from)
{
    return from->rate > 0 ? 1024 : from->senders == EVERYBODY ? 1 : 32;
}

/* What does not go together; `senders` of `reading` members post. */
static bool
judge(struct opt_source *s, const struct settings *from, unsigned senders,
      unsigned reading)
{
    unsigned members = (unsigned)from->members;
    if (senders > reading)
        return opt_complain(s, _("--senders %u: only %u members read and post"),
                            senders, reading);
    if (reading == 1 && !from->proto->echoes)
        return opt_complain(s, "%s", _("nobody but the sender would read"));
    if ((uint64_t)senders * members > PAIRS_MOST)
        return opt_complain(s,
                            _("--senders %u of --members %u: pairs of them "
                              "can be %u at most"),
                            senders, members, PAIRS_MOST);
    if (from->size > from->proto->text_most)
        return opt_complain(s,
                            _("--size %u: a message of %s has %zu bytes at "
                              "most"),
                            (unsigned)from->size, tr(from->proto->name),
                            from->proto->text_most);
    return true;
}

/* With what was not said. */
static bool
complete(struct opt_source *s, struct settings *from, struct options *o)
{
    if (from->proto == NULL && !set_server(from, s, 0, "plain://127.0.0.1"))
        return false;
    if (from->stalled >= from->members)
        return opt_complain(
            s, _("--stalled %u of --members %u: somebody has to read"),
            (unsigned)from->stalled, (unsigned)from->members);
    uint64_t reading = from->members - from->stalled;
    uint64_t senders = from->senders;
    if (senders == EVERYBODY || (senders == 0 && reading < 4))
        senders = reading;
    else if (senders == 0)
        senders = 4;
    if (!judge(s, from, (unsigned)senders, (unsigned)reading))
        return false;
    *o = (struct options){
        .proto = from->proto,
        .url = from->url,
        .members = (uint32_t)from->members,
        .senders = from->is_idle ? 0 : (uint32_t)senders,
        .size = (uint32_t)from->size,
        .window =
            (uint32_t)(from->window > 0 ? from->window : default_window(from)),
        .stalled = (uint32_t)from->stalled,
        .joining = (uint32_t)from->joining,
        .seconds = from->seconds,
        .warmup = from->warmup,
        .rate = from->rate,
        .pids_n = from->pids_n,
        .is_idle = from->is_idle,
        .is_json = from->is_json,
    };
    memcpy(o->pids, from->pids, sizeof(o->pids));
    return true;
}

enum opt_verdict
options_parse(struct options *o, int argc, char **argv)
{
    static const struct opt_ear to_user = {opt_ear_stderr, "liao-bench"};
    struct settings settings = defaults;
    struct schemes list;
    list_schemes(&list);
    struct opt_table table = make_table(&list);
    struct opt_source s = {
        .table = &table, .settings = &settings, .ear = &to_user};
    enum opt_verdict verdict =
        opt_argv_read(&table, &settings, &to_user, argc, argv);
    if (verdict == OPT_GO && !complete(&s, &settings, o))
        verdict = OPT_USAGE;
    return verdict;
}
