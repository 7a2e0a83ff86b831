/*
 * The configuration file: KEY = VALUE, where each key is an option's name.
 * libconfuse puts it together, scan.h looks at it first.
 */
#ifndef OPT_FILE_H
#define OPT_FILE_H

#include "opt/opt.h"

#define OPT_FILE_BYTES 65536 /* more is no configuration of ours */

/*
 * The user's own, "$XDG_CONFIG_HOME/liao/NAME" (by default ~/.config), or
 * else the system's, "/etc/liao/NAME"; false when there is neither. `out`
 * keeps either.
 */
MUST_USE bool opt_file_find(const char *name, char *out, size_t size);

/*
 * Read over what s->settings hold, from a file or from memory. False after
 * telling `s` of all that is wrong, or of the first thing that is no
 * KEY = VALUE; what was right is set all the same.
 */
MUST_USE bool opt_file_read(struct opt_source *s);
MUST_USE bool opt_file_parse(struct opt_source *s, struct span text);

#endif
