/*
 * --reconnect: wait a while, longer each time, before the next try.
 */
#ifndef LIAO_AGAIN_H
#define LIAO_AGAIN_H

#include "liao/input.h"
#include "loop/loop.h"

struct liao_again {
    uint64_t wait_ms;  /* the last wait; 0: there was none */
    bool has_given_up; /* q was typed meanwhile */
    struct loop *loop;
    struct liao_input *input;
    struct loop_timer timer;
    struct loop_hook turn_end;
};

/* The next wait, in seconds: 1, 2, 4 ... 60. A connection that lasted makes
 * it begin anew. */
unsigned liao_again_next(struct liao_again *a, uint64_t lasted_ms);

/* Runs the loop for that long, or until q is typed or the loop is stopped. */
void liao_again_wait(struct liao_again *a, struct loop *l,
                     struct liao_input *in);

#endif
