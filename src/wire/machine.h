/*
 * Machines that knock at the wrong door: what each is called, and how it is
 * told so in its own protocol. Nothing that they sent is ever chat.
 */
#ifndef WIRE_MACHINE_H
#define WIRE_MACHINE_H

#include "base/bytes.h"
#include "wire/sniff.h"

struct wire_machine {
    enum sniff_verdict verdict;
    const char *name;   /* "it speaks ..." */
    struct span answer; /* empty: the dialect's own words, with the name */
    const char *words;  /* behind it, for the person at the machine; or NULL */
};

/* `verdict` is a machine's. */
const struct wire_machine *wire_machine_get(enum sniff_verdict verdict);

/* Append its only words from us; `key` is the dialect it would have had. */
void wire_machine_answer(const struct wire_machine *m, uint32_t key,
                         struct buf *out);

#endif
