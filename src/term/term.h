/*
 * A terminal that one types on while others' lines arrive.
 *
 * An editor is a struct term_ops: readline.c and its parts (GNU readline
 * edits, we draw; in liao only, since it is GPL), edit.c (we edit, for
 * programs without readline) and plain.c (the terminal's own line editing, or
 * a pipe). A loop (term/watch.h) calls
 *
 *      term_read()    when the input is readable
 *      term_draw()    when term_has_work(); then
 *      term_write()   when the output takes more, while term_has_output()
 *
 * so a terminal that stands still (a slow line) makes nobody wait.
 */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include "base/bytes.h"
#include "term/line.h"

/* What could stand in place of a word; see setup.complete. */
struct term_offers {
    struct buf words;   /* each ends with a newline */
    struct span suffix; /* follows the word once it is the only one */
};

struct term_setup {
    int in;
    int out;
    const char *prompt; /* outlives the terminal */
    void *owner;

    /* A whole line, without its newline; dies with the call. */
    void (*on_line)(void *owner, struct span line);

    /* Nothing more will be typed: Ctrl-D on an empty line, or an end. */
    void (*on_end)(void *owner);

    /* term_offer() what the word may become that begins at `at` and ends with
     * `line`. NULL: nothing is completed. */
    void (*complete)(void *owner, struct span line, size_t at,
                     struct term_offers *offers);
};

struct term {
    const struct term_ops *ops;
    struct term_setup setup;
    struct buf above;  /* shown, but not drawn yet */
    struct buf out;    /* drawn, but not written yet */
    bool is_dirty;     /* the half-typed line has to be drawn */
    bool is_ended;     /* on_end was called */
    bool is_suspended; /* the terminal is somebody else's now */
    bool has_left;     /* term_leave(): what is shown is only written */
    int error;         /* errno of a write; from then on all is dropped */
};

struct term_ops {
    const char *name;
    bool keeps_typed; /* what was typed stays on the screen by itself */
    struct term *(*create)(const struct term_setup *setup);
    void (*close)(struct term *t); /* to `out`; then gives the terminal back */
    void (*destroy)(struct term *t);
    void (*read)(struct term *t);
    void (*draw)(struct term *t); /* `above`, then the half-typed line */
    void (*suspend)(struct term *t);
    bool (*resume)(struct term *t); /* false: it is not ours yet */
};

extern const struct term_ops term_plain_ops;
extern const struct term_ops term_edit_ops;
extern const struct term_ops term_readline_ops; /* built into liao only */

/* NULL: the descriptors are no terminal that this editor could use. */
struct term *term_create(const struct term_ops *ops,
                         const struct term_setup *setup);

/* What was shown is written, a half-typed line stays visible, the terminal's
 * settings are what they were. NULL is fine. */
void term_destroy(struct term *t);

/* The same, but what is shown from now on is written below. Nothing more is
 * read: it is the next program's, while ours takes leave of a slow network. */
void term_leave(struct term *t);

void term_read(struct term *t);

/* Above the half-typed line; clean text, perhaps with our own colours,
 * without the last newline. */
void term_show(struct term *t, struct span line);

/* To the terminal as it is, before the next line: the bell, a title. */
void term_signal(struct term *t, struct span bytes);

bool term_has_work(const struct term *t);
void term_draw(struct term *t);
bool term_has_output(const struct term *t);
void term_write(struct term *t);
bool term_is_full(const struct term *t); /* show no more for now */

/* Ctrl-Z: the settings go back, until term_resume(), which also is right
 * after a SIGCONT that nobody announced. */
void term_suspend(struct term *t);
void term_resume(struct term *t);

/* SIGWINCH; SIGTSTP (Ctrl-Z): returns after fg; SIGCONT. All three are
 * blocked, and were read from a descriptor. */
void term_on_signal(struct term *t, int number);

void term_offer(struct term_offers *offers, struct span word);
/* The same if it begins with `word`, large or small. */
void term_offer_if_fits(struct term_offers *offers, struct span word,
                        struct span name);

/* For editors: */
void term_init(struct term *t, const struct term_ops *ops,
               const struct term_setup *setup);
void term_finish(struct term *t);
void term_flush(struct term *t); /* waits, a second at most without progress */
void term_end(struct term *t);   /* on_end, once */

/* Tab behind `before`, which is the line up to the cursor. True: what is from
 * *at on becomes `word`. Else all that it might become was shown. */
MUST_USE bool term_complete(struct term *t, struct span before, size_t *at,
                            struct buf *word);

/* drawn.c: for editors that draw their line. What they do in term_ops: */
void term_drawn_draw(struct term *t, struct term_line *line, struct span prompt,
                     struct span text, size_t cursor);
void term_drawn_suspend(struct term *t, struct term_line *line);
MUST_USE bool term_drawn_resume(struct term *t, struct term_line *line);
/* `stays`: the line does. */
void term_drawn_close(struct term *t, struct term_line *line, bool stays);

/* Ctrl-L */
void term_drawn_clear(struct term *t, struct term_line *line);

#endif
