/*
 * Words for people, in their language (gettext). English is the source.
 *
 *   _("...")   translate here
 *   N_("...")  mark in a table, where it can't be called; whoever takes the
 *              words out of the table says tr(words)
 *
 * What programs read stays as it is: the log (base/diag.h), protocols, and
 * the lab's own words, which are its wire. tools/words looks for sentences
 * that are neither marked nor one of these.
 */
#ifndef BASE_TR_H
#define BASE_TR_H

#include <libintl.h>

#define TR_DOMAIN "liao"

#define N_(words) words
#define _(words) dgettext(TR_DOMAIN, words)

/* gettext answers the empty string with its catalogue's header. */
static inline __attribute__((format_arg(1))) const char *
tr(const char *words)
{
    return words[0] == '\0' ? words : dgettext(TR_DOMAIN, words);
}

#endif
