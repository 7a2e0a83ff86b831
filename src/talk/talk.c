#include "talk/talk.h"

#include "base/alloc.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "msg/limits.h"
#include "talk/caller.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct talk {
    struct loop *loop;
    struct diag *diag;
    struct talk_limits limits;
    struct talk_view *view;
    struct loop_hook turn_end;
    struct net_sources sources;
    struct list unknown;         /* talk_caller.link, as they came */
    struct list waiting;         /* talk_caller.link, as they became known */
    struct list leaving;         /* talk_caller.link */
    struct talk_caller *current; /* NULL: nobody */
    size_t connections;
    size_t unknown_n;
    size_t waiting_n;
    bool is_paused;
    bool is_stopping;
};

static struct talk_caller *
caller_of(struct list *link)
{
    return CONTAINER_OF(link, struct talk_caller, link);
}

/* -- what the operator sees -------------------------------------------------- */

static void
show(struct talk *t, enum talk_line_kind kind, const struct talk_caller *who,
     struct span text)
{
    struct talk_line line = {
        .kind = kind,
        .who = who == NULL ? SPAN_NONE : buf_span(&who->label),
        .text = text,
    };
    t->view->on_line(t->view, &line);
}

static void show_note(struct talk *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
show_note(struct talk *t, const char *format, ...)
{
    char note[256];
    va_list ap;
    va_start(ap, format);
    vsnprintf(note, sizeof(note), format, ap);
    va_end(ap);
    show(t, TALK_LINE_NOTE, NULL, span_of(note));
}

static void
on_text(struct talk_caller *c, struct span text)
{
    struct buf shown = {0};
    buf_add(&shown, SPAN(":"));
    utf8_clean(text, &shown);
    show(c->owner, TALK_LINE_SAID, c, buf_span(&shown));
    buf_finish(&shown);
}

/* -- who is where ------------------------------------------------------------ */

static void
put(struct list *where, struct talk_caller *c)
{
    list_remove(&c->link);
    list_add(where, &c->link);
}

/* He is a person, or was a machine: his source's count of those who are
 * neither goes down. */
static void
end_unknown(struct talk *t, struct talk_caller *c, struct list *where)
{
    t->unknown_n--;
    if (c->source != NULL)
        c->source->unknown--;
    put(where, c);
}

static void
turn_away(struct talk_caller *c, enum reply_kind kind, size_t most)
{
    talk_caller_reply(c, kind, most);
    talk_caller_drain(c);
}

static void
meet_unknown(struct talk *t)
{
    LIST_FOREACH_SAFE (link, &t->unknown) {
        struct talk_caller *c = caller_of(link);
        size_t people = t->waiting_n + (t->current != NULL ? 1 : 0);
        if (c->state == TALK_CALLER_WAITING && people >= t->limits.most_callers)
            turn_away(c, REPLY_TALK_FULL, t->limits.most_callers);
        if (c->state == TALK_CALLER_WAITING) {
            t->waiting_n++;
            end_unknown(t, c, &t->waiting);
        } else if (c->state != TALK_CALLER_SNIFFING) {
            end_unknown(t, c, &t->leaving);
        }
    }
}

static void
end_waiting(struct talk *t, struct talk_caller *c)
{
    /* The operator was told of him. */
    if (c->place > 0)
        show_note(t, _("-- %.*s no longer waits"),
                  SPAN_ARG(buf_span(&c->label)));
    t->waiting_n--;
    put(&t->leaving, c);
}

static void
end_current(struct talk *t)
{
    show(t, TALK_LINE_LEFT, t->current, SPAN("已退出聊天"));
    list_add(&t->leaving, &t->current->link);
    t->current = NULL;
}

/* The lab says nothing to one who waits. */
static bool
is_told(const struct talk_caller *c)
{
    return c->pin != SNIFF_PINNED_LAB;
}

static void
begin_talk(struct talk *t, struct talk_caller *c)
{
    t->waiting_n--;
    t->current = c;
    list_remove(&c->link);
    talk_caller_begin(c);
    talk_caller_pause(c, t->is_paused);
    show(t, TALK_LINE_CAME, c, SPAN("成功连接"));
    talk_caller_reply(c, c->place > 0 ? REPLY_TALK_TURN : REPLY_TALK_WELCOME,
                      0);
}

static void
tell_places(struct talk *t)
{
    size_t place = 0;
    LIST_FOREACH (link, &t->waiting) {
        struct talk_caller *c = caller_of(link);
        place++;
        if (c->place == place || !is_told(c))
            continue;
        talk_caller_reply(c, c->place == 0 ? REPLY_TALK_WAIT : REPLY_TALK_PLACE,
                          place);
        if (c->place == 0)
            show_note(t, _("-- %.*s waits; people waiting: %zu"),
                      SPAN_ARG(buf_span(&c->label)), t->waiting_n);
        c->place = place;
    }
}

static void
move_queue(struct talk *t)
{
    if (t->current != NULL && t->current->state >= TALK_CALLER_DRAINING)
        end_current(t);
    LIST_FOREACH_SAFE (link, &t->waiting) {
        struct talk_caller *c = caller_of(link);
        if (c->state >= TALK_CALLER_DRAINING)
            end_waiting(t, c);
    }
    meet_unknown(t); /* who has left has made room */
    if (t->current == NULL && !list_is_empty(&t->waiting))
        begin_talk(t, caller_of(t->waiting.next));
    LIST_FOREACH_SAFE (link, &t->waiting) {
        struct talk_caller *c = caller_of(link);
        if (!c->is_ended && !c->has_hung_up)
            continue;
        /* He may have ended but his half of the connection. */
        turn_away(c, REPLY_TALK_MISSED, 0);
        end_waiting(t, c);
    }
    tell_places(t);
}

static void
feed_all(struct talk *t)
{
    LIST_FOREACH (link, &t->waiting)
        talk_caller_feed(caller_of(link));
    if (t->current != NULL)
        talk_caller_feed(t->current);
}

static void
flush_all(struct talk *t)
{
    struct list *const everywhere[] = {&t->unknown, &t->waiting, &t->leaving};
    for (size_t i = 0; i < COUNT_OF(everywhere); i++) {
        LIST_FOREACH (link, everywhere[i])
            talk_caller_flush(caller_of(link));
    }
    if (t->current != NULL)
        talk_caller_flush(t->current);
}

static void
reap(struct talk *t)
{
    LIST_FOREACH_SAFE (link, &t->leaving) {
        struct talk_caller *c = caller_of(link);
        if (c->state != TALK_CALLER_DEAD)
            continue;
        if (c->source != NULL)
            net_source_drop(&t->sources, c->source, loop_now_ms(t->loop));
        t->connections--;
        talk_caller_destroy(c);
    }
}

static void
on_turn_end(struct loop_hook *h)
{
    struct talk *t = CONTAINER_OF(h, struct talk, turn_end);
    move_queue(t);
    if (t->view->on_turn != NULL)
        t->view->on_turn(t->view, t);
    feed_all(t);
    flush_all(t);
    reap(t);
}

/* -- the operator ------------------------------------------------------------ */

/* Is somebody there to hear it? */
static enum talk_verdict
find_hearer(const struct talk *t)
{
    if (t->current == NULL && t->waiting_n == 0)
        return TALK_NOBODY;
    bool is_there =
        t->current != NULL && t->current->state == TALK_CALLER_TALKING;
    return is_there ? TALK_OK : TALK_LATER;
}

static void
hang_up(struct talk *t)
{
    turn_away(t->current, REPLY_TALK_ENDED, 0);
}

enum talk_verdict
talk_type(struct talk *t, struct span line)
{
    struct span rest = line;
    bool is_hang_up = span_equal(line, SPAN("q"));
    if (span_equal(span_word(&rest), SPAN("/quit"))) {
        talk_stop(t);
        return TALK_OK;
    }
    if (span_trim(line).n == 0)
        return TALK_OK;
    enum talk_verdict verdict = find_hearer(t);
    if (verdict != TALK_OK)
        return verdict;
    if (is_hang_up)
        hang_up(t);
    else if (talk_caller_is_full(t->current))
        return TALK_LATER;
    else
        talk_caller_say(t->current, line);
    loop_again(t->loop); /* the end of a turn sends it */
    return TALK_OK;
}

bool
talk_take(struct talk *t, struct span line, bool is_rest, bool is_person)
{
    bool is_q = span_equal(line, SPAN("q"));
    if (is_rest && is_q)
        return true;
    switch (talk_type(t, line)) {
    case TALK_OK:
        return true;
    case TALK_LATER:
        return false;
    case TALK_NOBODY:
        break;
    }
    if (is_person)
        show_note(t, _("-- nobody is here, so this was not said; /quit ends"));
    /* One hangs up on nobody at no cost. */
    return is_person || is_q;
}

void
talk_pause(struct talk *t, bool is_paused)
{
    t->is_paused = is_paused;
    if (t->current != NULL)
        talk_caller_pause(t->current, is_paused);
}

/* -- life -------------------------------------------------------------------- */

/* Why this one may not stay, before he has said a word; REPLY_KIND_COUNT
 * when he may. */
static enum reply_kind
refusal_at_door(const struct talk *t, const struct net_source *source,
                size_t *most)
{
    const struct talk_limits *limits = &t->limits;
    if (source != NULL && limits->most_per_source > 0 &&
        source->connections > limits->most_per_source) {
        *most = limits->most_per_source;
        return REPLY_SOURCE_FULL;
    }
    if (source != NULL && limits->most_per_source_unknown > 0 &&
        source->unknown > limits->most_per_source_unknown) {
        *most = limits->most_per_source_unknown;
        return REPLY_SOURCE_FULL;
    }
    *most = limits->most_callers;
    return t->unknown_n > LIMIT_UNKNOWN_OVER_FULL ? REPLY_TALK_FULL
                                                  : REPLY_KIND_COUNT;
}

bool
talk_accept(struct talk *t, const struct net_offer *o,
            const struct net_address *from, enum sniff_pin pin)
{
    struct talk_caller *c = talk_caller_create(t->loop, t->diag, o, from, pin);
    if (c == NULL)
        return false;
    c->on_text = on_text;
    c->owner = t;
    list_add(&t->unknown, &c->link);
    t->connections++;
    t->unknown_n++;
    if (from->n > 0 && !net_address_is_loopback(from)) {
        c->source = net_source_hold(&t->sources, from);
        c->source->unknown++;
    }
    size_t most;
    enum reply_kind refusal = refusal_at_door(t, c->source, &most);
    if (refusal != REPLY_KIND_COUNT)
        turn_away(c, refusal, most);
    else if (t->is_stopping)
        turn_away(c, REPLY_TALK_ENDED, 0);
    return true;
}

struct talk *
talk_create(struct loop *l, struct diag *d, const struct talk_limits *limits,
            const uint64_t seed[2], struct talk_view *view)
{
    struct talk *t = ALLOC(struct talk);
    t->loop = l;
    t->diag = d;
    t->limits = *limits;
    t->view = view;
    list_init(&t->unknown);
    list_init(&t->waiting);
    list_init(&t->leaving);
    net_sources_init(&t->sources, seed);
    t->turn_end.on_turn_end = on_turn_end;
    loop_hook_add(l, &t->turn_end);
    return t;
}

void
talk_stop(struct talk *t)
{
    if (t->is_stopping)
        return;
    t->is_stopping = true;
    if (find_hearer(t) == TALK_OK)
        hang_up(t);
    LIST_FOREACH (link, &t->waiting) {
        struct talk_caller *c = caller_of(link);
        c->place = 0; /* the operator need not be told that he left */
        if (c->state == TALK_CALLER_WAITING)
            turn_away(c, REPLY_TALK_ENDED, 0);
    }
    LIST_FOREACH (link, &t->unknown)
        talk_caller_drain(caller_of(link));
    loop_again(t->loop);
}

void
talk_destroy(struct talk *t)
{
    if (t == NULL)
        return;
    struct list *const everywhere[] = {&t->unknown, &t->waiting, &t->leaving};
    if (t->current != NULL)
        list_add(&t->waiting, &t->current->link);
    for (size_t i = 0; i < COUNT_OF(everywhere); i++) {
        LIST_FOREACH (link, everywhere[i])
            talk_caller_lose(caller_of(link));
    }
    LIST_FOREACH (link, &t->unknown) {
        if (caller_of(link)->source != NULL)
            caller_of(link)->source->unknown--;
    }
    list_move_all(&t->leaving, &t->unknown);
    list_move_all(&t->leaving, &t->waiting);
    reap(t);
    CHECK(t->connections == 0);
    list_remove(&t->turn_end.link);
    net_sources_finish(&t->sources);
    free(t);
}

bool
talk_is_stopping(const struct talk *t)
{
    return t->is_stopping;
}

bool
talk_is_over(const struct talk *t)
{
    return t->is_stopping && t->connections == 0;
}

size_t
talk_connections(const struct talk *t)
{
    return t->connections;
}
