#include "net/batch.h"

void
net_send_by_pieces(struct net_send *s)
{
    s->sent = 0;
    for (size_t i = 0; i < s->pieces_n; i++) {
        ssize_t n = net_stream_ops(s->stream)->write(s->stream, s->pieces[i]);
        if (n < 0 && (n == NET_LOST || i == 0))
            s->sent = n;
        if (n < 0)
            return;
        s->sent += n;
        if ((size_t)n < s->pieces[i].n)
            return;
    }
}
