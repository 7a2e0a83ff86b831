/*
 * Dialects: how the same entries and replies look to different peers.
 *
 * A dialect key names everything that changes a room's bytes, so that peers
 * of one key share a track. Encoding is a function of (entry, key) alone.
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "msg/entry.h"
#include "msg/reply.h"

enum wire_dialect {
    WIRE_PLAIN,       /* lines, for nc and for people */
    WIRE_LAB,         /* the lab's bursts; names as everywhere: nick:text */
    WIRE_LAB_ADDRESS, /* on lab://, members are addresses: (ip,port):text */
    WIRE_LAB_CONSOLE, /* what the lab's server prints, in lines */
    WIRE_IRC,         /* wire/irc/ */
    WIRE_DIALECT_COUNT
};

/* Say which room an entry is of: for members of several. The bits above are
 * IRC's (wire/irc/cap.h). */
#define WIRE_SHOWS_ROOM 0x100u

static inline uint32_t
wire_key(enum wire_dialect dialect, uint32_t flags)
{
    return (uint32_t)dialect | flags;
}

static inline enum wire_dialect
wire_key_dialect(uint32_t key)
{
    return (enum wire_dialect)(key & 0xff);
}

/* The key of who is in so many rooms: in some dialects he reads which room an
 * entry is of only if it can be another one. */
uint32_t wire_key_for_rooms(uint32_t key, size_t rooms);

/* What of a peer's key changes a room's bytes; and what of that changes the
 * bytes of this entry, which all keys with the same rest share. */
uint32_t wire_key_of_room(uint32_t key);
uint32_t wire_key_for_entry(uint32_t key, const struct entry *e);

/* Does who said or did this himself read it with others' eyes? */
bool wire_key_has_echo(uint32_t key, const struct entry *e);

/* Is he told what those whom he watches do, where he is not? */
bool wire_key_has_watched(uint32_t key);

/* Does his program understand that a room is called otherwise? */
bool wire_key_has_rename(uint32_t key);

/* It is read and written in the lab's blocks, not in lines. */
bool wire_is_in_blocks(enum wire_dialect dialect);

/*
 * Append the bytes of an entry or a reply, harmless to a terminal, ended by
 * a newline; or nothing, where the dialect has no word for it.
 */
void wire_encode_entry(uint32_t key, const struct entry *e, struct buf *out);
void wire_encode_reply(uint32_t key, const struct reply *r, struct buf *out);

/* The same in English, as it stands in a log: without "-- ", the first line
 * alone, no newline. */
void wire_log_reply(const struct reply *r, struct buf *out);

/* The templates behind them, for the test that counts rows: NULL is a hole,
 * "" is silence on purpose. */
const char *wire_entry_words(enum wire_dialect dialect, enum entry_kind kind);
const char *wire_reply_words(enum wire_dialect dialect, enum reply_kind kind);

#endif
