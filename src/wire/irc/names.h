#ifndef WIRE_IRC_NAMES_H
#define WIRE_IRC_NAMES_H

#include "msg/roll.h"
#include "wire/irc/row.h"

/* With the signs of his ranks, and where he comes from if `key` wants that. */
void wire_irc_add_person(struct buf *out, const struct reply_person *person,
                         uint32_t key);

/* All on the roll, in as many lines of `row` as it takes. */
void wire_irc_add_names(const char *row, struct roll *roll,
                        struct irc_fields *f, struct buf *out);

#endif
