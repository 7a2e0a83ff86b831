#include "wire/irc/before.h"

#include "wire/irc/command.h"

/* Others are none of its business yet, and it has no name. */
static void
apply(struct irc_before *b, const struct msg *m, metadata_tell_fn *tell,
      void *ctx)
{
    const struct metadata own = {.values = &b->metadata, .keys = &b->keys};
    if (m->nick.n > 0 || m->room.n > 0 || m->kind == MSG_METADATA_SYNC)
        tell(ctx, &(struct reply){.kind = REPLY_METADATA_TARGET,
                                  .nick = m->nick,
                                  .room = m->room});
    else
        (void)msg_metadata_apply(&own, m, tell, ctx);
}

void
wire_irc_before(struct irc_before *b, const struct irc_line *line,
                metadata_tell_fn *tell, void *ctx)
{
    struct buf scratch = {0};
    struct msg m = {0};
    struct reply r = {0};
    switch (wire_irc_make(line, 0, &scratch, &m, &r)) {
    case IRC_MADE_MSG:
        apply(b, &m, tell, ctx);
        break;
    case IRC_MADE_REPLY:
        tell(ctx, &r);
        break;
    case IRC_MADE_LAST:
        break;
    }
    buf_finish(&scratch);
}

void
wire_irc_before_finish(struct irc_before *b)
{
    span_free(&b->metadata);
    span_free(&b->keys);
}
