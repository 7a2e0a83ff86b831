/*
 * What liao's exit status means; liao(1) and --help say the same.
 */
#ifndef LIAO_EXITS_H
#define LIAO_EXITS_H

enum liao_exit {
    LIAO_EXIT_LEFT = 0,        /* as asked: q, or the end of the input */
    LIAO_EXIT_LOST = 1,        /* the connection broke before that */
    LIAO_EXIT_USAGE = 2,       /* the command line, or the answers to it */
    LIAO_EXIT_NO_SERVER = 3,   /* could not connect, or listen */
    LIAO_EXIT_NO_OUTPUT = 4,   /* standard output takes no more */
    LIAO_EXIT_ENDED = 5,       /* the server ended it, and said why */
    LIAO_EXIT_SIGNALLED = 128, /* plus its number, as shells have it */
};

#endif
