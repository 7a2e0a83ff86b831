/*
 * Options: one table a program. From its rows come the command line, --help,
 * the configuration file, the example of one, and the shells' completions;
 * tests hold the manual pages against it.
 *
 *     value.c     a value, as written, into the settings
 *     argv.c      the command line
 *     file.c      the configuration file, which scan.c looks at first
 *     load.c      all of them, in their order
 *     help.c      --help and the example file, laid out
 *     complete.c  what bash, zsh and fish are told
 *
 * The settings are a plain struct of the program's, without pointers, which
 * can be copied; a row names the field that it sets. To add an option, add a
 * row (and its entry to the manual page).
 */
#ifndef OPT_OPT_H
#define OPT_OPT_H

#include "base/bytes.h"
#include "base/tr.h"

#include <limits.h>
#include <stdio.h>

#define OPT_ROWS_MOST 64
#define OPT_UNSAID UINT_MAX /* a WORD's field that nobody has set */

struct opt_source;

/* Takes a value that no kind fits; else says opt_wrong() and is false. */
typedef bool opt_set(void *settings, struct opt_source *s, const char *value);

enum opt_kind {
    OPT_KIND_SWITCH, /* bool; takes no value, but =yes and =no */
    OPT_KIND_NUMBER, /* uint64_t, from `least` to `most` */
    OPT_KIND_WORD,   /* unsigned: which of `words` */
    OPT_KIND_TEXT,   /* char[most + 1], not empty once set */
    OPT_KIND_SET,    /* whatever `set` does */
    OPT_KIND_HELP,   /* from here on: printed, and nothing else is done */
    OPT_KIND_VERSION,
    OPT_KIND_COMPLETION,
    OPT_KIND_EXAMPLE,
};

struct opt {
    const char *heading; /* --help begins a group with it, which may be
                            without words; or NULL */
    const char *name;    /* without dashes; the file's key, too */
    char letter;         /* 'h' for -h; 0: none */
    bool is_once;        /* for one run: the file does not have it */
    bool is_fixed;       /* a reload does not change it */
    const char *value;   /* what --help calls it; NULL: takes none */
    const char *help;    /* N_(), one paragraph */
    const char *example; /* the value in the example file; NULL: the default */
    const char *const *words; /* for WORD all values; else what shells offer;
                                 NULL ends them */
    enum opt_kind kind;
    size_t at; /* where the field is in the settings */
    uint64_t least, most;
    opt_set *set;    /* SET; and TEXT, when not NULL, to judge it first */
    size_t count_at; /* of SET, if many: the size_t that counts them */
    size_t many;     /* so many at most; 0: one, and the last one counts */
};

#define OPT_FIELD(type, field, wanted)                                         \
    (offsetof(type, field) +                                                   \
     0 * sizeof(char[sizeof(((type *)0)->field) == (wanted) ? 1 : -1]))
#define OPT_SWITCH(type, field)                                                \
    .kind = OPT_KIND_SWITCH, .at = OPT_FIELD(type, field, sizeof(bool))
#define OPT_NUMBER(type, field, from, to)                                      \
    .kind = OPT_KIND_NUMBER, .least = (from), .most = (to),                    \
    .at = OPT_FIELD(type, field, sizeof(uint64_t))
#define OPT_WORD(type, field, list)                                            \
    .kind = OPT_KIND_WORD, .words = (list),                                    \
    .at = OPT_FIELD(type, field, sizeof(unsigned))
#define OPT_TEXT(type, field)                                                  \
    .kind = OPT_KIND_TEXT, .at = offsetof(type, field),                        \
    .most = sizeof(((type *)0)->field) - 1
#define OPT_SET(setter) .kind = OPT_KIND_SET, .set = (setter)
#define OPT_SET_MANY(type, count, limit, setter)                               \
    .kind = OPT_KIND_SET, .set = (setter), .many = (limit),                    \
    .count_at = OPT_FIELD(type, count, sizeof(size_t))

/* A part of the settings: --config and --check-config, for one run. Once
 * loaded, `path` is the file that was read; empty: there was none. */
struct opt_config {
    char path[4096];
    bool is_only_checked;
};

/* The fields of the rows that every program has; of the first two `field` is
 * its struct opt_config. */
#define OPT_ROW_CONFIG(type, field)                                            \
    .name = "config", .value = "FILE", .is_once = true,                        \
    OPT_TEXT(type, field.path),                                                \
    .help = N_("the configuration file (default: the first of "                \
               "~/.config/liao and /etc/liao that has one)")
#define OPT_ROW_CHECK(type, field)                                             \
    .name = "check-config", .is_once = true,                                   \
    OPT_SWITCH(type, field.is_only_checked),                                   \
    .help = N_("only read the configuration and say what is wrong with it")
#define OPT_ROW_EXAMPLE                                                        \
    .name = "example-config", .is_once = true, .kind = OPT_KIND_EXAMPLE,       \
    .help = N_("print a configuration file to begin with")
#define OPT_ROW_COMPLETION                                                     \
    .name = "completion", .value = "SHELL", .is_once = true,                   \
    .kind = OPT_KIND_COMPLETION, .words = opt_shells,                          \
    .help = N_("what makes Tab complete these options in bash, zsh or fish")
#define OPT_ROW_HELP                                                           \
    .name = "help", .letter = 'h', .is_once = true, .kind = OPT_KIND_HELP,     \
    .help = N_("this text")
#define OPT_ROW_VERSION                                                        \
    .name = "version", .letter = 'V', .is_once = true,                         \
    .kind = OPT_KIND_VERSION, .help = N_("the version")

extern const char *const opt_shells[];

/* What may stand beside the options; for --help, and NULL ends the list. */
struct opt_operand {
    const char *name;
    const char *help;         /* N_() */
    const char *const *words; /* what shells offer; or NULL */
};

struct opt_table {
    const char *program; /* "liaod" */
    const char *file;    /* "liaod.conf" */
    const char *page;    /* the manual page that explains the file */
    const char *usage;   /* N_(): the first line of --help */
    const char *about;   /* N_(): the paragraph below it */
    const char *more;    /* N_(): the paragraphs at its end */
    const struct opt_operand *operands; /* or NULL */
    /* The nth word that is no option, from 0; NULL: there is none. */
    bool (*take_operand)(void *settings, struct opt_source *s, int nth,
                         const char *word);
    const struct opt *rows;
    size_t rows_n;
    const void *defaults; /* settings */
    size_t bytes;         /* of them */
    size_t config_at;     /* where their struct opt_config is */
    /* Do the options of the command line go together? NULL, or why not. */
    const char *(*judge)(const void *settings);
    /* And all that holds now, wherever it was set? */
    const char *(*judge_all)(const void *settings);
};

/* -- where values come from -------------------------------------------------- */

/* Who is told what is wrong: each time one line, in the user's language. */
struct opt_ear {
    void (*hear)(const struct opt_ear *ear, const char *line);
    const char *program;
};

/* The ear that writes "liaod: ..." to standard error. */
void opt_ear_stderr(const struct opt_ear *ear, const char *line);

/* A command line or a file, while it is read. */
struct opt_source {
    const struct opt_table *table;
    void *settings;
    const struct opt_ear *ear;
    const char *file; /* NULL: the command line */
    unsigned line;
    const struct opt *row; /* whose value is being read; NULL: none */
    const char *value;
    uint64_t seen; /* rows that this source has set, by number */
    unsigned wrong_n;
};

/* Say what is wrong with the value; false, for setters to return. What is
 * said begins with the file, the line, the option and its value. */
bool opt_wrong(struct opt_source *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Say which of the row's words there are. */
bool opt_wrong_word(struct opt_source *s);

/* The same of something that is not an option's value. */
bool opt_complain(struct opt_source *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Of a source the value of one row; false after saying, and counting in
 * s->wrong_n, what is wrong. */
bool opt_value_set(struct opt_source *s, const struct opt *row,
                   const char *value);

/* The row with this name, or the known name nearest to it; or NULL. */
const struct opt *opt_find(const struct opt_table *t, struct span name);
const char *opt_nearest(const struct opt_table *t, const char *name,
                        bool is_file);

/* -- the command line -------------------------------------------------------- */

enum opt_verdict {
    OPT_GO,
    OPT_DONE,     /* --help and the like was answered on standard output */
    OPT_USAGE,    /* said what is wrong with the command line */
    OPT_BAD_FILE, /* said what is wrong with the configuration file */
};

/* What a program exits with that does not go: 0, 2, or EX_CONFIG, 78. */
int opt_exit(enum opt_verdict verdict);

/* Over what `settings` hold. May be read again, over others. */
MUST_USE enum opt_verdict opt_argv_read(const struct opt_table *t,
                                        void *settings,
                                        const struct opt_ear *ear, int argc,
                                        char **argv);

/* The value of the last --NAME, looked for before anything is judged. */
const char *opt_argv_find(const struct opt_table *t, const char *name, int argc,
                          char **argv);

/* -- all together ------------------------------------------------------------ */

/*
 * The settings from all sources, the last wins: defaults, configuration file,
 * command line. Speaks the language that the command line, else the file,
 * else the locale wishes for: the command line is searched for it first, so
 * that complaints are in it, too. Answers --check-config.
 */
MUST_USE enum opt_verdict opt_load(const struct opt_table *t, void *settings,
                                   const struct opt_ear *ear, int argc,
                                   char **argv);

/* The same again, later. When false, nothing has changed. */
MUST_USE bool opt_reload(const struct opt_table *t, void *settings,
                         const struct opt_ear *ear, int argc, char **argv);

/* -- what is printed --------------------------------------------------------- */

void opt_help_print(const struct opt_table *t, FILE *out);
void opt_example_print(const struct opt_table *t, FILE *out);
void opt_complete_print(const struct opt_table *t, const char *shell,
                        FILE *out);

#endif
