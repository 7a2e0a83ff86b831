#include "support/irc_model.h"

#include "wire/irc/line.h"

#include <stdio.h>
#include <string.h>

void
irc_model_init(struct irc_model *m, struct wire *wire, const char *nick)
{
    *m = (struct irc_model){.wire = wire};
    snprintf(m->nick, sizeof(m->nick), "%s", nick);
}

void
irc_model_finish(struct irc_model *m)
{
    buf_finish(&m->unread);
}

/* -- what it knows -------------------------------------------------------- */

static struct irc_model_room *
room_of(struct irc_model *m, struct span name)
{
    for (size_t i = 0; i < IRC_MODEL_ROOMS; i++) {
        struct irc_model_room *room = &m->rooms[i];
        if (room->name[0] == '\0')
            snprintf(room->name, sizeof(room->name), "%.*s", SPAN_ARG(name));
        if (span_equal(name, span_of(room->name)))
            return room;
    }
    CHECK(false);
    return NULL;
}

static struct irc_model_member *
find(struct irc_model_room *room, struct span nick)
{
    for (size_t i = 0; i < room->n; i++) {
        if (span_equal(nick, span_of(room->members[i].nick)))
            return &room->members[i];
    }
    return NULL;
}

/* Who says or does something there is there. */
static struct irc_model_member *
get(struct irc_model_room *room, struct span nick)
{
    struct irc_model_member *member = find(room, nick);
    CHECK(room->is_in);
    CHECK(member != NULL || room->has_missed || room->is_unsure);
    return member;
}

static void
put(struct irc_model_room *room, struct span nick, bool is_operator)
{
    struct irc_model_member *member = find(room, nick);
    CHECK(member == NULL || room->has_missed || room->is_unsure);
    if (member == NULL) {
        CHECK(room->n < IRC_MODEL_MEMBERS);
        member = &room->members[room->n++];
    }
    snprintf(member->nick, sizeof(member->nick), "%.*s", SPAN_ARG(nick));
    member->is_operator = is_operator;
}

static void
take(struct irc_model_room *room, struct irc_model_member *member)
{
    if (member != NULL)
        *member = room->members[--room->n];
}

static bool
is_me(const struct irc_model *m, struct span nick)
{
    return span_equal(nick, span_of(m->nick));
}

/* -- what it reads ---------------------------------------------------------- */

static void
be_sure(struct irc_model *m, bool is_sure)
{
    for (size_t i = 0; i < IRC_MODEL_ROOMS; i++)
        m->rooms[i].is_unsure = !is_sure;
}

static void
on_join(struct irc_model *m, struct irc_model_room *room, struct span who)
{
    if (is_me(m, who)) {
        CHECK(!room->is_in);
        room->is_in = true;
        room->has_missed = true; /* until it has read who else is there */
        room->n = 0;
        be_sure(m, true);
    }
    CHECK(room->is_in);
    put(room, who, false);
}

static void
on_gone(struct irc_model *m, struct irc_model_room *room, struct span who)
{
    take(room, get(room, who));
    if (!is_me(m, who))
        return;
    if (room->has_missed)
        m->mended++;
    room->is_in = false;
}

/* It stays what it is. */
static void
on_rename(struct irc_model *m, struct span was, struct span now)
{
    struct irc_model_room *from = room_of(m, was), *to = room_of(m, now);
    struct irc_model_room room = *from;
    CHECK(from->is_in && !to->is_in);
    memcpy(room.name, to->name, sizeof(room.name));
    room.has_missed = from->has_missed || to->has_missed;
    *to = room;
    from->is_in = false;
    from->n = 0;
    be_sure(m, true);
    m->renames++;
}

/* He was too slow in one of his rooms; in which, he may not know before he
 * reads that it was renamed. */
static void
on_gap(struct irc_model *m, struct irc_model_room *room)
{
    m->gaps++;
    room->has_missed = true;
    if (!room->is_in)
        be_sure(m, false);
}

static void
on_quit(struct irc_model *m, struct span who)
{
    bool was_known = false, has_missed = false;
    for (size_t i = 0; i < IRC_MODEL_ROOMS; i++) {
        struct irc_model_room *room = &m->rooms[i];
        has_missed = has_missed || room->has_missed || room->is_unsure;
        if (!room->is_in || find(room, who) == NULL)
            continue;
        take(room, find(room, who));
        was_known = true;
    }
    CHECK(was_known || has_missed);
}

static void
on_nick(struct irc_model *m, struct span who, struct span nick)
{
    for (size_t i = 0; i < IRC_MODEL_ROOMS; i++) {
        struct irc_model_room *room = &m->rooms[i];
        struct irc_model_member *member = room->is_in ? find(room, who) : NULL;
        if (member == NULL)
            continue;
        bool is_operator = member->is_operator;
        take(room, member);
        put(room, nick, is_operator);
    }
    if (is_me(m, who))
        snprintf(m->nick, sizeof(m->nick), "%.*s", SPAN_ARG(nick));
}

static void
on_mode(struct irc_model_room *room, const struct irc_line *l)
{
    size_t at = 2;
    bool is_adding = true;
    for (size_t i = 0; i < l->parameters[1].n; i++) {
        uint8_t letter = span_get(l->parameters[1], i);
        if (letter == '+' || letter == '-') {
            is_adding = letter == '+';
            continue;
        }
        CHECK(letter == 'o' && at < l->n); /* what the stories change */
        struct irc_model_member *member = get(room, l->parameters[at++]);
        if (member != NULL)
            member->is_operator = is_adding;
    }
}

/* A list of names: what the room begins with, or what is compared. */
static void
on_names(struct irc_model *m, struct irc_model_room *room, struct span names)
{
    while (names.n > 0) {
        struct span nick = span_word(&names);
        bool is_operator = span_starts(nick, SPAN("@"));
        if (is_operator)
            nick = span_from(nick, 1);
        struct irc_model_member *member = find(room, nick);
        if (!m->is_asking && is_me(m, nick))
            member->is_operator = is_operator;
        else if (!m->is_asking)
            put(room, nick, is_operator);
        else
            CHECK(member != NULL && member->is_operator == is_operator);
        m->found++;
    }
}

static void
on_line(struct irc_model *m, struct span text)
{
    struct irc_line l;
    CHECK(wire_irc_parse(text, &l));
    struct span who = span_sub(l.source, 0, span_find(l.source, '!'));
    struct span first = l.n > 0 ? l.parameters[0] : SPAN_NONE;
    if (span_equal(l.command, SPAN("NICK"))) {
        on_nick(m, who, first);
    } else if (span_equal(l.command, SPAN("QUIT"))) {
        on_quit(m, who);
    } else if (span_equal(l.command, SPAN("353"))) {
        on_names(m, room_of(m, l.parameters[2]), l.parameters[3]);
    } else if (span_equal(l.command, SPAN("366"))) {
        if (!m->is_asking)
            room_of(m, l.parameters[1])->has_missed = false;
    } else if (!span_starts(first, SPAN("#"))) {
        return;
    } else if (span_equal(l.command, SPAN("JOIN"))) {
        on_join(m, room_of(m, first), who);
    } else if (span_equal(l.command, SPAN("PART"))) {
        on_gone(m, room_of(m, first), who);
    } else if (span_equal(l.command, SPAN("KICK"))) {
        on_gone(m, room_of(m, first), l.parameters[1]);
    } else if (span_equal(l.command, SPAN("MODE"))) {
        on_mode(room_of(m, first), &l);
    } else if (span_equal(l.command, SPAN("PRIVMSG"))) {
        (void)get(room_of(m, first), who);
    } else if (span_equal(l.command, SPAN("NOTICE"))) {
        on_gap(m, room_of(m, first)); /* nobody else says one */
    } else if (span_equal(l.command, SPAN("RENAME"))) {
        on_rename(m, first, l.parameters[1]);
    }
}

void
irc_model_read(struct irc_model *m, size_t most)
{
    wire_read(m->wire, most, &m->unread);
    struct span rest = buf_span(&m->unread);
    size_t n;
    while ((n = span_find(rest, '\n')) < rest.n) {
        on_line(m, span_sub(rest, 0, n - 1));
        rest = span_from(rest, n + 1);
    }
    buf_drop_front(&m->unread, m->unread.n - rest.n);
}

void
irc_model_compare(struct irc_model *m)
{
    irc_model_read(m, SIZE_MAX);
    m->is_asking = true;
    for (size_t i = 0; i < IRC_MODEL_ROOMS; i++) {
        struct irc_model_room *room = &m->rooms[i];
        char line[64];
        if (!room->is_in)
            continue;
        CHECK(!room->has_missed);
        m->found = 0;
        snprintf(line, sizeof(line), "NAMES %s\r\n", room->name);
        wire_send(m->wire, line);
        world_pass(m->wire->world, 100);
        irc_model_read(m, SIZE_MAX);
        CHECK(m->found == room->n);
    }
    m->is_asking = false;
}
