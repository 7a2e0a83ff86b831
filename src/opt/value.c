#include "opt/opt.h"

#include "base/nearest.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* -- what is wrong ------------------------------------------------------------- */

void
opt_ear_stderr(const struct opt_ear *ear, const char *line)
{
    fprintf(stderr, "%s: %s\n", ear->program, line);
}

static void say(struct opt_source *s, struct buf *front, const char *format,
                va_list ap) __attribute__((format(printf, 3, 0)));

/* What a user wrote may be anything, and goes to a terminal. */
static void
say(struct opt_source *s, struct buf *front, const char *format, va_list ap)
{
    char why[1024];
    struct buf line = {0};
    vsnprintf(why, sizeof(why), format, ap);
    buf_add(front, span_of(why));
    utf8_clean(buf_span(front), &line);
    buf_add_byte(&line, '\0');
    s->wrong_n++;
    s->ear->hear(s->ear, (const char *)line.at);
    buf_finish(&line);
    buf_finish(front);
}

static void
add_place(const struct opt_source *s, struct buf *out)
{
    if (s->file != NULL && s->line > 0)
        buf_add_format(out, "%s:%u: ", s->file, s->line);
    else if (s->file != NULL)
        buf_add_format(out, "%s: ", s->file);
}

bool
opt_complain(struct opt_source *s, const char *format, ...)
{
    struct buf front = {0};
    va_list ap;
    va_start(ap, format);
    add_place(s, &front);
    say(s, &front, format, ap);
    va_end(ap);
    return false;
}

bool
opt_wrong(struct opt_source *s, const char *format, ...)
{
    struct buf front = {0};
    va_list ap;
    va_start(ap, format);
    add_place(s, &front);
    buf_add_format(&front,
                   s->file != NULL ? "%s %s: " : "--%s %s: ", s->row->name,
                   s->value);
    say(s, &front, format, ap);
    va_end(ap);
    return false;
}

/* -- rows ---------------------------------------------------------------------- */

const struct opt *
opt_find(const struct opt_table *t, struct span name)
{
    for (size_t i = 0; i < t->rows_n; i++) {
        if (span_equal(span_of(t->rows[i].name), name))
            return &t->rows[i];
    }
    return NULL;
}

const char *
opt_nearest(const struct opt_table *t, const char *name, bool is_file)
{
    const char *names[OPT_ROWS_MOST];
    size_t n = 0;
    CHECK(t->rows_n <= OPT_ROWS_MOST);
    for (size_t i = 0; i < t->rows_n; i++) {
        if (!is_file || !t->rows[i].is_once)
            names[n++] = t->rows[i].name;
    }
    return nearest_word(name, names, n);
}

/* -- values -------------------------------------------------------------------- */

static bool
set_switch(struct opt_source *s, bool *field, const char *value)
{
    static const char *const words[] = {"no",    "yes",  "off", "on",
                                        "false", "true", "0",   "1"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(value, words[i]) == 0) {
            *field = i % 2 == 1;
            return true;
        }
    }
    return opt_wrong(s, _("it is yes or no"));
}

static bool
set_number(struct opt_source *s, uint64_t *field, const char *value)
{
    uint64_t number;
    if (!span_number(span_of(value), s->row->most, &number) ||
        number < s->row->least)
        return opt_wrong(s, _("it has to be a number from %llu to %llu"),
                         (unsigned long long)s->row->least,
                         (unsigned long long)s->row->most);
    *field = number;
    return true;
}

bool
opt_wrong_word(struct opt_source *s)
{
    const char *const *words = s->row->words;
    struct buf all = {0};
    size_t n = 0;
    for (; words[n] != NULL; n++)
        buf_add_format(&all, n == 0 ? "%s" : ", %s", words[n]);
    const char *nearest = nearest_word(s->value, words, n);
    if (nearest != NULL)
        opt_wrong(s, _("did you mean %s? It is one of %.*s"), nearest,
                  SPAN_ARG(buf_span(&all)));
    else
        opt_wrong(s, _("it is one of %.*s"), SPAN_ARG(buf_span(&all)));
    buf_finish(&all);
    return false;
}

static bool
set_word(struct opt_source *s, unsigned *field, const char *value)
{
    for (unsigned i = 0; s->row->words[i] != NULL; i++) {
        if (strcmp(value, s->row->words[i]) == 0) {
            *field = i;
            return true;
        }
    }
    return opt_wrong_word(s);
}

static bool
copy_text(struct opt_source *s, char *field, const char *value)
{
    size_t n = strlen(value);
    if (n == 0)
        return opt_wrong(s, _("it must not be empty"));
    if (n > s->row->most)
        return opt_wrong(s, _("it is longer than %llu bytes"),
                         (unsigned long long)s->row->most);
    if (s->row->set != NULL && !s->row->set(s->settings, s, value))
        return false;
    memcpy(field, value, n + 1);
    return true;
}

/* What a shell does with a file's name on the command line. */
static void
expand_home(const struct opt_source *s, const char *value, struct buf *out)
{
    const char *home = getenv("HOME");
    bool is_file = s->row->value != NULL && strcmp(s->row->value, "FILE") == 0;
    if (s->file != NULL && is_file && strncmp(value, "~/", 2) == 0 &&
        home != NULL) {
        buf_add(out, span_of(home));
        value++;
    }
    buf_add(out, span_of(value));
    buf_add_byte(out, '\0');
}

static bool
set_text(struct opt_source *s, char *field, const char *text)
{
    struct buf whole = {0};
    expand_home(s, text, &whole);
    bool is_right = copy_text(s, field, (const char *)whole.at);
    buf_finish(&whole);
    return is_right;
}

/* Of a row that may come many times, the first of a source replaces all that
 * other sources said. */
static bool
set_many(struct opt_source *s, char *settings, const char *value, bool is_first)
{
    size_t *count = (size_t *)(void *)(settings + s->row->count_at);
    if (is_first)
        *count = 0;
    if (*count == s->row->many)
        return opt_wrong(s, _("it can be given %zu times at most"),
                         s->row->many);
    return s->row->set(settings, s, value);
}

static bool
set(struct opt_source *s, bool is_first)
{
    char *settings = s->settings;
    void *field = settings + s->row->at;
    switch (s->row->kind) {
    case OPT_KIND_SWITCH:
        return set_switch(s, field, s->value);
    case OPT_KIND_NUMBER:
        return set_number(s, field, s->value);
    case OPT_KIND_WORD:
        return set_word(s, field, s->value);
    case OPT_KIND_TEXT:
        return set_text(s, field, s->value);
    case OPT_KIND_SET:
        return s->row->many > 0 ? set_many(s, settings, s->value, is_first)
                                : s->row->set(settings, s, s->value);
    default:
        return true;
    }
}

bool
opt_value_set(struct opt_source *s, const struct opt *row, const char *value)
{
    uint64_t bit = UINT64_C(1) << (row - s->table->rows);
    bool is_first = (s->seen & bit) == 0;
    s->row = row;
    s->value = value;
    s->seen |= bit;
    bool is_right = s->file != NULL && !is_first && row->many == 0
                        ? opt_wrong(s, _("it is set twice"))
                        : set(s, is_first);
    s->row = NULL;
    return is_right;
}
