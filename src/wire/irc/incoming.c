#include "wire/irc/incoming.h"

#include "base/alloc.h"
#include "msg/limits.h"
#include "msg/lines.h"
#include "wire/irc/command_priv.h"
#include "wire/irc/label.h"
#include "wire/irc/tags.h"

#include <stdlib.h>

#define TYPE "draft/multiline"
#define CONCAT "draft/multiline-concat"

enum fate { STAYS, IS_REFUSED, ENDS };

struct irc_incoming {
    struct span reference; /* owned, as the next */
    struct span target;
    struct buf text; /* with breaks: msg/lines.h */
    struct buf tags; /* of its client, for others */
    struct buf token;
    size_t lines;
    size_t bytes; /* of what it says, as the client counts them */
    bool is_notice;
    bool has_words;    /* a line that is not blank */
    bool is_refused;   /* the rest of it is ignored */
    enum fate on_take; /* when what was said of its last line is taken */
};

static void
forget_texts(struct irc_incoming *b)
{
    span_free(&b->target);
    buf_finish(&b->text);
    buf_finish(&b->tags);
    buf_finish(&b->token);
}

void
wire_irc_incoming_destroy(struct irc_incoming *b)
{
    if (b == NULL)
        return;
    forget_texts(b);
    span_free(&b->reference);
    free(b);
}

struct span
wire_irc_incoming_token(const struct irc_incoming *b)
{
    return b == NULL ? SPAN_NONE : buf_span(&b->token);
}

bool
wire_irc_incoming_is_open(const struct irc_incoming *b)
{
    return b != NULL && !b->is_refused;
}

void
wire_irc_incoming_taken(struct irc_incoming **b)
{
    if (*b == NULL || (*b)->on_take == STAYS)
        return;
    if ((*b)->on_take == ENDS) {
        wire_irc_incoming_destroy(*b);
        *b = NULL;
        return;
    }
    forget_texts(*b);
    (*b)->is_refused = true;
    (*b)->on_take = STAYS;
}

bool
wire_irc_incoming_give_up(struct irc_incoming *b, struct reply *reply)
{
    if (!wire_irc_incoming_is_open(b))
        return false;
    b->on_take = IS_REFUSED;
    *reply = (struct reply){.kind = REPLY_BATCH_TIMEOUT, .text = b->reference};
    return true;
}

/* -- what is wrong with it ---------------------------------------------------- */

static enum irc_incoming_said
refuse(struct irc_incoming *b, struct reply *reply, struct reply r)
{
    if (wire_irc_incoming_is_open(b))
        b->on_take = IS_REFUSED;
    *reply = r;
    return IRC_INCOMING_REPLY;
}

static enum irc_incoming_said
refuse_kind(struct irc_incoming *b, struct reply *reply, enum reply_kind kind,
            uint64_t count)
{
    return refuse(b, reply, (struct reply){.kind = kind, .count = count});
}

/* -- it begins and ends --------------------------------------------------------- */

/* Letters, digits and hyphens (IRCv3, batch). */
static bool
is_reference(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = span_get(s, i);
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (!is_letter && (c < '0' || c > '9') && c != '-')
            return false;
    }
    return s.n > 0;
}

static enum irc_incoming_said
begin(struct irc_incoming **b, struct span reference,
      const struct irc_line *line, struct reply *reply)
{
    struct span type = line->n > 1 ? line->parameters[1] : SPAN_NONE;
    struct span target = line->n > 2 ? line->parameters[2] : SPAN_NONE;
    if (wire_irc_incoming_is_open(*b))
        return refuse_kind(*b, reply, REPLY_LINES_INVALID, 0);
    wire_irc_incoming_destroy(*b);
    *b = ALLOC(struct irc_incoming);
    (*b)->reference = span_copy(reference);
    (*b)->is_refused = true;
    if (!wire_irc_find_label(line->tags, &(*b)->token))
        buf_truncate(&(*b)->token, 0);
    if (!is_reference(reference))
        return refuse(
            *b, reply,
            (struct reply){.kind = REPLY_BATCH_REFERENCE, .text = reference});
    if (!span_equal(type, SPAN(TYPE)))
        return refuse(*b, reply,
                      (struct reply){.kind = REPLY_BATCH_TYPE,
                                     .text = reference,
                                     .names = type});
    if (target.n == 0)
        return refuse_kind(*b, reply, REPLY_LINES_INVALID, 0);
    (*b)->is_refused = false;
    (*b)->target = span_copy(target);
    wire_irc_client_tags(line->tags, &(*b)->tags);
    return IRC_INCOMING_NOTHING;
}

static enum irc_incoming_said
end(struct irc_incoming **b, struct span reference, struct msg *msg,
    struct reply *reply)
{
    if (*b == NULL || !span_equal((*b)->reference, reference))
        return refuse_kind(*b, reply, REPLY_LINES_INVALID, 0);
    if ((*b)->is_refused) {
        wire_irc_incoming_destroy(*b);
        *b = NULL;
        return IRC_INCOMING_NOTHING;
    }
    (*b)->on_take = ENDS;
    if (!(*b)->has_words) {
        *reply = (struct reply){.kind = REPLY_LINES_INVALID};
        return IRC_INCOMING_REPLY;
    }
    *msg = (struct msg){
        .kind = (*b)->is_notice ? MSG_REMARK : MSG_SAY,
        .text = buf_span(&(*b)->text),
        .tags = buf_span(&(*b)->tags),
        .has_lines = (*b)->lines > 1,
    };
    wire_irc_aim(msg, (*b)->target);
    return IRC_INCOMING_MSG;
}

/* -- its lines -------------------------------------------------------------------- */

static bool
is_blank(struct span text)
{
    return span_trim(text).n == 0;
}

static enum irc_incoming_said
add(struct irc_incoming *b, const struct irc_line *line, struct reply *reply)
{
    struct span tag, target = line->n > 0 ? line->parameters[0] : SPAN_NONE;
    struct span text = line->n > 1 ? line->parameters[1] : SPAN_NONE;
    bool is_notice = wire_irc_is_word(line->command, "NOTICE");
    bool goes_on = wire_irc_find_tag(line->tags, SPAN(CONCAT), &tag);
    size_t bytes = b->bytes + text.n + (b->lines > 0 && !goes_on ? 1 : 0);
    if ((!is_notice && !wire_irc_is_word(line->command, "PRIVMSG")) ||
        (b->lines > 0 && is_notice != b->is_notice) || (goes_on && text.n == 0))
        return refuse_kind(b, reply, REPLY_LINES_INVALID, 0);
    if (!span_equal(target, b->target))
        return refuse(b, reply,
                      (struct reply){.kind = REPLY_LINES_TARGET,
                                     .text = b->target,
                                     .names = target});
    if (b->lines == LIMIT_LINES)
        return refuse_kind(b, reply, REPLY_LINES_TOO_MANY, LIMIT_LINES);
    if (bytes > LIMIT_TEXT_BYTES)
        return refuse_kind(b, reply, REPLY_LINES_TOO_LONG, LIMIT_TEXT_BYTES);
    if (b->lines++ > 0)
        buf_add_byte(&b->text, goes_on ? LINES_GO_ON : LINES_NEXT);
    buf_add(&b->text, text);
    b->bytes = bytes;
    b->is_notice = is_notice;
    b->has_words = b->has_words || !is_blank(text);
    return IRC_INCOMING_NOTHING;
}

bool
wire_irc_is_batched(const struct irc_line *line)
{
    struct span reference;
    return wire_irc_is_word(line->command, "BATCH") ||
           wire_irc_find_tag(line->tags, SPAN("batch"), &reference);
}

enum irc_incoming_said
wire_irc_incoming(struct irc_incoming **b, const struct irc_line *line,
                  struct msg *msg, struct reply *reply)
{
    struct span reference = SPAN_NONE;
    bool is_inside = wire_irc_find_tag(line->tags, SPAN("batch"), &reference);
    bool is_batch = wire_irc_is_word(line->command, "BATCH");
    struct span sign =
        is_batch && line->n > 0 ? line->parameters[0] : SPAN_NONE;
    if (*b != NULL)
        (*b)->on_take = STAYS;
    if (!is_inside && span_starts(sign, SPAN("+")))
        return begin(b, span_from(sign, 1), line, reply);
    if (!is_inside && span_starts(sign, SPAN("-")))
        return end(b, span_from(sign, 1), msg, reply);
    if (*b != NULL && (*b)->is_refused)
        return IRC_INCOMING_NOTHING;
    /* None is open, or it is another one; or neither a beginning nor an end. */
    if (*b == NULL || !span_equal((*b)->reference, reference))
        return refuse_kind(*b, reply, REPLY_LINES_INVALID, 0);
    return add(*b, line, reply);
}
