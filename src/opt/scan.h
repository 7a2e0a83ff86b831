/*
 * A look at a configuration file before libconfuse sees it.
 *
 * libconfuse is forgiving where we would rather be told. It counts some lines
 * with a comment twice, so that its line numbers are wrong; drops characters
 * that it does not know, so that 10* is 10; ends tcp://host behind tcp:,
 * since a comment begins there; puts the environment in for ${NAME}; knows
 * escapes that make control characters; and after a string that is not
 * closed it reads the next file as if still inside. So comments are made
 * blank here, and all of the rest is refused, by line.
 *
 * What is left is words, "text" or 'text' without line ends, = { } and the
 * comma: libconfuse's work is to put these together.
 */
#ifndef OPT_SCAN_H
#define OPT_SCAN_H

#include "opt/opt.h"

#define OPT_SCAN_STRANGERS 32 /* keys unknown to us that it remembers */

struct opt_scan {
    char *strangers[OPT_SCAN_STRANGERS]; /* each once */
    size_t strangers_n;
};

/*
 * Look at `text`, which ends with NUL, and make its comments blank. False
 * after telling `s` of everything that libconfuse must not see.
 */
MUST_USE bool opt_scan(struct opt_scan *scan, struct opt_source *s, char *text);
void opt_scan_finish(struct opt_scan *scan);

#endif
