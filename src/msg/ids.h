/*
 * Who and what, remembered across turns. An id is never used again, so what
 * is kept of one who has left finds nobody, rather than somebody else.
 */
#ifndef MSG_IDS_H
#define MSG_IDS_H

#include <stdbool.h>
#include <stdint.h>

struct user_id {
    uint64_t v; /* 0: nobody */
};

#define USER_NOBODY ((struct user_id){0})

static inline bool
user_id_equal(struct user_id a, struct user_id b)
{
    return a.v == b.v;
}

#endif
