/*
 * Watch lists: who wants to know when somebody comes and goes, wherever he is.
 * What is watched is a name, by its key, and whether anybody has it:
 *
 *     watcher --watches--> watch --watched--> name --watches--> watch ...
 *
 * The name is there as long as somebody watches it. So who comes or goes costs
 * one look into a map, and those who asked.
 *
 * The news is what others caused. A watcher who does not read is not sent it
 * for ever, or anybody could have him closed; since a name is taken or is not,
 * what he was told last is all that has to be known to mend that later.
 */
#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/mask.h"
#include "msg/name.h"

#include <stdlib.h>

struct hub_watched {
    struct span key;     /* owned */
    struct list watches; /* hub_watch.watched_link */
};

struct hub_watch {
    struct list watcher_link; /* hub_person.watches; in the order of asking */
    struct list watched_link;
    struct hub_user *watcher;
    struct hub_watched *watched;
    struct span name; /* owned: as he wrote it */
    bool was_told_here;
};

struct span
hub_watched_key(const void *value)
{
    return ((const struct hub_watched *)value)->key;
}

static struct hub_watched *
find_watched(const struct hub *h, struct span name)
{
    struct buf key = {0};
    struct hub_watched *w = NULL;
    if (h->watched.n > 0 && msg_name_key(name, &key))
        w = map_find(&h->watched, buf_span(&key));
    buf_finish(&key);
    return w;
}

static struct hub_watched *
get_watched(struct hub *h, struct span name)
{
    struct hub_watched *w = find_watched(h, name);
    if (w != NULL)
        return w;
    struct buf key = {0};
    CHECK(msg_name_key(name, &key));
    w = ALLOC(struct hub_watched);
    w->key = span_copy(buf_span(&key));
    list_init(&w->watches);
    map_add(&h->watched, w);
    buf_finish(&key);
    return w;
}

static struct hub_watch *
find_watch(const struct hub_user *u, const struct hub_watched *w)
{
    if (u->person == NULL || w == NULL)
        return NULL;
    LIST_FOREACH (link, &u->person->watches) {
        struct hub_watch *watch =
            CONTAINER_OF(link, struct hub_watch, watcher_link);
        if (watch->watched == w)
            return watch;
    }
    return NULL;
}

static void
watch_destroy(struct hub *h, struct hub_watch *watch)
{
    struct hub_watched *w = watch->watched;
    list_remove(&watch->watcher_link);
    list_remove(&watch->watched_link);
    span_free(&watch->name);
    free(watch);
    if (!list_is_empty(&w->watches))
        return;
    map_remove(&h->watched, w->key);
    span_free(&w->key);
    free(w);
}

void
hub_watch_none(struct hub *h, struct hub_user *u)
{
    if (u->person == NULL)
        return;
    LIST_FOREACH_SAFE (link, &u->person->watches)
        watch_destroy(h, CONTAINER_OF(link, struct hub_watch, watcher_link));
    u->person->has_stale_watches = false;
}

/* -- news ----------------------------------------------------------------- */

/* Adds `name`, or all that others see of who has it. */
static void
add_name(struct buf *names, struct span name, const struct hub_user *who)
{
    if (names->n > 0)
        buf_add_byte(names, ' ');
    if (who == NULL)
        buf_add(names, name);
    else
        msg_mask_add_name(names, hub_user_nick(who),
                          who->person == NULL ? SPAN_NONE : who->person->user,
                          who->cloak);
}

/* That `name` is there now, as `who`, or, when he is NULL, that it is not. */
static void
tell_news(struct hub *h, struct hub_watch *watch, struct span name,
          const struct hub_user *who)
{
    struct hub_user *to = watch->watcher;
    bool is_here = who != NULL;
    if (watch->was_told_here == is_here || to->peer == NULL)
        return;
    struct buf names = {0};
    add_name(&names, name, who);
    struct reply news = {
        .kind = is_here ? REPLY_WATCHED_HERE : REPLY_WATCHED_GONE,
        .names = buf_span(&names),
        .to = hub_user_nick(to),
        .from = h->info->name,
    };
    if (h->ops->on_news(to->peer, hub_next_order(h), &news))
        watch->was_told_here = is_here;
    else
        to->person->has_stale_watches = true;
    buf_finish(&names);
}

void
hub_watch_came(struct hub *h, const struct hub_user *u)
{
    struct hub_watched *w = find_watched(h, hub_user_nick(u));
    if (w == NULL)
        return;
    LIST_FOREACH (link, &w->watches) {
        struct hub_watch *watch =
            CONTAINER_OF(link, struct hub_watch, watched_link);
        tell_news(h, watch, hub_user_nick(u), u);
        hub_metadata_tell_came(h, watch->watcher, u);
    }
}

void
hub_watch_went(struct hub *h, struct span nick)
{
    struct hub_watched *w = find_watched(h, nick);
    if (w == NULL)
        return;
    LIST_FOREACH (link, &w->watches)
        tell_news(h, CONTAINER_OF(link, struct hub_watch, watched_link), nick,
                  NULL);
}

void
hub_watch_each(struct hub *h, struct span nick,
               void (*each)(struct hub_user *watcher, void *ctx), void *ctx)
{
    struct hub_watched *w = find_watched(h, nick);
    if (w == NULL)
        return;
    LIST_FOREACH (link, &w->watches)
        each(CONTAINER_OF(link, struct hub_watch, watched_link)->watcher, ctx);
}

void
hub_watch_tell_later(struct hub *h, struct hub_user *u, struct reply later)
{
    LIST_FOREACH (link, &u->person->watches) {
        const struct hub_user *who = hub_user_find_present(
            h, CONTAINER_OF(link, struct hub_watch, watcher_link)->name);
        later.nick = who == NULL ? SPAN_NONE : hub_user_nick(who);
        later.room = SPAN_NONE;
        if (who != NULL)
            hub_tell(h, u, later);
    }
}

/* He did what all may know; who is in his rooms reads it there. */
void
hub_watch_did(struct hub *h, const struct hub_user *u, const struct entry *e)
{
    struct hub_watched *w = find_watched(h, hub_user_nick(u));
    if (w == NULL)
        return;
    LIST_FOREACH (link, &w->watches) {
        const struct hub_user *to =
            CONTAINER_OF(link, struct hub_watch, watched_link)->watcher;
        if (to != u && to->peer != NULL)
            h->ops->on_watched(to->peer, e);
    }
}

void
hub_watch_catch_up(struct hub *h, struct hub_user *u)
{
    if (u->person == NULL || !u->person->has_stale_watches)
        return;
    u->person->has_stale_watches = false;
    LIST_FOREACH (link, &u->person->watches) {
        struct hub_watch *watch =
            CONTAINER_OF(link, struct hub_watch, watcher_link);
        tell_news(h, watch, watch->name, hub_user_find_present(h, watch->name));
    }
}

/* -- commands --------------------------------------------------------------- */

/* What is told at once of many. */
struct told {
    struct buf here;
    struct buf gone;
};

static void
note(struct hub *h, struct told *told, struct hub_watch *watch)
{
    const struct hub_user *who = hub_user_find_present(h, watch->name);
    watch->was_told_here = who != NULL;
    add_name(who != NULL ? &told->here : &told->gone, watch->name, who);
}

static void
tell_names(struct hub *h, struct hub_user *u, enum reply_kind kind,
           struct buf *names)
{
    if (names->n > 0)
        hub_tell(h, u, (struct reply){.kind = kind, .names = buf_span(names)});
    buf_finish(names);
}

static void
tell_noted(struct hub *h, struct hub_user *u, struct told *told)
{
    tell_names(h, u, REPLY_WATCHED_HERE, &told->here);
    tell_names(h, u, REPLY_WATCHED_GONE, &told->gone);
}

static size_t
count(const struct hub_person *person)
{
    size_t n = 0;
    LIST_FOREACH (link, &person->watches)
        n++;
    return n;
}

/* Names that nobody can have are not watched; those that only the server
 * gives (guests') are. */
static bool
may_be_watched(struct hub *h, struct hub_user *u, struct span name)
{
    enum name_verdict verdict = msg_name_check_nick(name);
    if (verdict == NAME_OK || verdict == NAME_RESERVED)
        return true;
    hub_tell(h, u, hub_name_refusal(verdict, name));
    return false;
}

static struct hub_watch *
add_watch(struct hub *h, struct hub_user *u, struct span name)
{
    struct hub_watch *watch = ALLOC(struct hub_watch);
    watch->watcher = u;
    watch->watched = get_watched(h, name);
    watch->name = span_copy(name);
    list_add(&u->person->watches, &watch->watcher_link);
    list_add(&watch->watched->watches, &watch->watched_link);
    return watch;
}

/* Of whom he watches behind that one: since now. */
static void
tell_metadata_behind(struct hub *h, struct hub_user *u, const struct list *last)
{
    const struct list *all = &u->person->watches;
    for (const struct list *link = last->next; link != all; link = link->next) {
        const struct hub_user *who = hub_user_find_present(
            h, CONTAINER_OF(link, const struct hub_watch, watcher_link)->name);
        if (who != NULL)
            hub_metadata_tell_user(h, u, who, REPLY_IS_UNASKED);
    }
}

void
hub_watch(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct told told = {0};
    struct span rest = r->msg.text;
    size_t n = count(hub_person_get(u));
    const struct list *last = u->person->watches.prev;
    while (rest.n > 0) {
        struct span all = rest;
        struct span name = span_word(&rest);
        if (!may_be_watched(h, u, name) ||
            find_watch(u, find_watched(h, name)) != NULL)
            continue;
        if (n++ == LIMIT_WATCHES) {
            hub_tell(h, u,
                     (struct reply){.kind = REPLY_WATCHES_FULL,
                                    .names = all,
                                    .count = LIMIT_WATCHES});
            break;
        }
        note(h, &told, add_watch(h, u, name));
    }
    tell_noted(h, u, &told);
    tell_metadata_behind(h, u, last);
}

void
hub_unwatch(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct span rest = r->msg.text;
    if (rest.n == 0)
        hub_watch_none(h, u);
    while (rest.n > 0) {
        struct hub_watch *watch =
            find_watch(u, find_watched(h, span_word(&rest)));
        if (watch != NULL)
            watch_destroy(h, watch);
    }
}

void
hub_watches(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    struct buf names = {0};
    LIST_FOREACH (link, &hub_person_get(u)->watches)
        add_name(&names,
                 CONTAINER_OF(link, struct hub_watch, watcher_link)->name,
                 NULL);
    tell_names(h, u, REPLY_WATCHES, &names);
    hub_tell_kind(h, u, REPLY_WATCHES_END);
}

void
hub_watched(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    (void)r;
    struct told told = {0};
    LIST_FOREACH (link, &hub_person_get(u)->watches)
        note(h, &told, CONTAINER_OF(link, struct hub_watch, watcher_link));
    tell_noted(h, u, &told);
}
