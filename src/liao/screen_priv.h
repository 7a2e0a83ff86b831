/*
 * Inside the screen. Its parts:
 *
 *      screen.c         the terminal, drawing, days, life
 *      screen_typed.c   what is typed: shown as ours, completed by Tab
 *      screen_heard.c   what is heard: its looks, the bell
 */
#ifndef LIAO_SCREEN_PRIV_H
#define LIAO_SCREEN_PRIV_H

#include "liao/people.h"
#include "liao/screen.h"
#include "term/paint.h"
#include "term/watch.h"

#define LIAO_PROMPT "> "

struct liao_screen {
    struct loop *loop;
    const struct liao_options *options;
    struct liao_input *input;
    struct liao_log *log;
    struct term *term; /* terminal.term */
    struct term_watch terminal;
    struct term_style style;
    bool is_linear; /* the terminal breaks the rows, nothing moves */
    struct loop_timer midnight;
    enum liao_framing framing;
    uint64_t quiet_until_ms; /* no bell before */
    int day;                 /* of the year, of what was shown last */
    struct liao_phrases phrases;
    struct liao_people people;
};

/* Above the line that is being typed, at this time. */
void liao_screen_show(struct liao_screen *s, struct term_message *message);

/* screen_typed.c: for struct term_setup, whose owner is the screen */
void liao_screen_on_line(void *owner, struct span line);
void liao_screen_on_end(void *owner);
void liao_screen_complete(void *owner, struct span line, size_t at,
                          struct term_offers *offers);

#endif
