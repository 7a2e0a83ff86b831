/*
 * Inside the readline editor. Its parts:
 *
 *      readline.c        reads, draws, lives
 *      readline_keys.c   what keys do, and which keys readline does without
 *      readline_tab.c    Tab
 *      readline_paste.c  what becomes of a paste
 *
 * All but the first run inside readline, whose callbacks carry no owner and
 * of which there is one a process: hence `term_readline`, which is NULL while
 * there is no editor.
 */
#ifndef TERM_READLINE_PRIV_H
#define TERM_READLINE_PRIV_H

#include "term/line.h"
#include "term/paste.h"
#include "term/term.h"

#include <stdio.h>

/* Its headers are not complete without stdio's. */
#include <readline/history.h>
#include <readline/readline.h>

struct term_editor {
    struct term term;
    struct term_line line;
    struct term_paste paste;
    struct buf feed;     /* readline's next keys */
    struct buf asked;    /* the paste that a question is about */
    struct buf question; /* empty: none is asked */
    struct buf stash;    /* the line one was typing before walking back */
    int back;            /* how many lines one has walked back; 0: none */
    FILE *nowhere;       /* where readline thinks that it draws */
};

extern struct term_editor *term_readline;

/* The line as it stands. */
struct span term_readline_line(void);

/* As if they had been typed. */
void term_readline_type(struct term_editor *e, struct span keys);

/* readline_keys.c */
void term_readline_bind(void);
int term_readline_translate(int key);          /* before readline looks at it */
void term_readline_remember(const char *line); /* for Up, and for searches */

/* Readline 8.2 lets a line of the history and the one that is edited share
 * what is known for undoing, and frees it twice (found by typing noise at it
 * under the address sanitizer). So for readline nobody is ever inside the
 * history but while a search runs: to be called after each key. */
void term_readline_leave_history(void);

/* readline_tab.c: a command of readline's */
int term_readline_complete(int count, int key);

/* readline_paste.c */
void term_readline_pasted(struct term_editor *e); /* it is whole */

/* A question is asked, and these keys came. What follows the answer is typed. */
void term_readline_answer(struct term_editor *e, struct span keys);

#endif
