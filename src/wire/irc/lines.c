#include "wire/irc/lines.h"

#include "base/utf8.h"
#include "msg/lines.h"
#include "wire/irc/cap.h"
#include "wire/irc/format.h"
#include "wire/irc/tags.h"

#include <inttypes.h>

/* Beside all names, at their longest, there is room for so much in a line. */
#define FITS_ALWAYS 200

bool
wire_irc_may_need_lines(const struct entry *e)
{
    switch (e->kind) {
    case ENTRY_SAY:
    case ENTRY_REMARK:
    case ENTRY_PRIVATE:
    case ENTRY_PRIVATE_REMARK:
        return e->has_lines || e->text.n > FITS_ALWAYS;
    default:
        return false;
    }
}

/* The parts that its author made of it; only one, if he did not say. */
static struct span
next_part(const struct entry *e, struct span *rest, char *break_after)
{
    if (e->has_lines)
        return msg_lines_part(rest, break_after);
    struct span part = *rest;
    *break_after = 0;
    *rest = SPAN_NONE;
    return part;
}

/* One part, which may still be too long: so that it becomes several. */
static void
add_part(struct span row, struct irc_fields *f, uint64_t id, struct span part,
         bool goes_on, struct buf *out)
{
    struct buf clean = {0};
    size_t most = wire_irc_room_for_flow(row, f);
    wire_irc_clean(part, &clean);
    struct span rest = buf_span(&clean);
    while (rest.n > 0 || !goes_on) {
        buf_add_format(out, "@batch=%" PRIx64 "%s ", id,
                       goes_on ? ";draft/multiline-concat" : "");
        f->flow = span_sub(rest, 0, utf8_cut(rest, most));
        wire_irc_add_row(row, f, out);
        rest = span_from(rest, f->flow.n);
        goes_on = true;
    }
    buf_finish(&clean);
}

static void
add_batch(struct span row, struct irc_fields *f, const struct entry *e,
          struct buf *out)
{
    struct span rest = e->text;
    char before = 0, after;
    wire_irc_add_tags(f->key, e, 0, out);
    buf_add_format(out, ":%.*s BATCH +%" PRIx64 " draft/multiline ",
                   SPAN_ARG(f->source), e->id);
    (void)wire_irc_add_field(out, SPAN("where"), f, false);
    buf_add(out, SPAN("\r\n"));
    do {
        struct span part = next_part(e, &rest, &after);
        add_part(row, f, e->id, part, before == LINES_GO_ON, out);
        before = after;
    } while (after != 0);
    buf_add_format(out, ":%.*s BATCH -%" PRIx64 "\r\n", SPAN_ARG(f->source),
                   e->id);
}

static bool
fits(struct span row, struct irc_fields *f, const struct entry *e)
{
    return !e->has_lines && e->text.n <= wire_irc_room_for_flow(row, f);
}

void
wire_irc_add_lines(const char *words, struct irc_fields *f,
                   const struct entry *e, struct buf *out)
{
    struct span rest = e->text;
    char after;
    if ((f->key & IRC_CAP_MULTILINE) && !fits(span_of(words), f, e)) {
        add_batch(span_of(words), f, e, out);
        return;
    }
    do {
        struct span part = next_part(e, &rest, &after);
        if (span_trim(part).n > 0)
            wire_irc_expand(words, f, part, false, out);
    } while (after != 0);
}
