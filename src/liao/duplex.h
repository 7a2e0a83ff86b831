/*
 * --duplex: how one program both sends and receives.
 *
 *   poll, select   one thread waits for the keyboard and the other side at
 *                  once. This is liao itself, on another loop engine
 *   threads        one thread sends, another receives: the lab's client
 *   none           one thread, whose loop of sending never ends. What others
 *                  say arrives, and is never read
 *   turns          one thread, one message each way in alternation
 *
 * The last three are programs of their own, of a few lines and with calls
 * that block, to be read beside what they do. They speak lines, and to lab://
 * a message a send.
 */
#ifndef LIAO_DUPLEX_H
#define LIAO_DUPLEX_H

#include "base/trace.h"
#include "liao/input.h"
#include "liao/options.h"

/* On standard error: what one will see. */
void liao_duplex_explain(unsigned how);

/* threads, none or turns, until it ends; what to exit with. `t` may be NULL. */
int liao_duplex(const struct liao_options *o, struct liao_input *in,
                struct trace *t);

#endif
