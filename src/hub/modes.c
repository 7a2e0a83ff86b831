/*
 * MODE: what a room is, and who is what in it. A change is asked for, and
 * told, as RFC 2811 writes it: letters behind + and -, then their parameters:
 *
 *     +o-m+k alice sesame
 */
#include "hub/hub_priv.h"
#include "msg/limits.h"
#include "msg/mask.h"

#include <inttypes.h>

enum shape { LIST, PASSWORD, NUMBER, FLAG, RANK };

static const struct {
    char letter;
    enum shape shape;
} modes[MODE_COUNT] = {
#define X(name, letter, shape) [MODE_##name] = {letter, shape},
#include "msg/modes.def"
#undef X
};

/* One change while it is carried out, and what came of those before it. */
struct change {
    struct hub *h;
    struct hub_user *u;
    struct hub_room *room;
    const struct hub_request *r;
    struct span rest; /* parameters not used yet */
    struct buf letters;
    struct buf parameters;
    bool is_adding;
    bool was_adding; /* the sign that `letters` ends with */
    bool may_change;
    bool was_refused; /* once is enough */
    bool lists_shown[3];
    size_t taken; /* changes with parameters */
};

static void
tell(struct change *c, struct reply r)
{
    r.room = c->room->name;
    hub_tell(c->h, c->u, r);
}

static bool
is_allowed(struct change *c)
{
    if (!c->may_change && !c->was_refused) {
        c->was_refused = true;
        tell(c, (struct reply){.kind = hub_member_find(c->u, c->room) == NULL
                                           ? REPLY_ROOM_NOT_IN
                                           : REPLY_NOT_ROOM_OPERATOR});
    }
    return c->may_change;
}

/* It was done: so it will be told. */
static void
note(struct change *c, enum hub_mode mode, struct span parameter)
{
    if (c->letters.n == 0 || c->was_adding != c->is_adding)
        buf_add_byte(&c->letters, c->is_adding ? '+' : '-');
    c->was_adding = c->is_adding;
    buf_add_byte(&c->letters, (uint8_t)modes[mode].letter);
    if (parameter.n > 0) {
        buf_add_byte(&c->parameters, ' ');
        buf_add(&c->parameters, parameter);
    }
}

/* -- one shape each ---------------------------------------------------------- */

static void
show_list(struct change *c, enum hub_mode list)
{
    static const enum reply_kind items[] = {REPLY_MASK_BAN, REPLY_MASK_EXCEPT,
                                            REPLY_MASK_INVITE};
    static const enum reply_kind ends[] = {
        REPLY_MASK_BAN_END, REPLY_MASK_EXCEPT_END, REPLY_MASK_INVITE_END};
    if (c->lists_shown[list])
        return;
    c->lists_shown[list] = true;
    /* Who is banned is for everybody to see; the rest is the operators'. */
    if (list != MODE_BAN && !is_allowed(c))
        return;
    LIST_FOREACH (link, &c->room->masks[list]) {
        const struct hub_mask *m = CONTAINER_OF(link, struct hub_mask, link);
        tell(c, (struct reply){.kind = items[list],
                               .text = m->mask,
                               .nick = m->by,
                               .time_ms = m->set_ms});
    }
    tell(c, (struct reply){.kind = ends[list]});
}

static void
change_list(struct change *c, enum hub_mode list, struct span typed)
{
    if (typed.n == 0) {
        show_list(c, list);
        return;
    }
    if (!is_allowed(c) || typed.n > LIMIT_MASK_BYTES)
        return;
    struct buf mask = {0}, was = {0};
    msg_mask_complete(typed, &mask);
    bool is_full = hub_masks_count(c->room, list) >= LIMIT_ROOM_MASKS;
    if (!c->is_adding) {
        if (hub_mask_remove(c->room, list, buf_span(&mask), &was))
            note(c, list, buf_span(&was));
    } else if (is_full) {
        tell(c, (struct reply){.kind = REPLY_MASKS_FULL,
                               .text = typed,
                               .count = LIMIT_ROOM_MASKS});
    } else if (hub_mask_add(c->room, list, buf_span(&mask), c->u,
                            c->r->wall_ms)) {
        note(c, list, buf_span(&mask));
    }
    buf_finish(&mask);
    buf_finish(&was);
}

/* In JOIN passwords stand between commas and blanks. */
static bool
is_password(struct span s)
{
    if (s.n == 0 || s.n > LIMIT_ROOM_PASSWORD_BYTES || span_get(s, 0) == ':')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t b = span_get(s, i);
        if (b <= ' ' || b == ',' || b == 0x7f)
            return false;
    }
    return true;
}

static void
change_password(struct change *c, struct span typed)
{
    struct hub_room *room = c->room;
    if (!is_allowed(c))
        return;
    if (!c->is_adding) {
        /* Whoever may change it may remove it, without knowing it. */
        if (room->flags & MODE_BIT(MODE_PASSWORD))
            note(c, MODE_PASSWORD, room->password);
        room->flags &= ~MODE_BIT(MODE_PASSWORD);
        span_free(&room->password);
    } else if (!is_password(typed)) {
        tell(c, (struct reply){.kind = REPLY_PASSWORD_BAD});
    } else {
        span_free(&room->password);
        room->password = span_copy(typed);
        room->flags |= MODE_BIT(MODE_PASSWORD);
        note(c, MODE_PASSWORD, typed);
    }
}

static void
change_number(struct change *c, struct span typed)
{
    struct hub_room *room = c->room;
    uint64_t limit;
    if (!is_allowed(c))
        return;
    if (!c->is_adding) {
        if (room->flags & MODE_BIT(MODE_LIMIT))
            note(c, MODE_LIMIT, SPAN_NONE);
        room->flags &= ~MODE_BIT(MODE_LIMIT);
    } else if (span_number(typed, INT32_MAX, &limit) && limit > 0 &&
               (room->limit != limit ||
                !(room->flags & MODE_BIT(MODE_LIMIT)))) {
        struct buf digits = {0};
        room->limit = (uint32_t)limit;
        room->flags |= MODE_BIT(MODE_LIMIT);
        buf_add_format(&digits, "%" PRIu64, limit);
        note(c, MODE_LIMIT, buf_span(&digits));
        buf_finish(&digits);
    }
}

static void
change_flag(struct change *c, enum hub_mode mode)
{
    uint32_t before = c->room->flags;
    if (!is_allowed(c))
        return;
    if (c->is_adding)
        c->room->flags |= MODE_BIT(mode);
    else
        c->room->flags &= ~MODE_BIT(mode);
    if (c->room->flags != before)
        note(c, mode, SPAN_NONE);
}

static void
change_rank(struct change *c, enum hub_mode mode, struct span nick)
{
    if (nick.n == 0 || !is_allowed(c))
        return;
    struct hub_user *whom = hub_user_find_present(c->h, nick);
    struct hub_member *m = whom == NULL ? NULL : hub_member_find(whom, c->room);
    if (whom == NULL || m == NULL) {
        tell(c, (struct reply){.kind = whom == NULL ? REPLY_NICK_UNKNOWN
                                                    : REPLY_NICK_NOT_IN_ROOM,
                               .nick = nick});
        return;
    }
    uint32_t before = m->rank;
    if (c->is_adding)
        m->rank |= MODE_BIT(mode);
    else
        m->rank &= ~MODE_BIT(mode);
    if (m->rank != before) {
        hub_roll_forget(c->room);
        note(c, mode, hub_user_nick(whom));
    }
}

/* -- a whole change ------------------------------------------------------------ */

static bool
takes_parameter(const struct change *c, enum shape shape)
{
    if (shape == FLAG)
        return false;
    return shape != NUMBER || c->is_adding;
}

static void
change_one(struct change *c, enum hub_mode mode)
{
    enum shape shape = modes[mode].shape;
    struct span parameter = SPAN_NONE;
    if (takes_parameter(c, shape)) {
        parameter = span_word(&c->rest);
        if (++c->taken > LIMIT_MODES_A_LINE)
            return;
        bool is_needed = shape == RANK || c->is_adding;
        if (parameter.n == 0 && is_needed && shape != LIST) {
            struct span letter = {(const uint8_t *)&modes[mode].letter, 1};
            tell(c, (struct reply){.kind = REPLY_MODE_NEEDS, .text = letter});
            return;
        }
    }
    switch (shape) {
    case LIST:
        change_list(c, mode, parameter);
        break;
    case PASSWORD:
        change_password(c, parameter);
        break;
    case NUMBER:
        change_number(c, parameter);
        break;
    case FLAG:
        change_flag(c, mode);
        break;
    case RANK:
        change_rank(c, mode, parameter);
        break;
    }
}

static void
change_letter(struct change *c, struct span letter)
{
    uint8_t byte = span_get(letter, 0);
    if (byte == '+' || byte == '-') {
        c->is_adding = byte == '+';
        return;
    }
    for (int i = 0; i < MODE_COUNT; i++) {
        if (modes[i].letter == (char)byte) {
            change_one(c, (enum hub_mode)i);
            return;
        }
    }
    tell(c, (struct reply){.kind = REPLY_MODE_UNKNOWN, .text = letter});
}

static void
tell_change(struct change *c)
{
    if (c->letters.n > 0) {
        struct hub_member *m = hub_member_find(c->u, c->room);
        struct entry e = hub_entry(c->h, ENTRY_MODE, c->u, c->r);
        buf_add(&c->letters, buf_span(&c->parameters));
        e.text = buf_span(&c->letters);
        e.room = c->room->name;
        room_log_append(&c->room->log, &e, hub_member_reader(c->h, m));
        hub_echo(c->h, c->u, &e);
    }
    buf_finish(&c->letters);
    buf_finish(&c->parameters);
}

static void
tell_modes(struct hub *h, struct hub_user *u, const struct hub_room *room)
{
    struct buf text = {0};
    bool is_in = hub_member_find(u, room) != NULL;
    buf_add_byte(&text, '+');
    for (int i = 0; i < MODE_COUNT; i++) {
        if (room->flags & MODE_BIT(i))
            buf_add_byte(&text, (uint8_t)modes[i].letter);
    }
    if ((room->flags & MODE_BIT(MODE_PASSWORD)) && is_in) {
        buf_add_byte(&text, ' ');
        buf_add(&text, room->password);
    } else if (room->flags & MODE_BIT(MODE_PASSWORD)) {
        buf_add(&text, SPAN(" *"));
    }
    if (room->flags & MODE_BIT(MODE_LIMIT))
        buf_add_format(&text, " %" PRIu32, room->limit);
    hub_tell(h, u,
             (struct reply){
                 .kind = REPLY_MODES_ARE,
                 .room = room->name,
                 .text = buf_span(&text),
                 .time_ms =
                     room == h->lobby ? h->info->started_ms : room->created_ms,
             });
    buf_finish(&text);
}

void
hub_mode(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    struct hub_room *room = hub_room_meant(h, u, r->msg.room);
    if (room == NULL)
        return;
    if (r->msg.text.n == 0) {
        tell_modes(h, u, room);
        return;
    }
    const struct hub_member *m = hub_member_find(u, room);
    struct change c = {
        .h = h,
        .u = u,
        .room = room,
        .r = r,
        .rest = r->msg.text,
        .is_adding = true,
        .may_change = u->is_operator || (m && hub_member_is_operator(m)),
    };
    struct span letters = span_word(&c.rest);
    for (size_t i = 0; i < letters.n; i++)
        change_letter(&c, span_sub(letters, i, 1));
    tell_change(&c);
}

/* -- one's own ------------------------------------------------------------------- */

/* True when it was changed. */
static bool
change_own(struct hub_user *u, uint8_t letter, bool is_adding, bool *is_unknown)
{
    bool *mode = letter == 'B'   ? &u->is_bot
                 : letter == 'i' ? &u->is_invisible
                 : letter == 'w' ? &u->reads_wallops
                 : letter == 'o' ? &u->is_operator
                                 : NULL;
    if (mode == NULL)
        *is_unknown = true;
    /* Nobody makes himself an operator. */
    if (mode == NULL || *mode == is_adding || (letter == 'o' && is_adding))
        return false;
    *mode = is_adding;
    return true;
}

static void
tell_own(struct hub *h, struct hub_user *u)
{
    struct buf text = {0};
    buf_add_format(&text, "+%s%s%s%s", u->is_bot ? "B" : "",
                   u->is_invisible ? "i" : "", u->is_operator ? "o" : "",
                   u->reads_wallops ? "w" : "");
    hub_tell(
        h, u,
        (struct reply){.kind = REPLY_OWN_MODES_ARE, .text = buf_span(&text)});
    buf_finish(&text);
}

void
hub_own_mode(struct hub *h, struct hub_user *u, const struct hub_request *r)
{
    const struct hub_user *whom = hub_user_find_present(h, r->msg.nick);
    if (whom != u) {
        hub_tell(h, u,
                 (struct reply){.kind = whom == NULL ? REPLY_NICK_UNKNOWN
                                                     : REPLY_OWN_MODE_OF_OTHER,
                                .nick = r->msg.nick});
        return;
    }
    if (r->msg.text.n == 0) {
        tell_own(h, u);
        return;
    }
    struct buf done = {0};
    bool is_adding = true, is_unknown = false;
    uint8_t sign = 0;
    struct span rest = r->msg.text;
    struct span letters = span_word(&rest);
    for (size_t i = 0; i < letters.n; i++) {
        uint8_t byte = span_get(letters, i);
        if (byte == '+' || byte == '-') {
            is_adding = byte == '+';
        } else if (change_own(u, byte, is_adding, &is_unknown)) {
            uint8_t now = is_adding ? '+' : '-';
            if (sign != now)
                buf_add_byte(&done, now);
            sign = now;
            buf_add_byte(&done, byte);
        }
    }
    if (is_unknown)
        hub_tell_kind(h, u, REPLY_OWN_MODE_UNKNOWN);
    if (done.n > 0) {
        struct entry e = hub_entry(h, ENTRY_OWN_MODE, u, r);
        e.target = hub_user_nick(u);
        e.text = buf_span(&done);
        hub_echo(h, u, &e);
    }
    buf_finish(&done);
}
