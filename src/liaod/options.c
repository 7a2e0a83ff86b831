#include "liaod/options.h"

#include "base/nearest.h"
#include "msg/limits.h"
#include "term/language.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Each takes a value and puts it into `o`; else says what is wrong with it. */
typedef bool option_set(struct options *o, const char *value);

static option_set set_mode, set_listen, set_max_clients, set_timeout,
    set_per_source, set_per_source_unknown, set_proxy_from, set_log_level,
    set_lang;

static const struct option {
    const char *name;
    const char *value; /* what --help calls it; NULL: takes none */
    option_set *set;   /* NULL: handled by name */
    const char *help;
} options[] = {
    {"--mode", "MODE", set_mode,
     "hub (default): a room for all; p2p: you, at this terminal, talk\n"
     "with one at a time, and who else comes waits in a queue"},
    {"--listen", "URL", set_listen,
     "where to listen: tcp://HOST:PORT tells by itself what\n"
     "a client speaks; plain:// and lab:// settle it; HOST *\n"
     "is all addresses; may be given several times (default:\n"
     "tcp://127.0.0.1:63434 and tcp://[::1]:63434)"},
    {"--max-clients", "N", set_max_clients,
     "people at most (default: what the descriptor limit allows; p2p,\n"
     "where those who wait count, too: 32)"},
    {"--timeout", "SECONDS", set_timeout,
     "stop when nobody was connected for so long (default: 0, never)"},
    {"--per-source", "N", set_per_source,
     "connections from one address at most, loopback excepted\n"
     "(default: 64; 0: no limit)"},
    {"--per-source-unknown", "N", set_per_source_unknown,
     "of these, such that have not said a word yet (default: 16)"},
    {"--proxy-from", "ADDR[/BITS]", set_proxy_from,
     "believe the PROXY header of connections from there; may be\n"
     "given several times"},
    {"--log-level", "LEVEL", set_log_level,
     "error, warning, info (default; at a terminal, whose console\n"
     "shows who comes and goes: warning) or debug"},
    {"--ask", NULL, NULL,
     "ask for port, mode and most clients, as the lab's server does,\n"
     "and speak the lab's wire on this machine"},
    {"--lang", "LANG", set_lang,
     "the language of the server's words to people: en or zh\n"
     "(default: the locale's)"},
    {"--help", NULL, NULL, "this text"},
    {"--version", NULL, NULL, "the version"},
};

static bool complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* False, for its callers to return. */
static bool
complain(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("liaod: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    return false;
}

static bool
set_mode(struct options *o, const char *value)
{
    o->is_p2p = strcmp(value, "p2p") == 0;
    if (o->is_p2p || strcmp(value, "hub") == 0)
        return true;
    return complain("--mode %s: there are hub and p2p", value);
}

static bool
set_listen(struct options *o, const char *value)
{
    static const char *const schemes[] = {"tcp", "plain", "lab"};
    if (o->listens_n == OPTIONS_LISTENS_MOST)
        return complain("--listen can be given %d times at most",
                        OPTIONS_LISTENS_MOST);
    struct net_url *url = &o->listens[o->listens_n];
    enum net_url_verdict verdict = net_url_parse(value, url);
    if (verdict != NET_URL_OK)
        return complain("--listen %s: %s", value, net_url_why(verdict));
    /* A slip must not open this machine to everybody. */
    if (url->host[0] == '\0' && !url->is_any)
        return complain("--listen %s: on which address? * means all", value);
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (strcmp(url->scheme, schemes[i]) == 0) {
            o->listens_n++;
            return true;
        }
    }
    const char *nearest = nearest_word(url->scheme, schemes, COUNT_OF(schemes));
    return complain("--listen %s: nothing speaks %s:// here%s%s%s There are "
                    "tcp://, plain:// and lab://",
                    value, url->scheme, nearest ? "; did you mean " : ".",
                    nearest ? nearest : "", nearest ? "://?" : "");
}

static bool
set_number(const char *name, const char *value, uint64_t least, uint64_t most,
           uint64_t *out)
{
    if (span_number(span_of(value), most, out) && *out >= least)
        return true;
    return complain("%s %s: it has to be a number from %llu to %llu", name,
                    value, (unsigned long long)least, (unsigned long long)most);
}

static bool
set_max_clients(struct options *o, const char *value)
{
    return set_number("--max-clients", value, 1, 1000000, &o->max_clients);
}

static bool
set_timeout(struct options *o, const char *value)
{
    return set_number("--timeout", value, 0, 1000000000, &o->timeout_s);
}

static bool
set_per_source(struct options *o, const char *value)
{
    return set_number("--per-source", value, 0, 1000000, &o->per_source);
}

static bool
set_per_source_unknown(struct options *o, const char *value)
{
    return set_number("--per-source-unknown", value, 0, 1000000,
                      &o->per_source_unknown);
}

static bool
set_proxy_from(struct options *o, const char *value)
{
    if (o->proxies_n == OPTIONS_PROXIES_MOST)
        return complain("--proxy-from can be given %d times at most",
                        OPTIONS_PROXIES_MOST);
    if (!net_block_parse(value, &o->proxies[o->proxies_n]))
        return complain("--proxy-from %s: it has to be an address, or one "
                        "with /BITS, such as 10.0.0.0/8",
                        value);
    o->proxies_n++;
    return true;
}

static bool
set_log_level(struct options *o, const char *value)
{
    o->has_log_level = diag_level_parse(value, &o->log_level);
    if (o->has_log_level)
        return true;
    return complain("--log-level %s: there are error, warning, info and debug",
                    value);
}

static bool
set_lang(struct options *o, const char *value)
{
    if (!term_language_is_known(value))
        return complain("--lang %s: there are en and zh", value);
    o->lang = value;
    return true;
}

static void
print_help(void)
{
    puts("usage: liaod [OPTION]...\n"
         "A chat room that everybody joins with what he has: nc, a lab "
         "client, liao.\n");
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const struct option *option = &options[i];
        printf("  %s%s%s\n", option->name, option->value ? " " : "",
               option->value ? option->value : "");
        for (const char *line = option->help; *line != '\0';) {
            int n = (int)strcspn(line, "\n");
            printf("        %.*s\n", n, line);
            line += n + (line[n] == '\n');
        }
    }
    puts("\nExit status: 0 stopped as asked, 1 could not start, 2 usage, 4 "
         "p2p:\n"
         "standard output takes no more.\n"
         "Manual: man liaod");
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
    if (word[0] != '-')
        complain("%s: only options are taken; liaod --help lists them", word);
    else if (nearest != NULL)
        complain("%s is no option; did you mean %s?", word, nearest);
    else
        complain("%s is no option; liaod --help lists them", word);
}

enum options_verdict
options_parse(struct options *o, int argc, char **argv)
{
    *o = (struct options){
        .per_source = LIMIT_PER_SOURCE,
        .per_source_unknown = LIMIT_PER_SOURCE_UNKNOWN,
        .log_level = DIAG_INFO,
    };
    for (int i = 1; i < argc; i++) {
        /* "--name value" or "--name=value" */
        struct span word = span_of(argv[i]);
        size_t n = span_find(word, '=');
        const struct option *option = find(span_sub(word, 0, n));
        if (option == NULL) {
            complain_unknown(argv[i]);
            return OPTIONS_USAGE;
        }
        const char *value = n < word.n ? argv[i] + n + 1 : NULL;
        if (option->value == NULL && value != NULL) {
            complain("%s takes no value", option->name);
            return OPTIONS_USAGE;
        }
        if (strcmp(option->name, "--ask") == 0) {
            o->asks = true;
            continue;
        }
        if (option->set == NULL) {
            if (strcmp(option->name, "--help") == 0)
                print_help();
            else
                puts("liaod " LIAO_VERSION);
            return OPTIONS_DONE;
        }
        if (value == NULL && i + 1 < argc)
            value = argv[++i];
        if (value == NULL) {
            complain("%s needs a value: %s %s", option->name, option->name,
                     option->value);
            return OPTIONS_USAGE;
        }
        if (!option->set(o, value))
            return OPTIONS_USAGE;
    }
    if (o->is_p2p && o->proxies_n > 0) {
        complain("--proxy-from is for --mode hub: p2p is not behind a proxy");
        return OPTIONS_USAGE;
    }
    return OPTIONS_GO;
}
