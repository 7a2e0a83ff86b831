#include "liao/names.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

void
liao_names_finish(struct liao_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        span_free(&names->list[i]);
    free(names->list);
    *names = (struct liao_names){0};
}

/* Where it is, or n. */
static size_t
find(const struct liao_names *names, struct span name)
{
    size_t i = 0;
    while (i < names->n && !span_equal(names->list[i], name))
        i++;
    return i;
}

/* Those before `from` go one back, and `name` is the first. */
static void
put_first(struct liao_names *names, size_t from, struct span name)
{
    memmove(names->list + 1, names->list, from * sizeof(*names->list));
    names->list[0] = name;
}

void
liao_names_add(struct liao_names *names, struct span name)
{
    if (names->list == NULL)
        names->list = alloc_zeroed(LIAO_NAMES_MOST * sizeof(*names->list));
    size_t i = find(names, name);
    if (i < names->n) {
        put_first(names, i, names->list[i]);
        return;
    }
    if (names->n == LIAO_NAMES_MOST)
        span_free(&names->list[--names->n]);
    put_first(names, names->n++, span_copy(name));
}

void
liao_names_remove(struct liao_names *names, struct span name)
{
    size_t i = find(names, name);
    if (i == names->n)
        return;
    span_free(&names->list[i]);
    names->n--;
    memmove(names->list + i, names->list + i + 1,
            (names->n - i) * sizeof(*names->list));
}
