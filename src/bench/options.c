#include "bench/options.h"

#include "base/nearest.h"
#include "base/tr.h"
#include "bench/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS_MOST 1000000u
#define WINDOW_MOST 65536u
/* For each member and sender the next sequence is kept, in four bytes. */
#define PAIRS_MOST (1u << 28)

/* Each takes a value and puts it into `o`; else says what is wrong with it. */
typedef bool option_set(struct options *o, const char *value);

static option_set set_members, set_senders, set_posters, set_size, set_seconds,
    set_warmup, set_rate, set_window, set_stalled, set_joining, set_pid;

static const struct option {
    const char *name;
    const char *value; /* what --help calls it; NULL: takes none */
    option_set *set;   /* NULL: handled by name */
    const char *help;
} options[] = {
    {"--members", "N", set_members,
     N_("connections in the room (default: 100)")},
    {"--senders", "N", set_senders,
     N_("of them, such that post (default: 4, or all if they are fewer)")},
    {"--posters", "WHO", set_posters,
     N_("all: everybody posts; --window is 1 then, if not given")},
    {"--size", "BYTES", set_size, N_("length of a message (default: 64)")},
    {"--seconds", "S", set_seconds, N_("how long to measure (default: 10)")},
    {"--warmup", "S", set_warmup,
     N_("how long to run before that (default: 1)")},
    {"--rate", "R", set_rate,
     N_("paced: so many messages a second in all, whether the server\n"
        "keeps up or not (default: as many as --window lets)")},
    {"--window", "N", set_window,
     N_("messages of a sender that may be under way, until the slowest\n"
        "member has them (default: 32; paced: 1024)")},
    {"--stalled", "N", set_stalled, N_("members that never read (default: 0)")},
    {"--joining", "N", set_joining,
     N_("joins under way at a time (default: 64)")},
    {"--idle", NULL, NULL,
     N_("only join, and tell the server's memory for a connection")},
    {"--server-pid", "PID", set_pid,
     N_("the server's process: tells its CPU and memory; may be given\n"
        "several times")},
    {"--json", NULL, NULL, N_("print the result as JSON")},
    {"--help", NULL, NULL, N_("this text")},
    {"--version", NULL, NULL, N_("the version")},
};

static bool complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* False, for its callers to return. */
static bool
complain(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("liao-bench: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    return false;
}

/* -- options: what each does with its value ------------------------------------ */

static bool
set_number(const char *name, const char *value, uint32_t least, uint32_t most,
           uint32_t *out)
{
    uint64_t n = 0;
    if (!span_number(span_of(value), most, &n) || n < least)
        return complain(_("%s %s: it has to be a number from %u to %u"), name,
                        value, least, most);
    *out = (uint32_t)n;
    return true;
}

static bool
set_decimal(const char *name, const char *value, double least, double most,
            double *out)
{
    char *end;
    double n = strtod(value, &end);
    if (end == value || *end != '\0' || !(n >= least && n <= most))
        return complain(_("%s %s: it has to be a number from %g to %g"), name,
                        value, least, most);
    *out = n;
    return true;
}

static bool
set_members(struct options *o, const char *value)
{
    return set_number("--members", value, 2, MEMBERS_MOST, &o->members);
}

static bool
set_senders(struct options *o, const char *value)
{
    return set_number("--senders", value, 1, MEMBERS_MOST, &o->senders);
}

static bool
set_posters(struct options *o, const char *value)
{
    if (strcmp(value, "all") != 0)
        return complain(_("--posters %s: there is all; --senders takes a "
                          "number"),
                        value);
    o->senders = UINT32_MAX;
    return true;
}

static bool
set_size(struct options *o, const char *value)
{
    return set_number("--size", value, TEXT_BYTES_LEAST, TEXT_BYTES_MOST,
                      &o->size);
}

static bool
set_seconds(struct options *o, const char *value)
{
    /* Times in messages are microseconds in 32 bits. */
    return set_decimal("--seconds", value, 0.1, 3600, &o->seconds);
}

static bool
set_warmup(struct options *o, const char *value)
{
    return set_decimal("--warmup", value, 0, 600, &o->warmup);
}

static bool
set_rate(struct options *o, const char *value)
{
    return set_decimal("--rate", value, 0.1, 1e7, &o->rate);
}

static bool
set_window(struct options *o, const char *value)
{
    return set_number("--window", value, 1, WINDOW_MOST, &o->window);
}

static bool
set_stalled(struct options *o, const char *value)
{
    return set_number("--stalled", value, 0, MEMBERS_MOST, &o->stalled);
}

static bool
set_joining(struct options *o, const char *value)
{
    return set_number("--joining", value, 1, MEMBERS_MOST, &o->joining);
}

static bool
set_pid(struct options *o, const char *value)
{
    uint32_t pid = 0;
    if (o->pids_n == PROC_PIDS_MOST)
        return complain(_("--server-pid can be given %d times at most"),
                        PROC_PIDS_MOST);
    if (!set_number("--server-pid", value, 1, 1u << 22, &pid))
        return false;
    o->pids[o->pids_n++] = (int)pid;
    if (proc_read(&o->pids[o->pids_n - 1], 1).is_known)
        return true;
    return complain(_("--server-pid %s: there is no such process, or /proc "
                      "does not show it"),
                    value);
}

/* -- the server ------------------------------------------------------------------ */

static bool
complain_scheme(const char *text, const char *scheme)
{
    const char *names[16];
    size_t n = 0;
    for (; n < COUNT_OF(names) && proto_all[n] != NULL; n++)
        names[n] = proto_all[n]->scheme;
    const char *nearest = nearest_word(scheme, names, n);
    if (nearest != NULL)
        return complain(_("%s: nothing speaks %s:// here; did you mean "
                          "%s://?"),
                        text, scheme, nearest);
    return complain(_("%s: nothing speaks %s:// here; liao-bench --help tells "
                      "what does"),
                    text, scheme);
}

static bool
set_server(struct options *o, const char *text)
{
    if (o->proto != NULL)
        return complain(_("%s: one server is enough"), text);
    enum net_url_verdict verdict = net_url_parse(text, &o->url);
    if (verdict != NET_URL_OK)
        return complain("%s: %s", text, net_url_why(verdict));
    if (o->url.host[0] == '\0')
        return complain(_("%s: on which host?"), text);
    o->proto = proto_find(o->url.scheme);
    /* liaod's usual listener finds out that we speak lines. */
    if (strcmp(o->url.scheme, "tcp") == 0)
        o->proto = &proto_plain;
    if (o->proto == NULL)
        return complain_scheme(text, o->url.scheme);
    if (!o->url.has_port)
        o->url.port = o->proto->port;
    if (o->url.port == 0)
        return complain(_("%s: a port is a number from 1 to 65535"), text);
    return true;
}

/* -- all of them -------------------------------------------------------------------- */

static void
print_help(void)
{
    puts(_("usage: liao-bench [URL] [OPTION]...\n"
           "Load for a chat or publish/subscribe server: some of many members "
           "post, all\n"
           "check that they get everything, once and in order, and how soon.\n"
           "\n"
           "  URL     SCHEME://HOST[:PORT] (default: plain://127.0.0.1:63434)\n"
           "  SCHEME  what is spoken there:"));
    for (size_t i = 0; proto_all[i] != NULL; i++)
        printf("          %-7s %s\n", proto_all[i]->scheme,
               tr(proto_all[i]->name));
    putchar('\n');
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const struct option *option = &options[i];
        printf("  %s%s%s\n", option->name, option->value ? " " : "",
               option->value ? option->value : "");
        for (const char *line = tr(option->help); *line != '\0';) {
            int n = (int)strcspn(line, "\n");
            printf("        %.*s\n", n, line);
            line += n + (line[n] == '\n');
        }
    }
    puts(_("\nExit status: 0 all went well, 1 messages were lost, came twice "
           "or out of\n"
           "order, or connections ended, 2 usage, 3 could not connect or "
           "join.\n"
           "Manual: man liao-bench"));
}

static const struct option *
find(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        if (span_equal(span_of(options[i].name), name))
            return &options[i];
    }
    return NULL;
}

static void
complain_unknown(const char *word)
{
    const char *names[COUNT_OF(options)];
    for (size_t i = 0; i < COUNT_OF(options); i++)
        names[i] = options[i].name;
    const char *nearest = nearest_word(word, names, COUNT_OF(names));
    if (nearest != NULL)
        complain(_("%s is no option; did you mean %s?"), word, nearest);
    else
        complain(_("%s is no option; liao-bench --help lists them"), word);
}

/* Those without a value. */
static enum options_verdict
take_flag(struct options *o, const char *name)
{
    if (strcmp(name, "--idle") == 0) {
        o->is_idle = true;
    } else if (strcmp(name, "--json") == 0) {
        o->is_json = true;
    } else {
        if (strcmp(name, "--help") == 0)
            print_help();
        else
            puts("liao-bench " LIAO_VERSION);
        return OPTIONS_DONE;
    }
    return OPTIONS_GO;
}

/* "--name value" or "--name=value"; *i moves to what was used last. */
static enum options_verdict
take_option(struct options *o, char **argv, int *i)
{
    struct span word = span_of(argv[*i]);
    size_t n = span_find(word, '=');
    const struct option *option = find(span_sub(word, 0, n));
    const char *value = n < word.n ? &argv[*i][n + 1] : NULL;
    if (option == NULL) {
        complain_unknown(argv[*i]);
        return OPTIONS_USAGE;
    }
    if (option->value == NULL && value == NULL)
        return take_flag(o, option->name);
    if (option->value == NULL) {
        complain(_("%s takes no value"), option->name);
        return OPTIONS_USAGE;
    }
    if (value == NULL)
        value = argv[++*i]; /* NULL at the end */
    if (value == NULL) {
        complain(_("%s needs a value: %s %s"), option->name, option->name,
                 option->value);
        return OPTIONS_USAGE;
    }
    return option->set(o, value) ? OPTIONS_GO : OPTIONS_USAGE;
}

/* What was not said, and what does not go together. */
static bool
complete(struct options *o)
{
    bool all_post = o->senders == UINT32_MAX;
    if (o->proto == NULL && !set_server(o, "plain://127.0.0.1"))
        return false;
    if (o->stalled >= o->members)
        return complain(_("--stalled %u of --members %u: somebody has to read"),
                        o->stalled, o->members);
    uint32_t reading = o->members - o->stalled;
    if (o->senders == 0 || all_post)
        o->senders = all_post || reading < 4 ? reading : 4;
    if (o->senders > reading)
        return complain(_("--senders %u: only %u members read and post"),
                        o->senders, reading);
    if (reading == 1 && !o->proto->echoes)
        return complain("%s", _("nobody but the sender would read"));
    if ((uint64_t)o->senders * o->members > PAIRS_MOST)
        return complain(_("--senders %u of --members %u: pairs of them can be "
                          "%u at most"),
                        o->senders, o->members, PAIRS_MOST);
    if (o->size > o->proto->text_most)
        return complain(_("--size %u: a message of %s has %zu bytes at most"),
                        o->size, tr(o->proto->name), o->proto->text_most);
    if (o->window == 0)
        o->window = o->rate > 0 ? 1024 : all_post ? 1 : 32;
    if (o->is_idle)
        o->senders = 0;
    return true;
}

enum options_verdict
options_parse(struct options *o, int argc, char **argv)
{
    *o = (struct options){
        .members = 100,
        .size = 64,
        .joining = 64,
        .seconds = 10,
        .warmup = 1,
    };
    enum options_verdict verdict = OPTIONS_GO;
    for (int i = 1; i < argc && verdict == OPTIONS_GO; i++) {
        if (argv[i][0] == '-')
            verdict = take_option(o, argv, &i);
        else if (!set_server(o, argv[i]))
            verdict = OPTIONS_USAGE;
    }
    if (verdict == OPTIONS_GO && !complete(o))
        verdict = OPTIONS_USAGE;
    return verdict;
}
