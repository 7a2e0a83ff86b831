#include "opt/opt.h"

#include "term/width.h"

#include <string.h>

#define COLUMNS 79
#define HELP_COLUMN 26 /* where the words beside an option begin */

/* -- paragraphs ----------------------------------------------------------------- */

/* Punctuation that must not begin a line. */
static bool
is_closing(struct span s)
{
    static const char *const signs[] = {",",  ".",  ";",  ":",  "?",  "!",
                                        ")",  "，", "。", "；", "：", "）",
                                        "、", "」", "》", "？", "！"};
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        if (span_starts(s, span_of(signs[i])))
            return true;
    }
    return false;
}

/*
 * How many bytes of `s` fit into `columns`, up to where a line may end: at a
 * blank or behind a wide character, as Chinese has no blanks. A word that is
 * too long alone is left whole.
 */
static size_t
fit(struct span s, unsigned columns)
{
    size_t end = 0;
    unsigned used = 0;
    for (size_t i = 0; i < s.n;) {
        struct term_grapheme g = term_width_next(span_from(s, i));
        bool is_blank = span_get(s, i) == ' ';
        if (is_blank)
            end = i;
        used += g.columns;
        if (used > columns && !is_blank && end > 0)
            return end;
        i += g.bytes;
        if (i == s.n || span_get(s, i) == '\n')
            return used > columns && end > 0 ? end : i;
        if (g.columns == 2 && used <= columns && !is_closing(span_from(s, i)))
            end = i;
    }
    return s.n;
}

/* From column `at` on, lines below begin at column `indent`. */
static void
print_wrapped(FILE *out, const char *text, unsigned at, unsigned indent,
              const char *margin)
{
    struct span s = span_of(text);
    while (s.n > 0) {
        size_t n = fit(s, COLUMNS - indent);
        fprintf(out, "%*s%.*s\n", (int)(indent - at), "",
                SPAN_ARG(span_sub(s, 0, n)));
        s = span_from(s, n);
        if (s.n > 0 && (span_get(s, 0) == ' ' || span_get(s, 0) == '\n'))
            s = span_from(s, 1);
        if (s.n > 0)
            fputs(margin, out);
        at = (unsigned)strlen(margin);
    }
}

/* A name, and what it means beside it, or below it if it is long. */
static void
print_pair(FILE *out, const char *name, const char *meaning)
{
    unsigned at = (unsigned)fprintf(out, "  %s", name);
    if (at + 2 > HELP_COLUMN) {
        fputc('\n', out);
        at = 0;
    }
    print_wrapped(out, meaning, at, HELP_COLUMN, "");
}

/* -- --help ---------------------------------------------------------------------- */

static void
print_row(FILE *out, const struct opt *row)
{
    char name[128];
    char letter[] = {'-', row->letter, ',', ' ', '\0'};
    snprintf(name, sizeof(name), "%s--%s%s%s",
             row->letter != '\0' ? letter : "", row->name,
             row->value != NULL ? " " : "",
             row->value != NULL ? row->value : "");
    print_pair(out, name, tr(row->help));
}

void
opt_help_print(const struct opt_table *t, FILE *out)
{
    fprintf(out, "%s\n", tr(t->usage));
    print_wrapped(out, tr(t->about), 0, 0, "");
    if (t->operands != NULL)
        fputc('\n', out);
    for (const struct opt_operand *o = t->operands;
         o != NULL && o->name != NULL; o++)
        print_pair(out, o->name, tr(o->help));
    for (size_t i = 0; i < t->rows_n; i++) {
        if (t->rows[i].heading != NULL)
            fprintf(out, "\n%s%s", tr(t->rows[i].heading),
                    t->rows[i].heading[0] != '\0' ? "\n" : "");
        print_row(out, &t->rows[i]);
    }
    fputc('\n', out);
    print_wrapped(out, tr(t->more), 0, 0, "");
}

/* -- the example file ------------------------------------------------------------ */

/* As it stands without us; where that can't be said, as the row's example. */
static void
print_default(const struct opt_table *t, const struct opt *row, FILE *out)
{
    const char *at = (const char *)t->defaults + row->at;
    uint64_t number;
    unsigned word;
    if (row->example != NULL) {
        fputs(row->example, out);
    } else if (row->kind == OPT_KIND_SWITCH) {
        const char *said = *(const bool *)(const void *)at ? "yes" : "no";
        fputs(said, out);
    } else if (row->kind == OPT_KIND_NUMBER) {
        memcpy(&number, at, sizeof(number));
        fprintf(out, "%llu", (unsigned long long)number);
    } else if (row->kind == OPT_KIND_WORD) {
        memcpy(&word, at, sizeof(word));
        fputs(row->words[word == OPT_UNSAID ? 0 : word], out);
    }
}

static void
print_comment(FILE *out, const char *text)
{
    fputs("# ", out);
    print_wrapped(out, text, 2, 2, "# ");
}

void
opt_example_print(const struct opt_table *t, FILE *out)
{
    char front[512];
    snprintf(front, sizeof(front),
             _("%s: read when %s starts. Each key is an option of the command "
               "line, which beats this file. The lines below are commented "
               "out; they are the defaults, or examples. What is wrong with "
               "this file: %s --check-config. Manual: man %s"),
             t->file, t->program, t->program, t->page);
    print_comment(out, front);
    for (size_t i = 0; i < t->rows_n; i++) {
        const struct opt *row = &t->rows[i];
        if (row->is_once)
            continue;
        fputc('\n', out);
        print_comment(out, tr(row->help));
        fprintf(out, "#%s = ", row->name);
        print_default(t, row, out);
        fputc('\n', out);
    }
}
