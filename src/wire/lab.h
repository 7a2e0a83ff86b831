/*
 * lab: the wire of the socket-programming lab that liao grew from. A message
 * is what one recv() returns; nothing frames it. See liao-wire(7).
 */
#ifndef WIRE_LAB_H
#define WIRE_LAB_H

#include "msg/entry.h"
#include "msg/reply.h"

/* Templates (wire/words.h); NULL: the words of plain do. */
extern const char *const wire_lab_entry_words[ENTRY_KIND_COUNT];
extern const char *const wire_lab_reply_words[REPLY_KIND_COUNT];

/* What the lab's server prints for its operator. */
extern const char *const wire_lab_console_entry_words[ENTRY_KIND_COUNT];

/* What a lab program reads at once, and decodes by itself. */
#define LAB_BLOCK_BYTES 1024

/* After a block was acknowledged, so long until the next: time for the other
 * side's loop to come back to its recv(). The first is after a full block, of
 * which several may wait in its socket; the second after any other, which
 * has to be alone there. */
#define LAB_PACE_MS 20
#define LAB_READ_MS 100

/*
 * The next block for a lab program: whole lines of `queued`, which holds
 * lines ended by newlines, or else the front of one that is longer than a
 * block, cut between graphemes. Lines in a block are separated by newlines
 * and none ends it. Appends to *block, returns how much of `queued` it was;
 * 0 when that is empty.
 */
MUST_USE size_t wire_lab_block(struct span queued, struct buf *block);

/*
 * More will follow this block at once: fill it up with blanks to
 * LAB_BLOCK_BYTES. So a reader that is slower than our pace, and finds
 * several blocks in its socket, still cuts them where we did: its recv(1024)
 * takes one block each.
 */
void wire_lab_pad(struct buf *block);

/* "(ip,port)", the lab's name for a member. */
void wire_lab_label(struct buf *out, const char *ip, unsigned port);

#endif
