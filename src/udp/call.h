/*
 * Calling somebody's hall: a stream over datagrams, from the side that opens
 * it.
 */
#ifndef UDP_CALL_H
#define UDP_CALL_H

#include "net/address.h"
#include "net/stream.h"

/*
 * Fits net_connect.call: the stream becomes writable when the other side has
 * answered. If it does not answer at all, or its system says that nobody is
 * there, writing says NET_LOST with errno. The offer has to be taken. False
 * with errno.
 */
MUST_USE bool udp_call(struct loop *l, const struct net_address *to,
                       struct net_offer *o);

#endif
