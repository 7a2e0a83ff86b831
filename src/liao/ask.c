#include "liao/ask.h"

#include "base/tr.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longer than any host name (RFC 1035: 255) with scheme and port. */
#define ANSWER_BYTES 300

static void
wait_and_read(struct liao_input *in)
{
    /* Whoever shares the descriptor may have made it non-blocking. */
    struct pollfd p = {.fd = in->fd, .events = POLLIN};
    (void)poll(&p, 1, -1);
    liao_input_read(in);
}

/* False: no answer came, or one that is no text; "" is then in `answer`. */
static bool
ask(const char *question, struct liao_input *in, char answer[ANSWER_BYTES])
{
    struct liao_piece line;
    bool is_there;
    answer[0] = '\0';
    fputs(question, stderr);
    while (!(is_there = liao_input_take(in, ANSWER_BYTES - 1, &line)) &&
           !in->is_ended)
        wait_and_read(in);
    /* A person's Enter ended the line of the question; a pipe's did not. */
    if (!is_there || !isatty(in->fd))
        fputc('\n', stderr);
    if (!is_there || !line.ends_line || span_find(line.text, 0) < line.text.n)
        return false;
    struct span text = span_trim(line.text);
    if (text.n > 0)
        memcpy(answer, text.at, text.n);
    answer[text.n] = '\0';
    return true;
}

static bool
complain(const char *what)
{
    fprintf(stderr, _("liao: %s; for example: liao 127.0.0.1\n"), what);
    return false;
}

bool
liao_ask_server(struct liao_options *o, struct liao_input *in)
{
    char answer[ANSWER_BYTES];
    if (!ask(_("Server's address: "), in, answer))
        return complain(_("no address was given"));
    if (answer[0] == '\0')
        return complain(_("the address is empty"));
    if (!liao_options_set_server(o, answer))
        return false;
    if (o->server.has_port)
        return true;
    if (!ask(_("Port (empty: 63434): "), in, answer) && !in->is_ended)
        return complain(_("that is no port"));
    return answer[0] == '\0' || liao_options_set_port(o, answer);
}
