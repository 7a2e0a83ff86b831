#include "opt/opt.h"

#include <string.h>

/*
 * What shells are told. Words that a row knows are offered, files where its
 * value is called FILE. URLs are only begun, so no blank follows them.
 */
const char *const opt_shells[] = {"bash", "zsh", "fish", NULL};

static bool
is_file(const struct opt *row)
{
    return row->value != NULL && strcmp(row->value, "FILE") == 0;
}

/* A word of its own on the command line; the others say more of it. */
static bool
is_place(const struct opt_operand *o)
{
    return strstr(o->name, "://") == NULL;
}

/* The rest of the value is up to the user. */
static bool
is_begun(const char *const *words)
{
    return strstr(words[0], "://") != NULL;
}

static void
print_words(FILE *out, const char *const *words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        fprintf(out, "%s%s", i == 0 ? "" : " ", words[i]);
}

/* `text` between single quotes, with a backslash before each of `special`. */
static void
print_quoted(FILE *out, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\'", out); /* ends, one of its own, and begins again */
        else if (strchr(special, *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* -- bash ------------------------------------------------------------------------ */

static void
print_bash_value(FILE *out, const struct opt *row)
{
    if (row->value == NULL)
        return;
    fprintf(out, "    --%s) ", row->name);
    if (is_file(row)) {
        fputs("compopt -o filenames\n"
              "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n",
              out);
        return;
    }
    if (row->words == NULL) {
        fputs(";;\n", out);
        return;
    }
    if (is_begun(row->words))
        fputs("compopt -o nospace\n        ", out);
    fputs("COMPREPLY=($(compgen -W '", out);
    print_words(out, row->words);
    fputs("' -- \"$cur\")) ;;\n", out);
}

static void
print_bash_operands(const struct opt_table *t, FILE *out)
{
    for (const struct opt_operand *o = t->operands;
         o != NULL && o->name != NULL; o++) {
        if (o->words == NULL)
            continue;
        fputs("    [^-]*|'') compopt -o nospace\n"
              "        COMPREPLY=($(compgen -A hostname -W '",
              out);
        print_words(out, o->words);
        fputs("' -- \"$cur\")) ;;\n", out);
    }
}

/* bash gives "=" as a word of its own. */
static void
print_bash(const struct opt_table *t, FILE *out)
{
    const char *program = t->program;
    fprintf(out,
            "_%s() {\n"
            "    local cur=${COMP_WORDS[COMP_CWORD]}\n"
            "    local prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
            "    if [[ $cur == = ]]; then\n"
            "        cur=\n"
            "    elif [[ $prev == = ]]; then\n"
            "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
            "    fi\n"
            "    COMPREPLY=()\n"
            "    case $prev in\n",
            program);
    for (size_t i = 0; i < t->rows_n; i++)
        print_bash_value(out, &t->rows[i]);
    fputs("    *) case $cur in\n", out);
    print_bash_operands(t, out);
    fputs("    *) COMPREPLY=($(compgen -W '", out);
    for (size_t i = 0; i < t->rows_n; i++)
        fprintf(out, "%s--%s", i == 0 ? "" : " ", t->rows[i].name);
    fprintf(out,
            "' -- \"$cur\")) ;;\n"
            "    esac ;;\n"
            "    esac\n"
            "}\n"
            "complete -F _%s %s\n",
            program, program);
}

/* -- zsh ------------------------------------------------------------------------- */

/* What may stand first: a host, or a URL that is only begun. */
static void
print_zsh_server(const struct opt_table *t, FILE *out)
{
    fprintf(out, "_%s_server() {\n    _hosts\n", t->program);
    for (const struct opt_operand *o = t->operands; o->name != NULL; o++) {
        if (o->words == NULL)
            continue;
        fputs("    compadd -S '' -- ", out);
        print_words(out, o->words);
        fputc('\n', out);
    }
    fputs("}\n", out);
}

/* The places beside the options; the first is the server's. */
static void
print_zsh_operands(const struct opt_table *t, FILE *out)
{
    int nth = 0;
    for (const struct opt_operand *o = t->operands; o->name != NULL; o++) {
        if (is_place(o) && nth++ == 0)
            fprintf(out, " \\\n        '1:%s:_%s_server'", o->name, t->program);
        else if (is_place(o))
            fprintf(out, " \\\n        '%d:%s:'", nth, o->name);
    }
}

static void
print_zsh_row(FILE *out, const struct opt *row)
{
    fputs(" \\\n        ", out);
    if (row->letter != '\0')
        fprintf(out, "'(-%c --%s)'{-%c,--%s}'[", row->letter, row->name,
                row->letter, row->name);
    else
        fprintf(out, "'%s--%s%s[", row->many > 0 ? "*" : "", row->name,
                row->value != NULL ? "=" : "");
    print_quoted(out, tr(row->help), "[]\\");
    fputc(']', out);
    if (row->value != NULL) {
        fputc(':', out);
        print_quoted(out, row->value, "[]:\\");
        fputc(':', out);
    }
    if (is_file(row)) {
        fputs("_files", out);
    } else if (row->words != NULL) {
        bool is_whole = !is_begun(row->words);
        fputs(is_whole ? "(" : "{compadd -S \"\" --", out);
        for (size_t i = 0; row->words[i] != NULL; i++) {
            fputs(is_whole && i == 0 ? "" : " ", out);
            print_quoted(out, row->words[i], ":\\");
        }
        fputc(is_whole ? ')' : '}', out);
    }
    fputc('\'', out);
}

/* Works from a folder of $fpath, where the file is the function, and read
 * with ".", where it has to be registered. */
static void
print_zsh(const struct opt_table *t, FILE *out)
{
    const char *program = t->program;
    fprintf(out, "#compdef %s\n", program);
    if (t->operands != NULL)
        print_zsh_server(t, out);
    fprintf(out, "_%s() {\n    _arguments", program);
    for (size_t i = 0; i < t->rows_n; i++)
        print_zsh_row(out, &t->rows[i]);
    if (t->operands != NULL)
        print_zsh_operands(t, out);
    fprintf(out,
            "\n}\n"
            "if [[ $funcstack[1] == _%s ]]; then\n"
            "    _%s \"$@\"\n"
            "else\n"
            "    compdef _%s %s\n"
            "fi\n",
            program, program, program, program);
}

/* -- fish ------------------------------------------------------------------------ */

static void
print_fish_row(const struct opt_table *t, FILE *out, const struct opt *row)
{
    fprintf(out, "complete -c %s -l %s", t->program, row->name);
    if (row->letter != '\0')
        fprintf(out, " -s %c", row->letter);
    if (is_file(row))
        fputs(" -r -F", out);
    else if (row->value != NULL)
        fputs(" -x", out);
    if (row->words != NULL) {
        fputs(" -a '", out);
        print_words(out, row->words);
        fputc('\'', out);
    }
    fputs(" -d '", out);
    print_quoted(out, tr(row->help), "\\");
    fputs("'\n", out);
}

static void
print_fish_operands(const struct opt_table *t, FILE *out)
{
    fputs(" -a '(__fish_print_hostnames)", out);
    for (const struct opt_operand *o = t->operands; o->name != NULL; o++) {
        if (o->words != NULL)
            fputc(' ', out);
        print_words(out, o->words);
    }
    fputc('\'', out);
}

static void
print_fish(const struct opt_table *t, FILE *out)
{
    fprintf(out, "complete -c %s -f", t->program);
    if (t->operands != NULL)
        print_fish_operands(t, out);
    fputc('\n', out);
    for (size_t i = 0; i < t->rows_n; i++)
        print_fish_row(t, out, &t->rows[i]);
}

void
opt_complete_print(const struct opt_table *t, const char *shell, FILE *out)
{
    if (strcmp(shell, "bash") == 0)
        print_bash(t, out);
    else if (strcmp(shell, "zsh") == 0)
        print_zsh(t, out);
    else
        print_fish(t, out);
}
