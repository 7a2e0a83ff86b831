/*
 * What a peer is told while a request of its is carried out. If the request
 * has a token (struct msg), that is gathered, since only at the end it is known
 * what becomes of it: a line, several, or none (wire/irc/label.h).
 */
#include "peer/peer_priv.h"

void
peer_tell(struct peer *p, uint64_t order)
{
    struct peer_answers *answers = &peer_set(p)->answers;
    if (answers->to != p) {
        peer_append_own(p, order);
        return;
    }
    if (answers->order == 0)
        answers->order = order;
    buf_add(&answers->lines, buf_span(&peer_set(p)->encoded));
}

void
peer_end_answers(struct peer *p, uint64_t order)
{
    struct peer_answers *answers = &peer_set(p)->answers;
    if (answers->to != p)
        return;
    answers->to = NULL;
    buf_truncate(&peer_set(p)->encoded, 0);
    peer_irc_mark(p, answers->token, buf_span(&answers->lines),
                  &peer_set(p)->encoded);
    buf_finish(&answers->lines);
    peer_append_own(p, answers->order == 0 ? order : answers->order);
}

void
peer_on_answers(void *peer, struct span token, uint64_t order)
{
    struct peer *p = peer;
    if (token.n == 0)
        peer_end_answers(p, order);
    else
        peer_set(p)->answers = (struct peer_answers){.to = p, .token = token};
}
