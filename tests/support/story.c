#include "support/story.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- the model ------------------------------------------------------------- */

void
model_init(struct model *m)
{
    *m = (struct model){.room_names_n = 1};
    snprintf(m->room_names[0], sizeof(m->room_names[0]), "lobby");
}

void
model_finish(struct model *m)
{
    for (size_t i = 0; i < m->users_n; i++) {
        for (size_t j = 0; j < m->users[i]->lines_n; j++)
            free(m->users[i]->lines[j].text);
        free(m->users[i]->lines);
        free(m->users[i]);
    }
    free(m->users);
}

static struct model_user *
find_user(struct model *m, struct user_id id)
{
    for (size_t i = m->users_n; i-- > 0;) {
        if (user_id_equal(m->users[i]->id, id))
            return m->users[i]->has_left ? NULL : m->users[i];
    }
    return NULL;
}

static struct model_user *
find_nick(struct model *m, struct span nick)
{
    for (size_t i = 0; i < m->users_n; i++) {
        if (!m->users[i]->has_left &&
            span_equal(span_of(m->users[i]->nick), nick))
            return m->users[i];
    }
    return NULL;
}

static int
room_index(struct model *m, struct span name)
{
    for (int i = 0; i < m->room_names_n; i++) {
        if (span_equal(span_of(m->room_names[i]), name))
            return i;
    }
    CHECK(m->room_names_n < MODEL_ROOMS);
    snprintf(m->room_names[m->room_names_n], sizeof(m->room_names[0]), "%.*s",
             SPAN_ARG(name));
    return m->room_names_n++;
}

static bool
is_in(const struct model_user *u, int room)
{
    for (int i = 0; i < u->rooms_n; i++) {
        if (u->rooms[i] == room)
            return true;
    }
    return false;
}

static void
leave(struct model_user *u, int room)
{
    int n = 0;
    for (int i = 0; i < u->rooms_n; i++) {
        if (u->rooms[i] != room)
            u->rooms[n++] = u->rooms[i];
    }
    u->rooms_n = n;
    if (u->talking_in == room)
        u->talking_in = n == 0 ? -1 : u->rooms[n - 1];
}

static void
write_down(struct model *m, struct model_user *u, bool is_message,
           const char *text)
{
    if (u->lines_n == u->lines_cap) {
        u->lines_cap = u->lines_cap == 0 ? 32 : u->lines_cap * 2;
        u->lines = alloc_resize(u->lines, u->lines_cap * sizeof(*u->lines));
    }
    u->lines[u->lines_n++] = (struct model_line){strdup(text), is_message};
    m->lines++;
}

/* Everybody in `room` but one reads this; members of several rooms with the
 * room's name, where `before` is what comes in front of that. */
static void
tell_room(struct model *m, int room, const struct model_user *except,
          bool is_message, const char *before, const char *text)
{
    char line[8192];
    for (size_t i = 0; i < m->users_n; i++) {
        struct model_user *u = m->users[i];
        if (u == except || u->has_left || !is_in(u, room))
            continue;
        if (u->rooms_n > 1)
            snprintf(line, sizeof(line), "%s[%s] %s", before,
                     m->room_names[room], text);
        else
            snprintf(line, sizeof(line), "%s%s", before, text);
        write_down(m, u, is_message, line);
    }
}

/* Everybody who shares a room with `u`, once. */
static void
tell_neighbours(struct model *m, const struct model_user *u, const char *text)
{
    for (size_t i = 0; i < m->users_n; i++) {
        struct model_user *other = m->users[i];
        bool is_near = false;
        for (int j = 0; j < u->rooms_n; j++)
            is_near = is_near || is_in(other, u->rooms[j]);
        if (is_near && other != u && !other->has_left)
            write_down(m, other, false, text);
    }
}

static void
announce(struct model *m, struct model_user *u)
{
    char text[200];
    u->is_present = true;
    snprintf(text, sizeof(text), "%s joined", u->nick);
    for (int i = 0; i < u->rooms_n; i++)
        tell_room(m, u->rooms[i], u, false, "-- ", text);
}

static void
apply_attach(struct model *m, const struct hub_request *r)
{
    struct model_user *u = ALLOC(struct model_user);
    if (m->users_n == m->users_cap) {
        m->users_cap = m->users_cap == 0 ? 32 : m->users_cap * 2;
        m->users = alloc_resize(m->users, m->users_cap * sizeof(*m->users));
    }
    m->users[m->users_n++] = u;
    u->id = r->from;
    snprintf(u->nick, sizeof(u->nick), "guest%u", ++m->guests);
    snprintf(u->first_nick, sizeof(u->first_nick), "%s", u->nick);
    u->rooms[u->rooms_n++] = 0;
    u->talking_in = 0;
    if (!r->is_listener)
        announce(m, u);
}

static void
apply_quit(struct model *m, struct model_user *u, struct span reason)
{
    char text[300];
    if (reason.n > 0)
        snprintf(text, sizeof(text), "-- %s left (%.*s)", u->nick,
                 SPAN_ARG(reason));
    else
        snprintf(text, sizeof(text), "-- %s left", u->nick);
    if (u->is_present)
        tell_neighbours(m, u, text);
    u->has_left = true;
}

static void
apply_kick(struct model *m, const struct hub_request *r)
{
    struct model_user *u = find_nick(m, r->msg.nick);
    int room = room_index(m, r->msg.room);
    char text[300];
    if (u == NULL || !is_in(u, room))
        return;
    snprintf(text, sizeof(text), "%s was removed by liao.chat: %.*s", u->nick,
             SPAN_ARG(r->msg.text));
    if (u->is_present)
        tell_room(m, room, u, false, "-- ", text);
    leave(u, room);
}

static void
apply_say(struct model *m, struct model_user *u, const struct msg *msg)
{
    char text[8000];
    bool is_action = msg->kind == MSG_ACTION;
    if (u->talking_in < 0)
        return;
    snprintf(text, sizeof(text), is_action ? "* %s %.*s" : "%s: %.*s", u->nick,
             SPAN_ARG(msg->text));
    tell_room(m, u->talking_in, u, true, "", text);
}

static void
apply_nick(struct model *m, struct model_user *u, struct span nick)
{
    char text[300];
    snprintf(text, sizeof(text), "-- %s is now %.*s", u->nick, SPAN_ARG(nick));
    if (find_nick(m, nick) == NULL)
        tell_neighbours(m, u, text);
    snprintf(u->nick, sizeof(u->nick), "%.*s", SPAN_ARG(nick));
}

static void
apply_join(struct model *m, struct model_user *u, int room)
{
    char text[300];
    bool was_in = is_in(u, room);
    u->talking_in = room;
    if (was_in)
        return;
    u->rooms[u->rooms_n++] = room;
    snprintf(text, sizeof(text), "%s joined", u->nick);
    tell_room(m, room, u, false, "-- ", text);
}

static void
apply_part(struct model *m, struct model_user *u, int room)
{
    char text[300];
    if (!is_in(u, room))
        return;
    snprintf(text, sizeof(text), "%s left", u->nick);
    tell_room(m, room, u, false, "-- ", text);
    leave(u, room);
}

static void
apply_private(struct model *m, const struct model_user *u,
              const struct msg *msg)
{
    char text[8000];
    struct model_user *to = find_nick(m, msg->nick);
    if (to == NULL || !to->is_present)
        return;
    snprintf(text, sizeof(text), "[%s to you] %.*s", u->nick,
             SPAN_ARG(msg->text));
    write_down(m, to, false, text);
}

static void
apply_msg(struct model *m, struct model_user *u, const struct msg *msg)
{
    if (!u->is_present && msg->kind != MSG_QUIT)
        announce(m, u);
    if (msg->kind == MSG_SAY || msg->kind == MSG_ACTION)
        apply_say(m, u, msg);
    else if (msg->kind == MSG_NICK)
        apply_nick(m, u, msg->nick);
    else if (msg->kind == MSG_JOIN)
        apply_join(m, u, room_index(m, msg->room));
    else if (msg->kind == MSG_PART)
        apply_part(m, u, room_index(m, msg->room));
    else if (msg->kind == MSG_PRIVATE)
        apply_private(m, u, msg);
    else if (msg->kind == MSG_QUIT)
        apply_quit(m, u, msg->text);
}

void
model_apply(struct model *m, struct world *w, const struct hub_request *r)
{
    (void)w;
    if (r->kind == HUB_REQUEST_ATTACH) {
        apply_attach(m, r);
        return;
    }
    if (r->kind == HUB_REQUEST_KICK) {
        apply_kick(m, r);
        return;
    }
    struct model_user *u = find_user(m, r->from);
    if (u == NULL)
        return;
    if (r->kind == HUB_REQUEST_MSG)
        apply_msg(m, u, &r->msg);
    else
        apply_quit(m, u, r->msg.text);
}

bool
model_pick(struct model *m, struct world *w, struct span *nick,
           struct span *room)
{
    if (m->users_n == 0)
        return false;
    const struct model_user *u = m->users[dice_below(&w->dice, m->users_n)];
    if (u->has_left || u->rooms_n == 0)
        return false;
    *nick = span_of(u->nick);
    *room = span_of(m->room_names[u->rooms[0]]);
    return true;
}

/* -- people ------------------------------------------------------------------ */

struct client {
    struct wire *wire;
    struct model *model;
    struct model_user *user; /* NULL until he was greeted */
    struct buf unread;       /* an unfinished line */
    size_t line;             /* of the model: to be read next */
    uint64_t missed;
    uint64_t to_skip; /* messages that he was told he missed */
    bool is_in_gap;   /* lines that are no messages may be missing, too */
    bool has_broken;
    bool was_asked_to_leave;
};

static struct client *
connect_client(struct world *w, struct model *m, enum sniff_pin pin)
{
    struct client *c = ALLOC(struct client);
    c->wire = world_connect(w, pin);
    c->model = m;
    return c;
}

struct client *
client_create_listener(struct world *w, struct model *m)
{
    return connect_client(w, m, SNIFF_PINNED_PLAIN);
}

struct client *
client_create(struct world *w, struct model *m)
{
    struct client *c = connect_client(w, m, SNIFF_ANY);
    wire_send(c->wire, dice_is(&w->dice, 50) ? "\n" : "hello #0\n");
    return c;
}

bool
client_can_send(const struct client *c)
{
    return !c->has_broken && !c->was_asked_to_leave && !c->wire->is_closed;
}

void
client_send(struct client *c, const char *text)
{
    wire_send(c->wire, text);
}

void
client_stop(struct client *c, bool hangs_up)
{
    c->was_asked_to_leave = true;
    if (hangs_up)
        wire_hang_up(c->wire);
}

void
client_break(struct client *c, bool is_reset)
{
    c->has_broken = true;
    if (is_reset)
        wire_reset(c->wire);
    else
        wire_hang_up(c->wire);
}

/* Words of the server to this person alone. */
static bool
is_for_him_alone(struct span line)
{
    static const char *const fronts[] = {
        "-- liao: ",    "-- type ",     "-- you ",  "-- people ",  "-- rooms: ",
        "-- there is ", "-- the topic", "[you to ", "-- somebody", "-- bye",
    };
    for (size_t i = 0; i < COUNT_OF(fronts); i++) {
        if (span_starts(line, span_of(fronts[i])))
            return true;
    }
    struct span no_topic = SPAN(" has no topic; /topic TEXT sets one");
    return line.n > no_topic.n && span_starts(line, SPAN("-- ")) &&
           span_equal(span_from(line, line.n - no_topic.n), no_topic);
}

static void
meet(struct client *c, struct span line)
{
    struct span greeting = SPAN("-- liao: you are ");
    if (!span_starts(line, greeting))
        return;
    struct span nick = span_from(line, greeting.n);
    nick = span_sub(nick, 0, span_find(nick, ','));
    for (size_t i = 0; i < c->model->users_n; i++) {
        if (span_equal(span_of(c->model->users[i]->first_nick), nick))
            c->user = c->model->users[i];
    }
    CHECK(c->user != NULL);
}

static bool
note_gap(struct client *c, struct span line)
{
    struct span words = SPAN("-- you read too slowly");
    struct span number = SPAN("; messages missed: ");
    uint64_t n = 0;
    if (!span_starts(line, words))
        return false;
    line = span_from(line, words.n);
    if (line.n > 0)
        CHECK(span_starts(line, number) &&
              span_number(span_from(line, number.n), UINT64_MAX, &n) && n > 0);
    c->missed += n;
    c->to_skip += n;
    c->is_in_gap = true;
    return true;
}

/* Behind a gap: as many messages as he was told, and whatever lines that are
 * not messages lay between them and what he reads next. */
static void
skip_gap(struct client *c, struct span line)
{
    struct model_user *u = c->user;
    while (c->to_skip > 0) {
        CHECK(c->line < u->lines_n);
        if (u->lines[c->line++].is_message)
            c->to_skip--;
    }
    while (c->line < u->lines_n && !u->lines[c->line].is_message &&
           !span_equal(span_of(u->lines[c->line].text), line))
        c->line++;
    c->is_in_gap = false;
}

static void
on_line(struct client *c, struct span line)
{
    meet(c, line);
    if (note_gap(c, line) || is_for_him_alone(line))
        return;
    CHECK(c->user != NULL);
    struct model_user *u = c->user;
    if (c->is_in_gap)
        skip_gap(c, line);
    bool is_right = c->line < u->lines_n &&
                    span_equal(span_of(u->lines[c->line].text), line);
    if (!is_right) {
        fprintf(stderr, "%s reads: %.*s\n", u->nick, SPAN_ARG(line));
        for (size_t i = c->line; i < c->line + 4; i++)
            fprintf(stderr, "should read: %s\n",
                    i < u->lines_n ? u->lines[i].text : "nothing");
    }
    CHECK(is_right);
    c->line++;
}

void
client_read(struct client *c, size_t most)
{
    wire_read(c->wire, most, &c->unread);
    size_t at = 0;
    for (;;) {
        struct span rest = span_from(buf_span(&c->unread), at);
        size_t n = span_find(rest, '\n');
        if (n == rest.n)
            break;
        on_line(c, span_sub(rest, 0, n));
        at += n + 1;
    }
    buf_drop_front(&c->unread, at);
}

void
client_finish(struct client *c)
{
    if (c == NULL || c->has_broken)
        return;
    CHECK(c->unread.n == 0);
    CHECK(c->user != NULL);
    if (c->is_in_gap)
        skip_gap(c, SPAN_NONE);
    if (c->line != c->user->lines_n)
        fprintf(stderr, "%s never read: %s\n", c->user->nick,
                c->user->lines[c->line].text);
    CHECK(c->line == c->user->lines_n);
    CHECK(!c->was_asked_to_leave || c->wire->is_server_done);
}

void
client_free(struct client *c)
{
    if (c == NULL)
        return;
    wire_free(c->wire);
    buf_finish(&c->unread);
    free(c);
}

struct wire *
client_wire(struct client *c)
{
    return c->wire;
}

uint64_t
client_missed(const struct client *c)
{
    return c->missed;
}

bool
client_is_over(const struct client *c)
{
    return c->has_broken || c->was_asked_to_leave;
}
