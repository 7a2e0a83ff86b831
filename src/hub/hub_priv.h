/*
 * Inside the hub. A user and a room meet in a member, which is the user's:
 *
 *     user --first, next--> member --> room --numbers of users--> user
 */
#ifndef HUB_HUB_PRIV_H
#define HUB_HUB_PRIV_H

#include "base/list.h"
#include "base/map.h"
#include "base/slab.h"
#include "hub/hub.h"
#include "msg/metadata.h"
#include "msg/name.h"

struct hub {
    const struct hub_ops *ops;
    struct room_pool *pool;
    void (*order)(void *ctx, const struct hub_request *r);
    void *order_ctx;
    uint64_t last_order;
    uint64_t last_id;
    uint64_t last_guest;
    uint64_t last_user; /* generation: an id is never used again */

    struct slab all_users; /* see hub_user_number() */
    struct slab all_rooms;

    struct map users;   /* by key of nick */
    struct map rooms;   /* by key of name */
    struct map watched; /* names, by key; see watch.c */
    struct hub_room *lobby;
    struct hub_counts counts;
    const struct hub_info *info;
    struct list whowas; /* hub_past.link; oldest first */
    size_t whowas_n;
    size_t most_users; /* present, at once, so far */
};

/* What is noted of somebody, and of which keys he is told: msg/metadata.h. */
struct hub_metadata {
    struct span values;  /* owned */
    struct span keys;    /* owned */
    uint64_t told_order; /* the last change that he was told of */
    bool is_stale;       /* he did not read, and was not told of some */
};

/* What is known of a person beyond what everybody has: what his program told,
 * what he asked for. */
struct hub_person {
    struct span user; /* owned, as all here */
    struct span real;
    struct span away;  /* empty: he is here */
    struct span label; /* how lab:// shows him */
    uint64_t since_ms; /* 0: he is not timed */
    uint64_t said_ms;
    struct list watches;         /* hub_watch.watcher_link */
    struct hub_listing *listing; /* NULL: he has heard all that he asked for */
    bool has_stale_watches;
    struct hub_metadata *metadata; /* NULL: there is none */
};

/* A user in a room. He finds it by the room, and the room by him: nobody keeps
 * a pointer to it. */
struct hub_member {
    struct hub_room *room;
    struct hub_member *next; /* of the same user, who joined it later */
    uint32_t rank : 30;      /* MODE_BIT() of his ranks */
    uint32_t is_talking : 1; /* here, when he names no room */
    uint32_t is_further : 1; /* not his first: see member.c */
};

struct hub_user {
    struct user_id id;
    void *peer;                /* NULL: its connection is gone */
    struct hub_person *person; /* NULL: there is nothing */
    struct hub_member first;   /* see hub_user_members() */
    uint64_t cloak : 48;       /* as much of it as is shown */
    uint64_t key_bytes : 16;   /* behind the nick; 0: the nick is the key */
    uint8_t nick_bytes;
    bool has_command_in_flight : 1;
    bool is_waiting : 1; /* was told HUB_WAIT */
    bool is_present : 1;
    bool is_forgeable : 1;
    bool was_told_of_mending : 1;
    bool is_tracking : 1; /* see struct hub_arrival */
    bool is_operator;     /* +o: of the server */
    bool is_bot;          /* +B: a program; says who runs it */
    bool is_invisible;    /* +i: only who shares a room with him finds him */
    bool reads_wallops;   /* +w */
    uint16_t says_in_flight;
    union {                      /* nick and key; see hub_user_nick() */
        uint8_t short_names[16]; /* as nearly all are */
        uint8_t *long_names;     /* owned */
    };
};

/* The shapes of msg/modes.def, and which bit a mode has in a room's flags or
 * a member's rank. */
enum hub_mode {
#define X(name, letter, shape) MODE_##name,
#include "msg/modes.def"
#undef X
    MODE_COUNT
};
#define MODE_BIT(mode) (1u << (mode))

/* "*!*@*.cloak" in one of a room's three lists. */
struct hub_mask {
    struct list link;   /* hub_room.masks */
    struct span mask;   /* owned */
    struct span folded; /* owned: as it is compared */
    struct span by;     /* owned: the nick of who set it */
    uint64_t set_ms;
};

struct hub_invite {
    struct list link; /* hub_room.invites; oldest first */
    struct user_id who;
};

/* Who left. */
struct hub_past {
    struct list link; /* hub.whowas */
    char *texts;      /* one allocation behind these */
    struct span nick;
    struct span user;
    struct span real;
    uint64_t cloak;
    uint64_t left_ms;
};

struct hub_room {
    char *names; /* one allocation behind name and key */
    struct span name;
    struct span key;
    struct span topic;    /* owned */
    struct span topic_by; /* owned */
    uint64_t topic_ms;
    uint64_t renamed_ms; /* 0: never */
    uint64_t created_ms; /* 0: it was there from the beginning */
    uint32_t *members;   /* numbers of users, as they came */
    uint32_t members_n;
    uint32_t members_cap;
    size_t present;
    uint32_t flags;       /* MODE_BIT() */
    uint32_t limit;       /* people, with MODE_LIMIT */
    struct span password; /* owned, with MODE_PASSWORD */
    struct list masks[3]; /* hub_mask.link; MODE_BAN, _EXCEPT, _INVITEX */
    struct list invites;  /* hub_invite.link */
    struct span metadata; /* owned: msg/metadata.h */
    struct roll *roll;    /* see roll.c; NULL: nobody asked */
    uint32_t number;      /* in hub.all_rooms */
    struct room_log log;
};

/* user.c */
struct hub_user *hub_user_create(struct hub *h, void *peer, struct span label);
void hub_user_destroy(struct hub *h, struct hub_user *u);
struct hub_user *hub_user_find(const struct hub *h, struct user_id id);
struct hub_user *hub_user_next(const struct hub *h, uint32_t *at);
uint32_t hub_user_number(const struct hub_user *u);
struct span hub_user_label(const struct hub_user *u);
bool hub_user_is_timed(const struct hub_user *u); /* said_ms is there */
struct span hub_user_nick(const struct hub_user *u);
struct span hub_user_key(const struct hub_user *u);
struct hub_user *hub_user_find_nick(const struct hub *h, struct span nick);
void hub_user_set_nick(struct hub *h, struct hub_user *u, struct span nick);
void hub_user_set_first_nick(struct hub *h, struct hub_user *u);
void hub_user_reply(struct hub *h, struct hub_user *u, uint64_t order,
                    const struct reply *r);

/* member.c: the first one, whose next lead to the others; NULL: he is in no
 * room. */
struct hub_member *hub_user_members(const struct hub_user *u);
struct hub_user *hub_member_user(const struct hub_member *m);
/* Of a room all, as they came: start with *at = 0; NULL at the end. */
struct hub_member *hub_room_next(const struct hub *h,
                                 const struct hub_room *room, uint32_t *at);
struct hub_member *hub_member_find(const struct hub_user *u,
                                   const struct hub_room *room);
size_t hub_member_count(const struct hub_user *u);
struct hub_room *hub_member_talking_in(const struct hub_user *u);
void hub_member_talk_in(struct hub_user *u, const struct hub_room *room);
struct hub_room *hub_member_room_after(const struct hub_member *m);
struct hub_member *hub_member_create(struct hub *h, struct hub_user *u,
                                     struct hub_room *room);
void hub_member_destroy(struct hub *h, struct hub_member *m);
/* Who steps over his own words there; NULL: nobody. `m` may be NULL. */
struct room_reader *hub_member_reader(const struct hub *h,
                                      const struct hub_member *m);

/* rooms.c */
struct hub_room *hub_room_find(const struct hub *h, struct span name);
struct hub_room *hub_room_create(struct hub *h, struct span name);
void hub_room_set_name(struct hub *h, struct hub_room *room, struct span name);
void hub_room_destroy(struct hub *h, struct hub_room *room);
void hub_room_names(const struct hub *h, const struct hub_room *room,
                    const struct hub_user *except, size_t most, bool is_marked,
                    struct buf *out);
/* The entry, in his one room or in each that he is in, for all but him. */
void hub_append(struct hub *h, struct hub_member *m, struct entry *e);
void hub_append_everywhere(struct hub *h, struct hub_user *u, struct entry *e);

/* An entry of this kind by `u`, with what every entry has. */
struct entry hub_entry(struct hub *h, enum entry_kind kind,
                       const struct hub_user *u, const struct hub_request *r);
void hub_entry_add_author(struct entry *e, const struct hub_user *u);

/* user.c, continued: the server's word to one person. */
void hub_tell(struct hub *h, struct hub_user *u, struct reply r);
void hub_tell_kind(struct hub *h, struct hub_user *u, enum reply_kind kind);
void hub_echo(struct hub *h, struct hub_user *u, const struct entry *e);
void hub_tell_himself(struct hub *h, struct hub_user *u, const struct entry *e,
                      struct reply r);
struct hub_user *hub_user_find_present(const struct hub *h, struct span nick);
bool hub_user_sees(const struct hub_user *u, const struct hub_user *other);
void hub_reply_add_user(struct reply *r, const struct hub_user *u);

/* rooms.c, continued */
struct hub_room *hub_room_meant(struct hub *h, struct hub_user *u,
                                struct span name);
bool hub_room_is_seen(const struct hub_room *room, const struct hub_user *u);
bool hub_member_is_operator(const struct hub_member *m);

/* command.c */
typedef void hub_apply_fn(struct hub *h, struct hub_user *u,
                          const struct hub_request *r);
bool hub_command_is_say(enum msg_kind kind);
void hub_command_apply(struct hub *h, struct hub_user *u,
                       const struct hub_request *r);

/* say.c */
hub_apply_fn hub_say, hub_private;

/* enter.c: coming and going */
void hub_announce(struct hub *h, struct hub_user *u,
                  const struct hub_request *r);
void hub_welcome(struct hub *h, struct hub_user *u);
void hub_register(struct hub *h, struct hub_user *u,
                  const struct hub_request *r);
void hub_quit(struct hub *h, struct hub_user *u, const struct hub_request *r,
              struct span reason);
void hub_leave_all(struct hub *h, struct hub_user *u);
struct reply hub_name_refusal(enum name_verdict verdict, struct span nick);
void hub_leave_room(struct hub *h, struct hub_member *m);
hub_apply_fn hub_nick_change, hub_join, hub_part, hub_part_all;

/* mend.c: what he is told as if he did it, and nobody else is */
struct entry hub_own_entry(struct hub *h, enum entry_kind kind,
                           const struct hub_member *m, uint64_t wall_ms);

/* rooms' own affairs: topic.c, rename.c, kick.c, modes.c, masks.c */
hub_apply_fn hub_rename;
void hub_tell_topic(struct hub *h, struct hub_user *u,
                    const struct hub_room *room, enum reply_kind if_none);
hub_apply_fn hub_topic, hub_topic_end;
void hub_kick_apply(struct hub *h, const struct hub_request *r);
hub_apply_fn hub_kick_member, hub_invite, hub_invites;
void hub_room_forget_invites(struct hub_room *room);
bool hub_room_take_invite(struct hub_room *room, struct user_id who);
hub_apply_fn hub_mode, hub_own_mode;
bool hub_mask_invites(const struct hub_room *room, const struct hub_user *u);
bool hub_is_banned(const struct hub_room *room, const struct hub_user *u);
bool hub_is_muted(const struct hub_room *room, const struct hub_user *u);
bool hub_mask_add(struct hub_room *room, enum hub_mode list, struct span mask,
                  const struct hub_user *by, uint64_t now_ms);
bool hub_mask_remove(struct hub_room *room, enum hub_mode list,
                     struct span mask, struct buf *as_it_was);
void hub_masks_finish(struct hub_room *room);
size_t hub_masks_count(const struct hub_room *room, enum hub_mode list);
bool hub_user_matches(const struct hub_user *u, struct span folded_mask);

/* listing.c: a long answer, told as he reads it. The function tells what comes
 * next, or steps over it; false: that was all, and he was told so. */
struct hub_listing;
typedef bool hub_listing_fn(struct hub *h, struct hub_user *u,
                            struct hub_listing *l);
struct hub_listing {
    hub_listing_fn *tell_next;
    struct hub_request *asked; /* a copy */
    struct span wanted;        /* owned: as it is compared */
    uint32_t at;               /* the number, in its slab, of what came last */
};
void hub_listing_begin(struct hub *h, struct hub_user *u,
                       hub_listing_fn *tell_next, const struct hub_request *r,
                       struct span wanted);
void hub_listing_end(struct hub_user *u);
/* A room has another key; it may be what he asked about. */
void hub_listing_renamed(struct hub_user *u, struct span was, struct span now);

/* lists.c: who and what is here */
/* To one who came in, unasked. */
void hub_tell_names(struct hub *h, struct hub_user *u, struct hub_room *room);
hub_apply_fn hub_names, hub_list, hub_who, hub_rooms, hub_find;

uint32_t hub_member_flags(const struct hub_user *u, const struct hub_member *m);

/* roll.c */
struct roll *hub_room_roll(const struct hub *h, struct hub_room *room);
void hub_roll_add(const struct hub_member *m);
void hub_roll_forget(struct hub_room *room);
void hub_roll_forget_user(struct hub_user *u);

/* people.c: about one person, and about oneself */
hub_apply_fn hub_whois, hub_whowas, hub_away, hub_real, hub_userhost, hub_ison;
void hub_past_add(struct hub *h, const struct hub_user *u, uint64_t now_ms);
void hub_past_finish(struct hub *h);
struct hub_person *hub_person_get(struct hub_user *u);
void hub_person_destroy(struct hub_person *person);

/* watch.c: who is told that somebody is there, or is not */
struct span hub_watched_key(const void *value);
void hub_watch_came(struct hub *h, const struct hub_user *u);
void hub_watch_went(struct hub *h, struct span nick);
void hub_watch_catch_up(struct hub *h, struct hub_user *u);
void hub_watch_did(struct hub *h, const struct hub_user *u,
                   const struct entry *e);
void hub_watch_none(struct hub *h, struct hub_user *u);
/* All who watch him. */
void hub_watch_each(struct hub *h, struct span nick,
                    void (*each)(struct hub_user *watcher, void *ctx),
                    void *ctx);
/* `later`, of each whom he watches who is here. */
void hub_watch_tell_later(struct hub *h, struct hub_user *u,
                          struct reply later);
hub_apply_fn hub_watch, hub_unwatch, hub_watches, hub_watched;

/* metadata.c: what is noted of people and rooms */
struct hub_metadata *hub_metadata_get(struct hub_user *u);
void hub_metadata_destroy(struct hub_metadata *m);
hub_apply_fn hub_metadata, hub_metadata_sync;

/* subscribe.c: who is told of it. A change by one who needs not be told, of
 * a user's or of a room's. */
void hub_metadata_changed(struct hub *h, const struct hub_user *by,
                          const struct hub_user *user,
                          const struct hub_room *room, struct reply_note note);
/* What `to` subscribed to; unasked: if there is any. */
void hub_metadata_tell_user(struct hub *h, struct hub_user *to,
                            const struct hub_user *of, uint32_t flags);
void hub_metadata_tell_room(struct hub *h, struct hub_user *to,
                            const struct hub_room *of, uint32_t flags);
void hub_metadata_tell_large_room(struct hub *h, struct hub_user *to,
                                  const struct hub_room *of,
                                  const struct hub_request *r);
void hub_metadata_tell_came(struct hub *h, struct hub_user *to,
                            const struct hub_user *who);
/* Where he has to ask. */
void hub_metadata_tell_later(struct hub *h, struct hub_user *u);
void hub_metadata_welcome(struct hub *h, struct hub_user *u);
void hub_metadata_whois(struct hub *h, struct hub_user *to,
                        const struct hub_user *whom);
void hub_metadata_joined(struct hub *h, const struct hub_member *m);
void hub_metadata_catch_up(struct hub *h, struct hub_user *u);

/* about.c: about the server */
void hub_tell_motd(struct hub *h, struct hub_user *u);
hub_apply_fn hub_counts_tell, hub_motd, hub_version, hub_about, hub_time,
    hub_links, hub_ping, hub_help;

/* operator.c */
hub_apply_fn hub_kill, hub_ban, hub_bans, hub_unban, hub_oper, hub_wallops,
    hub_rehash;
void hub_turn_out(struct hub *h, struct hub_user *u, struct span by,
                  const struct hub_request *r);

#endif
