/*
 * liao --listen: no server; whoever connects talks with the user, one at a
 * time (talk/).
 */
#ifndef LIAO_LISTEN_H
#define LIAO_LISTEN_H

#include "liao/log.h"
#include "liao/options.h"
#include "liao/voice.h"

/* Until it ends; what to exit with. */
int liao_listen(const struct liao_options *o, struct liao_voice *voice,
                struct liao_input *in, struct liao_log *log);

#endif
