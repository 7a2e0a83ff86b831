/*
 * What is shown: text from the server, made harmless for a terminal, on its
 * way to standard output, or to the screen (liao/screen.h), which takes lines.
 *
 * It is written when the descriptor takes it, so that a reader who pauses
 * (less, a full pipe) does not keep us from sending or leaving.
 */
#ifndef LIAO_OUTPUT_H
#define LIAO_OUTPUT_H

#include "base/bytes.h"
#include "liao/log.h"
#include "liao/screen.h"
#include "loop/loop.h"

/* Waiting to be written at most; past that the server waits. */
#define LIAO_OUTPUT_BYTES (64u << 10)

/* Of a line, to be looked into. */
#define LIAO_OUTPUT_LINE_BYTES 1024

struct liao_output {
    struct loop *loop;
    struct liao_screen *screen; /* NULL: standard output gets it as it is */
    struct liao_log *log;
    struct loop_watch watch;
    struct buf queue;
    struct buf held;   /* the front of a character, or of a CR LF */
    bool is_line_open; /* what was added last does not end with a newline */
    int error;         /* errno of a write; from then on all is dropped */

    /* Each line once it is shown, the front of it if it is long; or NULL. */
    void (*on_line)(void *owner, struct span line);
    void *owner;
    struct buf line; /* the front of the one that is open */
};

/* Its owner may set on_line. */
void liao_output_init(struct liao_output *o, struct loop *l, int fd,
                      struct liao_log *log);
void liao_output_finish(struct liao_output *o);

/* As it comes: the server's newlines are ours. */
void liao_output_add(struct liao_output *o, struct span bytes);

/* A message of a lab server: it ends with a newline that it does not bring;
 * unless it was cut inside a character, when the rest is still to come. */
void liao_output_add_burst(struct liao_output *o, struct span bytes);

/* Nothing more will be added: what is held is shown, an open line is ended. */
void liao_output_end(struct liao_output *o);

/* Append `s`: lines stay lines, all else that a terminal would obey is made
 * harmless. */
void liao_output_clean(struct span s, struct buf *out);

void liao_output_drop(struct liao_output *o); /* what is not written yet */
bool liao_output_is_full(const struct liao_output *o);
bool liao_output_is_written(const struct liao_output *o);
int liao_output_error(const struct liao_output *o);

#endif
