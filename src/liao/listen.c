#include "liao/listen.h"

#include "base/tr.h"
#include "liao/exits.h"
#include "liao/output.h"
#include "msg/limits.h"
#include "talk/program.h"

#include <signal.h>
#include <unistd.h>

/*
 * The user's view of a talk: liao's own input and output, which are a screen
 * at a terminal. What liaod --mode p2p has instead is talk/operator.c.
 */
struct listener {
    struct talk_view view;
    const struct liao_options *options;
    struct liao_voice *voice;
    struct liao_input *input;
    struct liao_log *log;
    struct loop *loop;
    struct liao_output output;
    struct loop_watch typing; /* of the input's descriptor, in a pipe */
    bool is_person;
};

static struct listener *
listener_of(struct talk_view *v)
{
    return CONTAINER_OF(v, struct listener, view);
}

/* -- what is shown ------------------------------------------------------------ */

static void
on_line(struct talk_view *v, const struct talk_line *line)
{
    struct listener *l = listener_of(v);
    struct buf shown = {0};
    buf_add(&shown, line->who);
    buf_add(&shown, line->text);
    buf_add_byte(&shown, '\n');
    liao_output_add(&l->output, buf_span(&shown));
    /* Somebody calls: a telephone rings. */
    if (line->kind == TALK_LINE_CAME && l->voice->screen != NULL)
        liao_screen_ring(l->voice->screen,
                         span_sub(buf_span(&shown), 0, shown.n - 1));
    buf_finish(&shown);
}

static bool
is_written(struct talk_view *v)
{
    return liao_output_is_written(&listener_of(v)->output);
}

static int
error_of(struct talk_view *v)
{
    return liao_output_error(&listener_of(v)->output);
}

/* -- what is typed ------------------------------------------------------------ */

static void
on_typed(struct loop_watch *w, unsigned events)
{
    struct listener *l = CONTAINER_OF(w, struct listener, typing);
    (void)events;
    liao_input_read(l->input);
    if (l->input->error != 0)
        diag_say(&l->voice->diag, DIAG_ERROR,
                 N_("cannot read standard input: %s"),
                 diag_errno(&l->voice->diag, l->input->error));
}

static const struct loop_watcher typed_watcher = {on_typed};

/* False: there is nothing, or it has to be tried again. */
static bool
take_next(struct listener *l, struct talk *t)
{
    struct liao_piece line;
    struct liao_input before = *l->input;
    if (!liao_input_take(l->input, LIMIT_TEXT_BYTES, &line))
        return false;
    if (talk_take(t, line.text, line.is_rest, l->is_person))
        return true;
    *l->input = before; /* its bytes are the same */
    return false;
}

static void
on_turn(struct talk_view *v, struct talk *t)
{
    struct listener *l = listener_of(v);
    while (!talk_is_stopping(t) && take_next(l, t))
        continue;
    if (liao_input_is_over(l->input) || error_of(v) != 0)
        talk_stop(t);
    talk_pause(t, liao_output_is_full(&l->output));
    bool reads = liao_input_has_room(l->input) && !talk_is_stopping(t);
    if (l->voice->screen == NULL) {
        loop_watch(l->loop, &l->typing, reads ? LOOP_READ : 0);
        return;
    }
    liao_screen_want_keys(l->voice->screen, reads);
    if (talk_is_stopping(t))
        liao_screen_leave(l->voice->screen);
}

/* -- life ----------------------------------------------------------------------- */

static void
on_signal(struct talk_view *v, int number)
{
    liao_screen_on_signal(listener_of(v)->voice->screen, number);
}

static struct talk_view *
open_view(struct loop *loop, void *owner)
{
    struct listener *l = owner;
    l->loop = loop;
    liao_output_init(&l->output, loop, STDOUT_FILENO, l->log);
    if (!liao_screen_is_possible())
        return &l->view;
    l->voice->screen = liao_screen_create(loop, l->options, l->input, l->log);
    liao_screen_begin(l->voice->screen, LIAO_FRAMING_LAB);
    l->output.screen = l->voice->screen;
    return &l->view;
}

static void
close_view(struct talk_view *v)
{
    struct listener *l = listener_of(v);
    loop_watch(l->loop, &l->typing, 0);
    liao_output_finish(&l->output);
    liao_screen_destroy(l->voice->screen);
    l->voice->screen = NULL;
}

static bool
open_doors(struct net_doors *doors, void *owner)
{
    struct listener *l = owner;
    return net_doors_open(doors, &l->options->listen, 1);
}

static void
on_listening(const struct net_doors *doors, void *owner)
{
    const struct net_door *door =
        CONTAINER_OF(doors->all.next, struct net_door, link);
    char ip[INET6_ADDRSTRLEN];
    (void)owner;
    net_address_ip(&door->listener.address, ip);
    unsigned port = net_address_port(&door->listener.address);
    char where[NET_ADDRESS_TEXT];
    net_address_text(&door->listener.address, where);
    if (door->datagrams != NULL) {
        diag_say(doors->diag, DIAG_INFO,
                 N_("join with  nc -u %s %u  or  liao udp://%s; q hangs up, "
                    "Ctrl-D ends"),
                 ip, port, where);
        return;
    }
    diag_say(doors->diag, DIAG_INFO,
             N_("join with  nc %s %u  or  liao %s %u; q hangs up, Ctrl-D ends"),
             ip, port, ip, port);
}

int
liao_listen(const struct liao_options *o, struct liao_voice *voice,
            struct liao_input *in, struct liao_log *log)
{
    struct listener l = {
        .view = {.on_line = on_line,
                 .on_turn = on_turn,
                 .is_written = is_written,
                 .error = error_of,
                 .on_signal = on_signal,
                 .close = close_view},
        .options = o,
        .voice = voice,
        .input = in,
        .log = log,
        .typing = {.fd = in->fd, .watcher = &typed_watcher},
        .is_person = isatty(in->fd) == 1,
    };
    struct talk_program program = {
        .name = "liao",
        .diag = &voice->diag,
        .trace = o->traces ? &voice->trace : NULL,
        .limits =
            {
                .most_callers = LIMIT_TALK_CALLERS,
                .most_per_source = LIMIT_PER_SOURCE,
                .most_per_source_unknown = LIMIT_PER_SOURCE_UNKNOWN,
            },
        .udp_idle_ms = (uint64_t)LIMIT_UDP_IDLE_S * 1000,
        .is_screen = liao_screen_is_possible(),
        .open_doors = open_doors,
        .open_view = open_view,
        .on_listening = on_listening,
        .owner = &l,
    };
    int signal;
    switch (talk_program_run(&program, &signal)) {
    case TALK_END_ASKED:
        return LIAO_EXIT_LEFT;
    case TALK_END_SIGNAL:
        return LIAO_EXIT_SIGNALLED + signal;
    case TALK_END_NO_START:
        return LIAO_EXIT_NO_SERVER;
    case TALK_END_NO_OUTPUT:
        break;
    }
    return LIAO_EXIT_NO_OUTPUT;
}
