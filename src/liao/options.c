#include "liao/options.h"

#include "base/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    enum liao_framing framing;
} schemes[] = {
    {"tcp", LIAO_FRAMING_LINES},
    {"plain", LIAO_FRAMING_LINES},
    {"lab", LIAO_FRAMING_LAB},
};

static void
print_help(void)
{
    puts("usage: liao [HOST [PORT] | tcp://HOST[:PORT] | lab://HOST[:PORT]] "
         "[OPTION]...\n"
         "Chat: at a terminal, or through a pipe, where each line of standard "
         "input is a\n"
         "message and what others say goes to standard output. Without HOST "
         "it asks.\n\n"
         "  HOST    a liaod, or a lab server; it finds out which\n"
         "  tcp://  a liaod: greeted at once (plain:// is the same)\n"
         "  lab://  a lab server\n"
         "  PORT    63434 if not given\n\n"
         "  --help         this text\n"
         "  --listen [ADDR:]PORT  be called: talk with one at a time\n"
         "  --log FILE     append what is shown, with the time, to FILE\n"
         "  --name NICK    take this name at the start\n"
         "  --plain        no colour, no cursor movement (screen readers)\n"
         "  --reconnect    connect again when the connection is lost\n"
         "  --times WHERE  the time beside each message: left, right, none\n"
         "  --version      the version\n\n"
         "q alone on a line leaves; so does the end of the input, after all "
         "was sent and\n"
         "answered.\n"
         "Exit status: 0 left as asked, 1 connection lost, 2 usage, 3 cannot "
         "connect,\n"
         "4 cannot write to standard output, 128 + N ended by signal N. "
         "Manual: man liao");
}

static void
print_version(void)
{
    puts("liao " LIAO_VERSION);
}

static bool complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Always false, so that it can be returned. */
static bool
complain(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("liao: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    return false;
}

/* -- options: what each does with its value ------------------------------------ */

static bool
set_log(struct liao_options *o, const char *value)
{
    o->log = value;
    return true;
}

static bool
set_name(struct liao_options *o, const char *value)
{
    /* The server judges it; here it must only not become a second line. */
    size_t n = strcspn(value, " \t\r\n");
    if (n == 0 || value[n] != '\0')
        return complain("--name: a name is one word");
    o->name = value;
    return true;
}

static bool
set_reconnect(struct liao_options *o, const char *value)
{
    (void)value;
    o->reconnects = true;
    return true;
}

static bool
set_plain(struct liao_options *o, const char *value)
{
    (void)value;
    o->is_plain = true;
    return true;
}

static bool
set_times(struct liao_options *o, const char *value)
{
    static const char *const places[] = {
        [TERM_TIMES_LEFT] = "left",
        [TERM_TIMES_RIGHT] = "right",
        [TERM_TIMES_NONE] = "none",
    };
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (strcmp(value, places[i]) == 0) {
            o->times = (enum term_times)i;
            o->has_times = true;
            return true;
        }
    }
    return complain("--times %s: it is one of left, right, none", value);
}

static bool complain_port(const char *text);
static bool complain_unknown_scheme(const char *text, const char *scheme);

/* "PORT", "ADDR:PORT", "*:PORT", or a URL. */
static bool
set_listen(struct liao_options *o, const char *value)
{
    struct net_url *url = &o->listen;
    uint64_t port;
    o->is_listening = true;
    if (span_number(span_of(value), UINT64_MAX, &port)) {
        *url = (struct net_url){.scheme = "tcp", .host = "127.0.0.1"};
        url->port = (uint16_t)port;
        return port <= UINT16_MAX || complain_port(value);
    }
    enum net_url_verdict verdict = net_url_parse(value, url);
    if (verdict != NET_URL_OK)
        return complain("--listen %s: %s", value, net_url_why(verdict));
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (strcmp(url->scheme, schemes[i].name) == 0)
            return true;
    }
    return complain_unknown_scheme(value, url->scheme);
}

static const struct {
    const char *name;
    const char *value;   /* what it is called; NULL: takes none */
    void (*print)(void); /* and nothing else is done; or: */
    bool (*set)(struct liao_options *o, const char *value);
} options[] = {
    {"--help", NULL, print_help, NULL},
    {"--version", NULL, print_version, NULL},
    {"--listen", "[ADDR:]PORT", NULL, set_listen},
    {"--log", "FILE", NULL, set_log},
    {"--name", "NICK", NULL, set_name},
    {"--plain", NULL, NULL, set_plain},
    {"--reconnect", NULL, NULL, set_reconnect},
    {"--times", "left|right|none", NULL, set_times},
};

static bool
complain_unknown_option(const char *word)
{
    const char *names[COUNT_OF(options)];
    for (size_t i = 0; i < COUNT_OF(options); i++)
        names[i] = options[i].name;
    const char *nearest = nearest_word(word, names, COUNT_OF(names));
    if (nearest != NULL)
        return complain("%s is no option; did you mean %s?", word, nearest);
    return complain("%s is no option; liao --help shows how to use it", word);
}

static bool
complain_unknown_scheme(const char *text, const char *scheme)
{
    const char *names[COUNT_OF(schemes)];
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        names[i] = schemes[i].name;
    const char *nearest = nearest_word(scheme, names, COUNT_OF(names));
    if (nearest != NULL)
        return complain("%s: liao does not speak %s://; did you mean %s://?",
                        text, scheme, nearest);
    return complain("%s: liao does not speak %s://, but tcp://, plain:// and "
                    "lab://",
                    text, scheme);
}

static bool
complain_port(const char *text)
{
    return complain("%s: a port is a number from 1 to 65535", text);
}

bool
liao_options_set_server(struct liao_options *o, const char *text)
{
    struct net_url *url = &o->server;
    enum net_url_verdict verdict = net_url_parse(text, url);
    if (verdict == NET_URL_PORT || (verdict == NET_URL_OK && url->port == 0))
        return complain_port(text);
    if (verdict != NET_URL_OK)
        return complain("%s: %s", text, net_url_why(verdict));
    if (url->host[0] == '\0')
        return complain("no host is given; for example: liao 127.0.0.1");
    o->has_server = true;
    o->framing = LIAO_FRAMING_ANY;
    if (!url->has_scheme)
        return true;
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (strcmp(url->scheme, schemes[i].name) == 0) {
            o->framing = schemes[i].framing;
            return true;
        }
    }
    return complain_unknown_scheme(text, url->scheme);
}

bool
liao_options_set_port(struct liao_options *o, const char *text)
{
    uint64_t port;
    if (o->server.has_port)
        return complain("the port is given twice: %u and %s", o->server.port,
                        text);
    if (!span_number(span_of(text), UINT16_MAX, &port) || port == 0)
        return complain_port(text);
    o->server.port = (uint16_t)port;
    o->server.has_port = true;
    return true;
}

static bool
take_operand(struct liao_options *o, int nth, const char *word)
{
    if (nth == 0)
        return liao_options_set_server(o, word);
    if (nth == 1)
        return liao_options_set_port(o, word);
    return complain("%s: only HOST and PORT are expected; liao --help", word);
}

/* "--name value" or "--name=value"; *i moves to what was used last. */
static enum liao_options_verdict
take_option(struct liao_options *o, char **argv, int *i)
{
    const char *word = argv[*i];
    size_t n = strcspn(word, "=");
    const char *value = word[n] == '=' ? word + n + 1 : NULL;
    for (size_t k = 0; k < COUNT_OF(options); k++) {
        const char *name = options[k].name;
        if (strlen(name) != n || strncmp(word, name, n) != 0)
            continue;
        if (options[k].value == NULL && value != NULL)
            break;
        if (options[k].print != NULL) {
            options[k].print();
            return LIAO_OPTIONS_DONE;
        }
        if (options[k].value != NULL && value == NULL)
            value = argv[++*i]; /* NULL at the end */
        if (options[k].value != NULL && value == NULL) {
            complain("%s needs a value: %s %s", name, name, options[k].value);
            return LIAO_OPTIONS_USAGE;
        }
        return options[k].set(o, value) ? LIAO_OPTIONS_GO : LIAO_OPTIONS_USAGE;
    }
    complain_unknown_option(word);
    return LIAO_OPTIONS_USAGE;
}

enum liao_options_verdict
liao_options_parse(struct liao_options *o, int argc, char **argv)
{
    *o = (struct liao_options){.framing = LIAO_FRAMING_ANY};
    enum liao_options_verdict verdict = LIAO_OPTIONS_GO;
    bool takes_options = true;
    int operands = 0;
    for (int i = 1; i < argc && verdict == LIAO_OPTIONS_GO; i++) {
        if (!takes_options || argv[i][0] != '-')
            verdict = take_operand(o, operands++, argv[i]) ? LIAO_OPTIONS_GO
                                                           : LIAO_OPTIONS_USAGE;
        else if (strcmp(argv[i], "--") == 0)
            takes_options = false;
        else
            verdict = take_option(o, argv, &i);
    }
    if (verdict == LIAO_OPTIONS_GO && o->is_listening && operands > 0) {
        complain("--listen waits for others, so no HOST goes with it");
        return LIAO_OPTIONS_USAGE;
    }
    return verdict;
}
