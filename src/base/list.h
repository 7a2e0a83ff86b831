/*
 * A ring of links that live inside the structs they chain. The head is a link
 * too; an empty ring points at itself. A link that is in no ring, after
 * list_init() or list_remove(), may be removed again without harm.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include "base/check.h"

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev;
    struct list *next;
};

static inline void
list_init(struct list *l)
{
    l->prev = l;
    l->next = l;
}

static inline bool
list_is_empty(const struct list *l)
{
    return l->next == l;
}

/* Add as the last of the ring of `head`. */
static inline void
list_add(struct list *head, struct list *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

static inline void
list_remove(struct list *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    list_init(link);
}

/* Move the whole ring of `from` behind the last of `to`; `from` is empty. */
static inline void
list_move_all(struct list *to, struct list *from)
{
    if (list_is_empty(from))
        return;
    from->next->prev = to->prev;
    from->prev->next = to;
    to->prev->next = from->next;
    to->prev = from->prev;
    list_init(from);
}

#define LIST_FOREACH(link, head)                                               \
    for (struct list *link = (head)->next; link != (head); link = link->next)

/* The body may remove `link`, and nothing else, from the ring. */
#define LIST_FOREACH_SAFE(link, head)                                          \
    for (struct list *link = (head)->next, *link##_next = link->next;          \
         link != (head); link = link##_next, link##_next = link->next)

#endif
