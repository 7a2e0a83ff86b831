/*
 * Machines that knock at the wrong door (wire/machine.h): told so, logged,
 * and closed.
 */
#include "base/tr.h"
#include "peer/peer_priv.h"
#include "wire/machine.h"

void
peer_refuse(struct peer *p, enum sniff_verdict verdict)
{
    const struct wire_machine *machine = wire_machine_get(verdict);
    char from[NET_ADDRESS_TEXT];
    peer_where(p, from);
    diag_say(peer_set(p)->diag, DIAG_WARNING, "%s refused: it speaks %s", from,
             machine->name);
    wire_machine_answer(machine, p->key, &peer_work(p)->rest);
    peer_turn_away(p, N_("not a chat client"));
}
