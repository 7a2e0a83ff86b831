/*
 * The language in which a program speaks: from the locale, or as asked for.
 */
#ifndef TERM_LANGUAGE_H
#define TERM_LANGUAGE_H

#include <stdbool.h>

/*
 * Speak the language of the locale, or, if not NULL, `lang`, which is known.
 * Before the first word, with NULL; and again if the user names one, or, with
 * NULL, no longer does. Changes the locale and LANGUAGE.
 */
void term_language_begin(const char *lang);

/*
 * Call once in each language that we have words in, English first: inside,
 * tr() answers in that one, with strings that live for ever. Behind
 * term_language_begin(), whose language it comes back to.
 */
void term_language_each(void (*call)(void *owner), void *owner);

/* "en", "zh", "zh_CN", ... */
bool term_language_is_known(const char *lang);

#endif
