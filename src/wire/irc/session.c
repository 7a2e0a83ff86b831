#include "wire/irc/session.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/irc/before.h"
#include "wire/irc/cap.h"
#include "wire/irc/command.h"
#include "wire/irc/encode.h"
#include "wire/irc/incoming.h"
#include "wire/irc/label.h"
#include "wire/wire.h"

#include <inttypes.h>
#include <stdlib.h>

enum state { OPENING, ASKED, IN };

/* A line with a label that makes several requests: see irc/label.h. */
enum batch {
    NO_BATCH,
    BATCH_OPENS,
    BATCH_IS_OPEN,
    BATCH_CLOSES,
    BATCH_IS_OVER
};

struct wire_irc {
    struct span server;
    struct span password;
    struct irc_cutter cutter;
    struct irc_caps caps;
    struct irc_incoming *incoming; /* NULL: no batch is open */
    size_t step;       /* messages of the present line that were taken */
    struct span token; /* owned; empty: the present line has no label */
    uint32_t last_batch;
    enum batch batch; /* of the present line */
    enum state state;
    bool knows_password;
    struct span nick; /* owned, as the next two; freed once he is in */
    struct span user;
    struct span real;
    struct irc_before *before; /* NULL: nothing; likewise */
};

struct wire_irc *
wire_irc_create(struct span server, struct span password)
{
    struct wire_irc *s = ALLOC(struct wire_irc);
    s->server = server;
    s->password = password;
    s->knows_password = password.n == 0;
    return s;
}

static void
forget_person(struct wire_irc *s)
{
    span_free(&s->nick);
    span_free(&s->user);
    span_free(&s->real);
    if (s->before != NULL)
        wire_irc_before_finish(s->before);
    free(s->before);
    s->before = NULL;
}

void
wire_irc_destroy(struct wire_irc *s)
{
    if (s == NULL)
        return;
    forget_person(s);
    span_free(&s->token);
    wire_irc_incoming_destroy(s->incoming);
    free(s);
}

struct irc_cutter *
wire_irc_cutter(struct wire_irc *s)
{
    return &s->cutter;
}

struct wire_irc_person
wire_irc_person(const struct wire_irc *s)
{
    struct wire_irc_person person = {
        .nick = s->nick, .user = s->user, .real = s->real};
    if (s->before != NULL) {
        person.metadata = s->before->metadata;
        person.keys = s->before->keys;
    }
    return person;
}

/* Its batch is open: what follows is in it. */
static void
enter_batch(struct wire_irc *s)
{
    struct buf token = {0};
    s->batch = BATCH_IS_OPEN;
    buf_add_format(&token, "batch=%" PRIu32, ++s->last_batch);
    span_free(&s->token);
    s->token = span_copy(buf_span(&token));
    buf_finish(&token);
}

void
wire_irc_taken(struct wire_irc *s)
{
    if (s->batch == BATCH_OPENS)
        enter_batch(s);
    else if (s->batch == BATCH_CLOSES)
        s->batch = BATCH_IS_OVER;
    else
        s->step++;
    wire_irc_incoming_taken(&s->incoming);
    s->caps.on = s->caps.on_next;
}

uint32_t
wire_irc_key(const struct wire_irc *s)
{
    uint32_t on = s->caps.on;
    if (!(on & IRC_CAP_BATCH)) /* which these are made of */
        on &= ~(IRC_CAP_MULTILINE | IRC_CAPS_OF_METADATA);
    return wire_key(WIRE_IRC, on);
}

void
wire_irc_attached(struct wire_irc *s)
{
    forget_person(s);
}

void
wire_irc_welcome(struct wire_irc *s)
{
    s->state = IN;
}

bool
wire_irc_is_in(const struct wire_irc *s)
{
    return s->state == IN;
}

/* -- answers ---------------------------------------------------------------- */

static void
add_reply(const struct wire_irc *s, struct reply r, struct span nick,
          struct buf *answer)
{
    r.from = s->server;
    r.to = nick;
    wire_irc_encode_reply(wire_irc_key(s), &r, answer);
}

void
wire_irc_too_long(struct wire_irc *s, struct span nick, struct buf *answer)
{
    add_reply(s, (struct reply){.kind = REPLY_COMMAND_TOO_LONG}, nick, answer);
}

static enum wire_irc_step
say(const struct wire_irc *s, enum reply_kind kind, struct span text,
    struct span nick, struct buf *answer)
{
    add_reply(s, (struct reply){.kind = kind, .text = text}, nick, answer);
    return WIRE_IRC_ANSWER;
}

/* -- CAP ----------------------------------------------------------------------- */

static enum wire_irc_step
on_cap(struct wire_irc *s, const struct irc_line *line, struct span nick,
       struct buf *answer)
{
    struct span verb = line->n > 0 ? line->parameters[0] : SPAN_NONE;
    switch (wire_irc_cap(&s->caps, line, s->state == OPENING, s->server, nick,
                         answer)) {
    case IRC_CAP_NOTHING:
        break;
    case IRC_CAP_ANSWERED:
        return WIRE_IRC_ANSWER;
    case IRC_CAP_UNKNOWN:
        return say(s, REPLY_CAPABILITY_COMMAND,
                   wire_irc_is_middle(verb) ? verb : SPAN("*"), nick, answer);
    }
    return WIRE_IRC_DONE;
}

/* -- before he is in -------------------------------------------------------------- */

static void
keep(struct span *where, struct span text, size_t most)
{
    span_free(where);
    *where = span_copy(span_sub(text, 0, utf8_cut(text, most)));
}

/* A user name has no '@', '!', blanks or controls, nor a comma, which stands
 * between the names of a list; '~' says that nobody has checked it. */
static bool
put_user(struct wire_irc *s, struct span user)
{
    struct buf made = {0};
    buf_add_byte(&made, '~');
    for (size_t i = 0; i < user.n; i++) {
        uint8_t byte = span_get(user, i);
        if (byte <= ' ' || byte == '@' || byte == '!' || byte == ',' ||
            byte == 0x7f)
            break;
        buf_add_byte(&made, byte);
    }
    bool is_good = made.n > 1;
    keep(&s->user, buf_span(&made), LIMIT_USER_BYTES);
    buf_finish(&made);
    return is_good;
}

static enum wire_irc_step
on_user(struct wire_irc *s, const struct irc_line *line, struct span nick,
        struct buf *answer)
{
    if (line->n < 4 || line->parameters[3].n == 0 ||
        !put_user(s, line->parameters[0]))
        return say(s, REPLY_COMMAND_USAGE, SPAN("USER"), nick, answer);
    keep(&s->real, line->parameters[3], LIMIT_REAL_BYTES);
    return WIRE_IRC_DONE;
}

static enum wire_irc_step
on_pass(struct wire_irc *s, const struct irc_line *line, struct span nick,
        struct buf *answer)
{
    if (line->n == 0 || line->parameters[0].n == 0)
        return say(s, REPLY_COMMAND_USAGE, SPAN("PASS"), nick, answer);
    if (s->password.n > 0)
        s->knows_password = span_equal(line->parameters[0], s->password);
    return WIRE_IRC_DONE;
}

static enum wire_irc_step
on_nick(struct wire_irc *s, const struct irc_line *line, struct span nick,
        struct buf *answer)
{
    if (line->n == 0 || line->parameters[0].n == 0)
        return say(s, REPLY_NICK_EMPTY, SPAN_NONE, nick, answer);
    keep(&s->nick, line->parameters[0], (size_t)4 * LIMIT_NICK_BYTES);
    return WIRE_IRC_DONE;
}

/* Where an answer to one who has no name yet goes. */
struct nameless {
    const struct wire_irc *session;
    struct buf *answer;
};

static void
tell_nameless(void *ctx, const struct reply *r)
{
    const struct nameless *n = ctx;
    add_reply(n->session, *r, SPAN_NONE, n->answer);
}

static enum wire_irc_step
on_metadata(struct wire_irc *s, const struct irc_line *line, struct buf *answer)
{
    struct nameless nameless = {s, answer};
    if (s->before == NULL)
        s->before = ALLOC(struct irc_before);
    wire_irc_before(s->before, line, tell_nameless, &nameless);
    return WIRE_IRC_ANSWER;
}

static enum wire_irc_step
say_goodbye(const struct wire_irc *s, enum reply_kind kind, struct span why,
            struct buf *answer)
{
    if (kind != REPLY_KIND_COUNT)
        add_reply(s, (struct reply){.kind = kind}, SPAN_NONE, answer);
    buf_add_format(answer, "ERROR :Closing link: %.*s\r\n", SPAN_ARG(why));
    return WIRE_IRC_CLOSE;
}

/* All that it takes is there: in with him. */
static enum wire_irc_step
try_register(struct wire_irc *s, struct buf *answer)
{
    if (s->nick.n == 0 || s->user.n == 0 || s->real.n == 0 ||
        s->caps.is_negotiating)
        return WIRE_IRC_DONE;
    if (!s->knows_password)
        return say_goodbye(s, REPLY_PASSWORD_WRONG, SPAN("bad password"),
                           answer);
    s->state = ASKED;
    return WIRE_IRC_REGISTER;
}

static enum wire_irc_step
while_opening(struct wire_irc *s, const struct irc_line *line,
              struct buf *answer)
{
    enum wire_irc_step step = WIRE_IRC_DONE;
    struct span nick = s->nick;
    if (s->step > 0)
        return WIRE_IRC_DONE;
    if (wire_irc_is_word(line->command, "CAP"))
        step = on_cap(s, line, SPAN_NONE, answer);
    else if (wire_irc_is_word(line->command, "NICK"))
        step = on_nick(s, line, SPAN_NONE, answer);
    else if (wire_irc_is_word(line->command, "USER"))
        step = on_user(s, line, SPAN_NONE, answer);
    else if (wire_irc_is_word(line->command, "PASS"))
        step = on_pass(s, line, SPAN_NONE, answer);
    else if (wire_irc_is_word(line->command, "METADATA") &&
             (wire_irc_key(s) & IRC_CAPS_OF_METADATA))
        step = on_metadata(s, line, answer);
    else if (wire_irc_is_word(line->command, "QUIT"))
        step = say_goodbye(s, REPLY_KIND_COUNT,
                           line->n > 0 ? line->parameters[0] : SPAN("Quit"),
                           answer);
    else if (wire_irc_is_word(line->command, "PING") && line->n > 0)
        step = say(s, REPLY_PONG, line->parameters[0], nick, answer);
    else if (!wire_irc_is_word(line->command, "PONG"))
        step = say(s, REPLY_NOT_REGISTERED, SPAN_NONE, SPAN_NONE, answer);
    return step == WIRE_IRC_DONE ? try_register(s, answer) : step;
}

/* -- all lines ------------------------------------------------------------------------ */

/* NUL and CR stand in no message (RFC 2812, 2.3.1); they would come back in
 * what we answer. */
static bool
is_legal(struct span text)
{
    return utf8_find_wrong(text) == text.n && span_find(text, 0) == text.n &&
           span_find(text, '\r') == text.n;
}

bool
wire_irc_has_batch(const struct wire_irc *s)
{
    return wire_irc_incoming_is_open(s->incoming);
}

void
wire_irc_batch_is_late(struct wire_irc *s, struct span nick, struct buf *answer)
{
    struct reply r;
    if (wire_irc_incoming_give_up(s->incoming, &r))
        add_reply(s, r, nick, answer);
}

void
wire_irc_batch_was_told(struct wire_irc *s)
{
    wire_irc_incoming_taken(&s->incoming);
}

/* While he is asked for another nick he may not do anything else; the hub
 * says so. */
static enum wire_irc_step
once_asked(struct wire_irc *s, const struct irc_line *line, struct span nick,
           struct buf *scratch, struct msg *msg, struct buf *answer)
{
    struct reply r = {0};
    if (wire_irc_is_word(line->command, "CAP"))
        return s->step > 0 ? WIRE_IRC_DONE : on_cap(s, line, nick, answer);
    switch (wire_irc_make(line, s->step, scratch, msg, &r)) {
    case IRC_MADE_MSG:
        return WIRE_IRC_MSG;
    case IRC_MADE_REPLY:
        add_reply(s, r, nick, answer);
        return WIRE_IRC_ANSWER;
    case IRC_MADE_LAST:
        break;
    }
    return WIRE_IRC_DONE;
}

/* -- with a label ----------------------------------------------------------------- */

static bool
knows_labels(const struct wire_irc *s)
{
    const uint32_t needed = IRC_CAP_LABELED_RESPONSE | IRC_CAP_BATCH;
    return (s->caps.on & needed) == needed;
}

/* Looked for once a line: what it asks for may be the end of labels. */
static bool
has_label(struct wire_irc *s, const struct irc_line *line)
{
    struct buf token = {0};
    bool is_first = s->step == 0 && s->batch == NO_BATCH;
    if (is_first && s->token.n == 0 && knows_labels(s) &&
        wire_irc_find_label(line->tags, &token))
        s->token = span_copy(buf_span(&token));
    buf_finish(&token);
    return s->token.n > 0;
}

/* Does the line make more than one request? */
static bool
has_several(const struct irc_line *line)
{
    struct buf scratch = {0};
    struct msg msg = {0};
    struct reply reply = {0};
    bool is_one =
        wire_irc_is_word(line->command, "CAP") ||
        wire_irc_make(line, 1, &scratch, &msg, &reply) == IRC_MADE_LAST;
    buf_finish(&scratch);
    return !is_one;
}

void
wire_irc_mark(struct wire_irc *s, struct span token, struct span lines,
              struct buf *out)
{
    wire_irc_label(s->server, token, &s->last_batch, lines, out);
}

static void
mark_answer(struct wire_irc *s, struct span token, struct buf *answer)
{
    struct buf marked = {0};
    wire_irc_mark(s, token, buf_span(answer), &marked);
    buf_truncate(answer, 0);
    buf_add(answer, buf_span(&marked));
    buf_finish(&marked);
}

/* One request, or one answer of ours. */
static enum wire_irc_step
once_labeled(struct wire_irc *s, const struct irc_line *line, struct span nick,
             struct buf *scratch, struct msg *msg, struct buf *answer)
{
    enum wire_irc_step step = once_asked(s, line, nick, scratch, msg, answer);
    if (step == WIRE_IRC_MSG)
        msg->token = s->token;
    if (step == WIRE_IRC_DONE && s->step == 0)
        step = WIRE_IRC_ANSWER; /* nothing: ACK */
    if (step == WIRE_IRC_ANSWER)
        mark_answer(s, s->token, answer);
    return step;
}

/* A line with a label: whole, or in a batch of its own. */
static enum wire_irc_step
while_labeled(struct wire_irc *s, const struct irc_line *line, struct span nick,
              struct buf *scratch, struct msg *msg, struct buf *answer)
{
    enum wire_irc_step step = WIRE_IRC_DONE;
    if (s->batch == NO_BATCH && s->step == 0 && has_several(line))
        s->batch = BATCH_OPENS;
    if (s->batch == BATCH_OPENS) {
        wire_irc_open_batch(s->server, s->token, s->last_batch + 1, answer);
        return WIRE_IRC_ANSWER;
    }
    if (s->batch == NO_BATCH || s->batch == BATCH_IS_OPEN)
        step = once_labeled(s, line, nick, scratch, msg, answer);
    if (s->batch == BATCH_IS_OPEN && step == WIRE_IRC_DONE)
        s->batch = BATCH_CLOSES;
    if (s->batch == BATCH_CLOSES) {
        wire_irc_close_batch(s->server, s->last_batch, answer);
        return WIRE_IRC_ANSWER;
    }
    return step;
}

/* -- lines that are one message ------------------------------------------------------ */

static bool
is_batched(const struct wire_irc *s, const struct irc_line *line)
{
    return (wire_irc_key(s) & IRC_CAP_MULTILINE) && wire_irc_is_batched(line);
}

/* A line of a batch, of which only the end asks for something. Its label was at
 * the beginning. */
static enum wire_irc_step
while_batched(struct wire_irc *s, const struct irc_line *line, struct span nick,
              struct msg *msg, struct buf *answer)
{
    struct reply r;
    enum irc_incoming_said said =
        s->step > 0 ? IRC_INCOMING_NOTHING
                    : wire_irc_incoming(&s->incoming, line, msg, &r);
    struct span token = wire_irc_incoming_token(s->incoming);
    bool is_labeled = token.n > 0 && knows_labels(s);
    switch (said) {
    case IRC_INCOMING_REPLY:
        add_reply(s, r, nick, answer);
        if (is_labeled)
            mark_answer(s, token, answer);
        return WIRE_IRC_ANSWER;
    case IRC_INCOMING_MSG:
        if (is_labeled)
            msg->token = token;
        return WIRE_IRC_MSG;
    case IRC_INCOMING_NOTHING:
        break;
    }
    return WIRE_IRC_DONE;
}

enum wire_irc_step
wire_irc_next(struct wire_irc *s, struct span text, struct span nick,
              struct buf *scratch, struct msg *msg, struct buf *answer)
{
    struct irc_line line;
    enum wire_irc_step step = WIRE_IRC_DONE;
    if (!wire_irc_parse(text, &line))
        step = WIRE_IRC_DONE;
    else if (!is_legal(text)) /* UTF8ONLY: nothing is guessed */
        step = s->step > 0
                   ? WIRE_IRC_DONE
                   : say(s, REPLY_NOT_UTF_8,
                         is_legal(line.command) ? line.command : SPAN("*"),
                         nick, answer);
    else if (s->state == OPENING)
        step = while_opening(s, &line, answer);
    else if (is_batched(s, &line))
        step = while_batched(s, &line, nick, msg, answer);
    else if (has_label(s, &line))
        step = while_labeled(s, &line, nick, scratch, msg, answer);
    else
        step = once_asked(s, &line, nick, scratch, msg, answer);
    if (step == WIRE_IRC_DONE) {
        s->step = 0;
        s->batch = NO_BATCH;
        span_free(&s->token);
    }
    return step;
}
