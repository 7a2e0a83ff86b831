/*
 * NAMES of a room with many members: the names stand in lines that are the
 * same for everybody (msg/roll.h); each reader gets them with his own nick in
 * front.
 */
#include "wire/irc/names.h"

#include "msg/limits.h"
#include "msg/mask.h"
#include "wire/irc/cap.h"

/* A line without its CR LF. */
#define LINE_MOST (LIMIT_IRC_LINE_BYTES - 2)

#define CAPS (IRC_CAP_MULTI_PREFIX | IRC_CAP_USERHOST_IN_NAMES)

void
wire_irc_add_person(struct buf *out, const struct reply_person *person,
                    uint32_t key)
{
    wire_irc_add_ranks(out, person->flags, key);
    if (key & IRC_CAP_USERHOST_IN_NAMES)
        msg_mask_add_name(out, person->nick, person->user, person->cloak);
    else
        buf_add(out, person->nick);
}

/* Those who came since, in lines of `most` bytes. */
static void
go_on(struct roll_words *w, const struct roll *roll, size_t most)
{
    for (; w->people < roll->n; w->people++) {
        size_t before = w->lines.n, head = w->last > 0 ? 1 : 0;
        if (head > 0)
            buf_add_byte(&w->lines, ' ');
        wire_irc_add_person(&w->lines, &roll->people[w->people], w->key);
        size_t n = w->lines.n - before;
        if (head > 0 && w->last + n > most) {
            w->lines.at[before] = '\n';
            w->last = n - 1;
        } else {
            w->last += n;
        }
    }
}

void
wire_irc_add_names(const char *row, struct roll *roll, struct irc_fields *f,
                   struct buf *out)
{
    struct roll_words *w = msg_roll_words(roll, f->key & CAPS);
    struct buf head = {0};
    wire_irc_add_head(row, f, &head);
    /* As if his nick were the longest there can be. */
    size_t around = head.n - f->to.n + LIMIT_NICK_BYTES;
    go_on(w, roll, around < LINE_MOST ? LINE_MOST - around : 0);
    struct span rest = buf_span(&w->lines);
    (void)buf_reserve(out, rest.n + (rest.n / (LINE_MOST / 2) + 1) * head.n);
    while (rest.n > 0) {
        size_t n = span_find(rest, '\n');
        buf_add(out, buf_span(&head));
        buf_add(out, span_sub(rest, 0, n));
        buf_add(out, SPAN("\r\n"));
        rest = span_from(rest, n + 1);
    }
    buf_finish(&head);
}
