#include "opt/opt.h"

#include <string.h>

/* One step through a command line. */
struct step {
    int argc;
    char **argv;
    int i;        /* what was used last */
    bool is_over; /* behind "--": only operands follow */
    const char *word;
    bool is_operand;
    const struct opt *row; /* NULL: an operand, or unknown */
    const char *value;     /* behind "=" or in the next word; NULL: none */
    bool has_equals;
};

static const struct opt *
find_letter(const struct opt_table *t, const char *word)
{
    for (size_t i = 0; i < t->rows_n; i++) {
        char letter = t->rows[i].letter;
        if (letter != '\0' && word[1] == letter && word[2] == '\0')
            return &t->rows[i];
    }
    return NULL;
}

/* "--name value", "--name=value", "-h". */
static void
take_option(const struct opt_table *t, struct step *s)
{
    struct span word = span_of(s->word);
    size_t n = span_find(word, '=');
    s->has_equals = n < word.n;
    s->value = s->has_equals ? s->word + n + 1 : NULL;
    if (span_starts(word, SPAN("--")))
        s->row = opt_find(t, span_sub(word, 2, n - 2));
    else
        s->row = find_letter(t, s->word);
    bool takes_next = s->row != NULL && s->row->value != NULL &&
                      !s->has_equals && s->i + 1 < s->argc;
    if (takes_next)
        s->value = s->argv[++s->i];
}

/* False at the end. */
static bool
next(const struct opt_table *t, struct step *s)
{
    if (!s->is_over && s->i + 1 < s->argc &&
        strcmp(s->argv[s->i + 1], "--") == 0) {
        s->is_over = true;
        s->i++;
    }
    if (s->i + 1 >= s->argc)
        return false;
    s->word = s->argv[++s->i];
    s->row = NULL;
    s->value = NULL;
    s->is_operand = s->is_over || s->word[0] != '-';
    if (!s->is_operand)
        take_option(t, s);
    return true;
}

static bool
complain_unknown(struct opt_source *s, const char *word)
{
    const char *program = s->table->program;
    const char *name = word + strspn(word, "-");
    char front[80]; /* more is near to nothing */
    snprintf(front, sizeof(front), "%.*s", (int)strcspn(name, "="), name);
    const char *nearest = opt_nearest(s->table, front, false);
    if (nearest != NULL)
        return opt_complain(s, _("%s is no option; did you mean --%s?"), word,
                            nearest);
    return opt_complain(s, _("%s is no option; %s --help lists them"), word,
                        program);
}

static bool
is_answer(const struct opt *row)
{
    return row->kind >= OPT_KIND_HELP;
}

static bool
answer(struct opt_source *s, const struct opt *row, const char *value)
{
    switch (row->kind) {
    case OPT_KIND_HELP:
        opt_help_print(s->table, stdout);
        return true;
    case OPT_KIND_VERSION:
        printf("%s " LIAO_VERSION "\n", s->table->program);
        return true;
    case OPT_KIND_EXAMPLE:
        opt_example_print(s->table, stdout);
        return true;
    default:
        break;
    }
    for (size_t i = 0; opt_shells[i] != NULL; i++) {
        if (strcmp(opt_shells[i], value) == 0) {
            opt_complete_print(s->table, value, stdout);
            return true;
        }
    }
    s->row = row;
    s->value = value;
    return opt_wrong_word(s);
}

static enum opt_verdict
judge(struct opt_source *s, const struct step *step)
{
    const struct opt *row = step->row;
    bool is_right;
    if (row == NULL)
        is_right = complain_unknown(s, step->word);
    else if (row->value == NULL && step->has_equals &&
             row->kind != OPT_KIND_SWITCH)
        is_right = opt_complain(s, _("--%s takes no value"), row->name);
    else if (row->value != NULL && step->value == NULL)
        is_right = opt_complain(s, _("--%s needs a value: --%s %s"), row->name,
                                row->name, row->value);
    else if (is_answer(row))
        return answer(s, row, step->value) ? OPT_DONE : OPT_USAGE;
    else
        is_right =
            opt_value_set(s, row, step->value != NULL ? step->value : "yes");
    return is_right ? OPT_GO : OPT_USAGE;
}

static bool
take_operand(struct opt_source *s, int nth, const char *word)
{
    if (s->table->take_operand != NULL)
        return s->table->take_operand(s->settings, s, nth, word);
    return opt_complain(s,
                        _("%s: only options are taken; %s --help lists them"),
                        word, s->table->program);
}

enum opt_verdict
opt_argv_read(const struct opt_table *t, void *settings,
              const struct opt_ear *ear, int argc, char **argv)
{
    struct opt_source s = {.table = t, .settings = settings, .ear = ear};
    struct step step = {.argc = argc, .argv = argv};
    enum opt_verdict verdict = OPT_GO;
    int operands = 0;
    while (verdict == OPT_GO && next(t, &step)) {
        if (!step.is_operand)
            verdict = judge(&s, &step);
        else if (!take_operand(&s, operands++, step.word))
            verdict = OPT_USAGE;
    }
    return verdict;
}

const char *
opt_argv_find(const struct opt_table *t, const char *name, int argc,
              char **argv)
{
    struct step step = {.argc = argc, .argv = argv};
    const char *value = NULL;
    while (next(t, &step)) {
        if (step.row != NULL && strcmp(step.row->name, name) == 0 &&
            step.value != NULL)
            value = step.value;
    }
    return value;
}
