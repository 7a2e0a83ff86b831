#include "liaod/ask.h"

#include "base/tr.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_BYTES 256

/* Ask until `take` is content; it answers NULL, or what is wrong. */
static bool
ask(const char *question, const char *(*take)(struct options *o, struct span s),
    struct options *o)
{
    char line[ANSWER_BYTES];
    for (;;) {
        fputs(question, stdout);
        fflush(stdout);
        if (fgets(line, sizeof(line), stdin) == NULL) {
            putchar('\n');
            return false;
        }
        struct span answer = span_of(line);
        answer = span_trim(span_sub(answer, 0, strcspn(line, "\r\n")));
        const char *wrong = take(o, answer);
        if (wrong == NULL)
            return true;
        puts(wrong);
    }
}

static const char *
take_port(struct options *o, struct span answer)
{
    uint64_t port = NET_DEFAULT_PORT;
    if (answer.n > 0 && !span_number(answer, UINT16_MAX, &port))
        return _("A port is a number from 0 to 65535.");
    if (o->listens_n == 0) {
        o->listens[o->listens_n++] = (struct net_url){
            .scheme = "lab", .host = "127.0.0.1", .has_scheme = true};
    }
    o->listens[0].port = (uint16_t)port;
    return NULL;
}

static const char *
take_mode(struct options *o, struct span answer)
{
    bool is_p2p = span_equal(answer, SPAN("p2p"));
    o->mode = is_p2p ? OPTIONS_P2P : OPTIONS_HUB;
    if (is_p2p || answer.n == 0 || span_equal(answer, SPAN("hub")))
        return NULL;
    return _("There are two modes: p2p and hub.");
}

static const char *
take_most_clients(struct options *o, struct span answer)
{
    if (answer.n == 0)
        return NULL;
    if (!span_number(answer, 1000000, &o->max_clients) || o->max_clients == 0)
        return _("A number from 1 to 1000000, please.");
    return NULL;
}

bool
ask_questions(struct options *o)
{
    /* What is typed ahead belongs to the chat: no more is read than the
     * answers. */
    setvbuf(stdin, NULL, _IONBF, 0);
    return ask(_("Port (empty: 63434): "), take_port, o) &&
           ask(_("Mode, p2p or hub (empty: hub): "), take_mode, o) &&
           ask(_("Most clients (empty: as many as fit): "), take_most_clients,
               o);
}
