/*
 * What liao itself has to say to its user: above the line that is being
 * typed, or, without a screen, on standard error.
 */
#ifndef LIAO_VOICE_H
#define LIAO_VOICE_H

#include "base/diag.h"
#include "base/trace.h"
#include "liao/screen.h"

struct liao_voice {
    struct diag diag;
    struct trace trace;         /* of --trace */
    struct liao_screen *screen; /* NULL: there is none, or none yet */
};

void liao_voice_init(struct liao_voice *v);

#endif
