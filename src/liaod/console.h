/*
 * The console: with a terminal, the operator sits in the lobby as "server".
 *
 * It is a member like any other, over a socket pair: what is typed is read by
 * a peer, and what that peer is sent is printed. So a terminal that stands
 * still falls behind like any slow reader, and nobody waits for it.
 */
#ifndef LIAOD_CONSOLE_H
#define LIAOD_CONSOLE_H

#include "loop/loop.h"
#include "peer/peer.h"

/* Is there a terminal, and are we in its foreground? A job in the background
 * that reads from it would be stopped by the kernel. */
bool console_is_possible(void);

struct console;

/*
 * `on_end` is called when the operator has left, by /quit or end of input.
 * `is_lab`: print what the lab's server prints. NULL with errno.
 */
struct console *console_open(struct loop *l, struct peers *set, bool is_lab,
                             void (*on_end)(void *owner), void *owner);
void console_close(struct console *c); /* may be NULL */

/* The server's own line, above the one that is typed; `owner` is the console.
 * False: not now. */
bool console_show(void *owner, struct span line);

void console_on_signal(struct console *c, int number); /* the terminal's */

#endif
