/*
 * A long answer, told as its reader takes it: a list of rooms or of people. Of
 * what is made of it there is never more than he may leave unread, however long
 * the list is and however slowly he reads.
 *
 * What it goes through is walked by number, so that it stays what it is while
 * things come and go: whatever is there all the while is told exactly once.
 * Until all was told, his next question waits, as behind any command.
 */
#include "base/alloc.h"
#include "hub/hub_priv.h"

#include <stdlib.h>

/* False: the rest is for when he has read this. */
static bool
tell_some(struct hub *h, struct hub_user *u, struct hub_listing *l)
{
    while (l->tell_next(h, u, l)) {
        if (u->peer != NULL && !h->ops->has_read(u->peer))
            return false;
    }
    return true;
}

static void
go_on(struct hub *h, struct hub_user *u)
{
    if (!tell_some(h, u, u->person->listing))
        return;
    hub_listing_end(u);
    u->has_command_in_flight = false;
    if (u->is_waiting) {
        u->is_waiting = false;
        h->ops->on_resume(u->peer);
    }
}

void
hub_listing_begin(struct hub *h, struct hub_user *u, hub_listing_fn *tell_next,
                  const struct hub_request *r, struct span wanted)
{
    struct hub_listing *l = ALLOC(struct hub_listing);
    l->tell_next = tell_next;
    l->asked = hub_request_copy(r);
    l->wanted = span_copy(wanted);
    hub_person_get(u)->listing = l;
    u->has_command_in_flight = true;
    go_on(h, u);
}

void
hub_listing_end(struct hub_user *u)
{
    struct hub_listing *l = u->person == NULL ? NULL : u->person->listing;
    if (l == NULL)
        return;
    u->person->listing = NULL;
    free(l->asked);
    span_free(&l->wanted);
    free(l);
}

void
hub_listing_renamed(struct hub_user *u, struct span was, struct span now)
{
    struct hub_listing *l = u->person == NULL ? NULL : u->person->listing;
    if (l == NULL || l->asked->msg.room.n == 0 || !span_equal(l->wanted, was))
        return;
    span_free(&l->wanted);
    l->wanted = span_copy(now);
}

void
hub_go_on(struct hub *h, struct user_id who)
{
    struct hub_user *u = hub_user_find(h, who);
    CHECK(u != NULL && u->person != NULL && u->person->listing != NULL);
    go_on(h, u);
}
