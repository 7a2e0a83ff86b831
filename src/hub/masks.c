/*
 * A room's three lists of masks: who is banned, who is excepted from that, and
 * who may come without an invitation. A mask is nick!user@host with * and ?; with
 * m: in front it bans from speaking alone, or excepts from that.
 */
#include "base/alloc.h"
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/mask.h"

#include <stdlib.h>

/* What others see of him, as it is compared; his cloak, never his address. */
static void
fold_full_name(const struct hub_user *u, struct buf *out)
{
    struct span user = u->person == NULL ? SPAN_NONE : u->person->user;
    struct buf name = {0};
    msg_mask_add_name(&name, hub_user_nick(u), user, u->cloak);
    msg_mask_fold(buf_span(&name), out);
    buf_finish(&name);
}

bool
hub_user_matches(const struct hub_user *u, struct span folded_mask)
{
    struct buf name = {0};
    fold_full_name(u, &name);
    bool is_match = msg_mask_matches(folded_mask, buf_span(&name));
    buf_finish(&name);
    return is_match;
}

/* With `has_mutes`, by a mask that is about speaking only, too. */
static bool
covers(const struct hub_room *room, enum hub_mode list,
       const struct hub_user *u, bool has_mutes)
{
    if (list_is_empty(&room->masks[list]))
        return false;
    struct buf name = {0};
    bool is_covered = false;
    fold_full_name(u, &name);
    LIST_FOREACH (link, &room->masks[list]) {
        struct span mask = CONTAINER_OF(link, struct hub_mask, link)->folded;
        bool is_mute = msg_mask_take_mute(&mask);
        if ((!is_mute || has_mutes) && msg_mask_matches(mask, buf_span(&name)))
            is_covered = true;
    }
    buf_finish(&name);
    return is_covered;
}

bool
hub_mask_invites(const struct hub_room *room, const struct hub_user *u)
{
    return covers(room, MODE_INVITEX, u, false);
}

bool
hub_is_banned(const struct hub_room *room, const struct hub_user *u)
{
    return covers(room, MODE_BAN, u, false) &&
           !covers(room, MODE_EXCEPT, u, false);
}

bool
hub_is_muted(const struct hub_room *room, const struct hub_user *u)
{
    return covers(room, MODE_BAN, u, true) &&
           !covers(room, MODE_EXCEPT, u, true);
}

static struct hub_mask *
find(const struct hub_room *room, enum hub_mode list, struct span folded)
{
    LIST_FOREACH (link, &room->masks[list]) {
        struct hub_mask *m = CONTAINER_OF(link, struct hub_mask, link);
        if (span_equal(m->folded, folded))
            return m;
    }
    return NULL;
}

size_t
hub_masks_count(const struct hub_room *room, enum hub_mode list)
{
    size_t n = 0;
    LIST_FOREACH (link, &room->masks[list])
        n++;
    return n;
}

/* False: it is there already. */
bool
hub_mask_add(struct hub_room *room, enum hub_mode list, struct span mask,
             const struct hub_user *by, uint64_t now_ms)
{
    struct buf folded = {0};
    msg_mask_fold(mask, &folded);
    bool is_new = find(room, list, buf_span(&folded)) == NULL;
    if (is_new) {
        struct hub_mask *m = ALLOC(struct hub_mask);
        m->mask = span_copy(mask);
        m->folded = span_copy(buf_span(&folded));
        m->by = span_copy(hub_user_nick(by));
        m->set_ms = now_ms;
        list_add(&room->masks[list], &m->link);
    }
    buf_finish(&folded);
    return is_new;
}

static void
mask_destroy(struct hub_mask *m)
{
    list_remove(&m->link);
    span_free(&m->mask);
    span_free(&m->folded);
    span_free(&m->by);
    free(m);
}

/* False: it is not there. */
bool
hub_mask_remove(struct hub_room *room, enum hub_mode list, struct span mask,
                struct buf *as_it_was)
{
    struct buf folded = {0};
    msg_mask_fold(mask, &folded);
    struct hub_mask *m = find(room, list, buf_span(&folded));
    buf_finish(&folded);
    if (m == NULL)
        return false;
    buf_add(as_it_was, m->mask);
    mask_destroy(m);
    return true;
}

void
hub_masks_finish(struct hub_room *room)
{
    for (size_t i = 0; i < COUNT_OF(room->masks); i++) {
        LIST_FOREACH_SAFE (link, &room->masks[i])
            mask_destroy(CONTAINER_OF(link, struct hub_mask, link));
    }
}
