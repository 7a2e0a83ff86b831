#include "liao/people.h"

#include "term/paint.h"

void
liao_people_finish(struct liao_people *p)
{
    liao_names_finish(&p->names);
    buf_finish(&p->nick);
}

static void
set_nick(struct liao_people *p, struct span nick)
{
    buf_truncate(&p->nick, 0);
    buf_add(&p->nick, nick);
}

static void
learn_names(struct liao_people *p, struct span names)
{
    struct span name;
    while (liao_heard_name(&names, &name)) {
        if (!span_equal(name, buf_span(&p->nick)) &&
            !span_equal(name, SPAN("..."))) /* and more */
            liao_names_add(&p->names, name);
    }
}

void
liao_people_learn(struct liao_people *p, const struct liao_heard *h)
{
    switch (h->kind) {
    case LIAO_HEARD_YOU:
        liao_names_remove(&p->names, h->nick);
        set_nick(p, h->nick);
        learn_names(p, h->names);
        break;
    case LIAO_HEARD_NAMES:
        learn_names(p, h->names);
        break;
    case LIAO_HEARD_SAID:
    case LIAO_HEARD_ACTION:
    case LIAO_HEARD_PRIVATE:
    case LIAO_HEARD_CAME:
        liao_names_add(&p->names, h->who);
        break;
    case LIAO_HEARD_WENT:
        liao_names_remove(&p->names, h->target.n > 0 ? h->target : h->who);
        break;
    case LIAO_HEARD_NICK:
        liao_names_remove(&p->names, h->who);
        liao_names_add(&p->names, h->target);
        break;
    case LIAO_HEARD_SENT:
    case LIAO_HEARD_REFUSED:
    case LIAO_HEARD_CLOSING:
    case LIAO_HEARD_OUT:
    case LIAO_HEARD_OTHER:
    case LIAO_HEARD_KINDS:
        break;
    }
}

bool
liao_people_are_calling(const struct liao_people *p, const struct liao_heard *h)
{
    if (h->kind == LIAO_HEARD_PRIVATE)
        return true;
    bool is_said = h->kind == LIAO_HEARD_SAID || h->kind == LIAO_HEARD_ACTION;
    return is_said && !span_equal(h->who, buf_span(&p->nick)) &&
           term_paint_says(h->text, buf_span(&p->nick));
}
