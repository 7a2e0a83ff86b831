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
    puts("usage: liao [HOST [PORT]]\n"
         "       liao tcp://HOST[:PORT]\n"
         "       liao lab://HOST[:PORT]\n"
         "Chat: each line of standard input is a message; what others say "
         "goes to\n"
         "standard output. Without HOST it asks for it.\n\n"
         "  HOST    a liaod, or a lab server; it finds out which\n"
         "  tcp://  a liaod: greeted at once (plain:// is the same)\n"
         "  lab://  a lab server\n"
         "  PORT    63434 if not given\n\n"
         "  --help\n"
         "        this text\n"
         "  --version\n"
         "        the version\n\n"
         "q alone on a line leaves; so does the end of the input, after all "
         "was sent and\n"
         "answered.\n\n"
         "Exit status: 0 left as asked, 1 connection lost, 2 usage, 3 cannot "
         "connect,\n"
         "4 cannot write to standard output, 128 + N ended by signal N.\n"
         "Manual: man liao");
}

static void
print_version(void)
{
    puts("liao " LIAO_VERSION);
}

static const struct {
    const char *name;
    void (*print)(void);
} options[] = {
    {"--help", print_help},
    {"--version", print_version},
};

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

/* True if `word` is an option that asks for a text, which is printed. */
static bool
print_for(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        if (strcmp(word, options[i].name) == 0) {
            options[i].print();
            return true;
        }
    }
    return false;
}

enum liao_options_verdict
liao_options_parse(struct liao_options *o, int argc, char **argv)
{
    *o = (struct liao_options){.framing = LIAO_FRAMING_ANY};
    bool takes_options = true;
    int operands = 0;
    for (int i = 1; i < argc; i++) {
        bool is_option = takes_options && argv[i][0] == '-';
        if (is_option && strcmp(argv[i], "--") == 0) {
            takes_options = false;
        } else if (is_option && print_for(argv[i])) {
            return LIAO_OPTIONS_DONE;
        } else if (is_option) {
            complain_unknown_option(argv[i]);
            return LIAO_OPTIONS_USAGE;
        } else if (!take_operand(o, operands++, argv[i])) {
            return LIAO_OPTIONS_USAGE;
        }
    }
    return LIAO_OPTIONS_GO;
}
