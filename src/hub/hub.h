/*
 * The hub: who is here, who may do what. It speaks no protocol and touches
 * no socket; it knows users, rooms and one table of commands.
 *
 * Every change takes three steps:
 *
 *   request   hub_submit() and its like: what is asked, with the time and all
 *             else that must not differ later
 *   order     a function pointer; by default at once, in a cluster through
 *             the cluster's one total order
 *   apply     hub_apply(): checks against the state, changes it, appends to
 *             logs, answers the asker. It depends on state and request only.
 */
#ifndef HUB_HUB_H
#define HUB_HUB_H

#include "msg/entry.h"
#include "msg/ids.h"
#include "msg/msg.h"
#include "msg/reply.h"
#include "room/log.h"

struct hub;

/* What the world is like when a call is made. */
struct hub_env {
    uint64_t wall_ms; /* since 1970 */
};

enum hub_request_kind {
    HUB_REQUEST_ATTACH, /* label, cloak, is_...; msg.nick; msg.room and
                           msg.text are user and real name, msg.tags and
                           msg.token metadata and subscriptions */
    HUB_REQUEST_MSG,    /* msg */
    HUB_REQUEST_DETACH, /* msg.text is the reason */
    HUB_REQUEST_KICK,   /* from nobody: msg.nick, msg.room, msg.text */
    HUB_REQUEST_NOTICE, /* from nobody: msg.text */
};

/* Borrows its texts from whoever submits it. */
struct hub_request {
    enum hub_request_kind kind;
    bool is_listener;
    bool is_operator;
    bool is_forgeable;
    bool is_tracking;
    struct user_id from;
    uint64_t wall_ms;
    uint64_t cloak;
    struct span label;
    struct msg msg;
};

/*
 * The way up, to what holds the connection of a user. None of these may call
 * the hub back, but for hub_rekey() in on_rooms.
 */
struct hub_ops {
    /* Words for this user alone, at this place in the order. */
    void (*on_reply)(void *peer, uint64_t order, const struct reply *r);
    /* False: he has left too much unread for other people's words. */
    bool (*on_entry)(void *peer, const struct entry *e);
    /* Of somebody whom he watches; false: likewise, or all together have. */
    bool (*on_news)(void *peer, uint64_t order, const struct reply *r);
    /* What somebody whom he watches did, in rooms that he need not be in: there
     * it has the same order. His peer knows whether he wants that. */
    void (*on_watched)(void *peer, const struct entry *e);
    /* A room of his, `e`'s, is called otherwise, `e`'s target, from here on.
     * False: his program does not understand that. */
    bool (*on_renamed)(void *peer, const struct entry *e);
    /* hub_mend() when he has read all, without a reason. */
    void (*mend_names)(void *peer, const struct room_log *log);
    /* What he did or said himself, or what became of him: see is_tracking. In
     * rooms he steps over his own words. */
    void (*on_echo)(void *peer, const struct entry *e);
    /* What he is told from here on answers the request with this token (of
     * struct msg); empty: that was all, and if it was nothing, `order` is the
     * place of what his peer may want to say instead. */
    void (*on_answers)(void *peer, struct span token, uint64_t order);

    /* Read this log from now on; no further than to here. */
    void (*open_reader)(void *peer, struct room_log *log);
    void (*end_reader)(void *peer, struct room_log *log);
    /* Who reads it for this peer; NULL: nobody does, any more. */
    struct room_reader *(*find_reader)(void *peer, const struct room_log *log);

    /* There is more to tell him: has he read what he was told? False:
     * hub_go_on() when he has. */
    bool (*has_read)(void *peer);

    void (*on_rooms)(void *peer, size_t rooms); /* he is in so many now */
    void (*on_resume)(void *peer);  /* what HUB_WAIT was for is over */
    void (*on_goodbye)(void *peer); /* he left; the id is no more */

    /* Let nobody in from where this one came, and append to `where` what
     * that is called. False: that can't be banned. */
    bool (*ban)(void *peer, struct span nick, struct buf *where);
    /* For the operator behind `peer`: how many bans there are, with their
     * numbers; and an end to one. */
    size_t (*list_bans)(void *peer, struct buf *out);
    bool (*unban)(void *peer, uint64_t number);
};

/* What the server tells of itself. Borrowed for as long as the hub lives. */
struct hub_info {
    struct span name;     /* as a host is called */
    struct span network;  /* what it is part of */
    struct span about;    /* what it is, in a few words */
    struct span motd;     /* lines; may be empty */
    struct span password; /* of who registers; empty: none */
    uint64_t started_ms;  /* since 1970 */
    const struct hub_operator *operators;
    size_t operators_n;
    struct span autojoin; /* "lobby,tea": rooms that who keeps track is in
                             from the beginning */
    void (*on_rehash)(void *owner); /* an operator asks for it; may be NULL */
    void *owner;
};

/* Who may become an operator with a password, from wherever he is. */
struct hub_operator {
    struct span name;
    struct span password;
};

struct hub *hub_create(const struct hub_ops *ops, struct room_pool *pool,
                       const uint64_t seed[2]);
void hub_set_info(struct hub *h, const struct hub_info *info);
const struct hub_info *hub_info(const struct hub *h);
void hub_destroy(struct hub *h); /* CHECKs that nobody is left */

/* Take ordering away from the hub: `order` keeps a copy of each request and
 * gives it to hub_apply() when its turn has come. NULL: at once, again. */
void hub_set_order(struct hub *h,
                   void (*order)(void *ctx, const struct hub_request *r),
                   void *ctx);
void hub_apply(struct hub *h, const struct hub_request *r);
struct hub_request *hub_request_copy(const struct hub_request *r); /* free() */

/*
 * Somebody connected. A listener reads the lobby, but is not counted, listed
 * or announced until his first request. The operator sits at the server's
 * own console, is called "server" and may do what others may not. Others may
 * speak for one who is forgeable, since datagrams are all that comes from him:
 * /who says so, behind his name.
 */
#define HUB_FORGEABLE_MARK " (udp)"

struct hub_arrival {
    void *peer;
    struct span label; /* how lab:// shows him; empty elsewhere */
    struct span nick;  /* the one that he wants; if he cannot have it he is
                          told so, is nobody yet, and may only ask for
                          another; empty: he is a guest */
    struct span user;  /* what his program tells of him; often empty */
    struct span real;
    struct span metadata; /* what he noted already, and which keys he */
    struct span keys;     /* subscribed to: msg/metadata.h; often empty */
    uint64_t cloak;       /* of where he comes from */
    bool is_listener;
    bool is_operator;
    bool is_forgeable;
    /* His program keeps track of who is where: it is told what he does as
     * others are told it, gets lists of names whole, and joins rooms by
     * itself. */
    bool is_tracking;
};
struct user_id hub_attach(struct hub *h, const struct hub_env *env,
                          const struct hub_arrival *arrival);

enum hub_taken {
    HUB_TAKEN,
    HUB_WAIT, /* not taken: try again after on_resume */
};

/* Says may be many in flight; any other request waits until they are back,
 * so that answers come in the order of the questions. */
MUST_USE enum hub_taken hub_submit(struct hub *h, const struct hub_env *env,
                                   struct user_id from, const struct msg *m);

/* Tell him more of a long answer. */
void hub_go_on(struct hub *h, struct user_id who);

/* What that costs the one who asks for it: 1 for a line that is said; more
 * for long ones, and for what makes more work than that. */
uint32_t hub_cost(const struct msg *m);

/* Nothing that he asked for is on its way, so that what his peer answers by
 * itself comes in its order. False: after on_resume. */
MUST_USE bool hub_is_quiet(struct hub *h, struct user_id who);

/* His connection is gone: `peer` is not called again. */
void hub_detach(struct hub *h, const struct hub_env *env, struct user_id who,
                struct span reason);

/* The operator's. False: there is no such room or person in it. */
bool hub_kick(struct hub *h, const struct hub_env *env, struct span room,
              struct span nick, struct span reason);
void hub_notice(struct hub *h, const struct hub_env *env, struct span text);

/* Tell everybody that this is the end; they are detached by their peers. */
void hub_stop(struct hub *h);

/* His dialect changed: read all rooms anew from here. */
void hub_rekey(struct hub *h, struct user_id who);

/* For the peers of all who read that log from here on. */
void hub_each_reader(const struct hub *h, const struct room_log *log,
                     void (*each)(void *peer));

/* Of which room that is the log. */
struct span hub_room_name(const struct room_log *log);

/* He missed entries of that room, and has read the rest: whoever keeps track
 * of its members begins anew with them, by leaving and coming, `why` is told
 * to him alone; empty: he has come already. He may have left it meanwhile. */
void hub_mend(struct hub *h, const struct hub_env *env, struct user_id who,
              const struct room_log *log, struct span why);

/* The next number of the one order, for what a peer says by itself. */
uint64_t hub_next_order(struct hub *h);

struct hub_counts {
    size_t users;   /* attached, listeners included */
    size_t present; /* those that others see */
    size_t rooms;
    size_t members;    /* user-and-room pairs */
    uint64_t messages; /* accepted since start */
};
struct hub_counts hub_counts(const struct hub *h);
bool hub_is_present(const struct hub *h, struct user_id who);
struct span hub_nick(const struct hub *h, struct user_id who);

/* The names of all whom others see, in no order. */
void hub_each_nick(const struct hub *h,
                   void (*each)(void *ctx, struct span nick), void *ctx);

#endif
