#include "opt/scan.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* ASCII letters and digits, whatever the locale; and what addresses and
 * names of files hold. */
static bool
is_word(char c)
{
    return c != '\0' && strchr("abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789-_.:/@%~",
                               c) != NULL;
}

/* What was just read stands before an equals sign. */
static void
meet_key(struct opt_scan *scan, const struct opt_source *s, struct span key)
{
    const struct opt *row = opt_find(s->table, key);
    if (key.n == 0 || (row != NULL && !row->is_once))
        return;
    for (size_t i = 0; i < scan->strangers_n; i++) {
        if (span_equal(span_of(scan->strangers[i]), key))
            return;
    }
    if (scan->strangers_n == OPT_SCAN_STRANGERS)
        return;
    char *name = alloc_zeroed(key.n + 1);
    memcpy(name, key.at, key.n);
    scan->strangers[scan->strangers_n++] = name;
}

/* Behind the opening quote; returns what is behind the closing one. */
static char *
skip_quoted(struct opt_source *s, char *at)
{
    char quote = *at++;
    bool is_right = true;
    for (; *at != quote; at++) {
        if (*at == '\0' || *at == '\n') {
            opt_complain(s, _("a quotation mark is missing: %c"), quote);
            return at;
        }
        if (*at == '\\' || (*at == '$' && at[1] == '{') ||
            (unsigned char)*at < ' ' || *at == 0x7f)
            is_right = false;
    }
    if (!is_right)
        opt_complain(s, _("between quotation marks \\, ${ and control "
                          "characters cannot stand"));
    return at + 1;
}

static char *
skip_line(char *at)
{
    return at + strcspn(at, "\n");
}

bool
opt_scan(struct opt_scan *scan, struct opt_source *s, char *text)
{
    unsigned wrong_before = s->wrong_n;
    struct span word = SPAN_NONE;
    s->line = 1;
    for (char *at = text; *at != '\0';) {
        size_t n = strcspn(at, "\n");
        if (*at == '\n') {
            s->line++;
            at++;
        } else if (*at == '#') {
            memset(at, ' ', n);
        } else if (*at == '"' || *at == '\'') {
            at = skip_quoted(s, at);
        } else if (is_word(*at) && strncmp(at, "//", 2) != 0) {
            char *end = at;
            while (is_word(*end) && strncmp(end, "//", 2) != 0)
                end++;
            word = (struct span){(uint8_t *)at, (size_t)(end - at)};
            at = end;
        } else if (*at == '=') {
            meet_key(scan, s, word);
            at++;
        } else if (strchr(" \t\r{},", *at) != NULL) {
            at++;
        } else {
            if (word.n > 0 && (const char *)word.at + word.n == at)
                at -= word.n;
            opt_complain(s,
                         _("%.*s: text with such characters needs "
                           "quotation marks"),
                         (int)strcspn(at, " \t\r\n"), at);
            at = skip_line(at);
        }
    }
    return s->wrong_n == wrong_before;
}

void
opt_scan_finish(struct opt_scan *scan)
{
    for (size_t i = 0; i < scan->strangers_n; i++)
        free(scan->strangers[i]);
    scan->strangers_n = 0;
}
