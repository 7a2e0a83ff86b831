#include "wire/irc/cap.h"

#include "base/utf8.h"
#include "msg/limits.h"
#include "wire/irc/lines.h"

/* A line without its CR LF. */
#define LINE_MOST (LIMIT_IRC_LINE_BYTES - 2)

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

#define METADATA_VALUE                                                         \
    "before-connect,max-subs=" TEXT(LIMIT_SUBSCRIPTIONS) ",max-keys=" TEXT(    \
        LIMIT_METADATA_KEYS) ",max-value-bytes=" TEXT(LIMIT_METADATA_VALUE_BYTES)

/* What a capability has behind '=' is for who knows version 302; NULL is
 * nothing. Sorted by name, as it is listed. */
static const struct {
    const char *name;
    const char *value;
    uint32_t bit;
} table[] = {
    {"away-notify", NULL, IRC_CAP_AWAY_NOTIFY},
    {"batch", NULL, IRC_CAP_BATCH},
    {"cap-notify", NULL, IRC_CAP_CAP_NOTIFY},
    {"draft/channel-rename", NULL, IRC_CAP_CHANNEL_RENAME},
    {"draft/metadata-2", METADATA_VALUE, IRC_CAP_METADATA_2},
    {"draft/metadata-3", METADATA_VALUE, IRC_CAP_METADATA_3},
    {"draft/multiline",
     "max-bytes=" TEXT(LIMIT_TEXT_BYTES) ",max-lines=" TEXT(LIMIT_LINES),
     IRC_CAP_MULTILINE},
    {"echo-message", NULL, IRC_CAP_ECHO_MESSAGE},
    {"extended-join", NULL, IRC_CAP_EXTENDED_JOIN},
    {"extended-monitor", NULL, IRC_CAP_EXTENDED_MONITOR},
    {"invite-notify", NULL, IRC_CAP_INVITE_NOTIFY},
    {"labeled-response", NULL, IRC_CAP_LABELED_RESPONSE},
    {"message-tags", NULL, IRC_CAP_MESSAGE_TAGS},
    {"multi-prefix", NULL, IRC_CAP_MULTI_PREFIX},
    {"no-implicit-names", NULL, IRC_CAP_NO_IMPLICIT_NAMES},
    {"server-time", NULL, IRC_CAP_SERVER_TIME},
    {"setname", NULL, IRC_CAP_SETNAME},
    {"standard-replies", NULL, IRC_CAP_STANDARD_REPLIES},
    {"userhost-in-names", NULL, IRC_CAP_USERHOST_IN_NAMES},
};

/* What changes the bytes of all entries, and of which entries what else. */
#define OF_ALL (IRC_CAP_SERVER_TIME | IRC_CAP_MESSAGE_TAGS)

static const uint32_t of_entry[ENTRY_KIND_COUNT] = {
    [ENTRY_JOIN] = IRC_CAP_EXTENDED_JOIN,
    [ENTRY_INVITED] = IRC_CAP_INVITE_NOTIFY,
    [ENTRY_AWAY] = IRC_CAP_AWAY_NOTIFY,
    [ENTRY_REAL] = IRC_CAP_SETNAME,
};

const char *
wire_irc_cap_name(size_t i)
{
    return i < COUNT_OF(table) ? table[i].name : NULL;
}

uint32_t
wire_irc_cap_bit(size_t i)
{
    CHECK(i < COUNT_OF(table));
    return table[i].bit;
}

/* -- keys ------------------------------------------------------------------- */

uint32_t
wire_irc_key_of_room(uint32_t key)
{
    return key & (0xffu | IRC_CAPS_OF_ROOMS);
}

uint32_t
wire_irc_key_for_entry(uint32_t key, const struct entry *e)
{
    uint32_t needed = 0xffu | OF_ALL | of_entry[e->kind];
    if (wire_irc_may_need_lines(e))
        needed |= IRC_CAP_MULTILINE;
    return key & needed;
}

/* -- lists ------------------------------------------------------------------- */

/*
 * Words, in as many lines as it takes: `head`, and in all lines but the last
 * `more`, then the words.
 */
static void
add_lines(struct span head, struct span more, struct span words,
          struct buf *out)
{
    do {
        size_t most = LINE_MOST - head.n - more.n - 1;
        size_t n = words.n;
        if (n > most) {
            n = most;
            while (n > 0 && span_get(words, n) != ' ')
                n--;
        }
        if (n == 0) /* one word is longer than a line */
            n = utf8_cut(words, most);
        buf_add(out, head);
        if (n < words.n)
            buf_add(out, more);
        buf_add_byte(out, ':');
        buf_add(out, span_sub(words, 0, n));
        buf_add(out, SPAN("\r\n"));
        while (n < words.n && span_get(words, n) == ' ')
            n++;
        words = span_from(words, n);
    } while (words.n > 0);
}

static void
add_names(uint32_t which, bool has_values, struct buf *out)
{
    size_t begin = out->n;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        if (!(which & table[i].bit))
            continue;
        if (out->n > begin)
            buf_add_byte(out, ' ');
        buf_add(out, span_of(table[i].name));
        if (has_values && table[i].value != NULL)
            buf_add_format(out, "=%s", table[i].value);
    }
}

static uint32_t
find(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        if (span_equal(name, span_of(table[i].name)))
            return table[i].bit;
    }
    return 0;
}

/* What `on` becomes; false: it is refused, as a whole. */
static bool
change(struct span asked, bool is_302, uint32_t *on)
{
    while (asked.n > 0) {
        struct span word = span_word(&asked);
        bool is_removed = span_starts(word, SPAN("-"));
        uint32_t bit = find(span_from(word, is_removed ? 1 : 0));
        if (word.n == 0)
            break;
        /* Who knows version 302 is told of changes, whether he likes it. */
        if (bit == 0 || (bit == IRC_CAP_CAP_NOTIFY && is_removed && is_302))
            return false;
        *on = is_removed ? *on & ~bit : *on | bit;
    }
    return true;
}

/* -- the command ---------------------------------------------------------------- */

static void
begin_line(struct span server, struct span nick, const char *verb,
           struct buf *out)
{
    buf_add_format(out, ":%.*s CAP %.*s %s ", SPAN_ARG(server), SPAN_ARG(nick),
                   verb);
}

static void
list(uint32_t which, bool has_values, bool is_302, struct span head,
     struct buf *answer)
{
    struct buf names = {0};
    add_names(which, has_values, &names);
    add_lines(head, is_302 ? SPAN("* ") : SPAN_NONE, buf_span(&names), answer);
    buf_finish(&names);
}

static void
list_all(struct irc_caps *caps, const struct irc_line *line, struct span server,
         struct span nick, struct buf *answer)
{
    uint64_t version = 0;
    if (line->n > 1 && span_number(line->parameters[1], UINT32_MAX, &version) &&
        version >= 302) {
        caps->is_302 = true;
        caps->on_next = caps->on | IRC_CAP_CAP_NOTIFY;
    }
    struct buf head = {0};
    begin_line(server, nick, "LS", &head);
    list(UINT32_MAX, caps->is_302, caps->is_302, buf_span(&head), answer);
    buf_finish(&head);
}

static void
list_own(const struct irc_caps *caps, struct span server, struct span nick,
         struct buf *answer)
{
    struct buf head = {0};
    begin_line(server, nick, "LIST", &head);
    list(caps->on, false, caps->is_302, buf_span(&head), answer);
    buf_finish(&head);
}

static void
request(struct irc_caps *caps, const struct irc_line *line, struct span server,
        struct span nick, struct buf *answer)
{
    struct span asked = line->n > 1 ? line->parameters[1] : SPAN_NONE;
    struct buf head = {0};
    uint32_t on = caps->on;
    bool is_granted = change(asked, caps->is_302, &on);
    begin_line(server, nick, is_granted ? "ACK" : "NAK", &head);
    if (is_granted)
        caps->on_next = on;
    else /* what does not fit need not be repeated */
        asked = span_sub(asked, 0, utf8_cut(asked, LINE_MOST - head.n - 1));
    add_lines(buf_span(&head), SPAN_NONE, asked, answer);
    buf_finish(&head);
}

enum irc_cap_said
wire_irc_cap(struct irc_caps *caps, const struct irc_line *line,
             bool is_opening, struct span server, struct span nick,
             struct buf *answer)
{
    struct span verb = line->n > 0 ? line->parameters[0] : SPAN_NONE;
    if (nick.n == 0)
        nick = SPAN("*");
    caps->on_next = caps->on;
    if (wire_irc_is_word(verb, "END")) {
        caps->is_negotiating = false;
        return IRC_CAP_NOTHING;
    }
    if (wire_irc_is_word(verb, "LIST")) {
        list_own(caps, server, nick, answer);
        return IRC_CAP_ANSWERED;
    }
    if (wire_irc_is_word(verb, "LS"))
        list_all(caps, line, server, nick, answer);
    else if (wire_irc_is_word(verb, "REQ"))
        request(caps, line, server, nick, answer);
    else
        return IRC_CAP_UNKNOWN;
    if (is_opening)
        caps->is_negotiating = true;
    return IRC_CAP_ANSWERED;
}
