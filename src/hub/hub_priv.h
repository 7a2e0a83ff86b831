/*
 * Inside the hub. A user and a room meet in a member:
 *
 *     user --list of rooms--> member <--list of members-- room
 */
#ifndef HUB_HUB_PRIV_H
#define HUB_HUB_PRIV_H

#include "base/list.h"
#include "base/map.h"
#include "hub/hub.h"

/* A user, or the next free slot. */
union hub_slot {
    struct hub_user *user;
    uintptr_t next_free; /* twice the slot, and one, which no pointer is */
};

struct hub {
    const struct hub_ops *ops;
    struct room_pool *pool;
    void (*order)(void *ctx, const struct hub_request *r);
    void *order_ctx;
    uint64_t last_order;
    uint64_t last_id;
    uint64_t last_guest;
    uint64_t last_user; /* generation: an id is never used again */

    union hub_slot *slots; /* by the low half of a user's id */
    uint32_t slots_cap;
    uint32_t free_slot; /* the first; 0: none */

    struct map users; /* by key of nick */
    struct map rooms; /* by key of name */
    struct hub_room *lobby;
    struct hub_counts counts;
};

struct hub_user {
    struct user_id id;
    void *peer;       /* NULL: its connection is gone */
    struct span nick; /* owned, and the key behind it, in one allocation */
    struct span label;
    struct list rooms;           /* hub_member.user_link */
    struct hub_room *talking_in; /* may be NULL */
    uint32_t says_in_flight;
    uint16_t key_bytes;
    bool has_command_in_flight;
    bool is_waiting; /* was told HUB_WAIT */
    bool is_present;
    bool is_operator;
    bool is_forgeable;
    bool was_told_of_mending;
};

struct hub_room {
    char *names; /* one allocation behind name and key */
    struct span name;
    struct span key;
    struct span topic;   /* owned */
    struct list members; /* hub_member.room_link */
    size_t present;
    struct room_log log;
};

struct hub_member {
    struct list user_link;
    struct list room_link;
    struct hub_user *user;
    struct hub_room *room;
    struct room_reader *reader; /* the peer's; NULL: he has none (any more) */
};

/* user.c */
struct hub_user *hub_user_create(struct hub *h, void *peer, struct span label);
void hub_user_destroy(struct hub *h, struct hub_user *u);
struct hub_user *hub_user_find(const struct hub *h, struct user_id id);
struct hub_user *hub_user_at(const struct hub *h, uint32_t slot);
struct span hub_user_key(const struct hub_user *u);
struct hub_user *hub_user_find_nick(const struct hub *h, struct span nick);
void hub_user_set_nick(struct hub *h, struct hub_user *u, struct span nick);
void hub_user_set_first_nick(struct hub *h, struct hub_user *u);
void hub_user_reply(struct hub *h, struct hub_user *u, uint64_t order,
                    const struct reply *r);

/* rooms.c */
struct hub_room *hub_room_find(const struct hub *h, struct span name);
struct hub_room *hub_room_create(struct hub *h, struct span name);
void hub_room_destroy(struct hub *h, struct hub_room *room);
void hub_room_names(const struct hub *h, const struct hub_room *room,
                    const struct hub_user *except, size_t most, bool is_marked,
                    struct buf *out);
struct hub_member *hub_member_find(const struct hub_user *u,
                                   const struct hub_room *room);
struct hub_member *hub_member_create(struct hub *h, struct hub_user *u,
                                     struct hub_room *room);
void hub_member_destroy(struct hub *h, struct hub_member *m);

/* The entry, in his one room or in each that he is in, for all but him. */
void hub_append(struct hub *h, struct hub_member *m, struct entry *e);
void hub_append_everywhere(struct hub *h, struct hub_user *u, struct entry *e);

/* An entry of this kind by `u`, with what every entry has. */
struct entry hub_entry(struct hub *h, enum entry_kind kind,
                       const struct hub_user *u, const struct hub_request *r);

/* command.c */
bool hub_command_is_say(enum msg_kind kind);
void hub_command_apply(struct hub *h, struct hub_user *u,
                       const struct hub_request *r);
void hub_announce(struct hub *h, struct hub_user *u,
                  const struct hub_request *r);
void hub_welcome(struct hub *h, struct hub_user *u);
void hub_quit(struct hub *h, struct hub_user *u, const struct hub_request *r,
              struct span reason);
void hub_kick_apply(struct hub *h, const struct hub_request *r);

#endif
