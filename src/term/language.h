/*
 * The language in which a program speaks: from the locale, or as asked for.
 */
#ifndef TERM_LANGUAGE_H
#define TERM_LANGUAGE_H

#include <stdbool.h>

/*
 * Speak the language of the locale, or, if not NULL, `lang` ("en", "zh",
 * "zh_CN", ...). False: `lang` is none that we speak. Once, before the first
 * word; changes the locale and the environment variable LANGUAGE.
 */
bool term_language_begin(const char *lang);

#endif
