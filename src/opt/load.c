#include "opt/file.h"

#include "base/alloc.h"
#include "term/language.h"

#include <stdlib.h>
#include <string.h>

static struct opt_config *
config_of(const struct opt_table *t, void *settings)
{
    return (struct opt_config *)(void *)((char *)settings + t->config_at);
}

static void
begin_to_speak(const char *lang)
{
    bool is_known =
        lang != NULL && lang[0] != '\0' && term_language_is_known(lang);
    term_language_begin(is_known ? lang : NULL);
}

static void
speak_as_set(const struct opt_table *t, const void *settings)
{
    const struct opt *row = opt_find(t, SPAN("lang"));
    if (row != NULL)
        begin_to_speak((const char *)settings + row->at);
}

/* The command line comes first, since it may name the file, and last, since
 * it beats the file. */
static enum opt_verdict
read_sources(const struct opt_table *t, void *settings,
             const struct opt_ear *ear, int argc, char **argv)
{
    memcpy(settings, t->defaults, t->bytes);
    enum opt_verdict verdict = opt_argv_read(t, settings, ear, argc, argv);
    if (verdict != OPT_GO)
        return verdict;
    const char *why = t->judge != NULL ? t->judge(settings) : NULL;
    if (why != NULL) {
        ear->hear(ear, why);
        return OPT_USAGE;
    }
    struct opt_config config = *config_of(t, settings);
    if (config.path[0] == '\0' &&
        !opt_file_find(t->file, config.path, sizeof(config.path)))
        return OPT_GO;
    memcpy(settings, t->defaults, t->bytes);
    struct opt_source file = {
        .table = t, .settings = settings, .ear = ear, .file = config.path};
    bool is_right = opt_file_read(&file);
    verdict = opt_argv_read(t, settings, ear, argc, argv);
    *config_of(t, settings) = config;
    return is_right ? verdict : OPT_BAD_FILE;
}

static bool
goes_together(const struct opt_table *t, const void *settings,
              const struct opt_ear *ear)
{
    const char *why = t->judge_all != NULL ? t->judge_all(settings) : NULL;
    if (why != NULL)
        ear->hear(ear, why);
    return why == NULL;
}

static enum opt_verdict
say_checked(const struct opt_config *config)
{
    if (config->path[0] != '\0')
        printf(_("%s: OK\n"), config->path);
    else
        puts(_("OK: there is no configuration file, so the defaults hold"));
    return OPT_DONE;
}

enum opt_verdict
opt_load(const struct opt_table *t, void *settings, const struct opt_ear *ear,
         int argc, char **argv)
{
    begin_to_speak(opt_argv_find(t, "lang", argc, argv));
    enum opt_verdict verdict = read_sources(t, settings, ear, argc, argv);
    if (verdict != OPT_GO)
        return verdict;
    speak_as_set(t, settings);
    if (!goes_together(t, settings, ear))
        return OPT_BAD_FILE;
    const struct opt_config *config = config_of(t, settings);
    return config->is_only_checked ? say_checked(config) : OPT_GO;
}

int
opt_exit(enum opt_verdict verdict)
{
    switch (verdict) {
    case OPT_GO:
    case OPT_DONE:
        return 0;
    case OPT_USAGE:
        return 2;
    case OPT_BAD_FILE:
        break;
    }
    return 78; /* sysexits.h */
}

/* How large the field of a row is; 0: it has none of its own. */
static size_t
field_bytes(const struct opt *row)
{
    switch (row->kind) {
    case OPT_KIND_SWITCH:
        return sizeof(bool);
    case OPT_KIND_NUMBER:
        return sizeof(uint64_t);
    case OPT_KIND_WORD:
        return sizeof(unsigned);
    case OPT_KIND_TEXT:
        return row->most + 1;
    default:
        return 0;
    }
}

/* Give back to `fresh` what a reload does not change. */
static void
keep_fixed(const struct opt_table *t, void *fresh, const void *old,
           const struct opt_ear *ear)
{
    struct opt_source s = {.table = t, .settings = fresh, .ear = ear};
    for (size_t i = 0; i < t->rows_n; i++) {
        const struct opt *row = &t->rows[i];
        char *to = (char *)fresh + row->at;
        const char *from = (const char *)old + row->at;
        size_t n = field_bytes(row);
        if (!row->is_fixed || memcmp(to, from, n) == 0)
            continue;
        memcpy(to, from, n);
        opt_complain(&s, _("%s changes only when %s is started again"),
                     row->name, t->program);
    }
}

bool
opt_reload(const struct opt_table *t, void *settings, const struct opt_ear *ear,
           int argc, char **argv)
{
    void *fresh = alloc_zeroed(t->bytes);
    bool is_right = read_sources(t, fresh, ear, argc, argv) == OPT_GO;
    if (is_right) {
        keep_fixed(t, fresh, settings, ear);
        is_right = goes_together(t, fresh, ear);
    }
    if (is_right) {
        memcpy(settings, fresh, t->bytes);
        speak_as_set(t, settings);
    }
    free(fresh);
    return is_right;
}
