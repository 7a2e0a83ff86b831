#include "liao/options.h"

#include "base/nearest.h"
#include "term/language.h"

#include <string.h>

/* -- where to ------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum liao_framing framing;
} schemes[] = {
    {"tcp", LIAO_FRAMING_LINES},
    {"plain", LIAO_FRAMING_LINES},
    {"lab", LIAO_FRAMING_LAB},
    {"udp", LIAO_FRAMING_LINES},
};

static bool
complain_scheme(struct opt_source *s, const char *text, const char *scheme)
{
    const char *names[COUNT_OF(schemes)];
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        names[i] = schemes[i].name;
    const char *nearest = nearest_word(scheme, names, COUNT_OF(names));
    if (nearest != NULL)
        return opt_complain(
            s, _("%s: liao does not speak %s://; did you mean %s://?"), text,
            scheme, nearest);
    return opt_complain(s,
                        _("%s: liao does not speak %s://, but tcp://, "
                          "plain://, lab:// and udp://"),
                        text, scheme);
}

/* True when the scheme is one that we speak; its framing into *out. */
static bool
find_framing(const struct net_url *url, enum liao_framing *out)
{
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (strcmp(url->scheme, schemes[i].name) == 0) {
            *out = schemes[i].framing;
            return true;
        }
    }
    return false;
}

static bool
complain_port(struct opt_source *s, const char *text)
{
    return opt_complain(s, _("%s: a port is a number from 1 to 65535"), text);
}

static bool
set_server(struct liao_options *o, struct opt_source *s, const char *text)
{
    struct net_url *url = &o->server;
    enum net_url_verdict verdict = net_url_parse(text, url);
    if (verdict == NET_URL_PORT || (verdict == NET_URL_OK && url->port == 0))
        return complain_port(s, text);
    if (verdict != NET_URL_OK)
        return opt_complain(s, "%s: %s", text, net_url_why(verdict));
    if (url->host[0] == '\0')
        return opt_complain(s,
                            _("no host is given; for example: liao 127.0.0.1"));
    o->has_server = true;
    o->framing = LIAO_FRAMING_ANY;
    return !url->has_scheme || find_framing(url, &o->framing) ||
           complain_scheme(s, text, url->scheme);
}

static bool
set_port(struct liao_options *o, struct opt_source *s, const char *text)
{
    uint64_t port;
    if (o->server.has_port)
        return opt_complain(s, _("the port is given twice: %u and %s"),
                            o->server.port, text);
    if (!span_number(span_of(text), UINT16_MAX, &port) || port == 0)
        return complain_port(s, text);
    o->server.port = (uint16_t)port;
    o->server.has_port = true;
    return true;
}

static bool
take_operand(void *settings, struct opt_source *s, int nth, const char *word)
{
    if (nth == 0)
        return set_server(settings, s, word);
    if (nth == 1)
        return set_port(settings, s, word);
    return opt_complain(
        s, _("%s: only HOST and PORT are expected; liao --help"), word);
}

/* -- values of their own kind ----------------------------------------------------- */

/* "PORT", "ADDR:PORT", "*:PORT", or a URL. */
static bool
set_listen(void *settings, struct opt_source *s, const char *value)
{
    struct liao_options *o = settings;
    struct net_url *url = &o->listen;
    enum liao_framing framing;
    o->is_listening = true;
    enum net_url_verdict verdict = net_url_parse(value, url);
    if (verdict != NET_URL_OK)
        return opt_wrong(s, "%s", net_url_why(verdict));
    /* A slip must not open this machine to everybody. */
    if (url->host[0] == '\0' && !url->is_any)
        return opt_wrong(s, _("on which address? * means all"));
    return find_framing(url, &framing) ||
           complain_scheme(s, value, url->scheme);
}

static bool
judge_name(void *settings, struct opt_source *s, const char *value)
{
    (void)settings;
    /* The server judges it; here it must only not become a second line. */
    return value[strcspn(value, " \t\r\n")] == '\0' ||
           opt_wrong(s, _("a name is one word"));
}

static bool
judge_lang(void *settings, struct opt_source *s, const char *value)
{
    (void)settings;
    return term_language_is_known(value) ||
           opt_wrong(s, _("there are en and zh"));
}

/* The small clients have no frills; nothing is ignored in silence. */
static bool
has_frills(const struct liao_options *o)
{
    return o->log[0] != '\0' || o->name[0] != '\0' || o->reconnects;
}

static const char *
judge(const void *settings)
{
    const struct liao_options *o = settings;
    if (o->duplex != OPT_UNSAID && o->is_listening)
        return _("--duplex is for a server's clients, not for --listen");
    if (liao_options_is_small(o) && has_frills(o))
        return _("--duplex threads, none and turns take no --log, --name or "
                 "--reconnect");
    if (liao_options_is_small(o) && strcmp(o->server.scheme, "udp") == 0)
        return _("--duplex threads, none and turns have no udp://, where what "
                 "is lost must be sent again while they wait");
    if (o->is_listening && o->has_server)
        return _("--listen waits for others, so no HOST goes with it");
    return NULL;
}

/* -- the table -------------------------------------------------------------------- */

static const char *const places[] = {
    [TERM_TIMES_LEFT] = "left",
    [TERM_TIMES_RIGHT] = "right",
    [TERM_TIMES_NONE] = "none",
    NULL,
};
static const char *const duplexes[] = {
    [LIAO_DUPLEX_POLL] = "poll",       [LIAO_DUPLEX_SELECT] = "select",
    [LIAO_DUPLEX_THREADS] = "threads", [LIAO_DUPLEX_NONE] = "none",
    [LIAO_DUPLEX_TURNS] = "turns",     NULL,
};
static const char *const languages[] = {"en", "zh", NULL};
static const char *const urls[] = {"tcp://", "plain://", "lab://", "udp://",
                                   NULL};

static const struct opt rows[] = {
    {.heading = "",
     .name = "duplex",
     .value = "HOW",
     .is_once = true,
     OPT_WORD(struct liao_options, duplex, duplexes),
     .help = N_("both ways at once: poll, select, threads; without: none, "
                "turns")},
    {.name = "listen",
     .value = "[ADDR:]PORT",
     .is_once = true,
     OPT_SET(set_listen),
     .help = N_("be called: talk with one at a time")},
    {.name = "name",
     .value = "NICK",
     OPT_TEXT(struct liao_options, name),
     .set = judge_name,
     .example = "alice",
     .help = N_("take this name at the start")},
    {.name = "reconnect",
     OPT_SWITCH(struct liao_options, reconnects),
     .help = N_("connect again when the connection is lost")},
    {.name = "log",
     .value = "FILE",
     OPT_TEXT(struct liao_options, log),
     .example = "~/chat.log",
     .help = N_("append what is shown, with the time, to FILE")},
    {.name = "plain",
     OPT_SWITCH(struct liao_options, is_plain),
     .help = N_("no colour, no cursor movement (screen readers)")},
    {.name = "times",
     .value = "WHERE",
     OPT_WORD(struct liao_options, times, places),
     .help = N_("the time beside each message: left (default), right or "
                "none")},
    {.name = "trace",
     .is_once = true,
     OPT_SWITCH(struct liao_options, traces),
     .help = N_("show each socket call")},
    {.name = "lang",
     .value = "LANG",
     OPT_TEXT(struct liao_options, lang),
     .set = judge_lang,
     .example = "en",
     .words = languages,
     .help = N_("the language of liao's own words: en or zh (default: the "
                "locale's)")},
    {OPT_ROW_CONFIG(struct liao_options, config)},
    {OPT_ROW_CHECK(struct liao_options, config)},
    {OPT_ROW_EXAMPLE},
    {OPT_ROW_COMPLETION},
    {OPT_ROW_HELP},
    {OPT_ROW_VERSION},
};

static const struct opt_operand operands[] = {
    {"HOST", N_("a liaod, or a lab server; it finds out which"), NULL},
    {"tcp://", N_("a liaod: greeted at once (plain:// is the same)"), urls},
    {"lab://", N_("a lab server"), NULL},
    {"udp://", N_("a liaod that listens for datagrams"), NULL},
    {"PORT", N_("63434 if not given; alone: a port of this machine"), NULL},
    {NULL, NULL, NULL},
};

static const struct liao_options defaults = {
    .framing = LIAO_FRAMING_ANY,
    .times = OPT_UNSAID,
    .duplex = OPT_UNSAID,
};

static const struct opt_table table = {
    .program = "liao",
    .file = "liao.conf",
    .page = "liao",
    .usage = N_("usage: liao [HOST [PORT] | SCHEME://HOST[:PORT]] "
                "[OPTION]..."),
    .about = N_("Chat: at a terminal, or through a pipe, where each line of "
                "standard input is a message and what others say goes to "
                "standard output. Without HOST it asks."),
    .more = N_(
        "q alone on a line leaves; so does the end of the input, after all "
        "was sent and answered.\nExit status: 0 left as asked, 1 connection "
        "lost, 2 usage, 3 cannot connect, 4 cannot write, 5 the server ended "
        "it, 78 configuration, 128 + N signal N.\nManual: man liao"),
    .operands = operands,
    .take_operand = take_operand,
    .rows = rows,
    .rows_n = COUNT_OF(rows),
    .defaults = &defaults,
    .bytes = sizeof(defaults),
    .config_at = offsetof(struct liao_options, config),
    .judge = judge,
};

bool
liao_options_is_small(const struct liao_options *o)
{
    return o->duplex != OPT_UNSAID && o->duplex >= LIAO_DUPLEX_THREADS;
}

/* -- reading it ------------------------------------------------------------------- */

static const struct opt_ear to_user = {opt_ear_stderr, "liao"};

bool
liao_options_set_server(struct liao_options *o, const char *text)
{
    struct opt_source s = {.table = &table, .settings = o, .ear = &to_user};
    return set_server(o, &s, text);
}

bool
liao_options_set_port(struct liao_options *o, const char *text)
{
    struct opt_source s = {.table = &table, .settings = o, .ear = &to_user};
    return set_port(o, &s, text);
}

enum opt_verdict
liao_options_parse(struct liao_options *o, int argc, char **argv)
{
    return opt_load(&table, o, &to_user, argc, argv);
}
