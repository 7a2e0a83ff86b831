#include "msg/roll.h"

#include "base/alloc.h"

#include <stdlib.h>

struct roll *
msg_roll_create(void)
{
    return ALLOC(struct roll);
}

void
msg_roll_destroy(struct roll *roll)
{
    if (roll == NULL)
        return;
    for (size_t i = 0; i < ROLL_KEYS; i++)
        buf_finish(&roll->words[i].lines);
    free(roll->people);
    free(roll);
}

void
msg_roll_add(struct roll *roll, const struct reply_person *person)
{
    if (roll->n == roll->cap) {
        roll->cap = roll->cap == 0 ? 8 : roll->cap * 2;
        roll->people =
            alloc_resize(roll->people, roll->cap * sizeof(*roll->people));
    }
    roll->people[roll->n++] = *person;
}

struct roll_words *
msg_roll_words(struct roll *roll, uint32_t key)
{
    for (size_t i = 0; i < ROLL_KEYS; i++) {
        struct roll_words *w = &roll->words[i];
        if (w->people > 0 && w->key == key)
            return w;
    }
    struct roll_words *w = &roll->words[roll->oldest];
    roll->oldest = (roll->oldest + 1) % ROLL_KEYS;
    buf_finish(&w->lines);
    *w = (struct roll_words){.key = key};
    return w;
}
