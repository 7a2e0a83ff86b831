#include "net/stream.h"

bool
net_stream_open(struct net_stream *s, struct net_streams *all,
                const struct net_offer *o)
{
    CHECK(all->ops == NULL || all->ops == o->ops);
    all->ops = o->ops;
    *s = (struct net_stream){.watch = {.watcher = &all->watcher}};
    if (o->ops->open(s, o))
        return true;
    *s = (struct net_stream){0};
    return false;
}

void
net_stream_close(struct net_stream *s)
{
    if (net_stream_is_open(s))
        net_stream_ops(s)->close(s);
    *s = (struct net_stream){0};
}
