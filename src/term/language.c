#include "term/language.h"

#include "base/check.h"
#include "base/tr.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where catalogues are: as installed, or, for a program that runs where it
 * was built, beside it. */
static void
bind_catalogues(void)
{
    char self[PATH_MAX], built[PATH_MAX + 32];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    bindtextdomain(TR_DOMAIN, LIAO_LOCALEDIR);
    bind_textdomain_codeset(TR_DOMAIN, "UTF-8");
    if (n <= 0)
        return;
    self[n] = '\0';
    for (int up = 0; up < 3; up++) { /* src/liaod/liaod */
        char *slash = strrchr(self, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
    snprintf(built, sizeof(built), "%s/po", self);
    char probe[PATH_MAX + 64];
    snprintf(probe, sizeof(probe), "%s/zh_CN/LC_MESSAGES/liao.mo", built);
    if (access(probe, R_OK) == 0)
        bindtextdomain(TR_DOMAIN, built);
}

/* Catalogues by what people write. */
static const struct {
    const char *lang;
    const char *catalogue;
} languages[] = {
    {"en", "en"},
    {"C", "en"},
    {"POSIX", "en"},
    {"zh", "zh_CN"},
};

static const char *
catalogue_of(const char *lang)
{
    size_t n = strcspn(lang, "_.@-");
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        if (strlen(languages[i].lang) == n &&
            strncmp(languages[i].lang, lang, n) == 0)
            return languages[i].catalogue;
    }
    return NULL;
}

bool
term_language_is_known(const char *lang)
{
    return catalogue_of(lang) != NULL;
}

/* What the locale's environment wishes for, even where no such locale is
 * installed: its words are ours. NULL: nothing that we speak. */
static const char *
wished_catalogue(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    if (getenv("LANGUAGE") != NULL)
        return NULL; /* gettext looks there by itself */
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *wish = getenv(variables[i]);
        if (wish != NULL && wish[0] != '\0')
            return catalogue_of(wish);
    }
    return NULL;
}

static char *
copy(const char *text)
{
    char *own = text == NULL ? NULL : strdup(text);
    CHECK(own != NULL || text == NULL);
    return own;
}

/* As the user has it: what was set the last time is not his wish. */
static void
restore_wish(void)
{
    static bool is_begun;
    static char *wish;
    if (!is_begun)
        wish = copy(getenv("LANGUAGE"));
    else if (wish != NULL)
        setenv("LANGUAGE", wish, 1);
    else
        unsetenv("LANGUAGE");
    is_begun = true;
}

void
term_language_begin(const char *lang)
{
    restore_wish();
    const char *catalogue =
        lang != NULL ? catalogue_of(lang) : wished_catalogue();
    /* Text is UTF-8 here whatever the locale says; C.UTF-8 is always there
     * when the wished-for one is not. */
    if (setlocale(LC_ALL, "") == NULL ||
        strcmp(setlocale(LC_CTYPE, NULL), "C") == 0)
        setlocale(LC_ALL, "C.UTF-8");
    if (catalogue != NULL) {
        setenv("LANGUAGE", catalogue, 1);
        /* In the locale "C" gettext looks at nothing else. */
        if (strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0)
            setlocale(LC_MESSAGES, "C.UTF-8");
    }
    setlocale(LC_NUMERIC, "C"); /* what programs read stays what it is */
    bind_catalogues();
}

/* Gettext notices another LANGUAGE only when the locale changes. */
static void
speak(const char *catalogues, const char *locale)
{
    if (catalogues != NULL)
        setenv("LANGUAGE", catalogues, 1);
    else
        unsetenv("LANGUAGE");
    setlocale(LC_MESSAGES, "C");
    setlocale(LC_MESSAGES, locale);
}

void
term_language_each(void (*call)(void *owner), void *owner)
{
    char *catalogues = copy(getenv("LANGUAGE"));
    char *locale = copy(setlocale(LC_MESSAGES, NULL));
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        bool is_same = i > 0 && strcmp(languages[i].catalogue,
                                       languages[i - 1].catalogue) == 0;
        if (is_same)
            continue;
        speak(languages[i].catalogue, "C.UTF-8");
        call(owner);
    }
    speak(catalogues, locale);
    free(catalogues);
    free(locale);
}
